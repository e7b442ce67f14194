"""What the demo's outlets list their articles in: RSS, Atom, JSON Feed, news sitemap, robots.txt."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

from lxml import etree
from lxml.builder import E, ElementMaker

from newsarchive.demo.content import DemoArticle, DemoSite

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
RSS_TYPE = "application/rss+xml; charset=utf-8"
XML_TYPE = "application/xml; charset=utf-8"
NEWS_DAYS = 2
"""News sitemaps hold the articles of two days; older ones move to the archive sitemap."""

_ATOM = ElementMaker(namespace=ATOM, nsmap={None: ATOM})
_MAP = ElementMaker(namespace=SITEMAP, nsmap={None: SITEMAP, "news": NEWS})
_NEWS = ElementMaker(namespace=NEWS)
_DC = ElementMaker(namespace=DUBLIN_CORE, nsmap={"dc": DUBLIN_CORE})

Listing = tuple[str, bytes]
"""Content type and body."""


def listings(site: DemoSite, base: str, listed: Sequence[DemoArticle]) -> Mapping[str, Listing]:
    """The outlet's feed, or its sitemap index and the sitemaps under it, by path."""
    if site.listing == "sitemap":
        return _sitemaps(site, base, listed)
    make = {"rss": _rss, "atom": _atom, "json": _json_feed}[site.listing]
    return {site.listing_path: make(site, base, listed)}


def robots(base: str, sites: Sequence[DemoSite]) -> str:
    """robots.txt: one forbidden folder, and where the sitemaps are."""
    maps = [f"Sitemap: {base}{site.listing_path}" for site in sites if site.listing == "sitemap"]
    return "\n".join(["User-agent: *", "Disallow: /private/", "", *maps, ""])


def newest(listed: Sequence[DemoArticle]) -> datetime:
    """When the latest change was made to any of them."""
    return max(article.modified for article in listed)


def _rss(site: DemoSite, base: str, listed: Sequence[DemoArticle]) -> Listing:
    items = [
        E.item(
            E.title(article.title),
            E.link(f"{base}{article.path}"),
            E.guid(f"{base}{article.path}"),
            E.description(article.standfirst),
            E.pubDate(format_datetime(article.published)),
            *(_DC.creator(name) for name in article.authors),
            *(E.category(tag) for tag in article.tags),
        )
        for article in listed
    ]
    channel = E.channel(
        E.title(site.publisher),
        E.link(f"{base}{site.home}"),
        E.description(site.tagline),
        E.language(site.language),
        E.lastBuildDate(format_datetime(newest(listed))),
        *items,
    )
    return RSS_TYPE, _serialise(E.rss(channel, version="2.0"))


def _atom(site: DemoSite, base: str, listed: Sequence[DemoArticle]) -> Listing:
    entries = [
        _ATOM.entry(
            _ATOM.id(f"{base}{article.path}"),
            _ATOM.title(article.title),
            _ATOM.link(rel="alternate", type="text/html", href=f"{base}{article.path}"),
            _ATOM.published(article.published.isoformat()),
            _ATOM.updated(article.modified.isoformat()),
            *(_ATOM.author(_ATOM.name(name)) for name in article.authors),
            *(_ATOM.category(term=tag) for tag in article.tags),
            _ATOM.summary(article.standfirst),
        )
        for article in listed
    ]
    feed = _ATOM.feed(
        _ATOM.id(f"{base}{site.home}"),
        _ATOM.title(site.publisher),
        _ATOM.subtitle(site.tagline),
        _ATOM.link(rel="self", href=f"{base}{site.listing_path}"),
        _ATOM.updated(newest(listed).isoformat()),
        *entries,
    )
    return "application/atom+xml; charset=utf-8", _serialise(feed)


def _json_feed(site: DemoSite, base: str, listed: Sequence[DemoArticle]) -> Listing:
    items = [
        {
            "id": f"{base}{article.path}",
            "url": f"{base}{article.path}",
            "title": article.title,
            "content_text": article.standfirst or article.title,
            "date_published": article.published.isoformat(),
            "date_modified": article.modified.isoformat(),
            "authors": [{"name": name} for name in article.authors],
            "tags": list(article.tags),
        }
        for article in listed
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.publisher,
        "home_page_url": f"{base}{site.home}",
        "feed_url": f"{base}{site.listing_path}",
        "language": site.language,
        "items": items,
    }
    return "application/feed+json; charset=utf-8", json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _sitemaps(site: DemoSite, base: str, listed: Sequence[DemoArticle]) -> Mapping[str, Listing]:
    limit = newest(listed) - timedelta(days=NEWS_DAYS)
    recent = [article for article in listed if article.published >= limit]
    older = [article for article in listed if article.published < limit]
    paths = {f"{site.home}news-sitemap.xml": recent, f"{site.home}archive-sitemap.xml.gz": older}
    index = _MAP.sitemapindex(
        *(
            _MAP.sitemap(_MAP.loc(f"{base}{path}"), _MAP.lastmod(newest(part).isoformat()))
            for path, part in paths.items()
        )
    )
    news, archive = (_serialise(_urlset(base, part, recent)) for part in paths.values())
    news_path, archive_path = paths
    return {
        site.listing_path: (XML_TYPE, _serialise(index)),
        news_path: (XML_TYPE, news),
        archive_path: ("application/gzip", gzip.compress(archive, mtime=0)),
    }


def _urlset(base: str, part: Sequence[DemoArticle], recent: Sequence[DemoArticle]) -> etree._Element:
    return _MAP.urlset(
        *(
            _MAP.url(
                _MAP.loc(f"{base}{article.path}"),
                _MAP.lastmod(article.modified.isoformat()),
                *([_news(article)] if article in recent else []),
            )
            for article in part
        )
    )


def _news(article: DemoArticle) -> etree._Element:
    return _NEWS.news(
        _NEWS.publication(_NEWS.name(article.site.publisher), _NEWS.language(article.site.language)),
        _NEWS.publication_date(article.published.isoformat()),
        _NEWS.title(article.title),
        _NEWS.keywords(", ".join(article.tags)),
    )


def _serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
