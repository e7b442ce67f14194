"""The byline a reader sees on a page."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.extraction import han_bylines
from newsarchive.extraction.names import clean_name, is_personal
from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import marks, one_line, plain

Boxes = frozenset[HtmlElement]
_MARK = re.compile(
    r"(?:author|byline|by-line|auteur|autor(?:en|es|in)?\b|autore|writer|journalist|contributor|reporter|zuozhe|editor-name|"
    r"redakteur|credit-name|posted-by|written-by|signature|firma\b|skribent|toimittaja|yazar|muhabir)",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:bio|box|image|img|photo|avatar|pic|social|date|time|role|job|info|desc|follow|twitter|mail|title|more|about|count|"
    r"publisher|authority|authoriz|comment)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:comments?|commentlist|related|sidebar|footer|recommend\w*|teasers?|widget|promo|most|popular|more-\w+|latest|archive|nav|"
    r"menu|carousel|(?<!h-)cards?|trending|newsletter)(?![a-z])",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?<![a-z])(?:entry|post|article|story|content|single)-{0,2}_*(?:footer|header|meta|nav|bottom|foot|card|widget)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|in)?|auteurs?|auteur-\w+|journalists?|journalistes?|reporters?|contributors?|columnists?|writers?|staff|"
    r"redakteure?|redaktion/autoren|korrespondenten?|firmas?|skribent|yazar\w*|by|people|person|profiles?|profil|team)/[^/?]{3,}",
    re.IGNORECASE,
)
_NAME = r"(?:[^\W\d_a-z][\w.'’-]*|de|da|di|del|della|van|von|der|den|la|le|el|al|bin|ben|und|and|et|y|e|&)"  # noqa: RUF001 - other scripts have signs of their own
_BY = re.compile(
    rf"^(?i:by|von|par|por|texte? (?:par|by|von)|propos recueillis par|written by|story by|posted by|"
    rf"autor(?:in)?(?:/autor(?:in)?)?|от|автор)\s*:?\s+({_NAME}(?:[ ,]+{_NAME}){{1,9}})"
)
_POSTED = re.compile(
    rf"^(?i:(?:posted|published|written) by|(?:geschrieben|veröffentlicht|verfasst) von)\s*:?\s+({_NAME})$"
)
_BEGIN = re.compile(
    r"\s*(?:by|von|par|por|text|propos|written|story|posted|published|geschrieben|veröffentlicht|verfasst|"
    r"autor(?:in)?|от|автор)\b",
    re.IGNORECASE,
)
# Elements whose text a reader sees: no scripts or styles.
_SPOKEN = (
    "a",
    "span",
    "div",
    "p",
    "address",
    "li",
    "strong",
    "cite",
    "h3",
    "h4",
    "h5",
    "em",
    "b",
    "i",
    "td",
    "section",
    "ul",
    "br",
    "time",
    "small",
    "u",
    "font",
)
_MICRODATA = etree.XPath("//*[contains(@itemprop, 'author')]")
_LARGE = frozenset({"body", "article", "main"})
_LONGEST = 140
_SHORTEST = 4
_REST = 60
_FEW = 8
_PROSE = 120
_BEFORE = 4
_AFTER = 2


def linked(page: Page) -> list[str]:
    """Texts of the links to the authors' own pages: the first, and those that stand beside it."""
    around = _around(page)
    found = [a for a in page.tree.iter("a") if _is_author_link(a) and not _is_elsewhere(a, around) and _is_name(a)]
    return [text for a in _beside_first(found) if (text := plain(a.text_content()))]


def marked(page: Page) -> Iterator[str]:
    """Texts of elements whose names say that they hold an author, the innermost of each."""
    around = _around(page)
    for element, names in page.named:
        if _is_mark(names) and not _is_elsewhere(element, around):
            text = _innermost(element)
            if text and len(text) <= _LONGEST:
                yield text


def microdata(page: Page) -> list[str]:
    """Texts of the elements with `itemprop=author`, or of the name in each."""
    found, around = [], _around(page)
    for element in _beside_first([e for e in _MICRODATA(page.tree) if not _is_elsewhere(e, around)]):
        named = next((e for e in element.iter() if (e.get("itemprop") or "") == "name"), element)
        found.append(plain(named.get("content") or named.text_content()))
    return [text for text in found if text and len(text) <= _LONGEST]


def spoken(page: Page) -> list[str]:
    """A short line that begins with "By" or its like, or a Chinese byline."""
    around = _around(page)
    for element in page.tree.iter(
        "p", "div", "span", "strong", "em", "b", "i", "h3", "h4", "h5", "h6", "li", "td", "small", "font"
    ):
        if len(element) > 4 or not _BEGIN.match(_head(element)) or _is_elsewhere(element, around):  # noqa: PLR2004 - a byline is small
            continue
        text = one_line(element.text_content())
        if _SHORTEST < len(text) <= _LONGEST and (name := _lead(text)):
            return [name]
    return han_bylines.names(page.tree)


def _lead(text: str) -> str:
    """The names after "By", where hardly anything follows them."""
    match = _BY.match(text) or _POSTED.match(text)
    return match[1] if match and len(text) < len(match[0]) + _REST else ""


def _beside_first(found: list[HtmlElement]) -> list[HtmlElement]:
    """The first element and those of the next few that stand in the same box."""
    if not found:
        return []
    box = _box(found[0])
    return [element for element in found[:_FEW] if _box(element) is box]


@lru_cache(maxsize=8192)
def _is_mark(names: str) -> bool:
    return bool(_MARK.search(names)) and not _PART.search(names)


def _head(element: HtmlElement) -> str:
    """The first text in an element or in its first child."""
    return (element.text or "").strip() or (element[0].text or "" if len(element) else "")


def _is_name(element: HtmlElement) -> bool:
    return bool(clean_name(str(element.text_content())))


def _is_author_link(link: HtmlElement) -> bool:
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


def _innermost(element: HtmlElement) -> str:
    """The text of the links or names in a byline, else all of it."""
    links = [text for a in element.iter("a") if _is_author_link(a) and (text := plain(a.text_content()))]
    if links:
        return ", ".join(dict.fromkeys(links[:_FEW]))
    if people := _alike(element):
        return ", ".join(people[:_FEW])
    inner = [
        e for e in element.iter() if e is not element and re.search(r"name|(?<![a-z])fn(?![a-z])", e.get("class") or "")
    ]
    texts = [text for e in inner[:_FEW] if (text := plain(e.text_content()))]
    return texts[0] if texts else plain(" ".join(element.itertext(*_SPOKEN)))


def _alike(element: HtmlElement) -> list[str]:
    """The names in elements of one kind and nothing else, where there are several; none elsewhere."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for e in element.iterdescendants(*_SPOKEN):
        if not len(e) and e.get("class") and is_personal(text := clean_name(e.text or "")):
            found.setdefault((str(e.tag), e.get("class") or ""), {})[text] = None
    return next((list(people) for people in found.values() if len(people) > 1), [])


def signed(page: Page) -> list[str]:
    """The names that alone make a bold paragraph before or after the body.

    A heading in bold is told from them by its words, which the body writes small.
    """
    around = _around(page)
    paragraphs = [p for p in page.tree.iter("p") if len(p) <= _FEW and not _is_elsewhere(p, around)]
    prose = [i for i, p in enumerate(paragraphs) if len(p.text_content()) > _PROSE]
    if not prose:
        return []
    common = {word for i in prose for word in str(paragraphs[i].text_content()).split() if word.islower()}
    for p in (*paragraphs[max(prose[0] - _BEFORE, 0) : prose[0]], *paragraphs[prose[-1] + 1 :][:_AFTER]):
        text = one_line(p.text_content())
        bold = any(one_line(e.text_content()) == text for e in p.iter("strong", "b"))
        if bold and all(_is_signature(part, common) for part in text.split("/")):
            return text.split("/")
    return []


def _is_signature(text: str, common: set[str]) -> bool:
    return " " in text and is_personal(text) and not common.intersection(text.casefold().split())


def _around(page: Page) -> Boxes:
    """The boxes that hold one of the page's first headlines."""
    return frozenset(box for h1 in islice(page.tree.iter("h1"), _FEW) for box in h1.iterancestors())


def _is_elsewhere(element: HtmlElement, around: Boxes) -> bool:
    """Whether an element stands in a box that is not of the article; `around` are those that hold a headline."""
    for depth, box in enumerate((element, *element.iterancestors())):
        if depth > 3 or box.tag in {"body", "main"}:  # noqa: PLR2004 - further boxes hold the whole page
            return False
        names = marks(box)
        if "comment" in names:
            return True
        if box.tag == "article":
            return False
        if box.tag == "nav" or (_is_other(names) and box not in around):
            return True
    return False


@lru_cache(maxsize=8192)
def _is_other(names: str) -> bool:
    return bool(_ELSEWHERE.search(_OWN.sub("", names)))
