"""The Scrapy extension that counts what becomes of articles, and notices what Scrapy swallows."""

from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from newsarchive.article import Article
from newsarchive.crawl.failures import NotTakenError
from newsarchive.crawl.session import Session
from newsarchive.crawl.spider import NewsSpider


class Bookkeeping:
    """Counts archived and dropped articles, and turns exceptions in spiders and pipelines into errors of the run."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected to the crawler's signals."""
        extension = cls(Session.of(crawler))
        connect = crawler.signals.connect
        connect(extension.item_scraped, signals.item_scraped)
        connect(extension.item_dropped, signals.item_dropped)
        connect(extension.item_error, signals.item_error)
        connect(extension.spider_error, signals.spider_error)
        return extension

    def item_scraped(self, item: Article) -> None:
        """Count an article that is in the spool."""
        tally = self._session.run.tally(item.site)
        tally.archived += 1
        tally.revised += item.revision > 1
        self._session.run.readings(item.site).article(item, new=item.revision == 1)

    async def item_dropped(self, item: Article, exception: Exception, spider: NewsSpider) -> None:
        """Count an article that a pipeline dropped, by its reason; its page is kept unless it has been already."""
        self._session.run.tally(item.site).dropped[str(exception)] += 1
        self._read_dropped(item, str(exception))
        if not isinstance(exception, NotTakenError) and (page := spider.submissions.take_page(item)):
            await self._session.intake.remember(None, page=page, reason=f"dropped/{exception}")

    def item_error(self, item: Article, failure: Failure) -> None:
        """Count an article that a pipeline failed on."""
        self._session.run.tally(item.site).dropped["not-stored"] += 1
        self._read_dropped(item, "not-stored")
        self._note(failure)

    def _read_dropped(self, item: Article, reason: str) -> None:
        readings = self._session.run.readings(item.site)
        readings.article(item, new=False)
        readings.example(f"dropped/{reason}", item.url)

    def spider_error(self, failure: Failure, spider: Spider) -> None:
        """Note an exception in a spider."""
        self._note(failure, spider.name)

    def _note(self, failure: Failure, name: str = "pipeline") -> None:
        self._session.run.note_internal(f"{name}: {type(failure.value).__name__}: {failure.value}")
