"""A look at a spool from outside: without its lock, and without changing it."""

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from newsarchive.errors import ArchiveError
from newsarchive.spool.epochs import Claims, noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A spool as it is: its writer, the archive it belongs to, and what waits in it.

    `oldest` is when the first of the waiting articles was accepted, in seconds since 1970, 0 if none waits;
    `running` tells whether a process holds the spool.
    """

    writer: str
    archive: str
    waiting: int
    oldest: float
    segments: int
    claims: Claims
    running: bool


def glance(folder: Path) -> Glance | None:
    """Return the spool in a state folder as it is, None if there is none; ArchiveError if it cannot be read."""
    path = folder / "spool.sqlite"
    if not path.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return _read(connection, running=_is_held(folder))
    except (sqlite3.Error, ValueError) as error:
        raise ArchiveError(f"the spool {path} cannot be read: {error}") from error


def _read(connection: sqlite3.Connection, *, running: bool) -> Glance:
    (damage,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if damage != "ok":
        raise sqlite3.DatabaseError(damage)
    meta = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('writer', 'archive')"))
    waiting, oldest = connection.execute("SELECT count(*), coalesce(min(accepted_at), 0) FROM line").fetchone()
    (segments,) = connection.execute("SELECT count(*) FROM segment WHERE state = 'sealed'").fetchone()
    writer = str(meta.get("writer", ""))
    return Glance(
        writer=writer,
        archive=str(meta.get("archive", "")),
        waiting=int(waiting),
        oldest=float(oldest),
        segments=int(segments),
        claims=noted(connection, writer=writer),
        running=running,
    )


def _is_held(folder: Path) -> bool:
    if not (folder / "lock").exists():
        return False
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False
