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
        ("Frank Weller, Jr.", ["Frank Weller Jr."]),
        ("Rachel Lind, MS, RD", ["Rachel Lind"]),
        ("Bell, Anna", ["Anna Bell"]),
        ("Reuters, AFP", ["Reuters", "AFP"]),
        ("BY ANNA BELL AND TOM REED", ["ANNA BELL", "TOM REED"]),
        ("Anna Bell Anna Bell", ["Anna Bell"]),
        ("ANNA BELL Associated Press", ["ANNA BELL"]),
        ("Scott Gilbertson", ["Scott Gilbertson"]),
        ("ANNA BELLJune", ["ANNA BELL"]),
        ("Story by Anna Bell, photos by Tom Reed", ["Anna Bell"]),
        ("Photo by Tom Reed, public domain", []),
        ("Text: Anna Lind Foto: Erik Berg", ["Anna Lind"]),
        ("Reporting by Anna Bell; Editing by Tom Reed", ["Anna Bell"]),
        ("Por María López | Corresponsal en Bogotá", ["María López"]),
        ("Ana Souza, da Agência Norte", ["Ana Souza"]),
        ("Por Ana Souza — São Paulo", ["Ana Souza"]),
        ("Recueilli par Patrick ANGERS.", ["Patrick ANGERS"]),
        ("Une enquête de Claire Fontanel", ["Claire Fontanel"]),
        ("Ein Gastbeitrag von Jan Kruse", ["Jan Kruse"]),
        ("a cura di Marco Rossi", ["Marco Rossi"]),
        ("Av Ola Nordli", ["Ola Nordli"]),
        ("Door Jan de Vries", ["Jan de Vries"]),
        ("Napisał Jan Kowalski", ["Jan Kowalski"]),
        ("Иван Петров, корреспондент", ["Иван Петров"]),
        ("Γράφει ο Γιώργος Παππάς", ["Γιώργος Παππάς"]),  # noqa: RUF001 - other scripts have signs of their own
        ("Penulis : Budi Santoso Editor : Sri Wahyuni", ["Budi Santoso"]),
        ("Tác giả: Nguyễn Văn An", ["Nguyễn Văn An"]),
        ("โดย สมชาย ใจดี", ["สมชาย ใจดี"]),
        ("[김민수 기자] minsu@example.org", ["김민수"]),
        ("記者王小明／台北報導", ["王小明"]),  # noqa: RUF001 - other scripts have signs of their own
        ("田中太郎記者", ["田中太郎"]),
        ("بقلم: أحمد علي", ["أحمد علي"]),
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
