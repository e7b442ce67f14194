"""The peer of bench/crawl.py: a plain Scrapy spider with trafilatura in its callback, and a JSONL feed."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
import trafilatura
from scrapy.http import Response


class PlainSpider(scrapy.Spider):
    """Follows the links of one RSS feed."""

    name = "plain"
    custom_settings = {  # noqa: RUF012 - Scrapy's own form
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "INFO",
    }
    base = ""

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Yield the request for the feed."""
        yield scrapy.Request(f"{self.base}/feed.xml", callback=self.parse_feed)

    def parse_feed(self, response: Response) -> Iterator[scrapy.Request]:
        """Yield a request for each link."""
        for url in response.xpath("//item/link/text()").getall():
            yield scrapy.Request(url, callback=self.parse_article)

    def parse_article(self, response: Response) -> dict[str, Any]:
        """Return what trafilatura finds."""
        document = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        fields = ("title", "author", "date", "description", "sitename", "tags", "text", "language", "image")
        return {"url": response.url} | {name: getattr(document, name, None) for name in fields}
