"""The event loop's side of the spool: look-ups and group commits, in a thread of their own."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from newsarchive.dedup import Verdict
from newsarchive.errors import ArchiveError
from newsarchive.spool import Spool, Submission
from newsarchive.spool.seen import Seen

T = TypeVar("T")
_BATCH = 64


class Intake:
    """Takes articles from the event loop into the spool; `on_error` is told of the first failure."""

    def __init__(self, spool: Spool, on_error: Callable[[Exception], None]) -> None:
        self._spool = spool
        self._on_error = on_error
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._waiting: list[tuple[Submission, asyncio.Future[Verdict]]] = []
        self._writer: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Wait for what is under way."""
        self._thread.shutdown()

    async def look_up(self, url_keys: Iterable[str]) -> dict[str, Seen]:
        """Return what the seen index knows of addresses, by URL key."""
        return await self._in_thread(partial(self._spool.look_up, tuple(url_keys)))

    async def remember(self, seen: Seen) -> None:
        """Remember a fetch that gave nothing to archive."""
        await self._in_thread(partial(self._spool.remember, seen))

    async def listing(self, url: str) -> tuple[str, str, bytes] | None:
        """Return ETag, Last-Modified and body of a feed or sitemap as last fetched."""
        return await self._in_thread(partial(self._spool.listing, url))

    async def keep_listing(self, url: str, *, etag: str, last_modified: str, body: bytes) -> None:
        """Remember a feed or sitemap for the next conditional GET."""
        keep = partial(self._spool.keep_listing, url, etag=etag, last_modified=last_modified, body=body)
        await self._in_thread(keep)

    async def archive(self, submission: Submission) -> Verdict:
        """Return what became of an article; then it is on the disk, committed together with those waiting beside it.

        Raises:
            ArchiveError: the spool cannot be written to; nothing of the article is kept, its address stays unseen.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Verdict] = loop.create_future()
        self._waiting.append((submission, future))
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._write())
        return await future

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
            try:
                verdicts = await self._in_thread(partial(self._spool.accept, [submission for submission, _ in batch]))
            except Exception as error:  # noqa: BLE001 - each waiting article must be told
                for _, future in batch:
                    future.set_exception(error)
                continue
            for (_, future), verdict in zip(batch, verdicts, strict=True):
                future.set_result(verdict)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call)
        except ArchiveError as error:
            self._on_error(error)
            raise
