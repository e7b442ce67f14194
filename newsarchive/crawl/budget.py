"""What a site may cost in one run: pages and minutes. What goes beyond waits for the next run."""

import asyncio
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from newsarchive.crawl.failures import Refused

BUDGET = "budget"


class Budget:
    """The pages and minutes that a run may spend on each site of a crawl; 0 is no limit."""

    def __init__(self, *, pages: int, minutes: float) -> None:
        self.pages = pages
        self.minutes = minutes
        self.time_is_up = False

    def is_spent(self, pages: int) -> bool:
        """Tell whether no further page may be asked for, after so many."""
        return self.time_is_up or bool(self.pages and pages >= self.pages)


class BudgetMiddleware:
    """Ends the fetching of articles when a crawl's minutes are over; pages under way are finished."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware, which begins to count when the spider is opened."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        crawler.signals.connect(middleware.spider_closed, signals.spider_closed)
        return middleware

    @property
    def _budget(self) -> Budget | None:
        return getattr(self._crawler.spider, "budget", None)

    def spider_opened(self) -> None:
        """Begin to count."""
        if (budget := self._budget) and budget.minutes:
            self._timer = asyncio.get_running_loop().call_later(budget.minutes * 60, self._expire, budget)

    def spider_closed(self) -> None:
        """Count no longer."""
        if self._timer:
            self._timer.cancel()

    def _expire(self, budget: Budget) -> None:
        budget.time_is_up = True
        for slot in self._crawler.engine.downloader.slots.values():
            waiting = list(slot.queue)
            slot.queue.clear()
            for request, answer in waiting:
                if _is_counted(request):
                    answer.errback(Failure(Refused(BUDGET)))  # type: ignore[no-untyped-call]
                else:
                    slot.queue.append((request, answer))

    def process_request(self, request: Request) -> None:
        """Refuse the request if the time is up."""
        if (budget := self._budget) and budget.time_is_up and _is_counted(request):
            raise Refused(BUDGET)


def _is_counted(request: Request) -> bool:
    """Tell whether a request is one of many: robots.txt, feeds and the declared sitemaps are always asked for."""
    listing = request.meta.get("listing")
    return "site" in request.meta or bool(listing and listing.depth)
