"""The section or rubric of an article."""

import re
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page
from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import fold, one_line

_LONGEST = 80
_TOKENS = ("breadcrumbs", "breadcrumb", "kicker")
_CLASSES = " or ".join(f"contains(concat(' ', @class, ' '), ' {token} ')" for token in _TOKENS)
_SHOWN = etree.XPath(f"(//header//*[{_CLASSES}])[1]")
_CRUMBS = frozenset({"breadcrumblist"})
_HOME = re.compile(rf"^\W*(?:{alternatives('home-names')})\W*$", re.IGNORECASE)
_METAS = (
    "article:section",
    "og:article:section",
    "og:section",
    "parsely-section",
    "cxenseparse:section",
    "section",
)
_LISTED = re.compile(r",(?=\S)")
_MANY = 3


def section(page: Page) -> Choice[str]:
    """The section: JSON-LD `articleSection`, `article:section` and its like, else the first of the breadcrumbs."""
    return first(_candidates(page), default="", refuse=_refuse, thorough=page.thorough)


def _candidates(page: Page) -> Iterator[Candidate[str]]:
    for text in jsonld.texts(page.article.get("articleSection"))[:1]:
        yield Candidate(_one(text), "json-ld")
    yield from (Candidate(_one(text), f"meta:{name}") for name in _METAS if (text := page.meta(name)))
    yield Candidate(_below_home(_trail(page), page), "json-ld:breadcrumbs")
    for shown in _SHOWN(page.tree):
        crumbs = shown.xpath(".//li | self::*[not(.//li)]/*") or [shown]
        yield Candidate(_below_home([one_line(crumb.text_content()) for crumb in crumbs], page), "page")


def _trail(page: Page) -> list[str]:
    """The names of the page's JSON-LD breadcrumbs."""
    items = jsonld.listed(jsonld.first_of(page.nodes, _CRUMBS).get("itemListElement"))
    return [
        jsonld.text(item.get("name")) or jsonld.text(item.get("item")) for item in items if isinstance(item, Mapping)
    ]


def _below_home(trail: Iterable[str], page: Page) -> str:
    """The first breadcrumb that is neither the front page nor the article."""
    titles = {fold(title) for title in (*page.headings, page.meta("og:title", "title"))}
    return next(
        (
            name
            for name in trail
            if name and not _HOME.match(name) and fold(name) not in page.outlet.folded and fold(name) not in titles
        ),
        "",
    )


def _one(text: str) -> str:
    """The first of several sections joined by commas; one name with a comma as it is."""
    parts = [part.strip() for part in _LISTED.split(text)]
    if len(parts) == 1 and text.count(", ") + 1 >= _MANY:
        parts = text.split(", ")
    return parts[0]


def _refuse(text: str) -> str:
    if not text or text.startswith(("http:", "https:", "www.", "/")):
        return "no name"
    return "too long" if len(text) > _LONGEST else ""
