"""Fetched pages in the spool: kept in one transaction with what became of them, sealed before their lines."""

import sqlite3
import time
from collections.abc import Sequence
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
UPDATE temp.waiting SET bytes = bytes + (SELECT coalesce(sum(bytes), 0) FROM page);
CREATE TEMP TRIGGER page_waits AFTER INSERT ON page
    BEGIN UPDATE waiting SET bytes = bytes + NEW.bytes; END;
CREATE TEMP TRIGGER page_waits_no_more AFTER DELETE ON page
    BEGIN UPDATE waiting SET bytes = bytes - OLD.bytes; END;
CREATE TABLE IF NOT EXISTS original (
    url_key TEXT PRIMARY KEY, url TEXT NOT NULL, fetched_at TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
"""


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
class Kept:
    """A page in the spool; `length` is that of its response record."""

    number: int
    fetched_at: str
    length: int
    records: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """Unsealed pages of a group: the number of the last, their bytes, and when the first was kept."""

    last: int
    bytes: int
    since: float

    def is_ripe(self, *, size: int, since: float) -> bool:
        """Tell whether they are to be sealed even if no line waits for them."""
        return self.bytes >= (max(size, _MOST_BYTES) if size else 0) or self.since <= since


def build(pages: Sequence[Kept], origin: segment.Origin) -> segment.Segment:
    """Return the segment of pages, in the order in which they were kept."""
    return segment.of_pages(_opening(pages, origin) + b"".join(p.records for p in pages), len(pages), origin)


def _opening(pages: Sequence[Kept], origin: segment.Origin) -> bytes:
    return about_segment(origin.run_id, pages[0].fetched_at, name=f"{origin.writer} {origin.n}")


def note_sealed(
    connection: sqlite3.Connection,
    *,
    built: segment.Segment,
    number: int,
    pages: Sequence[Kept],
    origin: segment.Origin,
) -> None:
    """Note in which segment of the spool pages are, and let their lines point into it."""
    offset = len(_opening(pages, origin))
    for page in pages:
        _point_at(connection, page, f"{built.manifest.key}#{offset}+{page.length}")
        offset += len(page.records)
    connection.executemany("UPDATE page SET segment = ? WHERE number = ?", ((number, page.number) for page in pages))


def _point_at(connection: sqlite3.Connection, page: Kept, raw_ref: str) -> None:
    query = "SELECT line.number, body FROM page JOIN line ON line.number = page.line WHERE page.number = ?"
    for number, body in connection.execute(query, (page.number,)).fetchall():
        pointing = replace(lines.decode(body, where=f"spool line {number}"), raw_ref=raw_ref)
        connection.execute("UPDATE line SET body = ? WHERE number = ?", (lines.encode(pointing), number))


def waiting(connection: sqlite3.Connection) -> dict[Group, Waiting]:
    """Return the unsealed pages by group, in the order in which the first of each was kept."""
    rows = connection.execute(
        "SELECT site, crawl_date, run_id, max(number), sum(bytes), min(accepted_at) FROM page "
        "WHERE segment IS NULL GROUP BY 1, 2, 3 ORDER BY min(number)"
    ).fetchall()
    return {row[:3]: Waiting(*row[3:]) for row in rows}


def first(connection: sqlite3.Connection, group: Group, *, last: int) -> list[Kept]:
    """Return a group's first unsealed pages up to the number `last`, as many as make a segment."""
    taken: list[Kept] = []
    size = 0
    for row in connection.execute(
        "SELECT number, fetched_at, length, records FROM page "
        "WHERE segment IS NULL AND site = ? AND crawl_date = ? AND run_id = ? AND number <= ? ORDER BY number",
        (*group, last),
    ):
        page = Kept(*row)
        size += len(page.records)
        if taken and size > _MOST_BYTES:
            break
        taken.append(page)
    return taken


def sealed_in(connection: sqlite3.Connection, number: int) -> list[Kept]:
    """Return the pages that are in a segment of the spool."""
    query = "SELECT number, fetched_at, length, records FROM page WHERE segment = ? ORDER BY number"
    return [Kept(*row) for row in connection.execute(query, (number,))]
