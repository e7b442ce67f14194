"""Extraction in worker processes, so that a crawl uses every core and its event loop is never blocked."""

import asyncio
import base64
import contextlib
import json
import logging
import os
import sys
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from newsarchive.archive.line import from_mapping
from newsarchive.article import Article, Hints
from newsarchive.errors import NewsarchiveError, NotAnArticleError
from newsarchive.extraction.worker import ANSWER, REQUEST
from newsarchive.traits import Traits

_PATIENCE = 10.0
_START_SECONDS = 120.0
_PAGES_AHEAD = 2  # the one in the works and the next
_ATTEMPTS = 5  # at a page whose worker ends each time, as it may be the one that ends it
_STOPPED = "stopped"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one page may cost in CPU seconds and memory, and after how many pages a worker is recycled."""

    seconds: float = 20.0
    memory_mb: int = 1024
    pages: int = 500


class _Worker:
    """One worker process; it is started anew when it does not answer as it should.

    It is given its next page while it works on one, and answers them in order.
    """

    def __init__(self, limits: Limits) -> None:
        self.asked = 0
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._turn = asyncio.Lock()

    async def ask(self, header: bytes, page: bytes) -> dict[str, Any]:
        self.asked += 1
        try:
            for _ in range(_ATTEMPTS):
                process = await self.running()
                assert process.stdin is not None  # noqa: S101 - for the type checker: started with pipes
                process.stdin.write(REQUEST.pack(len(header), len(page)) + header)
                process.stdin.write(page)
                if (answer := await self._answer(process)) is not None:
                    return answer
            return {"rejected": "extraction-crash"}
        finally:
            self.asked -= 1

    async def _answer(self, process: asyncio.subprocess.Process) -> dict[str, Any] | None:
        """Return the answer to what was asked last; None if the process was stopped for another page meanwhile."""
        try:
            async with self._turn:
                if process is not self._process:
                    return None
                return await asyncio.wait_for(_read(process), _PATIENCE * (1 + self._limits.seconds))
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError, MemoryError) as error:
            if process is not self._process:
                return None
            _logger.warning("an extraction worker had to be started anew: %r", error)
            await self.stop()
            return {"rejected": "extraction-crash"}
        except asyncio.CancelledError:
            if process is self._process:
                await self.stop()
            raise

    async def running(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                await self.stop()
                await self._start()
            assert self._process is not None  # noqa: S101 - for the type checker: it has been started
            return self._process

    async def _start(self) -> None:
        limits = self._limits
        options = (f"--seconds={limits.seconds}", f"--memory-mb={limits.memory_mb}", f"--pages={limits.pages}")
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "newsarchive.extraction.worker", *options,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        try:
            await asyncio.wait_for(_read(process), _START_SECONDS)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await self.stop()
            raise NewsarchiveError("an extraction worker could not be started; its own message is above") from error
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _disconnect(process)
        try:
            await asyncio.wait_for(process.wait(), 1)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()


def _disconnect(process: asyncio.subprocess.Process) -> None:
    """Close a worker's input, which ends the child, too, of a parent that was killed, and its output.

    `wait` returns when the process has ended and its pipes are closed; one whose answer nobody reads closes at no end.
    """
    assert process.stdin is not None  # noqa: S101 - for the type checker: started with pipes
    if not process.stdin.is_closing():
        process.stdin.transport.abort()
    process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]  # noqa: SLF001 - no public way to it


async def _read(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101 - for the type checker: started with pipes
    (length,) = ANSWER.unpack(await process.stdout.readexactly(ANSWER.size))
    message: dict[str, Any] = json.loads(await process.stdout.readexactly(length))
    return message


class Pool:
    """Worker processes, started by `start` or when first needed. Belongs to one event loop."""

    def __init__(self, workers: int, limits: Limits | None = None) -> None:
        self._workers = [_Worker(limits or Limits()) for _ in range(workers)]
        self._room = asyncio.Semaphore(workers * _PAGES_AHEAD)
        self._starting: asyncio.Future[list[asyncio.subprocess.Process]] | None = None
        self._asking: set[asyncio.Task[dict[str, Any]]] = set()
        self._given_up = asyncio.Event()

    async def start(self) -> None:
        """Start every worker and wait until they have imported what they need; before any `extract`.

        Raises:
            NewsarchiveError: a worker could not be started.
        """
        if self._starting is None:
            self._starting = asyncio.gather(*(worker.running() for worker in self._workers))
        await asyncio.shield(self._starting)

    async def extract(self, page: bytes, url: str, hints: Hints) -> Article:
        """Return the article on a page; raises as `extract_with_traits`."""
        article, _ = await self.extract_with_traits(page, url, hints)
        return article

    async def extract_with_traits(self, page: bytes, url: str, hints: Hints) -> tuple[Article, Traits]:
        """Return the article on a page with the traits of its text.

        Raises:
            NotAnArticleError: the page is no article, or extracting it hung, crashed or took too much memory, or was
                given up (`stopped`).
        """
        given = {field.name: getattr(hints, field.name) for field in fields(hints)}
        header = json.dumps({"url": url, "hints": given}).encode()
        answer = await self._ask(header, page)
        if "error" in answer:
            _logger.error("extraction of %s failed: %s", url, answer["error"])
        if "rejected" in answer:
            raise NotAnArticleError(str(answer["rejected"]))
        traits = Traits(sketch=base64.b64decode(answer["sketch"]), lines=answer["lines"])
        return from_mapping(answer["article"]), traits

    async def _ask(self, header: bytes, page: bytes) -> dict[str, Any]:
        if self._given_up.is_set():
            return {"rejected": _STOPPED}
        task = asyncio.ensure_future(self._ask_worker(header, page))
        self._asking.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled() and self._given_up.is_set():
                return {"rejected": _STOPPED}
            task.cancel()
            raise
        finally:
            self._asking.discard(task)

    async def _ask_worker(self, header: bytes, page: bytes) -> dict[str, Any]:
        async with self._room:
            return await min(self._workers, key=attrgetter("asked")).ask(header, page)

    def is_asked(self) -> bool:
        """Tell whether pages are being extracted, or wait to be."""
        return bool(self._asking)

    def give_up(self) -> None:
        """Reject every page that is being extracted, or yet to be, as `stopped`."""
        self._given_up.set()
        for task in self._asking:
            if not task.cancelling():
                task.cancel()

    async def close(self) -> None:
        """End the worker processes."""
        await asyncio.gather(*(worker.stop() for worker in self._workers))
