"""An archive in a local folder."""

import errno
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newsarchive.errors import IntegrityError, StorageRefusedError, StorageUnavailableError
from newsarchive.failpoints import reached
from newsarchive.storage import Capabilities, ConditionalPut, ObjectMissingError, Stored

_HIDDEN = "."
_TEMPORARY = f"{_HIDDEN}tmp-"


def sync_folder(folder: Path) -> None:
    """Make the entries of a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, body: bytes) -> None:
    """Write body to path so that it is on the disk when this returns; path holds all of it or does not exist."""
    temporary = path.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}")
    try:
        _write_synced(temporary, body)
        reached("file-written")
        temporary.replace(path)
        reached("file-renamed")
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_synced(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


class FolderStorage:
    """Objects as files below a root folder; durable when a put returns."""

    at_once = 3  # more threads wait for each other where the files are in memory, fewer for the disk where they are not

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.uri = str(self.root)

    def put_new(self, key: str, body: bytes) -> None:
        """Create a file; a no-op if it exists with this body."""
        path = self.root / key
        with self._translated(path):
            self._make_folder(path.parent)
            temporary = path.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}")
            try:
                _write_synced(temporary, body)
                reached("object-written")
                _link_or_compare(temporary, path, body)
                reached("object-linked")
            finally:
                temporary.unlink(missing_ok=True)
            sync_folder(path.parent)

    def replace(self, key: str, body: bytes) -> None:
        """Create or overwrite a file."""
        path = self.root / key
        with self._translated(path):
            self._make_folder(path.parent)
            write_durably(path, body)

    def read(self, key: str) -> bytes:
        """Return a file's bytes."""
        try:
            with open(f"{self.uri}/{key}", "rb", buffering=0) as file:  # noqa: PTH123 - pathlib takes twice as long
                return file.readall()
        except FileNotFoundError:
            raise ObjectMissingError(key) from None
        except OSError:
            with self._translated(self.root / key):
                raise

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys below prefix, sorted; hidden files are no objects, those being written no objects yet."""
        with self._translated(self.root / prefix):
            found = sorted(self._names(self.root / prefix))
        yield from found

    def _names(self, top: Path) -> Iterator[str]:
        for folder, _, names in os.walk(top, onerror=_refuse):
            inside = "" if folder == self.uri else f"{Path(folder).relative_to(self.root).as_posix()}/"
            yield from (f"{inside}{name}" for name in names if not name.startswith(_HIDDEN))

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Yield the files below prefix, sorted by key; one that is removed meanwhile is left out."""
        for key in self.keys(prefix):
            with suppress(FileNotFoundError):
                status = (self.root / key).stat()
                yield Stored(key, status.st_size, status.st_mtime)

    def delete(self, key: str, *, superseded_only: bool = False) -> None:
        """Remove a file; a folder keeps no other versions."""
        path = self.root / key
        if superseded_only or not path.exists():
            return
        with self._translated(path):
            path.unlink(missing_ok=True)
            sync_folder(path.parent)

    def probe(self) -> Capabilities:
        """Write and remove a file in the root; a file system without hard links refuses conditions."""
        path = self.root / f"{_TEMPORARY}probe-{secrets.token_hex(8)}"
        with self._translated(path):
            self._make_folder(self.root)
            _write_synced(path, b"")
            try:
                return Capabilities(conditional_put=_linking(path))
            finally:
                path.unlink()

    def clock(self) -> float:
        """Return this machine's time."""
        return time.time()

    def keeps_versions(self) -> bool:
        """Return False: a folder keeps none."""
        return False

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        missing = [p for p in (folder, *folder.parents) if not p.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:
            sync_folder(made.parent)

    @contextmanager
    def _translated(self, path: Path) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, PermissionError, NotADirectoryError, FileExistsError, IsADirectoryError) as error:
            raise StorageRefusedError(f"cannot write to the archive at {path.parent}: {error.strerror}") from error
        except OSError as error:
            refused = error.errno == errno.EROFS
            kind = StorageRefusedError if refused else StorageUnavailableError
            raise kind(f"cannot use the archive at {path.parent}: {error.strerror}") from error


def _refuse(error: OSError) -> None:
    """Let a folder that cannot be listed be told; one that is gone has no files."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _linking(path: Path) -> ConditionalPut:
    second = path.with_name(f"{path.name}-link")
    try:
        os.link(path, second)
    except PermissionError:
        return ConditionalPut.REFUSED
    second.unlink()
    return ConditionalPut.HONOURED


def _link_or_compare(temporary: Path, path: Path, body: bytes) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        if path.read_bytes() != body:
            raise IntegrityError(f"{path} exists with other contents than were to be written") from None
    except PermissionError:  # a file system without hard links (FAT, some network mounts)
        if path.exists():
            if path.read_bytes() != body:
                raise IntegrityError(f"{path} exists with other contents than were to be written") from None
            return
        temporary.rename(path)
