"""Drops articles that were not asked for, and mends what no record may hold."""

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsarchive.article import Article
from newsarchive.validation import clean, problem


class ValidatePipeline:
    """Checks an article against the record's rules and the crawl's window."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ValidatePipeline":
        """Return the pipeline."""
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        """Return the article, cleaned; DropItem with a reason if it is not to be archived."""
        article = clean(item)
        if reason := problem(article):
            raise DropItem(reason)
        if not self._crawler.spider.arguments.window.admits(article.date_published):  # type: ignore[union-attr]
            raise DropItem("out-of-window")
        return article
