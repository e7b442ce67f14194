"""Worker processes: a page that hangs, eats memory or kills its worker costs that page only."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

import pytest

from newsarchive.article import Article, Hints
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import extract
from newsarchive.extraction.pool import Limits, Pool
from tests.conftest import slow
from tests.extraction.making import PROSE, page

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are looked up in /proc")

URL = "https://news.example.org/river-rises"
HINTS = Hints(site="example", publisher="Example", language="en", link_title="The river rises")
GOOD = page(title="The river rises")
NO_ARTICLE = b"<html><body><p>Menu</p></body></html>"
SLOW = page(body="".join(f"<div><p>{PROSE[0]} {n}</p><ul><li>x</li></ul></div>" for n in range(20_000)))
LONG = page(title="The river rises", body="".join(f"<p>{PROSE[0]} {n}</p>" for n in range(1_500)))
LONGEST = page(title="The river rises", body="".join(f"<p>{PROSE[0]} {n}</p>" for n in range(9_000)))
LARGE = page(body="<p>" + "\U0001f600 harbour " * 800_000 + "</p>")
LIMITS = Limits(seconds=1.2, memory_mb=300, pages=4)

T = TypeVar("T")


class Working:
    """A pool on a running event loop, seen from outside."""

    def __init__(self, runner: asyncio.Runner, pool: Pool) -> None:
        self._runner = runner
        self.pool = pool

    def run(self, doing: Awaitable[T]) -> T:
        """Wait for something on the pool's loop."""

        async def wait() -> T:
            return await doing

        return self._runner.run(wait())

    def outcomes(self, *pages: bytes) -> list[str]:
        """Extract pages at once; return a title or a reason for each."""
        return self.run(self._gathered(pages))

    async def _gathered(self, pages: tuple[bytes, ...]) -> list[str]:
        return await asyncio.gather(*(outcome(self.pool, html) for html in pages))

    @property
    def parents(self) -> list[int]:
        """The worker processes that have been started."""
        processes = [worker._process for worker in self.pool._workers]
        return [process.pid for process in processes if process]


async def outcome(pool: Pool, html: bytes) -> str:
    """Return a page's title, or the reason why it has none."""
    try:
        return (await pool.extract(html, URL, HINTS)).title
    except NotAnArticleError as error:
        return error.reason


def outcome_here(html: bytes) -> str:
    """Return the reason that extraction in this process gives."""
    with pytest.raises(NotAnArticleError) as here:
        extract(html, URL, **asdict(HINTS))
    return here.value.reason


def children(pid: int) -> list[int]:
    """Return the children of a process."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def child_of(parent: int) -> int:
    """Return the child at work; one that is due for recycling has had time to go."""
    for _ in range(100):
        time.sleep(0.2)
        found = [pid for pid in children(parent) if alive(pid)]
        if len(found) == 1:
            return found[0]
    raise AssertionError(f"{parent} has no single child")


def cpu_ticks(pid: int) -> int:
    """Return the processor time that a process has used, in the kernel's ticks."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


def alive(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pids: list[int]) -> bool:
    """Tell whether processes have ended, or do within some seconds."""
    for _ in range(100):
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def working() -> Iterator[Working]:
    """A pool of one worker with small limits."""
    with asyncio.Runner() as runner:
        made = Working(runner, Pool(1, LIMITS))
        yield made
        made.run(made.pool.close())


def test_a_worker_gives_what_extraction_gives(working: Working) -> None:
    """Every field crosses the process boundary; the fingerprint is made there."""
    found = working.run(working.pool.extract(GOOD, URL, HINTS))
    assert isinstance(found, Article)
    assert found.fingerprint
    assert replace(found, fingerprint="") == extract(GOOD, URL, **asdict(HINTS))


def test_what_is_no_article_has_the_extractors_reason(working: Working) -> None:
    """A page without an article is rejected as it would be here."""
    assert working.outcomes(NO_ARTICLE, b"", GOOD)[::2] == [outcome_here(NO_ARTICLE), "The river rises"]


def test_workers_are_recycled(working: Working) -> None:
    """After so many pages another process works; nobody notices."""
    working.outcomes(GOOD)
    before = children(working.parents[0])
    assert working.outcomes(*[GOOD] * 9) == ["The river rises"] * 9
    assert children(working.parents[0]) != before


def test_a_page_over_its_time_costs_that_page(working: Working) -> None:
    """The worker that hangs is ended, and the pages after it are extracted."""
    assert working.outcomes(GOOD, SLOW, GOOD) == ["The river rises", "extraction-timeout", "The river rises"]


def test_a_page_over_its_memory_costs_that_page(working: Working) -> None:
    """No page takes the machine down."""
    assert working.outcomes(GOOD, LARGE, GOOD)[::2] == ["The river rises"] * 2


def test_a_page_over_its_memory_is_counted_as_such() -> None:
    """It is a failure of extraction, so the page is tried again; the next page is none the worse."""
    with asyncio.Runner() as runner:
        small = Working(runner, Pool(1, Limits(memory_mb=48)))
        assert small.outcomes(LARGE, GOOD) == ["extraction-memory", "The river rises"]
        small.run(small.pool.close())


@pytest.mark.parametrize("victim", ["child", "parent"])
def test_a_worker_killed_at_work_costs_at_most_its_page(working: Working, victim: str) -> None:
    """As the kernel does when memory runs out."""
    working.outcomes(GOOD)
    (parent,) = working.parents
    child = child_of(parent)

    async def killing() -> list[str]:
        slow = asyncio.create_task(outcome(working.pool, SLOW))
        await asyncio.sleep(0.5)
        os.kill({"child": child, "parent": parent}[victim], signal.SIGKILL)
        return [await slow, *(await asyncio.gather(*(outcome(working.pool, GOOD) for _ in range(6))))]

    first, *others = working.run(killing())
    assert first in ("extraction-crash", "extraction-timeout")
    assert others == ["The river rises"] * 6
    assert gone([child])


@pytest.mark.parametrize("victim", ["child", "parent"])
def test_a_worker_killed_at_rest_costs_nothing(working: Working, victim: str) -> None:
    """Its place is taken before the next page."""
    working.outcomes(GOOD)
    (parent,) = working.parents
    child = child_of(parent)
    os.kill({"child": child, "parent": parent}[victim], signal.SIGKILL)
    working.run(asyncio.sleep(0.2))
    assert working.outcomes(*[GOOD] * 6) == ["The river rises"] * 6


def test_pages_behind_one_that_ends_its_worker_are_extracted(working: Working) -> None:
    """A worker has its next page before it has answered; what ends it costs only the page in the works."""
    working.outcomes(GOOD)
    (parent,) = working.parents

    async def killing() -> list[str]:
        asked = [asyncio.create_task(outcome(working.pool, html)) for html in (SLOW, GOOD, NO_ARTICLE, GOOD)]
        await asyncio.sleep(0.5)
        os.kill(parent, signal.SIGKILL)
        return await asyncio.gather(*asked)

    first, *others = working.run(killing())
    assert first in ("extraction-crash", "extraction-timeout")
    assert others == ["The river rises", outcome_here(NO_ARTICLE), "The river rises"]


@pytest.mark.parametrize("given_up", [0, 1, 2])
def test_a_page_given_up_costs_no_other(working: Working, given_up: int) -> None:
    """Neither the one in the works nor those that wait take each other's answers, or are lost."""
    working.outcomes(GOOD)

    async def giving_up() -> list[str | BaseException]:
        asked = [asyncio.create_task(outcome(working.pool, html)) for html in (LONG, NO_ARTICLE, GOOD)]
        await asyncio.sleep(0.05)
        asked[given_up].cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = working.run(giving_up())
    assert isinstance(found.pop(given_up), asyncio.CancelledError)
    expected = ["The river rises", outcome_here(NO_ARTICLE), "The river rises"]
    assert found == expected[:given_up] + expected[given_up + 1 :]


def test_a_page_given_up_with_an_answer_that_nobody_reads_stops_its_worker() -> None:
    """Also where the worker is ended by force: what it has written fills its pipe, and nobody takes it out."""

    async def giving_up(pool: Pool) -> str:
        await outcome(pool, GOOD)
        asked = asyncio.create_task(outcome(pool, LONGEST))
        await asyncio.sleep(0.1)
        asked.cancel()
        await asyncio.wait([asked])
        return await outcome(pool, GOOD)

    with asyncio.Runner() as runner:
        pool = Working(runner, Pool(1, Limits()))
        assert pool.run(asyncio.wait_for(giving_up(pool.pool), 60)) == "The river rises"
        pool.run(pool.pool.close())


@pytest.mark.parametrize("waiting", [0, 1])
def test_a_page_given_up_while_its_worker_starts_costs_no_other(waiting: int) -> None:
    """What the worker says when it is ready is no answer to the next page."""

    async def giving_up(pool: Pool) -> list[str]:
        first, *others = [asyncio.create_task(outcome(pool, GOOD)) for _ in range(1 + waiting)]
        await asyncio.sleep(0.1)
        first.cancel()
        return await asyncio.gather(*others, outcome(pool, GOOD))

    with asyncio.Runner() as runner:
        pool = Working(runner, Pool(1, LIMITS))
        assert pool.run(giving_up(pool.pool)) == ["The river rises"] * (1 + waiting)
        pool.run(pool.pool.close())


def test_every_worker_has_a_page_before_any_has_two() -> None:
    """Pages that come together are extracted side by side."""
    with asyncio.Runner() as runner:
        pool = Working(runner, Pool(2, Limits()))
        pool.outcomes(LONG, LONG)
        assert all(cpu_ticks(child) for parent in pool.parents for child in children(parent))
        pool.run(pool.pool.close())


@slow
def test_a_page_given_up_leaves_the_pool_whole(working: Working) -> None:
    """A cancelled extraction does not answer the next one's question."""

    async def giving_up() -> str:
        slow = asyncio.create_task(outcome(working.pool, SLOW))
        await asyncio.sleep(0.3)
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        return await outcome(working.pool, GOOD)

    assert working.run(giving_up()) == "The river rises"


@pytest.mark.parametrize("victim", ["parent", pytest.param("nobody", marks=slow)])
def test_a_closed_pool_leaves_no_process(victim: str) -> None:
    """Also where a worker was killed before."""
    with asyncio.Runner() as runner:
        pool = Working(runner, Pool(2, LIMITS))
        pool.outcomes(GOOD, GOOD)
        parents = pool.parents
        processes = [*parents, *(child for pid in parents for child in children(pid))]
        assert len(processes) == 4
        if victim == "parent":
            os.kill(parents[0], signal.SIGKILL)
            pool.run(asyncio.sleep(0.2))
        pool.run(asyncio.wait_for(pool.pool.close(), 20))
        assert gone(processes)


ABANDONED = """
import asyncio, sys, tests.extraction.test_pool as t
async def main():
    pool = t.Pool(1, t.LIMITS)
    await t.outcome(pool, t.GOOD)
    parent = pool._workers[0]._process.pid
    print(parent, *t.children(parent), flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_a_killed_crawl_leaves_no_worker() -> None:
    """Workers end when nobody asks any more."""
    crawl = subprocess.Popen([sys.executable, "-c", ABANDONED], stdout=subprocess.PIPE, text=True)
    assert crawl.stdout is not None
    with crawl.stdout:
        processes = [int(word) for word in crawl.stdout.readline().split()]
        assert len(processes) == 2
        crawl.kill()
        crawl.wait()
    assert gone(processes)


def test_a_worker_that_nobody_waits_for_ends_silently() -> None:
    """A run that is stopped while its workers start leaves no traceback of theirs."""
    command = [sys.executable, "-m", "newsarchive.extraction.worker", "--seconds=9", "--memory-mb=512", "--pages=9"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as worker:
        assert worker.stdin
        assert worker.stdout
        assert worker.stderr
        worker.stdin.close()
        worker.stdout.close()
        assert (worker.stderr.read(), worker.wait()) == (b"", 0)
