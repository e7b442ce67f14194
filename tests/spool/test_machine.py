"""Accepting, crashing, delivering, compacting, erasing, reading in any order: what was acknowledged is there, once."""

import gzip
import os
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from newsarchive.archive import Archive
from newsarchive.archive.tombstones import of_url
from newsarchive.errors import FencedError, StorageUnavailableError
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from newsarchive.upkeep.compaction import compact
from newsarchive.upkeep.erasure import Erasure
from tests.conftest import article
from tests.spool.conftest import FaultyStorage, accept, check_chains, records

CRAWLERS = st.sampled_from(["a", "b"])
NUMBERS = st.lists(st.integers(0, 12), min_size=1, max_size=4)
PUTS = st.integers(1, 6)
HOW = st.sampled_from(["", "", "before", "after"])


def _deliver(delivery: Delivery) -> None:
    try:
        delivery.deliver()
    except FencedError:
        delivery.take_new_name()
        delivery.deliver()


class Machine(RuleBasedStateMachine):
    """Two crawlers and a reader on one archive; a model says which states of which articles were acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp())
        self._spools: dict[str, Spool] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._acknowledged: set[tuple[str, str]] = set()
        self._titles: Counter[int] = Counter()
        self._erased: set[str] = set()
        self._read: set[tuple[str, int]] = set()

    @initialize()
    def begin(self) -> None:
        """Open both crawlers."""
        self._storage = FaultyStorage(self._folder / "archive")
        for name in "ab":
            self._open(name)

    def _open(self, name: str) -> None:
        self._spools[name] = Spool(self._folder / name)
        self._deliveries[name] = Delivery(self._spools[name], self._storage)

    @rule(name=CRAWLERS, numbers=NUMBERS)
    def accept(self, name: str, numbers: list[int]) -> None:
        """A crawler fetches pages as they are now."""
        found = [article(n, title=f"{n} edition {self._titles[n]}") for n in numbers]
        accept(self._spools[name], found)
        self._acknowledged |= {(a.url, a.title) for a in found}

    @rule(number=st.integers(0, 12))
    def edit(self, number: int) -> None:
        """A publisher changes an article."""
        self._titles[number] += 1

    @rule(name=CRAWLERS)
    def deliver(self, name: str) -> None:
        """A delivery that succeeds."""
        self._storage.fails = lambda _: ""
        _deliver(self._deliveries[name])
        assert self._spools[name].backlog() == 0

    def _fail_after(self, puts: int, how: str) -> None:
        left = iter([""] * puts)
        self._storage.fails = lambda _: next(left, how)

    @rule(name=CRAWLERS, puts=PUTS, how=st.sampled_from(["before", "after"]))
    def fail(self, name: str, puts: int, how: str) -> None:
        """A delivery in which all puts from some on fail, or lose their answer."""
        self._fail_after(puts, how)
        with suppress(StorageUnavailableError, FencedError):
            self._deliveries[name].deliver()

    @rule(name=CRAWLERS)
    def crash(self, name: str) -> None:
        """A crawler is killed and starts again, with nothing but what is on the disk."""
        self._spools[name].close()
        self._open(name)

    @rule(name=CRAWLERS)
    def seal(self, name: str) -> None:
        """A crawler that knows the archive seals, and gets no further."""
        self._storage.fails = lambda _: ""
        with suppress(FencedError):
            self._deliveries[name].level_index()
            self._spools[name].seal()

    @rule(how=HOW, puts=PUTS)
    def compact(self, how: str, puts: int) -> None:
        """A compaction that deletes what it replaces at once, or is cut short by a put that fails."""
        self._fail_after(puts, how)
        with suppress(StorageUnavailableError):
            compact(self._storage, grace=0)

    @rule(name=CRAWLERS, number=st.integers(0, 12), how=HOW, puts=PUTS)
    def erase(self, name: str, number: int, how: str, puts: int) -> None:
        """An article is taken down where one crawler runs; cut short, what has been hidden by then stays so."""
        url = article(number).url
        self._fail_after(puts, how)
        with suppress(StorageUnavailableError, FencedError):
            self._erase(name, url)
        if of_url(url).key in set(self._storage.keys("tombstones/")):
            self._erased.add(url)
            self._read -= {(found, n) for found, n in self._read if found == article(number).id}

    def _erase(self, name: str, url: str) -> None:
        Erasure(self._storage, [self._spools[name]], of_url(url)).carry_out()

    @rule(name=CRAWLERS)
    def copy(self, name: str) -> None:
        """The copy of a state folder delivers: it is fenced off, or fences the other off, which takes a new name."""
        self._storage.fails = lambda _: ""
        shutil.copytree(self._folder / name, self._folder / "copy")
        copied = Spool(self._folder / "copy")
        _deliver(Delivery(copied, self._storage))
        copied.close()
        shutil.rmtree(self._folder / "copy")
        _deliver(self._deliveries[name])

    @precondition(lambda self: self._spools)
    @invariant()
    def reads_well(self) -> None:
        """A reader finds each revision once, all that it has found before, and nothing that is erased."""
        articles = list(Archive(self._storage).articles(revisions="all", duplicates=True))
        found = Counter((a.id, a.revision) for a in articles)
        assert not found or max(found.values()) == 1
        assert self._read <= found.keys()
        assert self._erased.isdisjoint(a.url for a in articles)
        self._read = set(found)
        check_chains(self._storage)

    def teardown(self) -> None:
        """End everything: what was acknowledged is there, each revision once, and nothing erased is in any object."""
        self._storage.fails = lambda _: ""
        for name in "ab":
            _deliver(self._deliveries[name])
        for name, url in product("ab", sorted(self._erased)):
            self._erase(name, url)
        for spool in self._spools.values():
            spool.close()
        stored = [(a.id, a.revision) for a in records(self._storage)]
        assert len(stored) == len(set(stored))
        kept = {state for state in self._acknowledged if state[0] not in self._erased}
        assert kept <= {(a.url, a.title) for a in records(self._storage)}
        self._check_erased()
        shutil.rmtree(self._folder)

    def _check_erased(self) -> None:
        needles = [f'"{url}"'.encode() for url in self._erased]
        for key in self._storage.keys("articles/"):
            body = gzip.decompress(self._storage.read(key))
            assert not any(needle in body for needle in needles)


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=int(os.environ.get("NEWSARCHIVE_TRIAL_EXAMPLES") or 8),
    stateful_step_count=12,
    suppress_health_check=[HealthCheck.too_slow],
)
