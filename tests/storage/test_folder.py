"""A folder's own faults: what cannot be written, crashes, concurrent writers, file systems without links."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

from newsarchive.errors import ArchiveError, IntegrityError, StorageRefusedError, StorageUnavailableError
from newsarchive.storage import open_storage
from newsarchive.storage.folder import FolderStorage

OPERATIONS: dict[str, Callable[[FolderStorage], object]] = {
    "put_new": lambda store: store.put_new("articles/one", b"body"),
    "replace": lambda store: store.replace("articles/one", b"body"),
    "probe": lambda store: store.probe(),
}


@pytest.fixture(params=OPERATIONS)
def operation(request: pytest.FixtureRequest) -> Callable[[FolderStorage], object]:
    """Each way to write."""
    return OPERATIONS[request.param]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no file system can be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("place", ["{}/file", "{}/file/below", "/proc/archive", "{}/dangling"])
def test_a_place_that_cannot_be_a_folder_is_refused(
    tmp_path: Path, place: str, operation: Callable[[FolderStorage], object]
) -> None:
    """The message is one sentence that names the place."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "dangling").symlink_to("nowhere/deep")
    root = place.format(tmp_path)
    with pytest.raises(StorageRefusedError, match=r"^cannot write to the archive at [^\n]+$") as caught:
        operation(FolderStorage(Path(root)))
    assert root.removesuffix("/below") in str(caught.value)


def test_a_read_only_folder_is_refused(small_disk: Path, operation: Callable[[FolderStorage], object]) -> None:
    """A file system mounted read-only refuses even root."""
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StorageRefusedError, match=f"cannot .* the archive at {small_disk}.*Read-only file system"):
        operation(FolderStorage(small_disk))


def test_a_full_disk_is_an_error_and_leaves_nothing_half_written(small_disk: Path) -> None:
    """What was stored stays whole; what does not fit is no object, and later puts that fit succeed."""
    store = FolderStorage(small_disk)
    store.put_new("first", b"a" * 100_000)
    for write in (store.put_new, store.replace):
        with pytest.raises(StorageUnavailableError, match=f"{small_disk}: No space left on device"):
            write("second", b"b" * 200_000)
    store.put_new("third", b"c" * 50_000)
    assert list(store.keys("")) == ["first", "third"]
    assert [p.name for p in small_disk.iterdir() if p.name.startswith(".")] == []
    assert store.read("first") == b"a" * 100_000


def test_hidden_files_are_no_objects(tmp_path: Path) -> None:
    """Neither temporary ones that a crash has left, nor what file managers and network shares put beside others."""
    store = FolderStorage(tmp_path)
    store.put_new("articles/one", b"")
    for folder in (tmp_path, tmp_path / "articles"):
        for name in (".tmp-0123456789abcdef", ".DS_Store", "._one", ".nfs00000001"):
            (folder / name).write_bytes(b"half")
    assert list(store.keys("")) == ["articles/one"]


CRASH = """
import os, signal, sys
from newsarchive.storage import open_storage
def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, sys.argv[2], die)
getattr(open_storage(sys.argv[1]), sys.argv[3])("articles/one", b"body")
"""


@pytest.mark.parametrize(("step", "method"), [("link", "put_new"), ("fsync", "put_new"), ("fsync", "replace")])
def test_a_crash_before_the_last_step_leaves_no_object(tmp_path: Path, step: str, method: str) -> None:
    """A writer killed between writing and publishing leaves nothing that a reader sees; a retry succeeds."""
    done = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), step, method], check=False)
    assert done.returncode < 0
    store = open_storage(str(tmp_path))
    assert list(store.keys("")) == []
    store.put_new("articles/one", b"body")
    assert list(store.keys("")) == ["articles/one"]


def test_of_writers_with_different_bytes_one_wins(tmp_path: Path) -> None:
    """Sixteen writers of different bytes under one key: one succeeds, the others are told."""
    store = FolderStorage(tmp_path)

    def put(n: int) -> str:
        try:
            store.put_new("same/key", b"%d" % n)
        except IntegrityError:
            return ""
        return str(n)

    with ThreadPoolExecutor(16) as threads:
        winners = [n for n in threads.map(put, range(16)) if n]
    assert [store.read("same/key").decode()] == winners


def _no_links(*_: object) -> NoReturn:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def test_a_file_system_without_links_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no hard links can be made, the same rules hold."""
    monkeypatch.setattr(os, "link", _no_links)
    store = FolderStorage(tmp_path)
    store.put_new("key", b"body")
    store.put_new("key", b"body")
    with pytest.raises(IntegrityError):
        store.put_new("key", b"other")
    assert (list(store.keys("")), store.read("key")) == (["key"], b"body")


@pytest.mark.parametrize("write", [FolderStorage.put_new, FolderStorage.replace])
def test_a_failing_fsync_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[FolderStorage, str, bytes], None]
) -> None:
    """A put does not return when the disk has not taken the bytes."""

    def failing(_: int) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    store = FolderStorage(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(ArchiveError, match="Input/output error"):
            write(store, "key", b"body")
    assert list(store.keys("")) == []
