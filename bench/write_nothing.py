"""A pipeline of bench/crawl.py that keeps no article."""

from scrapy.exceptions import DropItem

from newsarchive.article import Article


class WriteNothing:
    """Stands in place of identifying, judging and archiving."""

    def process_item(self, item: Article) -> Article:
        """Drop the article."""
        raise DropItem(f"not-kept-{item.site}")
