"""Local copies of what a bucket holds: segments by their hash, manifest entries and run reports by their key."""

import contextlib
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from newsarchive.errors import UsageError

_DEFAULT_MB = 10_000
_KEPT = 0.9
_BUSY_SECONDS = 10.0
_TEMPORARY = ".tmp-"
TABLE = ".parquet.checked"
"""What the names of copies of tables end with."""


def cache_folder() -> Path | None:
    """Return the folder of the cache, by NEWSARCHIVE_CACHE and XDG_CACHE_HOME; None if it is turned off."""
    given = os.environ.get("NEWSARCHIVE_CACHE") or ""
    if given == "none":
        return None
    if given:
        return Path(given).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "newsarchive"


def copy_folder(archive: str) -> Path | None:
    """Return where the cache has the copy of a whole bucket's archive, or would have it; None if it is turned off."""
    folder = cache_folder()
    return folder / "copies" / hashlib.sha256(archive.encode()).hexdigest()[:32] if folder else None


def cache_bytes() -> int:
    """Return how much the cache may hold, by NEWSARCHIVE_CACHE_MB."""
    text = os.environ.get("NEWSARCHIVE_CACHE_MB") or str(_DEFAULT_MB)
    if not text.isdigit():
        raise UsageError(f"NEWSARCHIVE_CACHE_MB is {text!r}: write a whole number of megabytes")
    return int(text) << 20


class Cache:
    """Files by name; the least recently used go when there is too much. Several processes may share it.

    It only ever saves time: a full disk or a folder that cannot be written to makes reading slower.
    """

    def __init__(self, folder: Path, *, limit: int) -> None:
        self.folder = folder
        self._limit = limit
        self._unswept = limit  # the first file put has the folder looked at
        self.entries = Entries(folder / "entries.sqlite")

    def path(self, name: str) -> Path:
        """Return where a file of this name is, or would be."""
        return self.folder / "objects" / name[:2] / name

    def get(self, name: str) -> bytes | None:
        """Return a file's bytes, and remember that it was used; None if it is not here."""
        path = self.path(name)
        try:
            body = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return body

    def put(self, name: str, body: bytes) -> None:
        """Keep a file, whole or not at all."""
        path = self.path(name)
        temporary = path.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(body)
            temporary.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            return
        self._unswept += len(body)
        if self._unswept > self._limit * (1 - _KEPT):
            self.sweep()

    def drop(self, name: str) -> None:
        """Remove a file that is not what it should be."""
        with contextlib.suppress(OSError):
            self.path(name).unlink(missing_ok=True)

    def follow_takedowns(self, archive: str, takedowns: str) -> bool:
        """Remove all copies of tables when the takedowns of an archive have changed, and tell whether they have.

        They may hold what is erased. `takedowns` is any text that is another one then.
        """
        name = f"{hashlib.sha256(archive.encode()).hexdigest()}.takedowns"
        if self.get(name) == takedowns.encode():
            return False
        for _, _, path in self._files():
            if path.name.endswith(TABLE):
                self.drop(path.name)
        self.put(name, takedowns.encode())
        return True

    def sweep(self) -> None:
        """Remove what was used least recently, if there is more than there may be."""
        self._unswept = 0
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        if total <= self._limit:
            return
        for _, size, path in files:
            if total <= self._limit * _KEPT:
                return
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            total -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in (self.folder / "objects").glob("*/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                yield status.st_mtime, status.st_size, path


class Entries:
    """Small immutable objects by archive and key, in one SQLite file; a damaged file is begun anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, archive: str) -> dict[str, bytes]:
        """Return what is known of an archive."""
        found: dict[str, bytes] = {}
        with self._healing(), self._connected() as connection:
            found.update(connection.execute("SELECT key, body FROM entry WHERE archive = ?", (archive,)))
        return found

    def put(self, archive: str, bodies: Mapping[str, bytes]) -> None:
        """Remember objects of an archive."""
        rows = [(archive, key, body) for key, body in bodies.items()]
        with self._healing(), self._connected() as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", rows)

    @contextlib.contextmanager
    def _healing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError):  # locked for long, or nowhere to write: go on without
            return
        except sqlite3.DatabaseError:
            self.forget()

    def forget(self) -> None:
        """Remove the file; it is made again when something is to be remembered."""
        with contextlib.suppress(OSError):
            for end in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS entry (archive TEXT, key TEXT, body BLOB, PRIMARY KEY (archive, key)) "
                "WITHOUT ROWID"
            )
            yield connection
