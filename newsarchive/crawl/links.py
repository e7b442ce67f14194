"""Article links in a crawl: which are worth a fetch, which are under way, and which are left to the next run."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from scrapy import Request

from newsarchive import clock
from newsarchive.article import ArticleLink
from newsarchive.crawl import failures
from newsarchive.crawl.budget import BUDGET
from newsarchive.crawl.leftovers import KEPT
from newsarchive.crawl.validators import NOT_MODIFIED, conditional
from newsarchive.rights.optout import OPTED_OUT
from newsarchive.spool.seen import Seen
from newsarchive.urls import is_web, url_key

if TYPE_CHECKING:
    from newsarchive.crawl.spider import NewsSpider

_PRIORITY = 10
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Found:
    """An article link with its site, its URL key and what earlier runs know of it."""

    link: ArticleLink
    site: str
    key: str
    seen: Seen | None


class Links:
    """The article links of a crawl."""

    def __init__(self, spider: "NewsSpider") -> None:
        self._spider = spider
        self._session = spider.session
        self._open: dict[str, Found] = {}
        self._left: dict[str, tuple[str, ArticleLink]] = {}
        self._scheduled: Counter[str] = Counter()

    async def requests(self, links: Iterable[ArticleLink], *, listed_by: str = "") -> AsyncIterator[Request]:
        """Yield requests for the links that are new in this run and worth a fetch; count every one.

        A link that leads off every site counts for the site `listed_by`, by default that of the spider's own name.
        """
        ordered = sorted(links, key=lambda link: link.published, reverse=True)
        for start in range(0, len(ordered), _CHUNK):
            if self._session.stop.asked:
                return
            async for request in self._chunk_requests(ordered[start : start + _CHUNK], listed_by or self._spider.name):
                yield request

    async def _chunk_requests(self, links: list[ArticleLink], listed_by: str) -> AsyncIterator[Request]:
        found = await self._find(links, listed_by)
        erased = await self._session.intake.find_erased(one.key for one in found)
        found.sort(key=lambda one: one.seen is not None)  # what is new comes before what is fetched again
        for one in found:
            tally = self._session.run.tally(one.site)
            tally.discovered += 1
            if reason := self._why_skipped(one, is_erased=one.key in erased):
                tally.skipped[reason] += 1
                self._leave(one, reason)
            else:
                yield self._request(one)
        if self._left:
            await asyncio.to_thread(self._session.keep_leftovers, self._take_left())

    async def _find(self, links: list[ArticleLink], listed_by: str) -> list[Found]:
        """Return the article links that are new in this run."""
        keyed = [(link, site, url_key(link.url)) for link in links if (site := self._site(link, listed_by))]
        new = [entry for entry in keyed if self._session.discover(entry[2])]
        known = await self._session.intake.look_up(key for _, _, key in new)
        return [Found(link, site, key, known.get(key)) for link, site, key in new]

    def _site(self, link: ArticleLink, listed_by: str) -> str:
        """Return the site of an article link; `""` for a link that is none, which is counted if a listing gave it."""
        if not is_web(link.url):
            return ""
        site = self._spider.site_of(link.url)
        if site and (link.via == "url-list" or self._spider.is_article_url(link)):
            return site
        if link.via != "page":
            self._session.run.tally(site or listed_by).ignored["pattern" if site else "offsite"] += 1
            if not site:
                self._session.run.readings(listed_by).led_off(link.url)
        return ""

    def _why_skipped(self, found: Found, *, is_erased: bool) -> str:
        """Return why a link is not fetched, `""` if it is."""
        if is_erased or found.site in self._session.erased_sites:
            return "erased"
        if self._session.options.opt_out.covers(found.link.url):
            return OPTED_OUT
        if not self._spider.arguments.window.admits(found.link.published) or self._is_old(found.link):
            return "out-of-window"
        return self._why_not_now(found)

    def _why_not_now(self, found: Found) -> str:
        now = clock.now().timestamp()
        asked_for = found.link.via == "url-list"
        if found.seen and not asked_for and not found.seen.is_due(found.link, now, self._spider.revisits):
            return "known"
        limit, scheduled = self._spider.arguments.limit, self._scheduled[found.site]
        if limit is not None and scheduled >= limit:
            return "limit"
        return BUDGET if self._spider.budget.is_spent(scheduled) else ""

    def _is_old(self, link: ArticleLink) -> bool:
        """Tell whether a link without a publication date was last modified before the crawl's window."""
        since = self._spider.arguments.window.since
        if since is None or link.published or not link.modified:
            return False
        return link.modified < clock.stamp(since)[: len(link.modified)]

    def _request(self, found: Found) -> Request:
        self._scheduled[found.site] += 1
        self._open[found.key] = found
        meta = {"link": found.link, "site": found.site, "key": found.key, "seen": found.seen}
        return Request(
            urldefrag(found.link.url).url,
            callback=self._spider.parse_article,
            errback=self._spider.article_failed,
            headers=conditional(found.seen if found.seen and found.seen.id else None),
            meta={**meta, "handle_httpstatus_list": [NOT_MODIFIED]},
            dont_filter=True,
            priority=_PRIORITY,
        )

    def take(self, key: str) -> Found | None:
        """Return the link that was under way and has now been answered or has failed; None if that is known already."""
        return self._open.pop(key, None)

    def failed(self, found: Found, request: Request, *, kind: str, reason: str) -> None:
        """Count a page that could not be fetched, as skipped or failed."""
        getattr(self._session.run.tally(found.site), kind)[reason] += 1
        self._leave(found, reason)
        readings = self._session.run.readings(found.site)
        readings.example(f"{kind}/{reason}", request.url)
        if reason == "offsite":
            readings.led_off(request.url)

    def _leave(self, found: Found, reason: str) -> None:
        """Note a link that the next run is to take up; what is archived already need not be fetched again then."""
        if reason in KEPT and self._spider.keeps_leftovers and not (found.seen and found.seen.id):
            self._left[found.key] = found.site, found.link

    def _take_left(self) -> list[tuple[str, ArticleLink]]:
        left, self._left = self._left, {}
        return list(left.values())

    def keep_left(self) -> None:
        """Keep what is left for the next run."""
        self._session.keep_leftovers(self._take_left())

    def count_stopped(self) -> None:
        """Count what a stop has left unfetched."""
        for found in self._open.values():
            self._session.run.tally(found.site).skipped[failures.STOPPED] += 1
            self._leave(found, failures.STOPPED)
        self._open.clear()
        self.keep_left()
