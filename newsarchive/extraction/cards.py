"""What leads to other articles: cards in a row, each of a linked headline and few words, and lines that are links."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.extraction.page import Page, registrable

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BOXES = frozenset({"div", "section", "article", "li", "a", "aside"})
_LINK = etree.XPath("(.//a[@href] | ancestor::a[@href])[1]")
_MOST = 300
_DEPTH = 30
_FEW = 2
_SHORT = 400
_WHOLLY = 0.9
_MOSTLY = 0.6
_PART = 0.45
_LINKS = 30
_LONE_LINK = 15
_LABEL = 30


def cards(page: Page, prose: Mapping[HtmlElement, int]) -> list[HtmlElement]:
    """Return the cards on a page: rows of boxes none of which says more than a teaser; none if they hold much of all.

    `prose` gives the characters of running text in each element.
    """
    headings = [h for h in islice(page.tree.iter(*_HEADINGS), _MOST) if _leads_away(h, page)]
    inside = Counter(box for heading in headings for box in islice(heading.iterancestors(), _DEPTH))
    rows: dict[HtmlElement, list[HtmlElement]] = {}
    for heading in headings:
        card = _card(heading, inside)
        if card is not None and (row := card.getparent()) is not None:
            rows.setdefault(row, []).append(card)
    found = [card for row in rows.values() if _is_row(row, prose) for card in row]
    return found if sum(prose.get(card, 0) for card in found) <= _PART * prose.get(page.tree, 0) else []


def pointers(page: Page) -> Iterator[HtmlElement]:
    """Yield paragraphs that are one link, lists of nothing but links, and labels with the link that they announce."""
    for element in list(page.tree.iter("p", "ul", "ol")):
        links = list(element.iter("a"))
        if not links or (len(links) > _LINKS and next(element.iterancestors("ul", "ol"), None) is not None):
            continue  # A nest of long lists is looked at once, as a whole.
        total = len("".join(element.itertext()).strip())
        linked = sum(len("".join(a.itertext()).strip()) for a in links)
        if (total > _LONE_LINK and linked >= (_WHOLLY if element.tag == "p" else _MOSTLY) * total) or (
            element.tag == "p" and len(links) == 1 and linked > _LONE_LINK and _announces(element, links[0], page)
        ):
            yield element


def _announces(paragraph: HtmlElement, link: HtmlElement, page: Page) -> bool:
    """Whether a paragraph is a label with a colon and the headline of another article of the site."""
    before, after = "".join(paragraph.itertext()).split("".join(link.itertext()), 1)
    if len(before) > _LABEL or not before.rstrip().endswith((":", "\uff1a")) or re.search(r"\w", after):
        return False
    return registrable(page.absolute(link.get("href") or "")) == page.domain


def _card(heading: HtmlElement, inside: Counter[HtmlElement]) -> HtmlElement | None:
    """The outermost box that holds no other such headline."""
    found = None
    for box in islice(heading.iterancestors(), _DEPTH):
        if inside[box] > 1:
            return found
        found = box if box.tag in _BOXES else found
    return None


def _is_row(cards: list[HtmlElement], prose: Mapping[HtmlElement, int]) -> bool:
    return len(cards) >= _FEW and all(prose.get(card, 0) <= _SHORT for card in cards)


def _leads_away(heading: HtmlElement, page: Page) -> bool:
    """Whether a heading is a link to another page of the site."""
    links = _LINK(heading)
    if not links or len(links[0].text_content()) < _WHOLLY * len(heading.text_content()):
        return False
    link, own = page.absolute(links[0].get("href")), urlsplit(page.url).path
    return bool(link) and registrable(link) == page.domain and not urlsplit(link).path.startswith(own)
