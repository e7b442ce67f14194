"""How pages come over the wire: Scrapy's HTTP/1.1, each request of which can be cut short."""

import asyncio

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from newsarchive.crawl.failures import STOPPED, Refused

CUT_SHORT = object()
"""The signal on which every request that is under way is given up."""


class Transport(HTTP11DownloadHandler):
    """Fetches over HTTP/1.1; on CUT_SHORT what is under way fails with the reason `stopped`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._under_way: set[asyncio.Task[Response]] = set()
        crawler.signals.connect(self._cut_short, CUT_SHORT)

    async def download_request(self, request: Request) -> Response:
        """Return the answer to a request."""
        task = asyncio.ensure_future(super().download_request(request))
        self._under_way.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled():
                raise Refused(STOPPED) from None
            task.cancel()
            raise
        finally:
            self._under_way.discard(task)

    def _cut_short(self) -> None:
        for task in self._under_way:
            if not task.cancelling():
                task.cancel()
