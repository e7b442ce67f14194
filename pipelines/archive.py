"""Hands articles to the spool."""

from typing import Any

from scrapy.crawler import Crawler

from newsarchive.article import Article
from newsarchive.crawl.failures import NotTakenError
from newsarchive.crawl.session import Session


class ArchivePipeline:
    """Stores an article; when this returns, it is on the disk."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchivePipeline":
        """Return the pipeline of the crawler's session."""
        return cls(crawler)

    async def process_item(self, item: Article) -> Article:
        """Return the article as archived; NotTakenError if the archive has it already."""
        spider: Any = self._crawler.spider
        verdict = await self._session.intake.archive(spider.submissions.take(item))
        if not verdict.archived:
            raise NotTakenError(str(verdict.judgement))
        return verdict.article
