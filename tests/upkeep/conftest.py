"""Archives to be kept, and a storage that kills at a chosen step."""

import io
import itertools
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.cli import main
from newsarchive.spool import Spool, Submission
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.seen import Seen
from newsarchive.storage import Capabilities, Storage, Stored, open_storage
from newsarchive.urls import url_key
from tests.conftest import RUN, article


class Killed(BaseException):
    """The process ends here; nothing of ours may catch it."""


class Dying:
    """A storage whose n-th change kills, before or after it is made."""

    def __init__(self, inner: Storage, n: int, when: str) -> None:
        self.inner = inner
        self.uri = inner.uri
        self.at_once = inner.at_once
        self._left = n
        self._when = when

    def _change(self, change: Callable[[], None]) -> None:
        self._left -= 1
        if self._left == 0 and self._when == "before":
            raise Killed
        change()
        if self._left == 0:
            raise Killed

    def put_new(self, key: str, body: bytes) -> None:
        """Create an object, or die."""
        self._change(lambda: self.inner.put_new(key, body))

    def replace(self, key: str, body: bytes) -> None:
        """Create or overwrite an object, or die."""
        self._change(lambda: self.inner.replace(key, body))

    def delete(self, key: str, *, superseded_only: bool = False) -> None:
        """Remove an object, or die."""
        self._change(lambda: self.inner.delete(key, superseded_only=superseded_only))

    def read(self, key: str) -> bytes:
        """Return an object's body."""
        return self.inner.read(key)

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield keys."""
        return self.inner.keys(prefix)

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Yield objects."""
        return self.inner.objects(prefix)

    def probe(self) -> Capabilities:
        """Return what the storage can do."""
        return self.inner.probe()

    def clock(self) -> float | None:
        """Return the store's time."""
        return self.inner.clock()

    def keeps_versions(self) -> bool:
        """Tell whether earlier versions stay."""
        return self.inner.keeps_versions()


def deaths(
    work: Callable[[Storage], object], fresh: Callable[[], Storage], *, every: int = 1
) -> Iterator[tuple[str, Storage]]:
    """Yield the storages left by work that was killed before and after each of its changes, and the step's name.

    With `every`, only each so manyth change. What stands before a change stands after the one before it: with 2, every
    state of the storage comes once.
    """
    for when in ("before", "after"):
        for n in range(1, 1000, every):
            storage = fresh()
            try:
                work(Dying(storage, n, when))
            except Killed:
                yield f"{when} change {n}", storage
            else:
                break


def deliver(storage: Storage, state: Path, articles: Iterable[Article]) -> None:
    """Archive articles as one run of the writer with this state folder would."""
    with closing(Spool(state)) as spool:
        delivery = Delivery(spool, storage)
        delivery.level_index()
        spool.accept([Submission(article=a, seen=(_seen(a),)) for a in articles])
        delivery.deliver()


def _seen(given: Article) -> Seen:
    return Seen(url_key=url_key(given.url), id=given.id, etag='"1"', first_at=1.0, checked_at=2.0)


def fill(storage: Storage, state: Path, *, runs: int = 4, each: int = 6) -> list[Article]:
    """Archive runs of articles of three sites; the last of each run is a later revision of article 1."""
    made = []
    for run in range(runs):
        numbers = range(run * each + 1, (run + 1) * each)
        articles = [
            article(n, site=f"site-{n % 3}", tags=("Iraq",) * (n % 2), run_id=f"{RUN[:-1]}{run}") for n in numbers
        ]
        revised = replace(article(1, site="site-1", title=f"Title {run}"), run_id=f"{RUN[:-1]}{run}")
        deliver(storage, state, [*articles, revised])
        made += articles
    return made


def lines(storage: Storage) -> list[bytes]:
    """Return the lines a reader goes through, sorted."""
    archive = Archive(storage)
    snapshot = archive.snapshot()
    return sorted(text for _, text in archive.lines(snapshot.articles, snapshot))


def keys(storage: Storage, prefix: str) -> list[str]:
    """Return the keys below a prefix."""
    return list(storage.keys(prefix))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three runs in a folder, with its state folder beside it; to be copied."""
    root = tmp_path_factory.mktemp("template") / "archive"
    fill(open_storage(str(root)), root.with_name("archive-state"), runs=3)
    return root


def copied(template: Path, root: Path) -> Storage:
    """Copy an archive and its state folder."""
    shutil.copytree(template, root)
    shutil.copytree(f"{template}-state", f"{root}-state")
    return open_storage(str(root))


Command: TypeAlias = Callable[..., tuple[int, str]]


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command of newsarchive away from a terminal; return its exit code and all that it has printed."""
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def run(*words: str) -> tuple[int, str]:
        try:
            code = main(words)
        except SystemExit as error:
            code = int(error.code or 0)
        out, err = capfd.readouterr()
        return code, out + err

    return run


@pytest.fixture
def filled(template: Path, tmp_path: Path) -> Storage:
    """An archive of three runs; its state folder is beside it."""
    return copied(template, tmp_path / "archive")


@pytest.fixture
def copies(template: Path, tmp_path: Path) -> Callable[[], Storage]:
    """Make fresh copies of the archive of three runs, each with its state folder beside it."""
    numbers = itertools.count()
    return lambda: copied(template, tmp_path / f"copy-{next(numbers)}")
