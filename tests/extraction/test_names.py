"""Bylines become names."""

import pytest

from newsarchive.extraction.names import split_byline


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Anna Bell", ["Anna Bell"]),
        ("Texte par : Claire Fontanel Suivre", ["Claire Fontanel"]),
        ("Text by: AFP", ["AFP"]),
        ("Von Jan Kruse und Lea Holm", ["Jan Kruse", "Lea Holm"]),
        ("Par Marc Petit, envoyé spécial", ["Marc Petit"]),
        ("Anna Bell, Tom Reed and Sue Grant", ["Anna Bell", "Tom Reed", "Sue Grant"]),
        ("Anna Bell, Senior Political Correspondent", ["Anna Bell"]),
        ("Anna Bell (in Paris)", ["Anna Bell"]),
        ("Anna Bell anna.bell@example.org @annabell", ["Anna Bell"]),
        ("Posted by Anna Bell on October 9, 2018", ["Anna Bell"]),
        ("Anna Bell | Reuters", ["Anna Bell", "Reuters"]),
        ("anna bell; ANNA BELL", ["anna bell"]),
        ("记者：王小明", ["王小明"]),  # noqa: RUF001 - other scripts have signs of their own
        ("https://www.facebook.com/example", []),
        ("admin", []),
        ("By", []),
        ("", []),
        ("Follow", []),
    ],
)
def test_split_byline(byline: str, names: list[str]) -> None:
    """Lead-in words, roles, places, contacts, dates and buttons are no part of a name; agencies are kept."""
    assert split_byline(byline) == names
