"""Fetching a few pages as a crawl would: robots.txt, delays, limits and private addresses as its settings say."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from newsarchive.crawl import failures
from newsarchive.crawl.politeness import RobotsMiddleware

_OK = 200
_ALONE = {
    "SPIDER_MODULES": [],
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {},
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,
}


class NotFetchedError(Exception):
    """A page could not be had; the text is the reason as the counters have it."""


class Fetcher:
    """What fetches pages one after the other."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    async def get(self, url: str) -> Response:
        """Return the answer with status 200 that an address leads to; NotFetchedError says why there is none."""
        try:
            response = await self._crawler.engine.download_async(Request(url, dont_filter=True))
        except Exception as error:
            raise NotFetchedError(failures.reason(error)) from error
        if response.status != _OK:
            raise NotFetchedError(f"http-{response.status}")
        return response

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return what the robots.txt of an address's host, fetched before, lists."""
        robots = self._crawler.get_downloader_middleware(RobotsMiddleware)
        return robots.sitemaps.get(urlsplit(url).netloc, ()) if robots else ()

    def crawl_delay(self, url: str) -> float:
        """Return the seconds between requests that the robots.txt of an address's host, fetched before, asks for."""
        slot = self._crawler.engine.downloader.per_slot_settings.get(urlsplit(url).hostname or "", {})
        return float(slot.get("delay", 0.0))


Work = Callable[[Fetcher], Awaitable[None]]


class _Surveyor(Spider):
    name = "survey"
    work: Work
    failed: list[Exception]

    async def start(self) -> AsyncIterator[Request]:
        """Work; what goes wrong is kept, since Scrapy would swallow it."""
        try:
            await self.work(Fetcher(self.crawler))
        except Exception as error:  # noqa: BLE001 - raised again by fetching
            self.failed.append(error)
        requests: tuple[Request, ...] = ()
        for request in requests:
            yield request


def fetching(work: Work, settings: Settings) -> None:
    """Do work with a fetcher, once in a process; an exception of its own ends it."""
    for name, value in _ALONE.items():
        settings.set(name, value, priority="cmdline")
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    failed: list[Exception] = []
    process = AsyncCrawlerProcess(settings)
    process.crawl(_Surveyor, work=work, failed=failed)
    process.start()
    for error in failed:
        raise error
