"""Fetched pages in the spool: kept in one transaction with what became of them, sealed before their lines."""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from newsarchive.archive import line as lines
from newsarchive.archive import segment
from newsarchive.raw.capture import Original, Packed, about_segment
from newsarchive.urls import url_key

Group = tuple[str, str, str]

_MOST_BYTES = 16 << 20
_TABLES = """
CREATE TABLE IF NOT EXISTS page (
    number INTEGER PRIMARY KEY, line INTEGER, site TEXT NOT NULL, crawl_date TEXT NOT NULL, run_id TEXT NOT NULL,
    fetched_at TEXT NOT NULL, accepted_at REAL NOT NULL, segment INTEGER, bytes INTEGER NOT NULL,
    length INTEGER NOT NULL, records BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS page_unsealed ON page (site, crawl_date, run_id, accepted_at, bytes) WHERE segment IS NULL;
CREATE INDEX IF NOT EXISTS page_sealed ON page (segment) WHERE segment IS NOT NULL;
CREATE INDEX IF NOT EXISTS page_line ON page (line) WHERE line IS NOT NULL;
CREATE TRIGGER IF NOT EXISTS page_without_line AFTER DELETE ON line
    BEGIN UPDATE page SET line = NULL WHERE line = OLD.number; END;
CREATE TRIGGER IF NOT EXISTS page_committed AFTER UPDATE OF state ON segment WHEN NEW.state = 'committed'
    BEGIN DELETE FROM page WHERE segment = NEW.n; END;
CREATE TRIGGER IF NOT EXISTS page_given_up AFTER DELETE ON segment WHEN OLD.state = 'sealed'
    BEGIN UPDATE page SET segment = NULL WHERE segment = OLD.n; END;
CREATE TABLE IF NOT EXISTS original (
    url_key TEXT PRIMARY KEY, url TEXT NOT NULL, fetched_at TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
"""
_OF_GROUP = "segment IS NULL AND site = ? AND crawl_date = ? AND run_id = ?"


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of fetched pages if they are not there."""
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)


def keep(connection: sqlite3.Connection, *, page: Packed, reason: str = "", line: int | None = None) -> None:
    """Keep a page; `line` is that of its article if it was appended, `reason` says why the page gave none.

    A page that is as it was stored before becomes a revisit record, unless a line needs it: a line points at a page
    stored whole. A page that the server calls not modified and that was never stored leaves nothing.
    """
    original = _original(connection, page.url)
    as_before = original is not None and (page.not_modified or original.digest == page.digest)
    if original is not None and as_before and line is None:
        _insert(connection, page, page.revisit(original, reason), line=None, length=0)
    elif not page.not_modified:
        _insert(connection, page, page.whole(reason), line=line, length=len(page.response))
        row = (url_key(page.url), page.url, page.fetched_at, page.digest)
        connection.execute("INSERT OR REPLACE INTO original VALUES (?, ?, ?, ?)", row)


def _original(connection: sqlite3.Connection, url: str) -> Original | None:
    query = "SELECT url, fetched_at, digest FROM original WHERE url_key = ?"
    row = connection.execute(query, (url_key(url),)).fetchone()
    return Original(url=row[0], fetched_at=row[1], digest=row[2]) if row else None


def _insert(connection: sqlite3.Connection, page: Packed, records: bytes, *, line: int | None, length: int) -> None:
    group = (page.site, page.fetched_at[:10], page.run_id)
    connection.execute(
        "INSERT INTO page (line, site, crawl_date, run_id, fetched_at, accepted_at, bytes, length, records) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (line, *group, page.fetched_at, time.time(), len(records), length, records),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    number: int
    fetched_at: str
    length: int
    records: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages of one group that go into one segment, in the order in which they were kept."""

    pages: Sequence[_Kept]

    def build(self, origin: segment.Origin) -> segment.Segment:
        """Return the segment of these pages."""
        return segment.of_pages(
            self._opening(origin) + b"".join(p.records for p in self.pages), len(self.pages), origin
        )

    def _opening(self, origin: segment.Origin) -> bytes:
        return about_segment(origin.run_id, self.pages[0].fetched_at, name=f"{origin.writer} {origin.n}")

    def seal(self, connection: sqlite3.Connection, number: int, built: segment.Segment, origin: segment.Origin) -> None:
        """Note in which segment of the spool these pages are, and let their lines point into it."""
        offset = len(self._opening(origin))
        for page in self.pages:
            _point_at(connection, page, f"{built.manifest.key}#{offset}+{page.length}")
            offset += len(page.records)
        sealed = ((number, page.number) for page in self.pages)
        connection.executemany("UPDATE page SET segment = ? WHERE number = ?", sealed)


def _point_at(connection: sqlite3.Connection, page: _Kept, raw_ref: str) -> None:
    query = "SELECT line.number, body FROM page JOIN line ON line.number = page.line WHERE page.number = ?"
    for number, body in connection.execute(query, (page.number,)).fetchall():
        pointing = replace(lines.decode(body, where=f"spool line {number}"), raw_ref=raw_ref)
        connection.execute("UPDATE line SET body = ? WHERE number = ?", (lines.encode(pointing), number))


def ripe(connection: sqlite3.Connection, *, size: int, since: float, needed: Iterable[Group]) -> list[Group]:
    """Return the groups with pages to be sealed: of enough bytes, kept before `since`, or needed by ripe lines."""
    wanted = set(needed)
    rows = connection.execute(
        "SELECT site, crawl_date, run_id, sum(bytes), min(accepted_at) FROM page "
        "WHERE segment IS NULL GROUP BY 1, 2, 3 ORDER BY min(number)"
    ).fetchall()
    limit = max(size, _MOST_BYTES) if size else 0
    return [tuple(r[:3]) for r in rows if tuple(r[:3]) in wanted or r[3] >= limit or r[4] <= since]


def batches(connection: sqlite3.Connection, group: Group) -> list[tuple[int, int]]:
    """Return the first and last number of each segment that a group's pages are to make."""
    query = f"SELECT number, bytes FROM page WHERE {_OF_GROUP} ORDER BY number"  # noqa: S608 - a constant
    found: list[tuple[int, int]] = []
    size = _MOST_BYTES
    for number, count in connection.execute(query, group):
        if size + count > _MOST_BYTES:
            found.append((number, number))
            size = 0
        size += count
        found[-1] = (found[-1][0], number)
    return found


def load(connection: sqlite3.Connection, group: Group, first: int, last: int) -> Batch:
    """Return a group's pages with these numbers."""
    query = f"SELECT number, fetched_at, length, records FROM page WHERE {_OF_GROUP} "  # noqa: S608 - a constant
    rows = connection.execute(f"{query} AND number BETWEEN ? AND ? ORDER BY number", (*group, first, last)).fetchall()
    return Batch([_Kept(*row) for row in rows])
