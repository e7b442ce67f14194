"""The event loop's side of the spool: look-ups and group commits, in a thread of their own."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from newsarchive.crawl.pressure import Pressure
from newsarchive.dedup import Verdict
from newsarchive.errors import ArchiveError
from newsarchive.raw.capture import Packed
from newsarchive.spool import acceptance, listings, origins
from newsarchive.spool.acceptance import Submission
from newsarchive.spool.listings import ListingCopy
from newsarchive.spool.origins import OriginFile
from newsarchive.spool.seen import Seen
from newsarchive.spool.spool import Spool, Write

T = TypeVar("T")
_BATCH = 64
_PATIENCE = 0.25  # a commit costs as much as storing an article; the larger, the less of it is each one's


class Intake:
    """Takes articles from the event loop into the spool; `on_error` is told of the first failure.

    An article waits for others to share its commit, at most `patience` seconds and while `more` tells that some may
    soon come.
    """

    def __init__(
        self,
        into: Spool,
        pressure: Pressure,
        on_error: Callable[[Exception], None],
        *,
        more: Callable[[], bool] = lambda: True,
        patience: float = _PATIENCE,
    ) -> None:
        self._spool = into
        self._pressure = pressure
        self._on_error = on_error
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._waiting: list[tuple[Write[Any], asyncio.Future[Any]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._more = more
        self._patience = patience

    def close(self) -> None:
        """Wait for what is under way."""
        self._thread.shutdown()

    async def look_up(self, url_keys: Iterable[str]) -> dict[str, Seen]:
        """Return what the seen index knows of addresses, by URL key."""
        return await self._in_thread(partial(self._spool.look_up, tuple(url_keys)))

    async def repeated(self, site: str) -> tuple[str, ...]:
        """Return the keys of the lines known to stand on several articles of a site."""
        return await self._in_thread(partial(self._spool.repeated, site))

    async def find_erased(self, url_keys: Iterable[str]) -> set[str]:
        """Return which of these addresses have been erased, by URL key."""
        return await self._in_thread(partial(self._spool.find_erased, tuple(url_keys)))

    async def listing(self, url: str) -> ListingCopy | None:
        """Return a feed or sitemap as last fetched."""
        return await self._in_thread(partial(self._spool.listing, url))

    async def archive(self, submission: Submission) -> Verdict:
        """Return what became of an article; then it is on the disk.

        Raises:
            ArchiveError: the spool cannot be written to or stays full; nothing of the article is kept, its address
                stays unseen.
        """
        await self._pressure.room()
        return await self._write(partial(acceptance.accept, near=self._spool.near, submission=submission))

    async def remember(self, seen: Seen | None, *, page: Packed | None = None, reason: str = "") -> None:
        """Remember a fetch that gave nothing to archive: its address, and its page with the reason."""
        await self._write(partial(acceptance.remember, seen=seen, page=page, reason=reason))

    async def keep_listing(self, listing: ListingCopy) -> None:
        """Remember a feed or sitemap for the next conditional GET."""
        await self._write(partial(listings.keep, listing=listing), patient=False)

    async def origin_file(self, url: str) -> OriginFile | None:
        """Return a host's file as last fetched."""
        return await self._in_thread(partial(self._spool.origin_file, url))

    async def keep_origin_file(self, file: OriginFile) -> None:
        """Remember a host's file."""
        await self._write(partial(origins.keep, file=file), patient=False)

    async def _write(self, write: Write[T], *, patient: bool = True) -> T:
        """Carry out a write, in one commit with those that wait beside it or, if it is patient, soon come."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append((write, future))
        if not patient or len(self._waiting) >= _BATCH or not self._more():
            self._hurry.set()
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._commit())
        return await future

    async def _commit(self) -> None:
        while self._waiting:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), self._patience)
            self._hurry.clear()
            batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
            try:
                results = await self._in_thread(partial(self._spool.write, [write for write, _ in batch]))
            except Exception as error:  # noqa: BLE001 - each that waits must be told
                for _, future in batch:
                    future.set_exception(error)
                continue
            for (_, future), result in zip(batch, results, strict=True):
                future.set_result(result)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call)
        except ArchiveError as error:
            self._on_error(error)
            raise
