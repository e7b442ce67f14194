"""When an article was published and modified."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from htmldate import find_date
from lxml.html import HtmlElement

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.moments import Moment, moment, plausible, zone
from newsarchive.extraction.page import Page

_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "published_time",
    "datepublished", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "dcterms.created", "dcterms.issued", "dc.date.issued", "dc.date.created", "dc.date", "dcterms.date", "pubdate",
    "publishdate", "publish_date", "publish-date", "publication_date", "article_date_original",
    "originalpublicationdate",
    "weibo: article:create_at", "article:create_at", "date", "created", "firstcreatetime", "displaydate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "article:updated_time", "og:article:modified_time", "datemodified",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "modified_time",
)  # fmt: skip
_IN_URL = re.compile(r"(?<!\d)(199[4-9]|20[0-4]\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MARK = re.compile(r"publi|date|time|fecha|datum|posted|created|pub[-_]|发布|byline|meta", re.IGNORECASE)
_CHANGED = re.compile(r"modif|updat|aktual|edited|maj\b|mise-?a-?jour|revised", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"related|sidebar|comment|footer|teaser|card|recommend|latest|most-|popular|widget", re.IGNORECASE
)
_STAMP = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s{0,3}|-\d\d?-\d\d?\s{1,3})\d{1,2}:\d\d(?::\d\d)?"
)
_SEARCHABLE = 10_000
_FIRST = 200_000
_SHOWN_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Dates:
    """The moments of an article, each with its origin."""

    published: Choice[Moment | None]
    modified: Choice[Moment | None]


def dates(page: Page) -> Dates:
    """Publication and modification: structured, then shown, then in the address, then searched, then announced."""
    tz = zone(page.hints.timezone)
    published = first(_published(page, tz), default=None, refuse=_refuse, thorough=page.thorough)
    modified = first(_modified(page, tz), default=None, refuse=_refuse, thorough=page.thorough)
    return Dates(published, modified)


def _refuse(found: Moment | None) -> str:
    if found is None:
        return "unreadable"
    return "" if plausible(found) else "before the web or in the future"


def _published(page: Page, tz: tzinfo | None) -> Iterator[Candidate[Moment | None]]:
    structured = _unshifted(list(_structured(page, tz)))
    yield from structured
    if any(c.value and plausible(c.value) for c in structured):
        return
    shown = list(_shown(page, tz))
    yield from shown
    if any(c.value and plausible(c.value) for c in shown):
        return
    yield from _last_resorts(page, tz)


def _unshifted(found: list[Candidate[Moment | None]]) -> list[Candidate[Moment | None]]:
    """Candidates, one with an offset first where the first calls the same time of the day UTC: that is a local time."""
    first_ = found[0].value if found else None
    if first_ is None or first_.wall != first_.instant.replace(tzinfo=None):
        return found
    for candidate in found[1:]:
        moment_ = candidate.value
        if moment_ and moment_.wall == first_.wall and moment_.instant != first_.instant:
            return [candidate, *found]
    return found


def _structured(page: Page, tz: tzinfo | None) -> Iterator[Candidate[Moment | None]]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        if raw := jsonld.text(page.article.get(key)):
            yield Candidate(moment(raw, tz=tz), "json-ld")
    for name in _PUBLISHED:
        for raw in page.metas.get(name, ())[:1]:
            yield Candidate(moment(raw, tz=tz), f"meta:{name}")
    for node in page.nodes:
        if raw := jsonld.text(node.get("datePublished") or node.get("uploadDate")):
            yield Candidate(moment(raw, tz=tz), "json-ld:other")
            return


def _modified(page: Page, tz: tzinfo | None) -> Iterator[Candidate[Moment | None]]:
    if raw := jsonld.text(page.article.get("dateModified")):
        yield Candidate(moment(raw, tz=tz), "json-ld")
    for name in _MODIFIED:
        for raw in page.metas.get(name, ())[:1]:
            yield Candidate(moment(raw, tz=tz), f"meta:{name}")
    for element in page.tree.iter("time"):
        if (element.get("itemprop") or "").casefold() == "datemodified":
            yield Candidate(moment(element.get("datetime") or element.text_content(), tz=tz), "page:time")


def _shown(page: Page, tz: tzinfo | None) -> Iterator[Candidate[Moment | None]]:
    """Dates in the page's own markup: microdata, `time` elements, then short texts whose class names a date."""
    for element in page.tree.iter(
        "time", "abbr", "span", "div", "p", "meta", "li", "td", "em", "b", "i", "strong", "small"
    ):
        if source := _role(element):
            raw = element.get("datetime") or element.get("content") or element.get("title") or ""
            for text in (raw, _short(element)):
                if text and (found := moment(text, tz=tz)):
                    yield Candidate(found, source)
                    break


def _role(element: HtmlElement) -> str:
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    prop = (element.get("itemprop") or "").casefold()
    if prop == "datemodified" or _CHANGED.search(marks) or _inside_other(element):
        return ""
    if prop in {"datepublished", "datecreated"}:
        return "page:microdata"
    if element.tag == "time":
        return "page:time"
    return "page:shown" if _MARK.search(marks) else ""


def _inside_other(element: HtmlElement) -> bool:
    for depth, ancestor in enumerate(element.iterancestors()):
        if depth > 5 or ancestor.tag in {"body", "article"}:  # noqa: PLR2004 - the boxes around a date are shallow
            return False
        if ancestor.tag in {"aside", "footer", "nav"} or _ELSEWHERE.search(ancestor.get("class") or ""):
            return True
    return False


def _short(element: HtmlElement) -> str:
    if len(element) > 8:  # noqa: PLR2004 - a date is not made of many elements
        return ""
    text = " ".join(element.text_content().split())
    return text if len(text) <= _SHOWN_LENGTH else ""


def _last_resorts(page: Page, tz: tzinfo | None) -> Iterator[Candidate[Moment | None]]:
    if match := _STAMP.search(str(page.tree.text_content())[:_FIRST]):
        yield Candidate(moment(match[0], tz=tz), "page:text")
        return
    if match := _IN_URL.search(page.url):
        yield Candidate(moment("-".join(match.groups())), "url")
        return
    if raw := _searched(page):
        yield Candidate(moment(raw), "htmldate")
        return
    if page.hints.link_published:
        yield Candidate(moment(page.hints.link_published, tz=tz), "link")


def _searched(page: Page) -> str:
    """The day that htmldate finds anywhere on the page; its time grows with the square of the number of elements."""
    if sum(1 for _ in page.tree.iter()) > _SEARCHABLE:
        return ""
    try:
        return find_date(page.tree, url=page.url, original_date=True, extensive_search=True) or ""
    except (ValueError, TypeError, RecursionError, OverflowError):
        return ""
