"""Pages in RFI's shape come out exactly: one test per expected field, French and English edition."""

from functools import cache
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.extraction import extract

PAGES = Path(__file__).parent / "pages"
FRENCH = "https://www.rfi.fr/fr/moyen-orient/20200611-entre-bagdad-et-washington-un-ete-de-negociations"
ENGLISH = "https://www.rfi.fr/en/middle-east/20200611-baghdad-and-washington-begin-a-summer-of-talks"

EXPECTED: dict[str, dict[str, object]] = {
    "rfi-fr": {
        "url": FRENCH,
        "canonical_url": FRENCH,
        "site": "rfi",
        "publisher": "RFI",
        "title": "Entre Bagdad et Washington, un été de négociations",
        "description": "Les deux pays ouvrent ce jeudi un dialogue stratégique dont dépend la présence des "
        "soldats étrangers.",
        "section": "Moyen-Orient",
        "authors": ("Claire Fontanel",),
        "date_published": "2020-06-11T06:04:00Z",
        "date_published_raw": "2020-06-11T08:04:00+02:00",
        "date_modified": "2020-06-11T06:02:11Z",
        "date_precision": "second",
        "language": "fr",
        "tags": ("Irak", "États-Unis", "Iran"),
        "tag_ids": ("country:IQ", "country:US", "country:IR"),
        "text": "\n".join(  # noqa: FLY002 - paragraphs, one by one
            (
                (
                    "La visioconférence a commencé dans un palais vide, au bord du fleuve, devant une douzaine de "
                    "conseillers "
                    "venus sans leur cravate et sans illusion."
                ),
                (
                    "Le nouveau Premier ministre veut un calendrier écrit, que ses adversaires puissent lire au "
                    "Parlement avant "
                    "la fin du mois de juillet."
                ),
                "Un calendrier très attendu",
                (
                    "À Washington, on préfère parler d'étapes. « Nous partirons quand les conditions seront réunies », "
                    "répète un "
                    "diplomate qui a servi trois ans sur place."
                ),
                (
                    "Reste Téhéran, qui n'est pas invité à la table mais dont chacun, dans la salle, guette la réaction "  # noqa: E501 - a line of a page
                    "heure par "
                    "heure."
                ),
            )
        ),
        "word_count": 94,
        "image_url": "https://s.rfi.fr/media/display/0001/w:1280/p:16x9/bagdad.jpg",
        "access": "unknown",
    },
    "rfi-en": {
        "url": ENGLISH,
        "title": "Baghdad and Washington begin a summer of talks",
        "description": "The future of foreign soldiers hangs on a dialogue that opens by video this Thursday.",
        "section": "Middle East",
        "authors": ("Nora Whitlock",),
        "date_published": "2020-06-11T06:04:00Z",
        "language": "en",
        "tags": ("Iraq", "United States", "Iran"),
        "tag_ids": ("country:IQ", "country:US", "country:IR"),
        "text": "\n".join(  # noqa: FLY002 - paragraphs, one by one
            (
                (
                    "The call began in an empty palace on the river, before a dozen advisers who had come without ties and "  # noqa: E501 - a line of a page
                    "without illusions."
                ),
                (
                    "The new prime minister wants a written timetable that his opponents can read out in parliament "
                    "before the "
                    "end of July."
                ),
                (
                    "In Washington they prefer to speak of stages, and nobody on the line would say how many of those "
                    "there are."
                ),
            )
        ),
    },
}


@cache
def record(name: str) -> Article:
    """The record of one of the pages."""
    html = (PAGES / f"{name}.html").read_bytes()
    return extract(html, FRENCH if name.endswith("fr") else ENGLISH, site="rfi")


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, fields in EXPECTED.items() for field in fields])
def test_field(name: str, field: str) -> None:
    """The field is what a reader of the page sees."""
    assert getattr(record(name), field) == EXPECTED[name][field]


@pytest.mark.parametrize("name", EXPECTED)
def test_origins_are_named(name: str) -> None:
    """Each found field says where it came from."""
    origins = dict(part.split("=", 1) for part in record(name).field_sources.split(";"))
    assert origins["description"] == "page"
    assert origins["date_published"] == "json-ld"
    assert {"title", "tags", "authors", "text", "language"} <= origins.keys()
