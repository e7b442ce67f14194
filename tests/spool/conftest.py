"""Spools over folders, a storage that fails as told, and what must hold of every archive."""

import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.segment import Manifest, sha256
from newsarchive.article import Article
from newsarchive.dedup import Verdict
from newsarchive.errors import StorageUnavailableError
from newsarchive.spool import Spool, Submission
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.seen import Seen
from newsarchive.storage import Storage
from newsarchive.storage.folder import FolderStorage
from newsarchive.urls import url_key


class FaultyStorage(FolderStorage):
    """A folder whose puts fail as told: `fails(n)` is `before`, `after` (stored, answer lost) or `""` for the n-th."""

    def __init__(self, root: Path, fails: Callable[[int], str] = lambda _: "") -> None:
        super().__init__(root)
        self.fails = fails
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def put_new(self, key: str, body: bytes) -> None:
        """Create a file, or fail before or after."""
        with self._lock:
            how = self.fails(next(self._numbers))
        if how == "before":
            raise StorageUnavailableError("the storage has failed before storing")
        super().put_new(key, body)
        if how == "after":
            raise StorageUnavailableError("the storage has failed after storing")


def submission(article: Article) -> Submission:
    """Return an article with what a crawl remembers of its address."""
    seen = Seen(url_key=url_key(article.url), id="", etag='"1"', first_at=1.0, checked_at=2.0)
    return Submission(article=article, seen=(seen,))


def accept(spool: Spool, articles: Iterable[Article]) -> list[Verdict]:
    """Accept articles in one transaction."""
    return spool.accept([submission(a) for a in articles])


@contextmanager
def opened(folder: Path) -> Iterator[Spool]:
    """A spool, closed at the end."""
    with closing(Spool(folder)) as spool:
        yield spool


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    """An empty spool."""
    with opened(tmp_path / "state") as made:
        yield made


@pytest.fixture
def storage(tmp_path: Path) -> FaultyStorage:
    """An empty archive."""
    return FaultyStorage(tmp_path / "archive")


def deliver(spool: Spool, storage: Storage) -> int:
    """Deliver a spool as a new run would; return how many articles."""
    return Delivery(spool, storage).deliver().articles


def deliver_at_last(spool: Spool, storage: Storage, attempts: int = 200) -> None:
    """Deliver again and again while the storage fails."""
    for _ in range(attempts):
        try:
            deliver(spool, storage)
        except StorageUnavailableError:
            continue
        return
    raise AssertionError("the delivery has never ended")


def records(storage: Storage) -> list[Article]:
    """Return every record of every committed segment, repeated ones included, in order."""
    archive = Archive(storage)
    return [article for _, manifest in archive.manifests() for article in archive.segment_articles(manifest)]


def check_archive(storage: Storage) -> None:
    """Check what must hold of every archive: dense and linked chains, whole segments, no revision twice."""
    check_chains(storage)
    found = Counter((article.id, article.revision) for article in records(storage))
    assert [key for key, count in found.items() if count > 1] == []


def check_chains(storage: Storage) -> None:
    """Check that each writer's entries are numbered from 1 without a gap, and each names the one before it."""
    bodies = {key: storage.read(key) for key in storage.keys("manifest/")}
    entries = [(Manifest.decode(body, where=key), body) for key, body in bodies.items()]
    for writer in {manifest.writer for manifest, _ in entries}:
        chain = sorted(((m, body) for m, body in entries if m.writer == writer), key=lambda entry: entry[0].n)
        assert [m.n for m, _ in chain] == list(range(1, len(chain) + 1))
        assert [m.previous_sha256 for m, _ in chain] == ["", *(sha256(body) for _, body in chain[:-1])]


def check_holds(storage: Storage, numbers: Collection[int]) -> None:
    """Check that the archive holds exactly the articles of these numbers, each once."""
    check_archive(storage)
    assert sorted(int(article.url.rpartition("/")[2]) for article in records(storage)) == sorted(numbers)


def reports(storage: Storage) -> dict[str, dict[str, object]]:
    """Return the run reports of an archive, by key."""
    return {key: json.loads(storage.read(key)) for key in storage.keys("runs/") if key.endswith(".json")}
