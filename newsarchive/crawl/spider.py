"""The spider of a declared site: from feeds, sitemaps and section pages to articles."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from newsarchive import clock
from newsarchive.article import Article, ArticleLink, Hints
from newsarchive.crawl import failures
from newsarchive.crawl.arguments import COMMON, Arguments, parse
from newsarchive.crawl.articles import Articles
from newsarchive.crawl.budget import Budget
from newsarchive.crawl.leftovers import TakingUp
from newsarchive.crawl.links import Links
from newsarchive.crawl.listings import Listings
from newsarchive.crawl.session import Session
from newsarchive.crawl.submissions import Submissions
from newsarchive.errors import NewsarchiveError
from newsarchive.rights.policy import Policy
from newsarchive.spool.seen import Revisit


class NewsSpider(Spider):
    """What every spider here does: listings to links, links to pages, pages to articles, each of them counted."""

    known_arguments: ClassVar[frozenset[str]] = COMMON
    max_pages: ClassVar[int] = 0
    max_minutes: ClassVar[float] = 0
    keeps_leftovers: ClassVar[bool] = True
    session: Session
    arguments: Arguments
    budget: Budget
    listings: Listings
    links: Links
    articles: Articles
    submissions: Submissions
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
        spider.listings, spider.links, spider.articles = Listings(spider), Links(spider), Articles(spider)
        spider.submissions = Submissions()
        spider.taking_up = TakingUp(spider)
        if spider.takes_all:
            crawler.signals.connect(spider.taking_up.spider_idle, signals.spider_idle)
        spider.session.at_end(spider.links.count_stopped)
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

    @property
    def revisits(self) -> Revisit:
        """When articles that are archived already are fetched again."""
        return self.session.options.revisit

    @property
    def takes_all(self) -> bool:
        """Whether the crawl is a whole one, which takes up what earlier ones have left over."""
        return self.keeps_leftovers and not self.arguments.is_partial

    # --- what Scrapy calls

    async def parse_listing(self, response: Response) -> AsyncIterator[Request]:
        """Yield requests for the articles a feed or sitemap lists, and for the sitemaps below it."""
        listed = await self.listings.read(response)
        for url in listed.addresses:
            yield await self.listings.request(url, listed.below)
        async for request in self.links.requests(listed.links, listed_by=response.meta["listing"].site):
            yield request

    def listing_failed(self, failure: Any) -> None:  # noqa: ANN401 - Twisted's Failure, with Scrapy's request on it
        """Count a listing that could not be fetched, unless it was a guess."""
        if not failure.request.meta["listing"].probe:
            self.listings.failed(failure.request, self._reason(failure))

    async def parse_article(self, response: Response) -> AsyncIterator[Article]:
        """Yield the article on a page, if it has one."""
        self.links.take(response.meta["key"])
        article = await self.articles.read(response)
        if article is not None:
            yield article

    def article_failed(self, failure: Any) -> None:  # noqa: ANN401 - as above
        """Count an article page that could not be fetched."""
        found = self.links.take(failure.request.meta["key"])
        if found is None:
            return  # the page was fetched; what failed after it is counted there
        kind = "skipped" if failures.is_policy(failure.value) else "failed"
        self.links.failed(found, failure.request, kind=kind, reason=self._reason(failure))

    def _reason(self, failure: Any) -> str:  # noqa: ANN401 - as above
        reason = failures.reason(failure.value)
        if reason == failures.UNKNOWN:
            self.logger.error("cannot explain why %s failed:\n%s", failure.request, failure.getTraceback())
            self.session.run.note_internal(f"{self.name}: {type(failure.value).__name__}: {failure.value}")
        return reason

    def closed(self, reason: str) -> None:
        """Note how the crawl ended."""
        self.session.run.finish_reasons[self.name] = reason
        self.links.keep_left()
        if reason == "finished" and self.takes_all and (left := self.session.settle_leftovers(self.name)):
            what = "article link waits" if left == 1 else "article links wait"
            self.session.run.problems.append(f"{self.name}: {left} {what} for the next run")
