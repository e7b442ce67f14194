"""The peer of bench/durability.py: a spider whose items go to S3 by Scrapy's FEEDS, and are noted once scraped."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy


class FeedSpider(scrapy.Spider):
    """Yields numbered items of the size of an article, without a network; notes each in `acknowledged`."""

    name = "feed"
    acknowledged = ""
    first = "1"
    count = "60"

    async def start(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the items, ten milliseconds apart."""
        for number in range(int(self.first), int(self.first) + int(self.count)):
            yield {"number": number, "text": f"{number} " * 800}
            with Path(self.acknowledged).open("a") as file:  # noqa: ASYNC230 - a line
                file.write(f"{number}\n")
            await asyncio.sleep(0.01)
