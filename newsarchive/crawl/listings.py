"""Feeds, sitemaps and section pages in a crawl: asked for, counted, and read for what they list."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from newsarchive import clock
from newsarchive.article import ArticleLink
from newsarchive.crawl.validators import NOT_MODIFIED, conditional, validators
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.sitemaps import SitemapRef, read_sitemap
from newsarchive.rights.optout import OPTED_OUT
from newsarchive.spool.listings import ListingCopy

if TYPE_CHECKING:
    from newsarchive.crawl.spider import NewsSpider

T = TypeVar("T")
_DEEPEST_SITEMAP = 3
_MOST_LISTINGS = 500  # that one site may lead to in a run; what it declares is always asked for
_NEWEST_SITEMAPS = 3
_MOST_UNDATED_LINKS = 1000
_PRIORITY, _SITEMAP_PRIORITY = 20, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page that lists article links: `kind` is feed, sitemap or page; a probe may well not exist."""

    kind: str
    site: str
    depth: int = 0
    probe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a listing gave: article links, and the addresses of the listings `below` it that are worth a fetch."""

    links: tuple[ArticleLink, ...] = ()
    addresses: tuple[str, ...] = ()
    below: Listing


class Listings:
    """The listings of a crawl."""

    def __init__(self, spider: "NewsSpider") -> None:
        self._spider = spider
        self._session = spider.session
        self._led_to: Counter[str] = Counter()

    async def request(self, url: str, listing: Listing) -> Request:
        """Return the request for a listing, conditional if it has been fetched before."""
        stored = await self._session.intake.listing(url)
        return Request(
            url,
            callback=self._spider.parse_listing,
            errback=self._spider.listing_failed,
            headers=conditional(stored),
            meta={"listing": listing, "handle_httpstatus_list": [NOT_MODIFIED], "listed_as": url},
            priority=_SITEMAP_PRIORITY if listing.kind == "sitemap" else _PRIORITY,
        )

    async def body(self, response: Response) -> bytes:
        """Return a listing's bytes, those of the last fetch if it has not been modified; remember new ones."""
        site = response.meta["listing"].site
        self._session.run.readings(site).listed(response.meta.get("download_latency", 0.0))
        if response.status == NOT_MODIFIED:
            return await self._stored_body(response)
        self._counted(site)["fetched"] += 1
        etag, last_modified = validators(response)
        if etag or last_modified:
            url: str = response.meta["listed_as"]
            copy = ListingCopy(url=url, etag=etag, last_modified=last_modified, body=response.body)
            await self._session.intake.keep_listing(copy)
        return response.body

    async def _stored_body(self, response: Response) -> bytes:
        stored = await self._session.intake.listing(response.meta["listed_as"])
        counted = self._counted(response.meta["listing"].site)
        if stored is None:
            counted["failed/http-304"] += 1
            return b""
        counted["not-modified"] += 1
        return stored.body

    async def read(self, response: Response) -> Listed:
        """Return what a feed or sitemap lists."""
        listing: Listing = response.meta["listing"]
        below = replace(listing, depth=listing.depth + 1)
        body = await self.body(response)
        if not body:
            return Listed(below=below)
        if listing.kind == "feed":
            feed = await self.parsed(read_feed, body, response)
            self.note_problem(response, feed.problem)
            return Listed(links=feed.links, below=below)
        sitemap = await self.parsed(read_sitemap, body, response)
        self.note_problem(response, sitemap.problem)
        return Listed(links=_recent(sitemap.links), addresses=self._children(sitemap.children, listing), below=below)

    async def parsed(self, parse: Callable[[bytes, str], T], body: bytes, response: Response) -> T:
        """Return what `parse` reads in a listing; in a thread, and one listing at a time: each may cost 100 MB."""
        async with self._session.reading:
            return await asyncio.to_thread(parse, body, response.url)

    def note_problem(self, response: Response, problem: str) -> None:
        """Say in the report what was wrong with a listing, if anything was."""
        listing: Listing = response.meta["listing"]
        if problem and not listing.probe:
            self._session.run.problems.append(f"{listing.site}: {response.url}: {problem}")

    def _children(self, children: tuple[SitemapRef, ...], listing: Listing) -> tuple[str, ...]:
        """Return the addresses of the sitemaps below an index that are fetched."""
        if listing.depth >= _DEEPEST_SITEMAP:
            self._session.run.tally(listing.site).ignored["listings-depth"] += len(children)
            return ()
        worth = _worth_a_fetch(children, self._spider.arguments.window.since)
        return self.within_bounds([child.url for child in worth], listing.site)

    def within_bounds(self, urls: Sequence[str], site: str) -> tuple[str, ...]:
        """Return as many of the listings that a site leads to as a run asks for; count the others."""
        chosen = tuple(urls[: max(0, _MOST_LISTINGS - self._led_to[site])])
        self._led_to[site] += len(chosen)
        if left := len(urls) - len(chosen):
            self._session.run.tally(site).ignored["listings-count"] += left
        return chosen

    def failed(self, request: Request, reason: str) -> None:
        """Count a listing that could not be fetched."""
        site = request.meta["listing"].site
        if reason == OPTED_OUT:
            self._counted(site)[OPTED_OUT] += 1
            self._session.run.problems.append(f"{site}: {request.url} is opted out of (NEWSARCHIVE_OPT_OUT)")
            return
        self._counted(site)[f"failed/{reason}"] += 1
        self._session.run.readings(site).example(f"listings/failed/{reason}", request.url)

    def _counted(self, site: str) -> Counter[str]:
        return self._session.run.tally(site).listings


def _recent(links: tuple[ArticleLink, ...]) -> tuple[ArticleLink, ...]:
    """Return the links of a news sitemap; of another sitemap, which may go back years, the newest."""
    if all(link.via == "news-sitemap" for link in links):
        return links
    return tuple(sorted(links, key=lambda link: link.modified or link.published, reverse=True))[:_MOST_UNDATED_LINKS]


def _worth_a_fetch(children: tuple[SitemapRef, ...], since: datetime | None) -> list[SitemapRef]:
    """Return the sitemaps modified after `since`; without it, the news sitemaps and the newest few of the others."""
    newest_first = sorted(children, key=lambda child: child.modified, reverse=True)
    if since:
        start = clock.stamp(since)
        return [c for c in newest_first if not c.modified or c.modified >= start[: len(c.modified)]]
    news = [c for c in newest_first if "news" in urlsplit(c.url).path.lower()]
    return news + [c for c in newest_first if c not in news][:_NEWEST_SITEMAPS]
