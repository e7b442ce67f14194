"""Ending a run that is told to stop, within the time that whoever stops it allows."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from newsarchive.crawl.failures import STOPPED
from newsarchive.crawl.politeness import drop_waiting
from newsarchive.crawl.transport import CUT_SHORT
from newsarchive.errors import ArchiveError

_logger = logging.getLogger(__name__)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_CUT, _GIVE_UP, _ABANDON = 0.2, 0.45, 0.6  # shares of the time after which the next means are taken
_KERNEL_SECONDS = 2.0
_HURRIED_SECONDS = 3.0
_TICK_SECONDS = 0.2


class Stop:
    """Whether a run has been told to stop, and how much of its time to end is used up.

    When all of it is, the process ends where it stands: the spool bears that, and the next run delivers what is in it.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None
        self._end = 0.0
        self._hurried = False
        self.listener: Callable[[], None] | None = None

    @property
    def asked(self) -> bool:
        """Whether the run is to stop."""
        return self._since is not None

    @property
    def used(self) -> float:
        """The share of the time to end that is used up: 0 while nobody has asked, 1 when none is left."""
        if self._since is None:
            return 0.0
        return 1.0 if self._hurried else (time.monotonic() - self._since) / self._seconds

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """Heed SIGTERM and SIGINT while the context lasts; a second one gives up what the first let finish."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = [signal.signal(number, self._ask) for number in _SIGNALS]
        try:
            yield
        finally:
            for number, handler in zip(_SIGNALS, before, strict=True):
                signal.signal(number, handler)

    def _ask(self, number: int, _: FrameType | None) -> None:
        now = time.monotonic()
        if self._since is not None:
            self._hurried, self._end = True, min(self._end, now + _HURRIED_SECONDS)
        else:
            self._since, self._end = now, now + self._seconds
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends even a process that no thread of ours gets to run in
            signal.setitimer(signal.ITIMER_REAL, self._seconds + _KERNEL_SECONDS)
            threading.Thread(target=self._watch, args=(number,), name="stop", daemon=True).start()
        if self.listener is not None:
            self.listener()

    def _watch(self, number: int) -> None:
        """End the process when the time is up, whatever the other threads wait for."""
        _logger.warning("%s: ending within %d s; again for at once", signal.Signals(number).name, self._seconds)
        while time.monotonic() < self._end:
            time.sleep(_TICK_SECONDS)
        _logger.error("the archive has not taken everything in time; what was accepted waits in the spool")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ArchiveError.exit_code)


class StoppableProcess(AsyncCrawlerProcess):
    """A crawler process that ends promptly when it is told to stop.

    Scrapy would still fetch what waits in its download slots, at the pace politeness allows, and wait for all answers.
    """

    def heed(self, stop: Stop, give_up: Callable[[], None]) -> None:
        """Let a stop end the crawls; `give_up` ends what pages that are fetched wait for."""
        from twisted.internet import reactor  # noqa: PLC0415 - importing it earlier would install another one

        self._stop = stop
        self._give_up = give_up
        stop.listener = lambda: reactor.callFromThread(self._obey)
        if stop.asked:
            stop.listener()

    def _obey(self) -> None:
        if self._stop.used < 1:
            self._graceful_stop_reactor()

    async def stop(self) -> None:
        """Stop every crawl by harder and harder means; requests that are given up fail with the reason `stopped`."""
        stopping = asyncio.ensure_future(super().stop())
        while not stopping.done() and self._stop.used < _ABANDON:
            self._press()
            await asyncio.wait([stopping], timeout=_TICK_SECONDS)

    def _press(self) -> None:
        for crawler in self.crawlers:
            _drop_waiting(crawler)
            if self._stop.used > _CUT:
                crawler.signals.send_catch_log(CUT_SHORT)
        if self._stop.used > _GIVE_UP:
            self._give_up()


def _drop_waiting(crawler: Crawler) -> None:
    if crawler._engine is None:  # noqa: SLF001 - the public name raises before the crawl has begun
        return
    for slot in crawler.engine.downloader.slots.values():
        drop_waiting(slot, STOPPED)
