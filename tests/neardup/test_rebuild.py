"""The index from the archive alone: by reading every segment, and from the snapshot beside the manifests."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import layout
from newsarchive.cli import main
from newsarchive.dedup import Judgement
from newsarchive.errors import IntegrityError, StorageUnavailableError
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.snapshots import Part, parts
from newsarchive.storage.folder import FolderStorage
from tests.neardup.wire import wire
from tests.spool.conftest import FaultyStorage, accept, opened

ARTICLES = [wire(number, number % 4) for number in range(12)]


class Counting(FolderStorage):
    """A folder that counts the segments read."""

    segments = 0

    def read(self, key: str) -> bytes:
        """Return a file's bytes."""
        self.segments += key.startswith(layout.ARTICLES)
        return super().read(key)


def filled(folder: Path, *, worth: int) -> Counting:
    """Return an archive of the articles, with a snapshot if there is enough to be worth it."""
    storage = Counting(folder / "archive")
    for half in (ARTICLES[:7], ARTICLES[7:]):
        with opened(folder / "state") as spool:
            accept(spool, half)
            delivery = Delivery(spool, storage)
            delivery.deliver()
            delivery.snapshot(worth)
    storage.segments = 0
    return storage


def index_of(state: Path) -> dict[str, list[Any]]:
    """Return what an index holds, but for the times and validators of addresses."""
    columns = {
        "article": "*",
        "copy": "*",
        "text": "*",
        "seen": "url_key, id",
        "adopted": "*",
        "state": "id, content_key",
        "variant": "*",
    }
    connection = sqlite3.connect(state / "spool.sqlite")
    found = {t: connection.execute(f"SELECT {c} FROM {t} ORDER BY 1").fetchall() for t, c in columns.items()}  # noqa: S608 - the names above
    connection.close()
    for path in sorted((state / "near").glob("*.sqlite")):
        connection = sqlite3.connect(path)
        found[path.name] = connection.execute("SELECT id, crawled_at, sketch FROM member ORDER BY 1").fetchall()
        connection.close()
    return found


@pytest.mark.parametrize("worth", [1, 5, 10_000], ids=["each-run", "when-worth", "none"])
def test_a_fresh_machine_knows_everything(tmp_path: Path, worth: int) -> None:
    """With a snapshot no segment is read that it covers; without one all are. The index is the same."""
    storage = filled(tmp_path, worth=worth)
    with opened(tmp_path / "fresh") as spool:
        Delivery(spool, storage).level_index()
        assert [v.judgement for v in accept(spool, ARTICLES)] == [Judgement.UNCHANGED] * len(ARTICLES)
        copy = accept(spool, [wire(99, 2)])[0].article
        assert copy.duplicate_of in {a.id for a in ARTICLES}
    assert (storage.segments == 0) is (worth < 10_000)
    with opened(tmp_path / "again") as spool:
        Delivery(spool, storage).level_index()
    assert index_of(tmp_path / "again") == index_of(tmp_path / "state")


def test_what_came_after_the_snapshot_is_read_from_segments(tmp_path: Path) -> None:
    """A snapshot need not be the newest."""
    storage = filled(tmp_path, worth=1)
    with opened(tmp_path / "state") as spool:
        accept(spool, [wire(50, 9)])
        Delivery(spool, storage).deliver()
    with opened(tmp_path / "fresh") as spool:
        Delivery(spool, storage).level_index()
        assert accept(spool, [wire(51, 9)])[0].article.duplicate_of == wire(50, 9).id
    assert storage.segments == 1


def test_a_snapshot_is_written_once_it_is_worth_it(tmp_path: Path) -> None:
    """Small runs wait for one another; nothing is covered twice."""
    storage = FolderStorage(tmp_path / "archive")
    with opened(tmp_path / "state") as spool:
        delivery = Delivery(spool, storage)
        written = []
        for article in ARTICLES:
            accept(spool, [article])
            delivery.deliver()
            written.append(delivery.snapshot(5))
    assert written == [0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0, 0]
    assert len(list(storage.keys(layout.INDEX))) == 2


def test_a_snapshot_cut_short_is_begun_again(tmp_path: Path) -> None:
    """What was entered of it stands in nobody's way."""
    storage = filled(tmp_path, worth=1)
    listed = frozenset(storage.keys(layout.MANIFESTS))

    def cut() -> Iterator[Part]:
        yield next(parts(storage))
        raise StorageUnavailableError("gone")

    with opened(tmp_path / "fresh") as spool:
        with pytest.raises(StorageUnavailableError):
            spool.load(cut(), listed=listed, now=0.0)
        assert not spool.adopted
        spool.load(parts(storage), listed=listed, now=0.0)
        spool.load(parts(storage), listed=listed, now=0.0)
    assert index_of(tmp_path / "fresh") == index_of(tmp_path / "state")
    assert not (tmp_path / "fresh" / "stage.sqlite").exists()


def test_a_damaged_part_is_not_believed(tmp_path: Path) -> None:
    """Its name is made from its content. What the message advises is enough."""
    storage = filled(tmp_path, worth=1)
    key = next(storage.keys(layout.INDEX))
    storage.replace(key, storage.read(key)[:-9])
    with opened(tmp_path / "fresh") as spool, pytest.raises(IntegrityError, match=f"{key} is damaged: .*; delete it"):
        Delivery(spool, storage).level_index()
    storage.delete(key)
    with opened(tmp_path / "fresh") as spool:
        Delivery(spool, storage).level_index()
    assert index_of(tmp_path / "fresh") == index_of(tmp_path / "state")


@pytest.mark.parametrize("arguments", [[], ["--from-snapshot"]])
def test_rebuild_index(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """After any loss the command makes the same index again, and keeps what waits in the spool."""
    filled(tmp_path, worth=1)
    state, before = tmp_path / "state", index_of(tmp_path / "state")
    with opened(state) as spool:
        accept(spool, [wire(60, 11)])
    shutil.rmtree(state / "near")
    command = ["rebuild-index", "--uri", str(tmp_path / "archive"), "--state", str(state), *arguments]
    assert main(command) == 0
    assert "12 archived articles" in capsys.readouterr().out
    with opened(state) as spool:
        assert spool.backlog() == 1
        assert accept(spool, [wire(61, 11)])[0].article.duplicate_of == wire(60, 11).id
        assert accept(spool, [wire(60, 11)])[0].judgement is Judgement.UNCHANGED
    after = index_of(state)
    assert after["adopted"] == before["adopted"]
    assert [row for row in after["article"] if row in before["article"]] == before["article"]


def test_a_refused_rebuild_harms_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A state folder of another archive keeps its index."""
    filled(tmp_path, worth=1)
    with opened(tmp_path / "state") as spool:
        spool.bind("s3://another/archive")
    before = index_of(tmp_path / "state")
    command = ["rebuild-index", "--uri", str(tmp_path / "archive"), "--state", str(tmp_path / "state")]
    assert main(command) == 2
    assert "belongs to the archive s3://another/archive" in capsys.readouterr().err
    assert index_of(tmp_path / "state") == before


def test_lines_that_wait_yield_to_a_snapshot(tmp_path: Path) -> None:
    """What a machine accepted before it saw the archive is withdrawn if it is there already."""
    storage = filled(tmp_path, worth=1)
    with opened(tmp_path / "late") as spool:
        accept(spool, [*ARTICLES[:3], wire(70, 12)])
        assert Delivery(spool, FaultyStorage(storage.root)).deliver().articles == 1


def test_an_archive_without_articles(tmp_path: Path) -> None:
    """There is nothing to load and nothing to snapshot."""
    with opened(tmp_path / "state") as spool:
        delivery = Delivery(spool, FolderStorage(tmp_path / "archive"))
        delivery.level_index()
        assert delivery.snapshot(0) == 0
