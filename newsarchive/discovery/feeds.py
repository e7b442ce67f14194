"""Feeds: RSS 0.9x to 2.0, RDF, Atom and JSON Feed, also damaged ones."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from newsarchive.article import ArticleLink
from newsarchive.discovery.dates import moment
from newsarchive.discovery.entries import MOST_ENTRIES, Entry, entries_in_pieces, entries_of_tree, head_of, heading
from newsarchive.discovery.json_feeds import read_json_feed
from newsarchive.discovery.markup import (
    HTML_START,
    LEADING,
    SITEMAP_START,
    absolute,
    bounded,
    decoded,
    plain,
    strict_tree,
    unpacked,
)

_LARGEST = 16  # MiB
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_XML_START = re.compile(r"<(?:\?xml\s|!DOCTYPE)", re.IGNORECASE)
_LONGEST_TITLE = 1000
_LONGEST_DESCRIPTION = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed holds; `problem` says why it gave nothing, or what was damaged or left out, else it is empty."""

    links: tuple[ArticleLink, ...] = ()
    title: str = ""
    language: str = ""
    problem: str = ""


def read_feed(body: bytes, url: str) -> Feed:
    """The article links of a feed fetched from `url`, with `via="feed"`; never raises.

    Entries without a usable http(s) address are left out and counted in `problem`. An entry's only date
    counts as its publication date.
    """
    body, damage = unpacked(body, mebibytes=_LARGEST)
    text = decoded(body).strip()
    if text.startswith(("{", "[")):
        title, language, entries, problem = read_json_feed(text)
        return _feed(entries, url, heading=(title, language), damage=damage or problem)
    start = _FEED.search(text, 0, LEADING)
    if not start or HTML_START.search(text, 0, start.start()):
        return Feed(problem=damage or _not_a_feed(text))
    return _read_xml(text, start.start(), url, damage)


def _not_a_feed(text: str) -> str:
    if not text:
        return "empty body"
    if SITEMAP_START.search(text, 0, LEADING):
        return "a sitemap, not a feed"
    if HTML_START.search(text, 0, LEADING):
        return "an HTML page, not a feed"
    return "neither RSS, Atom nor JSON Feed"


def _read_xml(text: str, start: int, url: str, damage: str) -> Feed:
    text, cut = bounded(text)
    damage = damage or cut
    begin = _XML_START.search(text, 0, start)
    root = strict_tree(text[begin.start() if begin else start :], url)
    if root is not None:
        return _feed(entries_of_tree(root), url, heading=heading(root), damage=damage)
    head = head_of(text[start:])
    found = heading(head) if head is not None else ("", "")
    return _feed(entries_in_pieces(text[start:]), url, heading=found, damage=damage or "damaged XML, read in pieces")


def _feed(entries: Iterable[Entry], url: str, *, heading: tuple[str, str], damage: str) -> Feed:
    seen = list(islice(entries, MOST_ENTRIES))
    links = [link for entry in seen if (link := _link(entry, url))]
    unique = {link.url: link for link in reversed(links)}
    title, language = heading
    return Feed(
        links=tuple(link for link in links if unique[link.url] is link),
        title=plain(title),
        language=language,
        problem="; ".join(filter(None, (damage, _left_out(len(seen), len(links))))),
    )


def _left_out(seen: int, kept: int) -> str:
    if not seen:
        return "no entries"
    if seen == MOST_ENTRIES:
        return f"only the first {MOST_ENTRIES} entries read"
    return f"{seen - kept} of {seen} entries without a usable address" if kept < seen else ""


def _link(entry: Entry, url: str) -> ArticleLink | None:
    address = next(filter(None, (absolute(link, entry.base or url) for link in entry.links)), "")
    if not address:
        return None
    return ArticleLink(
        url=address,
        via="feed",
        title=plain(entry.title)[:_LONGEST_TITLE],
        description=plain(entry.description)[:_LONGEST_DESCRIPTION],
        published=moment(entry.published),
        modified=moment(entry.modified),
        language=entry.language,
    )
