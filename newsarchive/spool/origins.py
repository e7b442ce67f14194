"""The files of hosts that speak for all their pages (tdmrep.json, ai.txt), as last fetched."""

import sqlite3
import zlib
from dataclasses import dataclass

_TABLE = """
CREATE TABLE IF NOT EXISTS origin_file (
    url TEXT PRIMARY KEY, fetched_at REAL NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL,
    body BLOB NOT NULL) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginFile:
    """A host's file, empty if it has none; `fetched_at` in seconds since 1970."""

    url: str
    fetched_at: float
    etag: str = ""
    last_modified: str = ""
    body: bytes = b""


def create(connection: sqlite3.Connection) -> None:
    """Make the table if it is not there."""
    connection.execute(_TABLE)


def keep(connection: sqlite3.Connection, *, file: OriginFile) -> None:
    """Remember a file."""
    row = (file.url, file.fetched_at, file.etag, file.last_modified, zlib.compress(file.body))
    connection.execute("INSERT OR REPLACE INTO origin_file VALUES (?, ?, ?, ?, ?)", row)


def find(connection: sqlite3.Connection, url: str) -> OriginFile | None:
    """Return a file as last fetched."""
    query = "SELECT fetched_at, etag, last_modified, body FROM origin_file WHERE url = ?"
    row = connection.execute(query, (url,)).fetchone()
    if row is None:
        return None
    return OriginFile(url=url, fetched_at=row[0], etag=row[1], last_modified=row[2], body=zlib.decompress(row[3]))
