"""Trials of the commit protocol: runs that are killed, stores that fail, and what must hold of the archive after."""

import itertools
import json
import math
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.archive.segment import Manifest
from newsarchive.failpoints import EXIT_CODE
from newsarchive.storage import Storage, open_storage
from tests.spool.conftest import check_chains

ROOT = Path(__file__).parents[2]
_WORKER = Path(__file__).with_name("worker.py")
_LAST_RUNS = 8
_ATTEMPTS = 10
_LONGER = 1.1


def steps() -> list[str]:
    """Return the names of all steps at which a process can be ended."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "newsarchive").rglob("*.py"))
    return sorted({name for text in sources for name in re.findall(r'reached\("([a-z-]+)"\)', text)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a trial has left: how many articles were acknowledged, and what is wrong with the archive."""

    acknowledged: int
    archived: int
    lost: int
    twice: int
    endings: Counter[str] = field(default_factory=Counter)


class Worker:
    """A warm process that forks a child for each run: for a line it reads it writes `pid N` and `ended STATUS`."""

    def __init__(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            )

    def run(self, told: str, *, kill_after: float | None = None) -> str:
        """Make a run; return how it ended: `fine`, `archive-error`, `step`, `killed`, or `exit N`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{told}\n")
        self._process.stdin.flush()
        pid = int(self._answer("pid"))
        if kill_after is None:
            return _ending(int(self._answer("ended")))
        timer = threading.Timer(kill_after, _kill, [pid])
        timer.start()
        status = int(self._answer("ended"))
        timer.cancel()
        timer.join()
        return _ending(status)

    def _answer(self, word: str) -> str:
        assert self._process.stdout is not None
        name, _, value = self._process.stdout.readline().partition(" ")
        assert name == word, f"the worker has ended instead of saying {word}"
        return value

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _ending(status: int) -> str:
    if os.WIFSIGNALED(status):
        return "killed"
    code = os.WEXITSTATUS(status)
    return {0: "fine", 4: "archive-error", EXIT_CODE: "step"}.get(code, f"exit {code}")


@contextmanager
def working(folder: Path, uri: str, endpoint: str = "") -> Iterator[Worker]:
    """A worker over the archive at uri."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "acknowledged").touch()
    command = [sys.executable, str(_WORKER), str(folder), uri, endpoint]
    worker = Worker(command, log=folder / "log", environment=os.environ | {"NEWSARCHIVE_STORE_SECONDS": "2"})
    with closing(worker):
        yield worker


def failpoint_trial(folder: Path, names: list[str], seed: int, *, uri: str = "", endpoint: str = "") -> Outcome:
    """End a run at each of these steps, in an order and at a time of each that the seed decides, and go on after each.

    The archive is in the folder if no other is given. `endings` of the outcome counts the steps that were met.
    """
    chance = random.Random(seed)  # noqa: S311 - a trial, repeatable
    numbers = itertools.count()
    met: Counter[str] = Counter()
    archive = uri or str(folder / "archive")
    with working(folder, archive, endpoint) as worker:
        for name in sorted(names, key=lambda name: (name != "furniture-put", chance.random())):
            met[name] += _end_at(worker, name, chance.randint(1, 3), numbers)
        _finish(worker, next(numbers))
    return outcome(folder, open_storage(archive, endpoint_url=endpoint), met)


def _end_at(worker: Worker, name: str, time_of_it: int, numbers: Iterator[int]) -> bool:
    """Make runs until one has met the step; between them one that leaves something half done to be cleaned up."""
    for attempt in range(_ATTEMPTS):
        number = next(numbers)
        if worker.run(f"{number} {name}:{1 if attempt else time_of_it}") == "step":
            return True
        worker.run(f"{number + 2} segment-written")
    return False


def kill_trial(folder: Path, uri: str, endpoints: tuple[str, str], kills: int, *, seconds: float = math.inf) -> Outcome:
    """Kill runs at random moments of the time that one takes.

    `endpoints` are of the store as the runs meet it, and as the check does. Ends when `seconds`
    have passed, if the kills have not come to their number by then.
    """
    chance = random.Random(kills)  # noqa: S311 - a trial, repeatable
    endings: Counter[str] = Counter()
    with working(folder, uri, endpoints[0]) as worker:
        start = time.monotonic()
        endings[worker.run("0")] += 1  # it alone loads what the others find loaded
        warm = time.monotonic()
        endings[worker.run("1")] += 1
        within = _LONGER * (time.monotonic() - warm)
        number = 2
        while endings["killed"] < kills and time.monotonic() < start + seconds:
            endings[worker.run(str(number), kill_after=chance.uniform(0, within))] += 1
            number += 1
        _finish(worker, number)
    return outcome(folder, open_storage(uri, endpoint_url=endpoints[1]), endings)


def _finish(worker: Worker, number: int) -> None:
    """Let both crawlers end a run well, though puts may still fail."""
    for parity in (0, 1):
        endings = (worker.run(str(2 * (number + attempt) + parity)) for attempt in range(_LAST_RUNS))
        assert "fine" in endings, "no run after the trial has ended well"


def outcome(folder: Path, storage: Storage, endings: Counter[str] | None = None) -> Outcome:
    """Return what a trial has left, after checking the chains."""
    check_chains(storage)
    acknowledged = {int(line) for line in (folder / "acknowledged").read_text().split()}
    archived = Counter(stored(storage))
    return Outcome(
        acknowledged=len(acknowledged),
        archived=len(archived),
        lost=len(acknowledged - set(archived)),
        twice=sum(count > 1 for count in archived.values()),
        endings=endings or Counter(),
    )


def stored(storage: Storage) -> Iterator[int]:
    """Yield the number of every record in committed segments, repeated ones included."""
    archive = Archive(storage)
    for _, manifest in archive.manifests():
        for article in archive.segment_articles(manifest):
            yield int(article.url.rpartition("/")[2])


class Looking(threading.Thread):
    """A reader that looks through the archive again and again; `problems` says what was wrong."""

    def __init__(self, storage: Storage) -> None:
        super().__init__()
        self.looks = 0
        self.problems: list[str] = []
        self._storage = storage
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look until stopped: each snapshot is whole, and counts never fall."""
        count = 0
        while not self._stopping.is_set():
            start = time.monotonic()
            try:
                found = Counter(
                    (a.id, a.revision) for a in Archive(self._storage).articles(revisions="all", duplicates=True)
                )
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is a finding
                self.problems.append(repr(error))
                return
            if len(found) < count or (found and max(found.values()) > 1):
                self.problems.append(f"{count} articles became {len(found)}, most often {max(found.values())} times")
            count = len(found)
            self.looks += 1
            self._stopping.wait(max(0.05, 2 * (time.monotonic() - start)))  # leaves the runs their share of a core

    def stop(self) -> None:
        """End, after one look at the least."""
        while not self.looks and self.is_alive():
            time.sleep(0.01)
        self._stopping.set()
        self.join()


def counted(storage: Storage) -> int:
    """Return how many articles the manifest entries count."""
    bodies = (storage.read(key) for key in storage.keys("manifest/"))
    return sum(Manifest.decode(body, where="an entry").count for body in bodies)


def reports(storage: Storage) -> list[dict[str, object]]:
    """Return the run reports of an archive."""
    return [json.loads(storage.read(key)) for key in storage.keys("runs/") if key.endswith(".json")]
