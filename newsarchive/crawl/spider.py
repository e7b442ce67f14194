"""The spider of a declared site: from feeds, sitemaps and section pages to articles."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from newsarchive import clock
from newsarchive.article import Article, ArticleLink, Hints
from newsarchive.crawl import failures
from newsarchive.crawl.arguments import COMMON, Arguments, parse
from newsarchive.crawl.budget import BUDGET, Budget
from newsarchive.crawl.leftovers import KEPT, TakingUp
from newsarchive.crawl.pages import capture_of
from newsarchive.crawl.rights import said_of
from newsarchive.crawl.session import Session
from newsarchive.crawl.tally import Tally
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.sitemaps import SitemapRef, read_sitemap
from newsarchive.errors import NewsarchiveError, NotAnArticleError
from newsarchive.neardup.labels import with_extra
from newsarchive.raw.capture import Packed, pack
from newsarchive.raw.kinds import charset, is_html
from newsarchive.rights.optout import OPTED_OUT
from newsarchive.rights.policy import Policy
from newsarchive.spool.listings import ListingCopy
from newsarchive.spool.seen import Seen
from newsarchive.urls import canonical_url, is_web, url_key
from newsarchive.watch.readings import Readings

_NOT_MODIFIED = 304
_DEEPEST_SITEMAP = 3
_MOST_SITEMAPS = 500
_NEWEST_SITEMAPS = 3
_MOST_UNDATED_LINKS = 1000
_LISTING_PRIORITY, _ARTICLE_PRIORITY, _SITEMAP_PRIORITY = 20, 10, 5
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page that lists article links: `kind` is feed, sitemap or page; a probe may well not exist."""

    kind: str
    site: str
    depth: int = 0
    probe: bool = False


class NewsSpider(Spider):
    """What every spider here does: listings to links, links to pages, pages to articles, each of them counted."""

    known_arguments: ClassVar[frozenset[str]] = COMMON
    max_pages: ClassVar[int] = 0
    max_minutes: ClassVar[float] = 0
    keeps_leftovers: ClassVar[bool] = True
    session: Session
    arguments: Arguments
    budget: Budget
    taking_up: TakingUp

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Return the spider with its arguments parsed."""
        spider = super().from_crawler(crawler, *args)
        spider.arguments = cls.parse_arguments(given)
        spider.budget = Budget(
            pages=spider.arguments.max_pages or cls.max_pages, minutes=spider.arguments.max_minutes or cls.max_minutes
        )
        spider.session = Session.of(crawler)
        spider.taking_up = TakingUp(spider)
        if spider.takes_all:
            crawler.signals.connect(spider.taking_up.spider_idle, signals.spider_idle)
        spider.session.at_end(spider.count_stopped)
        return spider

    @classmethod
    def parse_arguments(cls, given: Mapping[str, str]) -> Arguments:
        """Return the arguments given; UsageError if one is unknown or malformed, or if the site cannot do with it."""
        parsed = parse(given, known=cls.known_arguments, now=clock.now())
        cls.check_arguments(parsed)
        return parsed

    @classmethod
    def check_arguments(cls, parsed: Arguments) -> None:
        """Raise UsageError for arguments that this spider cannot do with."""

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Scrapy's signature
        super().__init__(name, **kwargs)
        self._open: dict[str, tuple[str, ArticleLink, Seen | None]] = {}
        self._left: dict[str, tuple[str, ArticleLink]] = {}
        self._scheduled: Counter[str] = Counter()
        self._sitemaps = 0
        self.addresses: dict[str, list[Seen]] = {}
        self._pages: dict[str, list[Packed]] = {}
        self.sketches: dict[str, bytes] = {}

    async def start(self) -> AsyncIterator[Request]:
        """Yield the first requests, once the extraction workers are ready: pages need not wait in memory for them."""
        try:
            if self.name in self.session.erased_sites:
                self.session.run.problems.append(f"{self.name}: not crawled: the site has been erased")
                return
            await self.session.pool.start()
        except NewsarchiveError as error:
            self.session.fail(error)
            return
        async for request in self.first_requests():
            yield request

    # --- what a kind of spider decides

    def first_requests(self) -> AsyncIterator[Request]:
        """Yield the requests that a crawl begins with."""
        raise NotImplementedError

    def site_of(self, url: str) -> str:
        """Return the name of the site an article address belongs to, or `""` with the link to be ignored."""
        raise NotImplementedError

    def is_article_url(self, link: ArticleLink) -> bool:
        """Tell whether a link of the site is one to an article."""
        raise NotImplementedError

    def hints(self, site: str, link: ArticleLink, url: str) -> Hints:
        """Return what is known about a page beside its bytes."""
        raise NotImplementedError

    @property
    def policy(self) -> Policy:
        """What of the publishers' signals is obeyed."""
        return self.session.options.policy

    # --- listings

    def tally(self, site: str) -> Tally:
        """Return the counters of a site."""
        return self.session.run.tally(site)

    def readings(self, site: str) -> Readings:
        """Return what is read off a site's articles and pages."""
        return self.session.run.readings(site)

    async def listing_request(self, url: str, listing: Listing) -> Request:
        """Return the request for a listing, conditional if it has been fetched before."""
        stored = await self.session.intake.listing(url)
        headers = _conditional(stored)
        priority = _SITEMAP_PRIORITY if listing.kind == "sitemap" else _LISTING_PRIORITY
        meta = {"listing": listing, "handle_httpstatus_list": [_NOT_MODIFIED], "listed_as": url}
        return Request(
            url, callback=self.parse_listing, errback=self.listing_failed, headers=headers, meta=meta, priority=priority
        )

    async def listing_body(self, response: Response) -> bytes:
        """Return a listing's bytes, those of the last fetch if it has not been modified; remember new ones."""
        listing: Listing = response.meta["listing"]
        self.readings(listing.site).listed(response.meta.get("download_latency", 0.0))
        if response.status == _NOT_MODIFIED:
            stored = await self.session.intake.listing(response.meta["listed_as"])
            if stored is None:
                self.tally(listing.site).listings["failed/http-304"] += 1
                return b""
            self.tally(listing.site).listings["not-modified"] += 1
            return stored.body
        self.tally(listing.site).listings["fetched"] += 1
        etag, last_modified = _validators(response)
        if etag or last_modified:
            url: str = response.meta["listed_as"]
            copy = ListingCopy(url=url, etag=etag, last_modified=last_modified, body=response.body)
            await self.session.intake.keep_listing(copy)
        return response.body

    async def parse_listing(self, response: Response) -> AsyncIterator[Request]:
        """Yield requests for the articles a feed or sitemap lists, and for the sitemaps below it."""
        listing: Listing = response.meta["listing"]
        body = await self.listing_body(response)
        if not body:
            return
        if listing.kind == "feed":
            feed = await asyncio.to_thread(read_feed, body, response.url)
            self._note_problem(response, feed.problem)
            links: tuple[ArticleLink, ...] = feed.links
        else:
            sitemap = await asyncio.to_thread(read_sitemap, body, response.url)
            self._note_problem(response, sitemap.problem)
            links = self._recent(sitemap.links)
            for child in self._children(sitemap.children, listing):
                yield await self.listing_request(child.url, replace(listing, depth=listing.depth + 1))
        async for request in self.article_requests(links):
            yield request

    def _note_problem(self, response: Response, problem: str) -> None:
        listing: Listing = response.meta["listing"]
        if problem and not listing.probe:
            self.session.run.problems.append(f"{listing.site}: {response.url}: {problem}")

    def _recent(self, links: tuple[ArticleLink, ...]) -> tuple[ArticleLink, ...]:
        if all(link.via == "news-sitemap" for link in links):
            return links
        return tuple(sorted(links, key=lambda link: link.modified or link.published, reverse=True))[
            :_MOST_UNDATED_LINKS
        ]

    def _children(self, children: tuple[SitemapRef, ...], listing: Listing) -> list[SitemapRef]:
        """Return the sitemaps below an index that are worth fetching.

        With `since`, those modified after it; without, the news sitemaps and the newest few of the others.
        """
        if listing.depth >= _DEEPEST_SITEMAP:
            return []
        newest_first = sorted(children, key=lambda child: child.modified, reverse=True)
        if self.arguments.window.since:
            since = clock.stamp(self.arguments.window.since)
            chosen = [c for c in newest_first if not c.modified or c.modified >= since[: len(c.modified)]]
        else:
            news = [c for c in newest_first if "news" in urlsplit(c.url).path.lower()]
            chosen = news + [c for c in newest_first if c not in news][:_NEWEST_SITEMAPS]
        chosen = chosen[: max(0, _MOST_SITEMAPS - self._sitemaps)]
        self._sitemaps += len(chosen)
        return chosen

    def listing_failed(self, failure: Any) -> None:  # noqa: ANN401 - Twisted's Failure, with Scrapy's request on it
        """Count a listing that could not be fetched."""
        listing: Listing = failure.request.meta["listing"]
        if listing.probe:
            return
        reason = self._reason(failure)
        if reason == OPTED_OUT:
            self.tally(listing.site).listings[OPTED_OUT] += 1
            self.session.run.problems.append(
                f"{listing.site}: {failure.request.url} is opted out of (NEWSARCHIVE_OPT_OUT)"
            )
            return
        self.tally(listing.site).listings[f"failed/{reason}"] += 1
        self.readings(listing.site).example(f"listings/failed/{reason}", failure.request.url)

    # --- article links

    async def article_requests(self, links: Iterable[ArticleLink]) -> AsyncIterator[Request]:
        """Yield requests for the links that are new in this run and worth a fetch; count every one."""
        ordered = sorted(links, key=lambda link: link.published, reverse=True)
        for start in range(0, len(ordered), _CHUNK):
            if self.session.stop.asked:
                return
            async for request in self._chunk_requests(ordered[start : start + _CHUNK]):
                yield request

    async def _chunk_requests(self, links: list[ArticleLink]) -> AsyncIterator[Request]:
        found = [(link, site, url_key(link.url)) for link in links if (site := self._article_site(link))]
        new = [entry for entry in found if self.session.discover(entry[2])]
        known = await self.session.intake.look_up(key for _, _, key in new)
        erased = await self.session.intake.find_erased(key for _, _, key in new)
        new.sort(key=lambda entry: entry[2] in known)  # what is new comes before what is fetched again
        for link, site, key in new:
            self.tally(site).discovered += 1
            if key in erased or site in self.session.erased_sites:
                self.tally(site).skipped["erased"] += 1
            elif self.session.options.opt_out.covers(link.url):
                self.tally(site).skipped[OPTED_OUT] += 1
            elif reason := self._why_skipped(link, site, known.get(key)):
                self.tally(site).skipped[reason] += 1
                self._leave(link, site, key, seen=known.get(key), reason=reason)
            else:
                yield self._article_request(link, site, key, known.get(key))
        if self._left:
            await asyncio.to_thread(self.session.keep_leftovers, self._take_left())

    def _article_site(self, link: ArticleLink) -> str:
        """Return the site of an article link; `""` for a link that is none, which is counted if a listing gave it."""
        if not is_web(link.url):
            return ""
        site = self.site_of(link.url)
        if site and (link.via == "url-list" or self.is_article_url(link)):
            return site
        if link.via != "page":
            self.tally(site or self.name).ignored["pattern" if site else "offsite"] += 1
            if not site:
                self.readings(self.name).led_off(link.url)
        return ""

    def _why_skipped(self, link: ArticleLink, site: str, seen: Seen | None) -> str:
        if not self.arguments.window.admits(link.published) or self._is_old(link):
            return "out-of-window"
        now = clock.now().timestamp()
        if seen and link.via != "url-list" and not seen.is_due(link, now, self.session.options.revisit):
            return "known"
        if self.arguments.limit is not None and self._scheduled[site] >= self.arguments.limit:
            return "limit"
        return BUDGET if self.budget.is_spent(self._scheduled[site]) else ""

    def _is_old(self, link: ArticleLink) -> bool:
        """Tell whether a link without a publication date was last modified before the crawl's window."""
        since = self.arguments.window.since
        if since is None or link.published or not link.modified:
            return False
        return link.modified < clock.stamp(since)[: len(link.modified)]

    def _leave(self, link: ArticleLink, site: str, key: str, *, seen: Seen | None, reason: str) -> None:
        """Note a link that the next run is to take up; what is archived already need not be fetched again then."""
        if reason in KEPT and self.keeps_leftovers and not (seen and seen.id):
            self._left[key] = site, link

    def _take_left(self) -> list[tuple[str, ArticleLink]]:
        left, self._left = self._left, {}
        return list(left.values())

    @property
    def takes_all(self) -> bool:
        """Whether the crawl is a whole one, which takes up what earlier ones have left over."""
        return self.keeps_leftovers and not self.arguments.is_partial

    def _article_request(self, link: ArticleLink, site: str, key: str, seen: Seen | None) -> Request:
        self._scheduled[site] += 1
        self._open[key] = site, link, seen
        return Request(
            urldefrag(link.url).url,
            callback=self.parse_article,
            errback=self.article_failed,
            headers=_conditional(seen if seen and seen.id else None),
            meta={"link": link, "site": site, "key": key, "seen": seen, "handle_httpstatus_list": [_NOT_MODIFIED]},
            dont_filter=True,
            priority=_ARTICLE_PRIORITY,
        )

    # --- articles

    async def parse_article(self, response: Response) -> AsyncIterator[Article]:
        """Yield the article on a page, if it has one."""
        meta = response.meta
        tally = self.tally(meta["site"])
        self._open.pop(meta["key"], None)
        readings = self.readings(meta["site"])
        readings.answered(response.url, meta.get("download_latency", 0.0))
        if response.status == _NOT_MODIFIED:
            await self._note_unchanged(response)
            return
        tally.fetched += 1
        readings.page(response.url)
        fetched_at = clock.now()
        said = said_of(response)
        refusal = self.policy.refusal(said, now=clock.stamp(fetched_at))
        packing = self._packing(response, fetched_at, keep=not refusal and self.policy.keeps_copy(said))
        try:
            article = await self._extract(response, clock.stamp(fetched_at))
        except NotAnArticleError as error:
            if error.reason == failures.STOPPED:
                tally.fetched -= 1
                tally.skipped[error.reason] += 1
                return
            tally.rejected[error.reason] += 1
            readings.example(f"rejected/{error.reason}", response.url)
            self._read_again(response, is_article=False)
            ours = error.reason.startswith("extraction-")
            seen = None if ours else replace(self._fetched(response), etag="", last_modified="")
            await self.session.intake.remember(seen, page=await packing, reason=f"rejected/{error.reason}")
            return
        except Exception:
            tally.rejected["internal-error"] += 1
            raise
        tally.extracted += 1
        readings.compare(article, meta["link"].published)
        self._read_again(response, is_article=True)
        if refusal:
            await self._refuse(article, response, refusal)
            return
        article = with_extra(article, said.as_extra())
        if page := await packing:
            self._pages.setdefault(article.url, []).append(page)
        yield article

    def _read_again(self, response: Response, *, is_article: bool) -> None:
        seen: Seen | None = response.meta["seen"]
        if seen is not None:
            self.readings(response.meta["site"]).again(before=bool(seen.id), now=is_article)

    async def _refuse(self, article: Article, response: Response, reason: str) -> None:
        """Count an article that its publisher reserves; nothing of it stays but when it was looked at."""
        site = response.meta["site"]
        self.tally(site).dropped[reason] += 1
        self.readings(site).article(article, new=False)
        self.readings(site).example(f"dropped/{reason}", response.url)
        self.addresses.pop(response.url, None)
        self.sketches.pop(response.url, None)
        await self.session.intake.remember(replace(self._fetched(response), etag="", last_modified=""))

    async def _note_unchanged(self, response: Response) -> None:
        tally = self.tally(response.meta["site"])
        seen: Seen | None = response.meta["seen"]
        if seen is None or not seen.id:
            tally.failed["http-304"] += 1
            return
        tally.not_modified += 1
        said = said_of(response)
        keep = self.policy.keeps_copy(said) and not self.policy.refusal(said, now=clock.stamp(clock.now()))
        page = await self._packing(response, clock.now(), keep=keep)
        await self.session.intake.remember(self._fetched(response), page=page, reason="not-modified")

    def _packing(self, response: Response, fetched_at: datetime, *, keep: bool) -> Awaitable[Packed | None]:
        """Return the page as it is to be kept, if it is; it is being compressed in a thread meanwhile."""
        loop = asyncio.get_running_loop()
        if not keep or not self.session.options.raw:
            nothing: asyncio.Future[Packed | None] = loop.create_future()
            nothing.set_result(None)
            return nothing
        meta = response.meta
        capture = capture_of(response, meta["link"], meta["site"], run_id=self.session.run.run_id, at=fetched_at)
        return loop.run_in_executor(None, pack, capture)

    def take_page(self, article: Article) -> Packed | None:
        """Return the page that an article was extracted from, once; None if pages are not kept."""
        waiting = self._pages.pop(article.url, [])
        if len(waiting) > 1:
            self._pages[article.url] = waiting[1:]
        return waiting[0] if waiting else None

    async def _extract(self, response: Response, fetched_at: str) -> Article:
        link, site = response.meta["link"], response.meta["site"]
        if not is_html(_content_type(response)):
            raise NotAnArticleError("not-html")
        if response.request is not None and self._led_away(response, link):
            raise NotAnArticleError("redirected-away")
        hints = replace(self.hints(site, link, response.url), charset=charset(_content_type(response)))
        hints = replace(hints, repeated=await self.session.intake.repeated(site))
        article, self.sketches[response.url] = await self.session.pool.extract_sketched(
            response.body, response.url, hints
        )
        canonical = canonical_url(response.url, article.canonical_url)
        self.addresses.setdefault(response.url, []).extend(self._addresses(response))
        return replace(
            article,
            url=response.url,
            canonical_url=canonical,
            site=site,
            crawled_at=fetched_at,
            run_id=self.session.run.run_id,
            discovered_via=link.via,
            http_status=response.status,
        )

    def _led_away(self, response: Response, link: ArticleLink) -> bool:
        """Tell whether a redirect has ended on a page that no article link would have led to."""
        if not response.meta.get("redirect_urls"):
            return False
        home = urlsplit(response.url).path.strip("/") == ""
        return home or (self.is_article_url(link) and not self.is_article_url(replace(link, url=response.url)))

    def _addresses(self, response: Response) -> list[Seen]:
        """Return the link's address and, after a redirect, the page's own, for the seen index.

        Validators belong to the page's own: a link may lead elsewhere tomorrow.
        """
        link = self._fetched(response)
        own = url_key(response.url)
        if link.url_key == own:
            return [link]
        return [replace(link, etag="", last_modified=""), replace(link, url_key=own)]

    def _fetched(self, response: Response) -> Seen:
        before: Seen | None = response.meta["seen"]
        etag, last_modified = _validators(response)
        if before and response.status == _NOT_MODIFIED:
            etag, last_modified = etag or before.etag, last_modified or before.last_modified
        now = clock.now().timestamp()
        return Seen(
            url_key=response.meta["key"],
            id=before.id if before else "",
            etag=etag,
            last_modified=last_modified,
            modified=response.meta["link"].modified,
            first_at=before.first_at if before else now,
            checked_at=now,
            futile=before.futile + before.is_modified(response.meta["link"]) if before else 0,
        )

    def article_failed(self, failure: Any) -> None:  # noqa: ANN401 - as above
        """Count an article page that could not be fetched."""
        meta = failure.request.meta
        if self._open.pop(meta["key"], None) is None:
            return  # the page was fetched; what failed after it is counted there
        counter = self.tally(meta["site"])
        kind = "skipped" if failures.is_policy(failure.value) else "failed"
        reason = self._reason(failure)
        getattr(counter, kind)[reason] += 1
        self._leave(meta["link"], meta["site"], meta["key"], seen=meta["seen"], reason=reason)
        readings = self.readings(meta["site"])
        readings.example(f"{kind}/{reason}", failure.request.url)
        if reason == "offsite":
            readings.led_off(failure.request.url)

    def _reason(self, failure: Any) -> str:  # noqa: ANN401 - as above
        reason = failures.reason(failure.value)
        if reason == failures.UNKNOWN:
            self.logger.error("cannot explain why %s failed:\n%s", failure.request, failure.getTraceback())
            self.session.run.note_internal(f"{self.name}: {type(failure.value).__name__}: {failure.value}")
        return reason

    def count_stopped(self) -> None:
        """Count what a stop has left unfetched."""
        for key, (site, link, seen) in self._open.items():
            self.tally(site).skipped[failures.STOPPED] += 1
            self._leave(link, site, key, seen=seen, reason=failures.STOPPED)
        self._open.clear()
        self.session.keep_leftovers(self._take_left())

    def closed(self, reason: str) -> None:
        """Note how the crawl ended."""
        self.session.run.finish_reasons[self.name] = reason
        self.session.keep_leftovers(self._take_left())
        if reason == "finished" and self.takes_all and (left := self.session.settle_leftovers(self.name)):
            what = "article link waits" if left == 1 else "article links wait"
            self.session.run.problems.append(f"{self.name}: {left} {what} for the next run")


def _conditional(known: Seen | ListingCopy | None) -> dict[str, str]:
    if known is None:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _validators(response: Response) -> tuple[str, str]:
    etag, last_modified = (response.headers.get(name) or b"" for name in ("ETag", "Last-Modified"))
    return etag.decode("latin-1"), last_modified.decode("latin-1")


def _content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")
