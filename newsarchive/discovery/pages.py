"""Front and section pages: the feeds they declare and the articles they link to."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from w3lib.encoding import html_to_unicode

from newsarchive.article import ArticleLink
from newsarchive.discovery.addresses import USUAL_FEED_PATHS, USUAL_SITEMAP_PATHS, looks_like_article
from newsarchive.discovery.markup import absolute, bounded, plain

__all__ = ["USUAL_FEED_PATHS", "USUAL_SITEMAP_PATHS", "FrontPage", "looks_like_article", "read_front_page"]

MOST_LINKS = 5000
_LONGEST_TITLE = 500
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json"}
)
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|/replies", re.IGNORECASE)
_WORDPRESS_API = re.compile(r"/wp-json/|/oembed")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ARTICLE_TYPES = frozenset(
    {
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "LiveBlogPosting",
        "BlogPosting",
        "Article",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """What a page says about where articles are.

    `feeds` are those it declares, without comment feeds; `canonical` is its own address by its own account, or
    empty; `links` are its anchors in page order, each address once, with the anchor's text as title and
    `via="page"`; `is_article` says that the page declares itself to be one article; `problem` says what was cut.
    """

    feeds: tuple[str, ...] = ()
    canonical: str = ""
    links: tuple[ArticleLink, ...] = ()
    is_article: bool = False
    problem: str = ""


def read_front_page(body: bytes, url: str) -> FrontPage:
    """The feeds and links of an HTML page fetched from `url`; never raises."""
    text, cut = bounded(html_to_unicode(None, body)[1])
    root = _tree(text)
    if root is None:
        return FrontPage(problem=cut)
    base = absolute(next((str(tag.get("href")) for tag in root.iter("base") if tag.get("href")), ""), url) or url
    declared = [link for link in root.iter("link") if link.get("href")]
    return FrontPage(
        feeds=tuple(dict.fromkeys(_feeds(declared, base))),
        canonical=next((absolute(link.get("href", ""), base) for link in declared if "canonical" in _rels(link)), ""),
        links=tuple(_links(root, base, url)),
        is_article=_declares_article(root),
        problem=cut,
    )


def _tree(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(_CONTROL.sub("", text).encode(errors="replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _rels(link: etree._Element) -> list[str]:
    return link.get("rel", "").lower().split()


def _feeds(declared: list[etree._Element], base: str) -> Iterator[str]:
    for link in declared:
        kind = link.get("type", "").partition(";")[0].strip().lower()
        href = link.get("href", "")
        about = f"{href} {link.get('title', '')}"
        is_other = _COMMENTS.search(about) or _WORDPRESS_API.search(href)
        if "alternate" in _rels(link) and kind in _FEED_TYPES and not is_other and (address := absolute(href, base)):
            yield address


def _links(root: etree._Element, base: str, url: str) -> Iterator[ArticleLink]:
    """Each address once; where several anchors lead to it, text counts before pictures."""
    anchors: dict[str, list[etree._Element]] = {}
    own = absolute(url, url)
    for anchor in root.iter("a"):
        address = absolute(anchor.get("href", ""), base)
        if address and address != own and (address in anchors or len(anchors) < MOST_LINKS):
            anchors.setdefault(address, []).append(anchor)
    for address, leading in anchors.items():
        yield ArticleLink(url=address, via="page", title=_title(leading)[:_LONGEST_TITLE])


def _title(anchors: list[etree._Element]) -> str:
    texts = (part(anchor) for part in (_text, _spoken, _alternative) for anchor in anchors)
    return next(filter(None, texts), "")


def _text(anchor: etree._Element) -> str:
    return " ".join("".join(str(part) for part in anchor.itertext()).split())


def _spoken(anchor: etree._Element) -> str:
    return plain(anchor.get("title") or anchor.get("aria-label") or "")


def _alternative(anchor: etree._Element) -> str:
    return next((plain(image.get("alt", "")) for image in anchor.iter("img") if image.get("alt")), "")


def _declares_article(root: etree._Element) -> bool:
    kinds = (meta.get("content", "") for meta in root.iter("meta") if meta.get("property", "").lower() == "og:type")
    if any(kind.strip().lower() == "article" for kind in kinds):
        return True
    return sum(1 for thing in _things(root) if _types(thing) & _ARTICLE_TYPES) == 1


def _things(root: etree._Element) -> Iterator[dict[str, Any]]:
    """The main entities of a page's JSON-LD: what stands at the top, in an array or in `@graph`."""
    for script in root.iter("script"):
        if script.get("type", "").strip().lower() == "application/ld+json":
            yield from _tops(_loaded(script.text or ""))


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _tops(found: object) -> Iterator[dict[str, Any]]:
    if isinstance(found, list):
        yield from (thing for thing in found if isinstance(thing, dict))
    elif isinstance(found, dict):
        graph = found.get("@graph")
        yield from _tops(graph) if isinstance(graph, list) else iter([found])


def _types(thing: dict[str, Any]) -> set[str]:
    kinds = thing.get("@type")
    return {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}
