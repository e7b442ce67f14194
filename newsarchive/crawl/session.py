"""What the crawlers of one run share: the spool and its delivery, the extraction pool, the counters."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from filelock import FileLock, Timeout
from scrapy.crawler import Crawler

from newsarchive import clock
from newsarchive.article import Article, Hints
from newsarchive.crawl.run import Options, Run, new_run_id
from newsarchive.crawl.tally import check, total
from newsarchive.dedup import Verdict
from newsarchive.errors import AlreadyRunningError, ArchiveError, StorageRefusedError, StorageUnavailableError, UsageError
from newsarchive.extraction.pool import Pool
from newsarchive.spool import Spool, Submission
from newsarchive.spool.delivery import Delivery, patiently
from newsarchive.spool.seen import Seen
from newsarchive.spool.spool import AT_ONCE, Ripeness
from newsarchive.storage import open_storage

_logger = logging.getLogger(__name__)
_BATCH = 64
_TICK_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 60.0
_LAST_ATTEMPTS = 3
_sessions: WeakKeyDictionary[Crawler, "Session"] = WeakKeyDictionary()


@contextmanager
def locked(options: Options) -> Iterator[None]:
    """Hold the state folder for this process.

    Raises:
        AlreadyRunningError: another process holds it.
        ArchiveError: the folder cannot be written to.
    """
    path = options.state / "lock"
    try:
        options.state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunningError(f"another run is using the state folder {options.state}; try again when it has ended") from None
    except OSError as error:
        raise ArchiveError(f"cannot write to the state folder {options.state}: {error.strerror}") from error
    with lock:
        yield


class Session:
    """One run's hold on its spool, archive and workers.

    `begin` and `end` block and belong outside the event loop; in between, `deliver` runs in a thread of its own.
    """

    def __init__(self, options: Options) -> None:
        now = clock.now()
        self.options = options
        self.run = Run(run_id=new_run_id(now), started_at=now)
        self.storage = open_storage(options.uri, endpoint_url=options.endpoint_url)
        self.spool = Spool(options.state)
        self.spool.bind(self.storage.uri)
        self.delivery = Delivery(self.spool, self.storage)
        self.pool = Pool(options.workers, options.limits)
        self.error: Exception | None = None
        self._discovered: set[str] = set()
        self._waiting: list[tuple[Submission, asyncio.Future[Verdict]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._stopping = threading.Event()
        self._deliverer = threading.Thread(target=self._deliver_until_stopped, name="delivery", daemon=True)
        self._crawlers: list[Crawler] = []

    @staticmethod
    def of(crawler: Crawler) -> "Session":
        """Return the session a crawler belongs to."""
        try:
            return _sessions[crawler]
        except KeyError:
            raise UsageError("no archive is open: start the spider with `newsarchive crawl` or `scrapy crawl`") from None

    def join(self, crawler: Crawler) -> None:
        """Let a crawler take part in this session."""
        _sessions[crawler] = self
        self._crawlers.append(crawler)

    # --- the run, outside the event loop

    def begin(self) -> None:
        """Find out whether the archive can be written, and finish what earlier runs left in the spool.

        An archive that does not answer is no reason not to crawl: the spool keeps the articles. One that refuses is,
        unless it has taken deliveries before: then the credentials may have expired, and news does not wait.

        Raises:
            StorageRefusedError: the archive refuses, and has never taken anything from this spool.
        """
        try:
            self.storage.probe()
            self.run.recovered = self.delivery.deliver().articles
            self.delivery.deliver_reports()
        except StorageUnavailableError as error:
            self._warn_of_spooling(error)
        except StorageRefusedError as error:
            if not self.spool.has_delivered():
                raise
            self._warn_of_spooling(error)
        self.spool.begin_run(self.run.run_id, self._report_json())
        self._deliverer.start()

    def _warn_of_spooling(self, error: ArchiveError) -> None:
        _logger.warning("%s; articles wait in the spool %s", error, self.options.state)

    def _report_json(self, exit_code: int | None = None) -> str:
        import json

        return json.dumps(self.report(exit_code))

    def report(self, exit_code: int | None = None) -> dict[str, object]:
        """Return the run report as it stands."""
        committed, pending = self.spool.run_lines(self.run.run_id)
        return self.run.report(exit_code=exit_code, committed=committed, pending=pending)

    def end(self) -> None:
        """Deliver what is left and check the sums; what went wrong is in `error`."""
        self._stopping.set()
        self._deliverer.join()
        self._thread.shutdown()
        try:
            patiently(lambda: self.delivery.deliver(AT_ONCE), attempts=_LAST_ATTEMPTS)
        except ArchiveError as error:
            self._note(error)
        committed, pending = self.spool.run_lines(self.run.run_id)
        if pending and self.error is None:
            self._note(ArchiveError(f"{pending} articles are not yet in the archive"))
        try:
            check(total(self.run.sites.values()), stored=committed + pending)
        except ArchiveError as error:
            self._note(error)

    def file_report(self, exit_code: int) -> dict[str, object]:
        """Keep the run report in the spool, and bring it into the archive if that answers."""
        import json

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

    # --- delivery, in its thread

    def _deliver_until_stopped(self) -> None:
        pause = _TICK_SECONDS
        while not self._stopping.wait(pause):
            try:
                self.delivery.deliver(Ripeness())
                pause = _TICK_SECONDS
            except (StorageUnavailableError, StorageRefusedError) as error:
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
                _logger.warning("%s; trying again in %d s, articles wait in the spool", error, pause)
            except Exception as error:  # noqa: BLE001 - whatever ends delivery must end the run
                self.fail(error)
                return

    # --- the crawl, in the event loop

    def discover(self, url_key: str) -> bool:
        """Tell whether an address is discovered for the first time in this run."""
        if url_key in self._discovered:
            return False
        self._discovered.add(url_key)
        return True

    async def look_up(self, url_keys: Iterable[str]) -> dict[str, Seen]:
        """Return what the seen index knows of addresses, by URL key."""
        return await self._in_thread(self.spool.look_up, tuple(url_keys))

    async def remember(self, seen: Seen) -> None:
        """Remember a fetch that gave nothing to archive."""
        await self._in_thread(self.spool.remember, seen)

    async def listing(self, url: str) -> tuple[str, str, bytes] | None:
        """Return ETag, Last-Modified and body of a feed or sitemap as last fetched."""
        return await self._in_thread(self.spool.listing, url)

    async def keep_listing(self, url: str, *, etag: str, last_modified: str, body: bytes) -> None:
        """Remember a feed or sitemap for the next conditional GET."""
        await self._in_thread(lambda: self.spool.keep_listing(url, etag=etag, last_modified=last_modified, body=body))

    async def extract(self, page: bytes, url: str, hints: Hints) -> Article:
        """Return the article on a page, extracted in a worker process."""
        return await self.pool.extract(page, url, hints)

    async def archive(self, submission: Submission) -> Verdict:
        """Return what became of an article; when this returns it is on the disk, in one commit with its neighbours.

        Raises:
            ArchiveError: the spool cannot be written to; the run is being stopped.
        """
        future: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.append((submission, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.get_running_loop().create_task(self._write())
        return await future

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
            try:
                verdicts = await self._in_thread(self.spool.accept, [submission for submission, _ in batch])
            except Exception as error:  # noqa: BLE001 - each waiting article must be told
                for _, future in batch:
                    future.set_exception(error)
                continue
            for (_, future), verdict in zip(batch, verdicts, strict=True):
                future.set_result(verdict)

    async def _in_thread(self, function, *arguments):
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)
        except ArchiveError as error:
            self.fail(error)
            raise

    def fail(self, error: Exception) -> None:
        """Stop the run because the archive or the spool failed. May be called from any thread."""
        if self.error is not None:
            return
        self._note(error)
        from twisted.internet import reactor

        reactor.callFromThread(self._stop_crawlers)

    def _note(self, error: Exception) -> None:
        _logger.error("%s", error)
        self.run.errors.append(str(error))
        self.error = self.error or error

    def _stop_crawlers(self) -> None:
        for crawler in self._crawlers:
            if crawler.crawling and crawler.engine.spider is not None:
                asyncio.ensure_future(crawler.engine.close_spider_async(reason="archive_error"))
