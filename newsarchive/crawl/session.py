"""What the crawlers of one run share: the spool and its delivery, the extraction pool, the counters."""

import asyncio
import json
import logging
import math
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from twisted.internet.interfaces import IReactorFromThreads

from newsarchive import clock
from newsarchive.article import ArticleLink
from newsarchive.crawl.intake import Intake
from newsarchive.crawl.leftovers import Leftovers
from newsarchive.crawl.pressure import Pressure
from newsarchive.crawl.run import Options, Run, new_run_id
from newsarchive.crawl.stopping import Stop
from newsarchive.crawl.tally import check, total
from newsarchive.errors import (
    ArchiveError,
    StorageRefusedError,
    StorageUnavailableError,
    UsageError,
)
from newsarchive.extraction.pool import Pool
from newsarchive.redaction import redacted
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery, patiently
from newsarchive.spool.sealing import AT_ONCE, Ripeness
from newsarchive.storage import open_storage

_logger = logging.getLogger(__name__)
_TICK_SECONDS = 2.0
_RECOVERY_SECONDS = 20.0
_LONGEST_PAUSE_SECONDS = 60.0
_LAST_ATTEMPTS = 3
_sessions: WeakKeyDictionary[Crawler, "Session"] = WeakKeyDictionary()


class Session:
    """One run's hold on its spool, archive and workers.

    `begin` and `end` block and belong outside the event loop; in between, delivery runs in a thread of its own.
    """

    def __init__(self, options: Options) -> None:
        now = clock.now()
        self.options = options
        self.run = Run(run_id=new_run_id(now), started_at=now)
        self.spool = Spool(options.state)
        self.storage = open_storage(options.uri, endpoint_url=options.endpoint_url)
        self.spool.bind(self.storage.uri)
        self.delivery = Delivery(self.spool, self.storage)
        self.pressure = Pressure(self.spool, limit_mb=options.spool_mb)
        self.pool = Pool(options.workers, options.limits)
        self.intake = Intake(self.spool, self.pressure, self.fail, more=self.pool.is_asked)
        self.stop = Stop(options.stop_seconds)
        self.error: Exception | None = None
        self._stopping = threading.Event()
        self._deliverer = threading.Thread(target=self._deliver_until_stopped, name="delivery", daemon=True)
        self._crawlers: list[Crawler] = []
        self._reactor: IReactorFromThreads | None = None
        self._closing: list[asyncio.Future[None]] = []
        self._discovered: set[str] = set()
        self._erased_sites: frozenset[str] | None = None
        self._at_end: list[Callable[[], None]] = []
        self.leftovers = Leftovers(options.state)
        self.reading = asyncio.Lock()  # held while a listing is read

    @staticmethod
    def of(crawler: Crawler) -> "Session":
        """Return the session a crawler belongs to."""
        try:
            return _sessions[crawler]
        except KeyError:
            raise UsageError("no archive is open: start the spider with newsarchive crawl or scrapy crawl") from None

    def join(self, crawler: Crawler) -> None:
        """Let a crawler take part in this session."""
        _sessions[crawler] = self
        self._crawlers.append(crawler)

    @property
    def erased_sites(self) -> frozenset[str]:
        """The sites that are never crawled again."""
        if self._erased_sites is None:
            self._erased_sites = self.spool.erased_sites
        return self._erased_sites

    def discover(self, url_key: str) -> bool:
        """Tell whether an address is discovered for the first time in this run."""
        if url_key in self._discovered:
            return False
        self._discovered.add(url_key)
        return True

    def begin(self) -> None:
        """Find out whether the archive can be written, and deliver what earlier runs left in the spool.

        What that leaves after some seconds is delivered while the crawl goes on.

        An archive that does not answer is no reason not to crawl: the spool keeps the articles. One that refuses is,
        unless it has taken deliveries before: then the credentials may have expired, and news does not wait.

        Raises:
            StorageRefusedError: the archive refuses, and has never taken anything from this spool.
        """
        try:
            self.delivery.probe()
            self._deliver(AT_ONCE, seconds=_RECOVERY_SECONDS)
            self.delivery.deliver_reports()
        except StorageUnavailableError as error:
            self._warn_of_spooling(error)
        except StorageRefusedError as error:
            if not self.spool.has_delivered():
                raise
            self._warn_of_spooling(error)
        self.spool.begin_run(self.run.run_id, json.dumps(self.report()))
        self._deliverer.start()

    def _deliver(self, ripeness: Ripeness = AT_ONCE, *, seconds: float = math.inf) -> None:
        delivered = self.delivery.deliver(ripeness, seconds=seconds)
        self.run.recovered += delivered.articles - delivered.by_run[self.run.run_id]

    def _warn_of_spooling(self, error: ArchiveError) -> None:
        _logger.warning("%s; articles wait in the spool %s", error, self.options.state)

    def report(self, exit_code: int | None = None) -> dict[str, Any]:
        """Return the run report as it stands."""
        report = self.run.report(exit_code=exit_code, lines=self.spool.run_lines(self.run.run_id))
        return dict(redacted(report))

    def end(self) -> None:
        """Deliver what is left and check the sums; what went wrong is in `error`."""
        for count in self._at_end:
            count()
        self.spool.begin_run(self.run.run_id, json.dumps(self.report()))
        self._stopping.set()
        self._deliverer.join()
        self.intake.close()
        self._attempt(partial(patiently, self._deliver, attempts=_LAST_ATTEMPTS))
        self._attempt(self.delivery.snapshot)
        self._attempt(lambda: check(total(self.run.sites.values()), self.spool.run_lines(self.run.run_id)))

    def _attempt(self, step: Callable[[], object]) -> None:
        """Carry out a last step; whatever it raises, the run ends with a report that names it."""
        try:
            step()
        except ArchiveError as error:
            self._note(error)
        except Exception as error:
            _logger.exception("the run did not end well")
            self._note(error)

    def at_end(self, count: Callable[[], None]) -> None:
        """Have something counted when the crawl is over, however it ended."""
        self._at_end.append(count)

    def keep_leftovers(self, links: Iterable[tuple[str, ArticleLink]]) -> None:
        """Keep links that the run does not come to, each with its site, for the next one."""
        try:
            self.leftovers.keep(links, run_id=self.run.run_id)
        except ArchiveError as error:
            self.fail(error)

    def settle_leftovers(self, site: str) -> int:
        """Forget the links that this run has taken up; return how many of the site wait for the next one."""
        try:
            return self.leftovers.settle(site, run_id=self.run.run_id)
        except ArchiveError as error:
            self.fail(error)
            return 0

    def file_report(self, exit_code: int) -> dict[str, Any]:
        """Keep the run report in the spool, and bring it into the archive if that answers."""
        report = self.report(exit_code)
        self.spool.end_run(self.run.run_id, json.dumps(report))
        try:
            self.delivery.deliver_reports()
        except ArchiveError as error:
            _logger.warning("the run report waits in the spool: %s", error)
        return report

    def close(self) -> None:
        """Close the spool."""
        self.spool.close()

    def _deliver_until_stopped(self) -> None:
        pause = _TICK_SECONDS
        while not self._stopping.wait(pause):
            try:
                pause = self._deliver_now(pause)
                self.pressure.check()
            except Exception as error:  # noqa: BLE001 - whatever ends delivery must end the run
                self.fail(error)
                return

    def _deliver_now(self, pause: float) -> float:
        """Deliver what is ripe, everything where the spool is full; return the seconds until the next time."""
        try:
            self._deliver(AT_ONCE if self.pressure.full() else Ripeness())
            self.spool.begin_run(self.run.run_id, json.dumps(self.report()))
        except (StorageUnavailableError, StorageRefusedError) as error:
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            _logger.warning("%s; trying again in %d s, articles wait in the spool", error, pause)
            return pause
        return _TICK_SECONDS

    def crawling(self, reactor: IReactorFromThreads) -> None:
        """Note the reactor that the crawlers run in."""
        self._reactor = reactor

    def give_up(self) -> None:
        """Let go what the pages wait for that are fetched: extraction, and room in a full spool."""
        self.pool.give_up()
        if self.pressure.full():
            self.fail(ArchiveError("the run was told to stop while its spool was full; what it holds waits there"))

    def fail(self, error: Exception) -> None:
        """Stop the run because the archive or the spool failed. May be called from any thread."""
        if self.error is not None:
            return
        self._note(error)
        self.pressure.give_up(error)
        if self._reactor is not None:
            self._reactor.callFromThread(self._stop_crawlers)

    def _note(self, error: Exception) -> None:
        _logger.error("%s", error)
        self.run.errors.append(str(error))
        self.error = self.error or error

    def _stop_crawlers(self) -> None:
        for crawler in self._crawlers:
            if crawler.crawling and crawler._engine is not None and crawler.engine.spider is not None:  # noqa: SLF001 - the public name raises before the crawl has begun
                closing = crawler.engine.close_spider_async(reason="archive_error")
                self._closing.append(asyncio.ensure_future(closing))
