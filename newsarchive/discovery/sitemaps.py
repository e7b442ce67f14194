"""Sitemaps: sitemaps.org, Google News, sitemap indexes, plain text; plain or gzip."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper

from lxml import etree

from newsarchive.article import ArticleLink
from newsarchive.discovery.dates import moment
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.markup import (
    HTML_START,
    LEADING,
    MOST_MARKS,
    SITEMAP_START,
    absolute,
    inner_text,
    local,
    marks,
    mended,
    plain,
    reader,
    unpacked,
)

MOST_LINKS = 50_000  # the protocol's own limit
_LARGEST = 50  # MiB, the protocol's own limit
_CHUNK = 64 * 1024
_LONGEST_TAG = 64 * 1024
_BLANKS = "\ufeff \t\r\n"
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)(?=[\s>])", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:url|sitemap)(?=[\s>])")
_ENTRIES = ("{*}url", "{*}sitemap")


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapRef:
    """A sitemap named by a sitemap index; `modified` is RFC 3339 in UTC, a bare day, or empty."""

    url: str
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap holds; `news` says that it dates its entries as news sitemaps do.

    `problem` says why it gave nothing, or what was damaged or left out, and is empty otherwise.
    """

    links: tuple[ArticleLink, ...] = ()
    children: tuple[SitemapRef, ...] = ()
    news: bool = False
    problem: str = ""


@dataclass(slots=True)
class _Found:
    """What has been read so far; `written` counts the entries that the text begins, `marks` what the tree may hold."""

    links: dict[str, ArticleLink] = field(default_factory=dict)
    children: dict[str, SitemapRef] = field(default_factory=dict)
    entries: int = 0
    unusable: int = 0
    written: int = 0
    marks: int = 0
    torn: bool = False


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """The links, or the child sitemaps, of a sitemap fetched from `url`; never raises.

    Links come with `via="news-sitemap"` where the entry has a news element, else `via="sitemap"`; a feed in
    the place of a sitemap gives its links with `via="feed"`.
    """
    body, damage = unpacked(body, mebibytes=_LARGEST)
    text = reader(body)
    start = _start(text)
    if _FEED.search(start, 0, LEADING) and not SITEMAP_START.search(start, 0, LEADING):
        feed = read_feed(body, url)
        return Sitemap(links=feed.links, problem=damage or feed.problem)
    if start.startswith(("http://", "https://")):
        return _read_lines(start, text, url, damage)
    root = SITEMAP_START.search(start, 0, LEADING)
    if not root:
        return Sitemap(problem=damage or _not_a_sitemap(start))
    return _read_xml(start[root.start() :], text, url, damage)


def _start(text: TextIOWrapper) -> str:
    """The first piece of a text that is not blank, from its first character on; what follows has yet to be read."""
    while piece := text.read(_CHUNK):
        if start := piece.lstrip(_BLANKS):
            return start
    return ""


def _not_a_sitemap(text: str) -> str:
    if not text:
        return "empty body"
    if HTML_START.search(text, 0, LEADING):
        return "an HTML page, not a sitemap"
    return "neither XML nor a list of addresses"


def _read_lines(start: str, text: TextIOWrapper, url: str, damage: str) -> Sitemap:
    found = _Found()
    for line in _words(start, text):
        if found.entries == MOST_LINKS:
            break
        _keep_link(found, ArticleLink(url=absolute(line, url), via="sitemap"))
    return _sitemap(found, damage)


def _words(start: str, text: TextIOWrapper) -> Iterator[str]:
    *whole, held = start.split() if start[-1:].strip() else [*start.split(), ""]
    yield from whole
    while piece := text.read(_CHUNK):
        *whole, held = re.split(r"\s+", held[-_LONGEST_TAG:] + piece)
        yield from filter(None, whole)
    if held:
        yield held


def _read_xml(start: str, text: TextIOWrapper, url: str, damage: str) -> Sitemap:
    found = _Found()
    for element in _elements(_chunks(start, text, found), found):
        if found.entries == MOST_LINKS:
            break
        if local(element) == "url":
            _keep_link(found, _link(element, url))
        else:
            _keep_child(found, element, url)
    return _sitemap(found, damage or _lost(found))


def _elements(chunks: Iterator[str], found: _Found) -> Iterator[etree._Element]:
    """Each `url` and `sitemap` element in turn; one is forgotten when the next is asked for."""
    parser = etree.XMLPullParser(events=("end",), tag=_ENTRIES, recover=True, resolve_entities=False, no_network=True)
    try:
        for chunk in chunks:
            before = found.entries
            parser.feed(mended(chunk).encode(errors="replace"))
            yield from _ended(parser)
            found.marks = marks(chunk) + (found.marks if found.entries == before else 0)
            if found.marks > MOST_MARKS:
                return
        if not found.torn:  # else closing would end a torn entry as if its address were whole
            parser.close()
    except etree.XMLSyntaxError:  # what could not be read is counted against what was written
        deque(chunks, maxlen=0)
        return
    yield from _ended(parser)


def _chunks(start: str, text: TextIOWrapper, found: _Found) -> Iterator[str]:
    """The text from its root on, cut only behind tags, so that no entity is torn; counts what is written in it."""
    held = start
    while piece := text.read(_CHUNK):
        end = held.rfind(">") + 1 or (len(held) if len(held) > _LONGEST_TAG else 0)
        if end:
            yield _noted(held[:end], found)
        held = held[end:] + piece
    found.torn = not held.rstrip().endswith(">")
    yield _noted(held, found)


def _noted(chunk: str, found: _Found) -> str:
    found.written += sum(1 for _ in _ENTRY.finditer(chunk))
    return chunk


def _ended(parser: etree.XMLPullParser[etree._Element]) -> Iterator[etree._Element]:
    for _, element in parser.read_events():
        yield element
        _forget(element)


def _forget(element: etree._Element) -> None:
    element.clear()
    for one in (element, *element.iterancestors()):
        parent = one.getparent()
        while parent is not None and one.getprevious() is not None:
            del parent[0]


def _link(element: etree._Element, url: str) -> ArticleLink:
    parts = _parts(element)
    news = next((child for child in element if local(child) == "news"), None)
    about = _parts(news) if news is not None else {}
    return ArticleLink(
        url=absolute(parts.get("loc", ""), url),
        via="sitemap" if news is None else "news-sitemap",
        title=plain(about.get("title", "")),
        published=moment(about.get("publication_date", "")),
        modified=moment(parts.get("lastmod", "")),
        language=about.get("language", ""),
    )


def _parts(element: etree._Element) -> dict[str, str]:
    """The texts within an element by name, the first of each; those of a `news:publication` included."""
    found: dict[str, str] = {}
    for part in element:
        if local(part) == "publication":
            found = _parts(part) | found
        else:
            found.setdefault(local(part), inner_text(part))
    return found


def _keep_link(found: _Found, link: ArticleLink) -> None:
    found.entries += 1
    if link.url:
        found.links.setdefault(link.url, link)
    else:
        found.unusable += 1


def _keep_child(found: _Found, element: etree._Element, url: str) -> None:
    found.entries += 1
    parts = _parts(element)
    child = SitemapRef(url=absolute(parts.get("loc", ""), url), modified=moment(parts.get("lastmod", "")))
    if child.url and child.url != url:
        found.children.setdefault(child.url, child)
    else:
        found.unusable += 1


def _lost(found: _Found) -> str:
    if found.marks > MOST_MARKS:
        return f"more than {MOST_MARKS} tags and attributes around an entry, cut after {found.entries} entries"
    if found.entries < min(found.written, MOST_LINKS):
        return f"damaged XML, {found.entries} of {found.written} entries read"
    return ""


def _sitemap(found: _Found, damage: str) -> Sitemap:
    return Sitemap(
        links=tuple(found.links.values()),
        children=tuple(found.children.values()),
        news=any(link.via == "news-sitemap" for link in found.links.values()),
        problem="; ".join(filter(None, (damage, _left_out(found)))),
    )


def _left_out(found: _Found) -> str:
    if not found.entries:
        return "no entries"
    if found.entries == MOST_LINKS:
        return f"only the first {MOST_LINKS} entries read"
    return f"{found.unusable} of {found.entries} entries without a usable address" if found.unusable else ""
