"""JSON-LD as pages really carry it: broken, nested, several articles."""

import json
from typing import Any

import pytest

from newsarchive.extraction import extract
from newsarchive.extraction.jsonld import article, read
from newsarchive.extraction.parse import parse
from newsarchive.extraction.strings import squeeze
from tests.extraction.making import news, page

URL = "https://news.example.org/world/closed"
WHOLE = (
    '{"@type": "NewsArticle", "headline": "The harbour is closed", "datePublished": "2020-06-11T08:04:00+02:00", '
    '"author": {"@type": "Person", "name": "Anna Bell"}'
)
SOUND = WHOLE + "}"


@pytest.mark.parametrize(
    "block",
    [
        SOUND,
        WHOLE + ",}",
        WHOLE + ',, "url": ""}',
        f"<!-- {SOUND} -->",
        f"//<![CDATA[\n{SOUND}\n//]]>",
        f"/* <![CDATA[ */{SOUND}/* ]]> */",
        SOUND + ";",
        WHOLE + ', "description": "first line\nsecond\tline"}',
        WHOLE + ', "description": "the \\d in it"}',
        WHOLE + ', "description": "He said "no" and left"}',
        SOUND.replace('"', "&quot;"),
        WHOLE + ', "image": {"url": "https://',
        WHOLE + ', "description": "cut, in the mid',
    ],
)
def test_broken_blocks_are_repaired(block: str) -> None:
    """Comments, stray commas, line breaks, bare quotes, entities, and blocks that end too early."""
    found = extract(page(node=block), URL)
    assert found.date_published == "2020-06-11T06:04:00Z"
    assert found.authors == ("Anna Bell",)


def test_a_block_that_is_nothing_costs_no_other() -> None:
    """One broken block does not hide the next."""
    html = page(node=SOUND, head='<script type="application/ld+json">{"@type": </script>')
    assert extract(html, URL).authors == ("Anna Bell",)


@pytest.mark.parametrize(
    "others",
    [
        [news(headline="Another harbour", author="Tom Reed", articleBody="x", keywords="y")],
        [{"@type": "ItemList", "itemListElement": [{"item": news(headline="Another harbour", author="Tom Reed")}]}],
        [news(headline="", url="https://news.example.org/other", author="Tom Reed")],
    ],
)
def test_of_several_articles_the_pages_own(others: list[dict[str, Any]]) -> None:
    """The headline or the address tells which of several articles the page is about."""
    own = news(author="Anna Bell", mainEntityOfPage={"@id": URL})
    for nodes in ([own, *others], [*others, own], {"@graph": [*others, own]}):
        assert extract(page(node=json.dumps(nodes)), URL).authors == ("Anna Bell",)


def test_twins_complete_each_other() -> None:
    """Two nodes about one article are read as one; what the better says stands."""
    twins = [news(author="Anna Bell"), news(keywords="Ports", datePublished="2020-06-11T06:04:00Z")]
    html = page(node=json.dumps(twins))
    node = article(read(parse(html.decode())), headline=squeeze("The harbour is closed"), url=URL)
    assert (node["author"], node["keywords"]) == ("Anna Bell", "Ports")
