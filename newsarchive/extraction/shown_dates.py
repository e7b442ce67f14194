"""Dates in the page's own markup and text."""

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.extraction.choice import Candidate
from newsarchive.extraction.moments import Moment, Reader
from newsarchive.extraction.page import Page
from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import squeeze

Found = list[Candidate[Moment | None]]

_MARK = re.compile(
    r"publi|date|time|fecha|datum|tarih|tanggal|ngay|zaman|posted|created|pub[-_]|发布|byline|meta", re.IGNORECASE
)
_CHANGED = re.compile(r"modif|updat|aktual|edited|maj\b|mise-?a-?jour|revised", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"related|sidebar|comment|footer|teaser|card|recommend|latest|most-|popular|widget", re.IGNORECASE
)
_STAMP = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s{0,3}|-\d\d?-\d\d?\s{1,3})\d{1,2}:\d\d(?::\d\d)?"
)
_LABELLED = re.compile(
    rf"(?<!\w)(?:{alternatives('date-leads')})\s?[:：]?\s?(?:(?:am|on|le|el|il|vom|den|op|w dniu)\s)?"  # noqa: RUF001 - other scripts have signs of their own
    r"((?:[^\W\d_]{3,9}\.?,?\s)?(?:\d{1,2}[./]\s?\d{1,2}[./]\s?(?:19|20)\d\d|\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,10}\.?,?\s(?:de\s)?(?:19|20)\d\d"
    r"|[^\W\d_]{3,10}\.?\s\d{1,2},\s(?:19|20)\d\d|(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}))",
    re.IGNORECASE,
)
_LEAD = re.compile(rf"(?<!\w)(?:{alternatives('date-leads')})(?!\w)", re.IGNORECASE)
_UPDATED = re.compile(rf"(?<!\w)(?:{alternatives('change-leads')})(?!\w)", re.IGNORECASE)
_HAN_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日[ \u3000\xa0]*$", re.MULTILINE)
_TITLE_DAY = re.compile(r"[|｜–—-]\s*(\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d|\d{4}-\d\d-\d\d)\s*$")  # noqa: RUF001 - other scripts have signs of their own
_ALONE = re.compile(r"^\W*(?:[^\W\d_]{2,10}\.?,?\s+)?\d{1,4}[./年\s-]|^[^\W\d_]{3,10}\.?\s\d{1,2},\s\d{4}")

_DATA = re.compile(r"date|time|publi|seconds|epoch", re.IGNORECASE)
_PUBLISHED = frozenset({"datepublished", "datecreated", "date", "created", "issued", "published_time"})
_MODIFIED = frozenset({"datemodified", "modified", "modified_time"})
_IN_DATA = etree.XPath("//@*[starts-with(name(), 'data-publi')]")
_HEADINGS = frozenset({"h1", "h2", "h3"})
_TAGS = ("time", "abbr", "span", "div", "p", "meta", "li", "td", "em", "b", "i", "strong", "small", "h1", "h2", "h3")
_FIRST = 200_000
_SHOWN_LENGTH = 120
_ALONE_LENGTH = 60
_NEAR = 30
_BEFORE = 3
_HEADLINE = 10
_FEW = 8
_DEEP = 40
_SHALLOW = 5
_CLOCK = 20


def shown(page: Page, read: Reader) -> Found:
    """Microdata, then the dates that stand at the headline, then `time` elements and texts whose class names a date."""
    known: Found = []
    near: Found = []
    others: Found = []
    before: deque[HtmlElement] = deque(maxlen=_BEFORE)
    distance, keys = 0, _headline_keys(page)
    for element in page.tree.iter(*_TAGS):
        if element.tag in _HEADINGS:
            if not distance and _is_headline(element, keys):
                distance = 1
                near += [c for e in before if (c := _alone(e, read))]
            continue
        distance += bool(distance)
        if source := _role(element):
            if found := _read(element, source, read):
                (known if source == "page:microdata" else near if 0 < distance < _NEAR else others).append(found)
        elif not distance:
            before.append(element)
        elif distance < _NEAR and (found := _alone(element, read)):
            near.append(found)
    return [*known, *near, *others]


def written(page: Page, read: Reader) -> Iterator[Candidate[Moment | None]]:
    """Dates in the text that are stamps with a time, follow a word for publication, or close the document's title."""
    text = "\n".join(page.tree.itertext())[:_FIRST]
    for value in _IN_DATA(page.tree):
        if found := read(value):
            yield Candidate(found, "page:data")
    if match := _STAMP.search(text):
        yield Candidate(read(match[0]), "page:text")
    line = " ".join(text.split())
    if match := _LABELLED.search(line):
        yield Candidate(read(_of_publication(line[match.start(1) : match.end(1) + _CLOCK])), "page:text")
    if match := _TITLE_DAY.search(page.tree.findtext(".//title") or ""):
        yield Candidate(read(match[1]), "page:title")
    if match := _HAN_DAY.search(text):
        yield Candidate(read(match[0]), "page:text")


def _headline_keys(page: Page) -> tuple[str, str]:
    return squeeze(page.meta("og:title")), squeeze(page.tree.findtext(".//title") or "")


def _is_headline(element: HtmlElement, keys: tuple[str, str]) -> bool:
    text = squeeze(str(element.text_content()))
    return len(text) >= _HEADLINE and any(text in key for key in keys)


def _read(element: HtmlElement, source: str, read: Reader) -> Candidate[Moment | None] | None:
    raw = element.get("datetime") or element.get("content") or element.get("title") or ""
    for text in (raw, *_data(element), _of_publication(_short(element))):
        if text and (found := read(text)):
            return Candidate(found, source)
    return None


def _of_publication(text: str) -> str:
    """The part of a line that does not tell a change: what stands before it, or after a word for publication."""
    change = _UPDATED.search(text)
    if change is None:
        return text
    before = text[: change.start()]
    if any(map(str.isdigit, before)):
        return before
    published = _LEAD.search(text, change.end())
    return text[published.start() :] if published else ""


def _data(element: HtmlElement) -> list[str]:
    """What the data attributes of an element say that are named after dates, but not after changes."""
    return [
        value
        for name, value in element.attrib.items()
        if name.startswith("data-") and _DATA.search(name) and not _CHANGED.search(name)
    ]


def _alone(element: HtmlElement, read: Reader) -> Candidate[Moment | None] | None:
    """The date in a short text that begins with it."""
    text = _short(element)
    if len(text) > _ALONE_LENGTH or not _ALONE.match(text) or _inside_other(element):
        return None
    found = read(text)
    return Candidate(found, "page:shown") if found else None


def _role(element: HtmlElement) -> str:
    source = _source(element)
    return "" if not source or _inside_other(element) else source


def _source(element: HtmlElement) -> str:
    """What kind of date an element says it holds; the attributes are looked at first, they are mostly missing."""
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    props = _properties(element)
    if props & _PUBLISHED:
        return "page:microdata"
    if props & _MODIFIED or (len(marks) > 1 and _CHANGED.search(marks)):
        return ""
    if element.tag == "time":
        return "page:time"
    return "page:shown" if len(marks) > 1 and _MARK.search(marks) else ""


def _properties(element: HtmlElement) -> set[str]:
    """What an element says it is in microdata or RDFa, without the vocabulary's prefix."""
    named = element.get("itemprop") or element.get("property")
    return {name.rpartition(":")[2] for name in named.casefold().split()} if named else set()


def _inside_other(element: HtmlElement) -> bool:
    for depth, ancestor in enumerate(element.iterancestors()):
        if depth > _SHALLOW or ancestor.tag in {"body", "article"}:
            return False
        if ancestor.tag in {"aside", "footer", "nav"} or _ELSEWHERE.search(ancestor.get("class") or ""):
            return True
    return False


def _short(element: HtmlElement) -> str:
    if len(element) > _FEW or next(islice(element.iter(), _DEEP, None), None) is not None:
        return ""
    text = " ".join(element.text_content().split())
    return text if len(text) <= _SHOWN_LENGTH else ""
