"""Links to the authors' own pages."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from newsarchive.extraction.author_places import around, is_elsewhere
from newsarchive.extraction.names import clean_name, is_personal
from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import one_line, plain

_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|in)?|auteurs?|auteur-\w+|journalists?|journalistes?|reporters?|contributors?|columnists?|writers?|staff|"
    r"redakteure?|redaktion/autoren|korrespondenten?|firmas?|skribent|yazar\w*|muhabir\w*|penulis|tac-?gia|forfatter|kirjoittaj\w+|toimittaj\w+|redaktor\w*|avtory?|autors?|auteurs|editors?|giornalist\w+|firme|"
    r"periodistas?|redactor(?:es)?|jornalistas?|medarbejder|journalister|author-profile|by|people|profiles?|profil|team)/[^/?]{3,}",
    re.IGNORECASE,
)
_LARGE = frozenset({"body", "article", "main"})
_FEW = 8
# So many links before or after the headline began 335 of 343 real bylines, and half of the links to other persons.
_BEFORE = 6
_AFTER = 10
_PROSE = 140


def linked(page: Page) -> list[str]:
    """Texts of the first link to an author's page at the headline, and of those that stand beside it."""
    return [text for a in beside_first(list(_links(page))) if (text := plain(" ".join(a.itertext())))]


def _links(page: Page) -> Iterator[HtmlElement]:
    boxes, ordered = around(page.tree), list(page.tree.iter("a", "h1", "h2", "h3"))
    start = next((i for i, element in enumerate(ordered) if element is page.headline), None)
    at_headline = ordered if start is None else ordered[max(0, start - _BEFORE) : start + _AFTER + 1]
    for link in at_headline:
        if link.tag == "a" and is_author_link(link) and not is_elsewhere(link, boxes) and _is_byline(link):
            yield link


def _is_byline(link: HtmlElement) -> bool:
    """Whether a link names somebody, and not in running text."""
    parent = link.getparent()
    is_running = parent is not None and parent.tag == "p" and len(parent.text_content()) > _PROSE
    return not (is_running and "author" not in (link.get("rel") or "")) and bool(clean_name(str(link.text_content())))


def beside_first(found: list[HtmlElement]) -> list[HtmlElement]:
    """The first element and those of the next few that stand in the same box."""
    if not found:
        return []
    box = _box(found[0])
    return [element for element in found[:_FEW] if _box(element) is box]


def is_author_link(link: HtmlElement) -> bool:
    """Whether a link says that it leads to an author's page, or its address does and its text is a name."""
    if "author" in (link.get("rel") or "").casefold().split():
        return True
    return bool(_PAGE.search(link.get("href") or "")) and is_personal(one_line(link.text_content()))


def _box(link: HtmlElement) -> HtmlElement | None:
    """The element that holds the whole byline: up to three levels above a link."""
    box = link.getparent()
    for _ in range(2):
        outer = box.getparent() if box is not None else None
        if outer is None or outer.tag in _LARGE:
            break
        box = outer
    return box
