"""What becomes of a fetched page: an article, or a count with its reason."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import Response

from newsarchive import clock
from newsarchive.article import Article, ArticleLink, Hints
from newsarchive.crawl import failures
from newsarchive.crawl.pages import addresses, capture_of, content_type, seen_of
from newsarchive.crawl.rights import said_of
from newsarchive.crawl.tally import Tally
from newsarchive.crawl.validators import NOT_MODIFIED
from newsarchive.errors import NotAnArticleError
from newsarchive.extra import with_extra
from newsarchive.raw.capture import Packed, pack
from newsarchive.raw.kinds import charset, is_html
from newsarchive.rights.signals import Signals
from newsarchive.urls import canonical_url
from newsarchive.watch.readings import Readings

if TYPE_CHECKING:
    from newsarchive.crawl.spider import NewsSpider


class Articles:
    """Makes articles of the pages of a crawl, and counts those that give none."""

    def __init__(self, spider: "NewsSpider") -> None:
        self._spider = spider
        self._session = spider.session

    async def read(self, response: Response) -> Article | None:
        """Return the article on a page; None, counted, if it has none that is to be archived."""
        tally, readings = self._counters(response)
        readings.answered(response.url, response.meta.get("download_latency", 0.0))
        if response.status == NOT_MODIFIED:
            await self._note_unchanged(response)
            return None
        tally.fetched += 1
        readings.page(response.url)
        fetched_at, said = clock.now(), said_of(response)
        refusal = self._spider.policy.refusal(said, now=clock.stamp(fetched_at))
        packing = self._packing(response, fetched_at, keep=not refusal and self._spider.policy.keeps_copy(said))
        article = await self._extract_or_reject(response, clock.stamp(fetched_at), packing)
        if article is None:
            return None
        if refusal:
            await self._refuse(article, response, refusal)
            return None
        return await self._ready(article, said, packing)

    def _counters(self, response: Response) -> tuple[Tally, Readings]:
        site = response.meta["site"]
        return self._session.run.tally(site), self._session.run.readings(site)

    async def _note_unchanged(self, response: Response) -> None:
        tally, _ = self._counters(response)
        seen = response.meta["seen"]
        if seen is None or not seen.id:
            tally.failed["http-304"] += 1
            return
        tally.not_modified += 1
        said, now = said_of(response), clock.now()
        policy = self._spider.policy
        keep = policy.keeps_copy(said) and not policy.refusal(said, now=clock.stamp(now))
        page = await self._packing(response, now, keep=keep)
        await self._session.intake.remember(seen_of(response), page=page, reason="not-modified")

    async def _extract_or_reject(
        self, response: Response, fetched_at: str, packing: Awaitable[Packed | None]
    ) -> Article | None:
        """Return the article on a page; None, counted, if it has none."""
        tally, readings = self._counters(response)
        try:
            article = await self._extract(response, fetched_at)
        except NotAnArticleError as error:
            await self._reject(response, error.reason, packing)
            return None
        except Exception:
            tally.rejected["internal-error"] += 1
            raise
        tally.extracted += 1
        readings.compare(article, response.meta["link"].published)
        self._read_again(response, is_article=True)
        return article

    async def _reject(self, response: Response, reason: str, packing: Awaitable[Packed | None]) -> None:
        """Count a page that gave no article; what our own failure made of it does not hide it from the next run."""
        tally, readings = self._counters(response)
        if reason == failures.STOPPED:
            tally.fetched -= 1
            tally.skipped[reason] += 1
            return
        tally.rejected[reason] += 1
        readings.example(f"rejected/{reason}", response.url)
        self._read_again(response, is_article=False)
        seen = None if reason.startswith("extraction-") else replace(seen_of(response), etag="", last_modified="")
        await self._session.intake.remember(seen, page=await packing, reason=f"rejected/{reason}")

    async def _refuse(self, article: Article, response: Response, reason: str) -> None:
        """Count an article that its publisher reserves; nothing of it stays but when it was looked at."""
        tally, readings = self._counters(response)
        tally.dropped[reason] += 1
        readings.article(article, new=False)
        readings.example(f"dropped/{reason}", response.url)
        self._spider.submissions.forget(response.url)
        await self._session.intake.remember(replace(seen_of(response), etag="", last_modified=""))

    async def _ready(self, article: Article, said: Signals, packing: Awaitable[Packed | None]) -> Article:
        """Return an article as the pipelines get it."""
        labelled = with_extra(article, said.as_extra())
        if page := await packing:
            self._spider.submissions.keep_page(article.url, page)
        return labelled

    def _read_again(self, response: Response, *, is_article: bool) -> None:
        seen = response.meta["seen"]
        if seen is not None:
            _, readings = self._counters(response)
            readings.again(before=bool(seen.id), now=is_article)

    def _packing(self, response: Response, fetched_at: datetime, *, keep: bool) -> Awaitable[Packed | None]:
        """Return the page as it is to be kept, if it is; it is being compressed in a thread meanwhile."""
        loop = asyncio.get_running_loop()
        if not keep or not self._session.options.raw:
            nothing: asyncio.Future[Packed | None] = loop.create_future()
            nothing.set_result(None)
            return nothing
        meta = response.meta
        capture = capture_of(response, meta["link"], meta["site"], run_id=self._session.run.run_id, at=fetched_at)
        return loop.run_in_executor(None, pack, capture)

    async def _extract(self, response: Response, fetched_at: str) -> Article:
        """Return the article on a page; NotAnArticleError with the reason if it has none."""
        link, site = response.meta["link"], response.meta["site"]
        if not is_html(content_type(response)):
            raise NotAnArticleError("not-html")
        if response.request is not None and self._led_away(response, link):
            raise NotAnArticleError("redirected-away")
        hints = await self._hints(response)
        article, traits = await self._session.pool.extract_with_traits(response.body, response.url, hints)
        canonical = canonical_url(response.url, article.canonical_url)
        self._spider.submissions.note(response.url, seen=addresses(response), traits=traits)
        return replace(
            article,
            url=response.url,
            canonical_url=canonical,
            site=site,
            crawled_at=fetched_at,
            run_id=self._session.run.run_id,
            discovered_via=link.via,
            http_status=response.status,
        )

    async def _hints(self, response: Response) -> Hints:
        site = response.meta["site"]
        hints = self._spider.hints(site, response.meta["link"], response.url)
        repeated = await self._session.intake.repeated(site)
        return replace(hints, charset=charset(content_type(response)), repeated=repeated)

    def _led_away(self, response: Response, link: ArticleLink) -> bool:
        """Tell whether a redirect has ended on a page that no article link would have led to."""
        if not response.meta.get("redirect_urls"):
            return False
        is_article_url = self._spider.is_article_url
        home = urlsplit(response.url).path.strip("/") == ""
        return home or (is_article_url(link) and not is_article_url(replace(link, url=response.url)))
