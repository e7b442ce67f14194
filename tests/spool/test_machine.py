"""Accepting, crashing, delivering, failing, copying, reading in any order: an archive as if nothing had gone wrong."""

import os
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from newsarchive.archive import Archive
from newsarchive.errors import FencedError, StorageUnavailableError
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from tests.conftest import article
from tests.spool.conftest import FaultyStorage, accept, check_chains, records

CRAWLERS = st.sampled_from(["a", "b"])
NUMBERS = st.lists(st.integers(0, 12), min_size=1, max_size=4)
PUTS = st.integers(1, 6)


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
        self._read = 0

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

    @rule(name=CRAWLERS, puts=PUTS, how=st.sampled_from(["before", "after"]))
    def fail(self, name: str, puts: int, how: str) -> None:
        """A delivery in which all puts from some on fail, or lose their answer."""
        left = iter([""] * puts)
        self._storage.fails = lambda _: next(left, how)
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
        """A reader finds a consistent archive that only grows, and each revision once."""
        found = Counter((a.id, a.revision) for a in Archive(self._storage).articles(revisions="all", duplicates=True))
        assert not found or max(found.values()) == 1
        assert len(found) >= self._read
        self._read = len(found)
        check_chains(self._storage)

    def teardown(self) -> None:
        """Deliver everything: what was acknowledged is there, and each revision was stored once."""
        self._storage.fails = lambda _: ""
        for name in "ab":
            _deliver(self._deliveries[name])
            self._spools[name].close()
        stored = [(a.id, a.revision) for a in records(self._storage)]
        assert len(stored) == len(set(stored))
        assert self._acknowledged <= {(a.url, a.title) for a in records(self._storage)}
        shutil.rmtree(self._folder)


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=int(os.environ.get("NEWSARCHIVE_TRIAL_EXAMPLES") or 8),
    stateful_step_count=12,
    suppress_health_check=[HealthCheck.too_slow],
)
