"""Loading the archive's snapshot into an empty index: staged as it comes, then entered in the order of each key.

Keys are hashes: entered as they come, every part would rewrite every page of the index. In order, each is written once.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import astuple

from newsarchive.neardup.index import NearIndex
from newsarchive.spool.entries import Entry
from newsarchive.spool.snapshots import Part

_STAGE = """
PRAGMA stage.journal_mode = OFF;
PRAGMA stage.synchronous = OFF;
CREATE TABLE stage.entry (
    id TEXT, revision INTEGER, content_key TEXT, headline_key TEXT, fingerprint TEXT, copy_key TEXT, text_key TEXT);
CREATE TABLE stage.address (url_key TEXT, id TEXT);
CREATE TABLE stage.variant (loose_key TEXT, id TEXT);
"""
_PLAIN = 7  # columns of an entry before its lists
_ENTER = (
    """
INSERT INTO article SELECT id, revision, content_key, headline_key, fingerprint FROM stage.entry
    WHERE true ORDER BY id, revision
    ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, content_key = excluded.content_key,
    headline_key = excluded.headline_key, fingerprint = excluded.fingerprint WHERE excluded.revision > revision""",
    """
INSERT INTO state SELECT id, content_key, 1, '', 0 FROM stage.entry WHERE true ORDER BY id, content_key
    ON CONFLICT (id, content_key) DO UPDATE SET archived = 1""",
    "INSERT OR IGNORE INTO variant SELECT loose_key, id FROM stage.variant ORDER BY loose_key, id",
    "INSERT OR IGNORE INTO copy SELECT copy_key, id FROM stage.entry WHERE copy_key != '' ORDER BY copy_key, rowid",
    "INSERT OR IGNORE INTO text SELECT text_key, id FROM stage.entry WHERE text_key != '' ORDER BY text_key, rowid",
    """
INSERT OR IGNORE INTO seen SELECT url_key, id, '', '', '', :now, :now, 0 FROM stage.address ORDER BY url_key, rowid""",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The manifest entries that a snapshot covers, and those of its entries whose articles wait in the spool."""

    manifests: list[str]
    awaited: list[Entry]


def load(
    connection: sqlite3.Connection, parts: Iterable[Part], *, awaited: Collection[str], near: NearIndex, now: float
) -> Loaded:
    """Enter what the parts of a snapshot hold; `connection` has an empty database attached as `stage`.

    The seen index takes all or nothing. The band window may be ahead of it after a kill: it takes a member only once.
    """
    loaded = Loaded([], [])
    connection.executescript(_STAGE)
    for part in parts:
        near.load(part.members)
        _stage(connection, part.entries)
        loaded.manifests.extend(part.manifests)
        loaded.awaited.extend(entry for entry in part.entries if entry.id in awaited)
    near.settle(connection)
    connection.execute("BEGIN IMMEDIATE")
    for statement in _ENTER:
        connection.execute(statement, {"now": now} if ":now" in statement else ())
    connection.execute("COMMIT")
    return loaded


def _stage(connection: sqlite3.Connection, found: Sequence[Entry]) -> None:
    connection.execute("BEGIN")
    rows = (astuple(entry)[:_PLAIN] for entry in found)
    connection.executemany("INSERT INTO stage.entry VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.executemany("INSERT INTO stage.address VALUES (?, ?)", ((k, e.id) for e in found for k in e.url_keys))
    connection.executemany("INSERT INTO stage.variant VALUES (?, ?)", ((k, e.id) for e in found for k in e.loose_keys))
    connection.execute("COMMIT")
