"""Faults of the storage, the disk and the process: nothing lost, nothing twice."""

import os
import random
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsarchive.cli import main
from newsarchive.errors import AlreadyRunningError, ArchiveError, IntegrityError, StorageUnavailableError
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery, patiently
from newsarchive.spool.state import locked, state_folder
from tests.conftest import article
from tests.spool.conftest import (
    FaultyStorage,
    accept,
    check_archive,
    check_holds,
    deliver,
    deliver_at_last,
    opened,
)

SITES = 5


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("failing", range(1, 2 * SITES + 1))
def test_any_put_may_fail_once(spool: Spool, storage: FaultyStorage, how: str, failing: int) -> None:
    """Before storing or with its answer lost: the error is told, the next delivery ends what was begun."""
    storage.fails = lambda n: how if n == failing else ""
    accept(spool, [article(n, site=f"site-{n}") for n in range(SITES)])
    with pytest.raises(StorageUnavailableError):
        deliver(spool, storage)
    assert spool.backlog() > 0
    deliver(spool, storage)
    check_holds(storage, range(SITES))


@pytest.mark.parametrize("seed", range(5))
def test_puts_that_fail_at_random(tmp_path: Path, storage: FaultyStorage, seed: int) -> None:
    """Every third put fails, over several runs with revisions among them."""
    chance = random.Random(seed)  # noqa: S311 - faults, repeatable
    storage.fails = lambda _: chance.choice(["before", "after", "", "", "", ""])
    for run in range(4):
        with opened(tmp_path / "state") as spool:
            accept(spool, [article(n, site=f"site-{n % 4}", title=f"{n % 3 * run}") for n in range(6 * run + 6)])
            deliver_at_last(spool, storage)
            assert spool.backlog() == 0
    check_archive(storage)
    storage.fails = lambda _: ""
    with opened(tmp_path / "state") as spool:
        assert deliver(spool, storage) == 0


def test_patience_ends(storage: FaultyStorage) -> None:
    """A call is repeated while the storage is unavailable, and not for ever."""
    storage.fails = lambda n: "before" if n < 3 else ""
    patiently(lambda: storage.put_new("one", b""), attempts=3, pause=0)
    storage.fails = lambda _: "before"
    with pytest.raises(StorageUnavailableError):
        patiently(lambda: storage.put_new("two", b""), attempts=3, pause=0)
    assert list(storage.keys("")) == ["one"]


def test_sealed_bytes_never_change(tmp_path: Path, storage: FaultyStorage) -> None:
    """Every retry sends the same bytes, also after a restart."""
    storage.fails = lambda _: "before"
    with opened(tmp_path / "state") as spool:
        accept(spool, [article(n) for n in range(20)])
        with pytest.raises(StorageUnavailableError):
            deliver(spool, storage)
        (before,) = spool.sealed(8)
        body = before.path.read_bytes()
    with opened(tmp_path / "state") as spool:
        (after,) = spool.sealed(8)
        assert (after, after.path.read_bytes()) == (before, body)
        accept(spool, [article(99)])
        storage.fails = lambda _: ""
        deliver(spool, storage)
    assert storage.read(before.key) == body
    check_holds(storage, [*range(20), 99])


def test_orphan_segment_files_are_removed(tmp_path: Path, storage: FaultyStorage) -> None:
    """A file written by a crash before it was recorded, and one that was committed, leave no trace."""
    with opened(tmp_path) as spool:
        accept(spool, [article(1)])
        spool.seal()
    for name in ("00000002.jsonl.gz", ".tmp-0123456789abcdef"):
        (tmp_path / "segments" / name).write_bytes(b"half")
    with opened(tmp_path) as spool:
        assert [p.name for p in (tmp_path / "segments").iterdir()] == ["00000001.jsonl.gz"]
        accept(spool, [article(2)])
        deliver(spool, storage)
    check_holds(storage, [1, 2])


def _scrambled(path: Path) -> None:
    """Alter the names of the tables in a spool's file."""
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE line", b"CREATE TABLE \xb6\xb6\xb6\xb6"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"no database, by any means" * 100),
        lambda path: path.write_bytes(path.read_bytes()[:10_000]),
        _scrambled,
    ],
    ids=["another", "cut", "scrambled"],
)
def test_a_damaged_spool_is_an_archive_error(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    """It is named, with where to turn to, and left as it is."""
    with opened(tmp_path) as spool:
        accept(spool, [article(n) for n in range(9)])
    path = tmp_path / "spool.sqlite"
    damage(path)
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match=f"the spool {path} cannot be used: .*newsarchive doctor"), opened(tmp_path):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("emptied", [False, True])
def test_what_a_lost_spool_has_left_is_not_thrown_away(
    tmp_path: Path, storage: FaultyStorage, capsys: pytest.CaptureFixture[str], *, emptied: bool
) -> None:
    """Its sealed segments hold articles: no new spool takes their folder, and no command says that nothing waits."""
    state = tmp_path / "state"
    with opened(state) as spool:
        accept(spool, [article(n) for n in range(9)])
        spool.seal()
    path = state / "spool.sqlite"
    kept = path.read_bytes()
    path.unlink()
    if emptied:
        path.touch()
    with pytest.raises(ArchiveError, match=f"{path} is gone, and {state}/segments .* restore"), opened(state):
        pass
    assert main(["flush", "--uri", storage.uri, "--state", str(state)]) == 4
    assert "restore" in capsys.readouterr().err
    path.write_bytes(kept)
    with opened(state) as spool:
        deliver(spool, storage)
    check_holds(storage, range(9))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "shorter": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path: path.write_bytes(b""),
    "other": lambda path: path.write_bytes(path.read_bytes().replace(b"\x8b", b"\x8c")),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_sealed_segment_is_made_again(
    spool: Spool, storage: FaultyStorage, damage: Callable[[Path], object]
) -> None:
    """From its lines, which are still in the spool, byte for byte."""
    accept(spool, [article(n) for n in range(9)])
    spool.seal()
    (sealed,) = spool.sealed(1)
    before = sealed.path.read_bytes()
    damage(sealed.path)
    deliver(spool, storage)
    assert storage.read(sealed.key) == before
    check_holds(storage, range(9))


def test_a_segment_whose_lines_are_damaged_too_is_never_committed(spool: Spool, storage: FaultyStorage) -> None:
    """What is not what was sealed does not reach the archive under its number; sealed anew, it does."""
    accept(spool, [article(1), article(2)])
    spool.seal()
    (sealed,) = spool.sealed(1)
    sealed.path.unlink()
    with spool._database.transaction() as connection:
        connection.execute("DELETE FROM line WHERE id = ?", (article(2).id,))
    with pytest.raises(IntegrityError, match=rf"{sealed.path} is damaged.*newsarchive flush --as-new-writer"):
        deliver(spool, storage)
    assert [key for key in storage.keys("") if key.startswith(("articles/", "manifest/"))] == []
    delivery = Delivery(spool, storage)
    delivery.take_new_name()
    delivery.deliver()
    check_holds(storage, [1])


# --- the disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("no file system can be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", folder], check=True)


def _accept_each(spool: Spool, accepted: list[int]) -> None:
    for n in range(1, 2000):
        accept(spool, [article(n)])
        accepted.append(n)


def test_a_full_disk_loses_nothing_accepted(small_disk: Path, storage: FaultyStorage) -> None:
    """The article that does not fit is refused; all before it are delivered once there is room for a segment."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(250_000))
    accepted: list[int] = []
    with opened(small_disk / "state") as spool:
        with pytest.raises(ArchiveError, match=r"the spool .* cannot be used"):
            _accept_each(spool, accepted)
        assert spool.backlog() == len(accepted) > 10
    ballast.unlink()
    with opened(small_disk / "state") as spool:
        assert deliver(spool, storage) == len(accepted)
        assert spool.backlog() == 0
    check_holds(storage, accepted)


def test_a_disk_too_full_to_seal_is_an_archive_error(small_disk: Path, storage: FaultyStorage) -> None:
    """Sealing needs room; without it the lines stay, and no half segment is left."""
    with opened(small_disk / "state") as spool:
        accept(spool, [article(n, text=os.urandom(900).hex()) for n in range(30)])
        left = os.statvfs(small_disk)
        (small_disk / "ballast").write_bytes(bytes(left.f_bavail * left.f_frsize - 2 * left.f_frsize))
        with pytest.raises(ArchiveError, match=r"cannot write to the state folder .*No space left|disk is full"):
            deliver(spool, storage)
        assert list((small_disk / "state" / "segments").iterdir()) == []
        (small_disk / "ballast").unlink()
        deliver(spool, storage)
    check_holds(storage, range(30))


def test_a_file_size_limit_is_an_archive_error(tmp_path: Path) -> None:
    """A spool that may not grow says so, whoever limits it; what it held is still there."""
    with opened(tmp_path) as spool:
        accept(spool, [article(1)])
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
        try:
            with pytest.raises(ArchiveError, match=r"the spool .* cannot be used"):
                accept(spool, [article(n, text=str(n) * 9000) for n in range(2, 20)])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert spool.backlog() == 1
        accept(spool, [article(2)])
    with opened(tmp_path) as spool:
        assert spool.backlog() == 2


# --- the state folder


def test_one_process_holds_a_state_folder(tmp_path: Path) -> None:
    """A second run is told to wait; once the first has ended, however it ended, the folder is free."""
    folder = tmp_path / "a" / "state"
    with locked(folder), pytest.raises(AlreadyRunningError, match=f"using the state folder {folder}"), locked(folder):
        pass
    with pytest.raises(LookupError) as kept, locked(folder):
        raise LookupError
    with locked(folder):
        assert kept.value is not None


@pytest.mark.parametrize("place", ["{}/file", "{}/file/below", "/proc/state"])
def test_a_state_folder_that_cannot_be_written_is_an_archive_error(tmp_path: Path, place: str) -> None:
    """The message names the folder."""
    (tmp_path / "file").write_bytes(b"")
    folder = Path(place.format(tmp_path))
    with pytest.raises(ArchiveError, match=f"cannot write to the state folder {folder}"), locked(folder):
        pass


@pytest.mark.parametrize(
    ("uri", "given", "folder"),
    [
        ("archive", "", "{}/archive-state"),
        ("./archive/", "", "{}/archive-state"),
        (".", "", "{}-state"),
        ("{}/x/archive", "", "{}/x/archive-state"),
        ("file://{}/archive", "", "{}/archive-state"),
        ("archive", "elsewhere", "elsewhere"),
        ("archive", "~/elsewhere", "{}/elsewhere"),
        ("s3://news", "", "{}/xdg/newsarchive/news"),
        ("s3://news/a/b/", "", "{}/xdg/newsarchive/news-a-b"),
    ],
)
def test_where_the_state_is(
    *, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str, given: str, folder: str
) -> None:
    """Beside a local archive, below the user's state folder for a bucket, or where it is said to be."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert state_folder(uri.format(tmp_path), given) == Path(folder.format(tmp_path))
