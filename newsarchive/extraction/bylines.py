"""The byline a reader sees on a page."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from newsarchive.extraction import han_bylines
from newsarchive.extraction.author_links import beside_first, is_author_link
from newsarchive.extraction.author_places import around, is_elsewhere
from newsarchive.extraction.names import clean_name, is_personal
from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import one_line, plain

_MARK = re.compile(
    r"(?:author|byline|by-line|auteur|autor(?:en|es|in)?\b|autore|writer|journalist|contributor|reporter|zuozhe|editor-name|"
    r"redakteur|credit-name|posted-by|written-by|signature|firma\b|skribent|toimittaja|kirjoittaja|forfatter|penulis|giornalista|periodista|tac-?gia|yazar|muhabir)",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:bio|box|image|img|photo|avatar|pic|social|date|time|role|job|info|desc|follow|twitter|title|more|about|count|"
    r"publisher|authority|authoriz|comment|designation|disclaimer)",
    re.IGNORECASE,
)
_NAME = r"(?:[^\W\d_a-z][\w.'’-]*|de|da|di|del|della|van|von|der|den|la|le|el|al|bin|ben|und|and|et|y|e|&)(?!\w)"  # noqa: RUF001 - other scripts have signs of their own
_BY = re.compile(
    rf"^(?i:by|von|par|por|texte? (?:par|by|von)|propos recueillis par|(?:written|story|posted|submitted|reported) by|"
    rf"autor(?:in|ka)?(?:/autor(?:in)?)?|от|автор|текст|door|av|af|di|oleh|penulis|yazan|haber|írta|szerző|napsala?|napisała?|"
    rf"te[kx]st(?: a[vf])?|recueilli par|tác giả)\s*:?\s+({_NAME}(?:[ ,]+{_NAME}){{1,9}})"
)
_POSTED = re.compile(
    rf"^(?i:(?:posted|published|written) by|(?:geschrieben|veröffentlicht|verfasst) von)\s*:?\s+({_NAME})$"
)
_BEGIN = re.compile(
    r"\s*(?:by|von|par|por|text|propos|written|story|posted|submitted|reported|published|geschrieben|veröffentlicht|verfasst|"
    r"autor(?:in|ka)?|от|автор|текст|door|av|af|di|oleh|penulis|yazan|haber|írta|szerző|napsala?|napisała?|tekst|recueilli|"
    r"tác giả)\b",
    re.IGNORECASE,
)
# The letters with which those words begin: most texts need no more than a look at theirs.
_INITIALS = frozenset("bvptwsrgadoyhínоатBVPTWSRGADOYHÍNОАТ")  # noqa: RUF001 - Cyrillic letters are meant
_PARTS = 4
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
_NAMED = re.compile(r"name|(?<![a-z])fn(?![a-z])")
_OTHERS = re.compile(r"blog|site|section|category|company|paper", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LONGEST = 140
_SHORTEST = 4
_REST = 60
_FEW = 8
_PROSE = 120
_BEFORE = 4
_AFTER = 2


def marked(page: Page) -> Iterator[str]:
    """Texts of elements whose names say that they hold an author, the innermost first."""
    boxes = around(page.tree)
    found = [e for e, names in page.named if _is_mark(names) and not is_elsewhere(e, boxes)]
    holders = {outer for element in found for outer in element.iterancestors()}
    for element in sorted(found, key=holders.__contains__):
        text = _innermost(element)
        if text and len(text) <= _LONGEST:
            yield text


def microdata(page: Page) -> list[str]:
    """Texts of the elements with `itemprop=author`, or of the name in each."""
    found, boxes = [], around(page.tree)
    of = dict(page.properties)
    marked_up = (e for e, names in page.properties if _is_author(names))
    for element in beside_first([e for e in marked_up if not is_elsewhere(e, boxes)]):
        named = next((e for e in element.iter() if "name" in of.get(e, ())), element)
        found.append(plain(named.get("content") or named.text_content()))
    return [text for text in found if text and len(text) <= _LONGEST]


def _is_author(names: frozenset[str]) -> bool:
    """Whether microdata or RDFa call an element an author."""
    return any("author" in name or name == "creator" for name in names)


def data(page: Page) -> list[str]:
    """What the data attributes of the first element say that name an author."""
    boxes = around(page.tree)
    found = ((e, e.get("data-author") or e.get("data-author-name")) for e, _ in page.named)
    return next(([name] for e, name in found if name and not is_elsewhere(e, boxes)), [])


def spoken(page: Page) -> list[str]:
    """A short line that begins with "By" or its like, or a Chinese byline."""
    boxes = around(page.tree)
    for element in page.tree.iter(
        "p", "div", "span", "strong", "em", "b", "i", "h3", "h4", "h5", "h6", "li", "td", "dd", "small", "font"
    ):
        head = _head(element)
        if not head or head[0] not in _INITIALS or len(element) > _PARTS:
            continue
        if not _BEGIN.match(head) or is_elsewhere(element, boxes):
            continue
        text = one_line(element.text_content())
        if _SHORTEST < len(text) <= _LONGEST and (name := _lead(text)):
            return [name]
    return han_bylines.names(page.tree)


def _lead(text: str) -> str:
    """The names after "By", where hardly anything follows them."""
    match = _BY.match(text) or _POSTED.match(text)
    return match[1] if match and len(text) < len(match[0]) + _REST else ""


@lru_cache(maxsize=8192)
def _is_mark(names: str) -> bool:
    return bool(_MARK.search(names)) and not _PART.search(names)


def _head(element: HtmlElement) -> str:
    """The first text in an element or in its first child."""
    return (element.text or "").strip() or ((element[0].text or "").strip() if len(element) else "")


def _innermost(element: HtmlElement) -> str:
    """The text of the links or names in a byline, else all of it."""
    links = [text for a in element.iter("a") if is_author_link(a) and (text := plain(a.text_content()))]
    if links:
        return ", ".join(dict.fromkeys(links[:_FEW]))
    if people := _alike(element):
        return ", ".join(people[:_FEW])
    inner = [
        e
        for e in element.iter()
        if e is not element and _NAMED.search(names := e.get("class") or "") and not _OTHERS.search(names)
    ]
    texts = [text for e in inner[:_FEW] if (text := plain(e.text_content()))]
    return texts[0] if texts else plain(" ".join(_undated(element)))


def _undated(element: HtmlElement) -> Iterator[str]:
    """The texts of an element up to the child that holds a day or a time."""
    begun = bool((element.text or "").strip())
    yield element.text or ""
    for child in element.iterchildren(*_SPOKEN):
        texts = list(child.itertext(*_SPOKEN))
        if begun and _DIGIT.search("".join(texts)):
            return
        begun = True
        yield from (*texts, child.tail or "")


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
    boxes = around(page.tree)
    paragraphs = [p for p in page.tree.iter("p") if len(p) <= _FEW and not is_elsewhere(p, boxes)]
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
    return " " in text and text[:1].isupper() and is_personal(text) and not common.intersection(text.casefold().split())
