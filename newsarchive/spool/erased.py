"""Takedowns in the spool: what is never accepted again, and removing what is there."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress

from newsarchive.archive import line as lines
from newsarchive.archive.tombstones import Hidden
from newsarchive.article import Article
from newsarchive.errors import IntegrityError
from newsarchive.urls import url_key

_TABLE = "CREATE TABLE IF NOT EXISTS erased (kind TEXT NOT NULL, value TEXT, PRIMARY KEY (kind, value)) WITHOUT ROWID"


def create(connection: sqlite3.Connection) -> None:
    """Make the table of takedowns if it is not there."""
    connection.execute(_TABLE)


def find(connection: sqlite3.Connection, url_keys: Iterable[str]) -> set[str]:
    """Return which of these addresses have been erased."""
    return {key for key in url_keys if _is(connection, "url", key)}


def sites(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the sites that have been erased."""
    return frozenset(site for (site,) in connection.execute("SELECT value FROM erased WHERE kind = 'site'"))


def ids(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the ids of the articles that have been erased."""
    return frozenset(i for (i,) in connection.execute("SELECT value FROM erased WHERE kind = 'id'"))


def covers(connection: sqlite3.Connection, article: Article, url_keys: Iterable[str] = ()) -> bool:
    """Tell whether an article, reached by these addresses, has been erased."""
    if not _any(connection):
        return False
    own = (url_key(article.url), url_key(article.canonical_url))
    if _is(connection, "id", article.id) or _is(connection, "site", article.site):
        return True
    return bool(find(connection, [*own, *url_keys]))


def _any(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM erased LIMIT 1").fetchone() is not None


def _is(connection: sqlite3.Connection, kind: str, value: str) -> bool:
    query = "SELECT 1 FROM erased WHERE kind = ? AND value = ?"
    return connection.execute(query, (kind, value)).fetchone() is not None


def note(connection: sqlite3.Connection, hidden: Hidden) -> bool:
    """Remember what the archive's tombstones say; tell whether any of it is new."""
    rows = {("id", i) for i in hidden.ids} | {("url", k) for k in hidden.url_keys} | {("site", s) for s in hidden.sites}
    known = set(connection.execute("SELECT kind, value FROM erased"))
    connection.executemany("DELETE FROM erased WHERE kind = ? AND value = ?", known - rows)
    connection.executemany("INSERT INTO erased VALUES (?, ?)", rows - known)
    return not rows <= known


def addresses(connection: sqlite3.Connection, of: Iterable[str]) -> set[str]:
    """Return the URL keys of the addresses that led to articles."""
    found = (connection.execute("SELECT url_key FROM seen WHERE id = ?", (i,)).fetchall() for i in of)
    return {key for rows in found for (key,) in rows}


def remove(connection: sqlite3.Connection, also: Iterable[str] = ()) -> int:
    """Remove what belongs to erased articles, addresses and sites, and to these ids; return how many unsealed lines.

    Feeds, sitemaps and pages as last fetched go altogether: they name articles in their own ways.
    """
    removed = _remove_lines(connection)
    gone = ids(connection).union(also)
    for table in ("article", "copy", "text", "seen", "state", "variant"):
        connection.executemany(f"DELETE FROM {table} WHERE id = ?", ((i,) for i in gone))  # noqa: S608 - our own names
    for table in ("seen", "original"):
        connection.execute(f"DELETE FROM {table} WHERE url_key IN (SELECT value FROM erased WHERE kind = 'url')")  # noqa: S608 - our own names
    connection.execute("DELETE FROM listing WHERE EXISTS (SELECT 1 FROM erased)")
    return removed


def _remove_lines(connection: sqlite3.Connection) -> int:
    gone: list[tuple[int, str]] = []
    for number, run_id, body in connection.execute("SELECT number, run_id, body FROM line WHERE segment IS NULL"):
        with suppress(IntegrityError):  # a damaged line is sealed, and found out, with its neighbours
            if covers(connection, lines.decode(body)):
                gone.append((number, run_id))
    connection.executemany("DELETE FROM page WHERE line = ? AND segment IS NULL", [(n,) for n, _ in gone])
    connection.executemany("DELETE FROM line WHERE number = ?", [(n,) for n, _ in gone])
    connection.executemany(_WITHDRAW, [(run_id,) for _, run_id in gone])
    connection.execute(
        "DELETE FROM page WHERE segment IS NULL AND site IN (SELECT value FROM erased WHERE kind = 'site')"
    )
    return len(gone)


_WITHDRAW = "INSERT INTO withdrawn VALUES (?, 1) ON CONFLICT (run_id) DO UPDATE SET count = count + 1"


def pragmas() -> Sequence[str]:
    """Return the statements after which no deleted row is left in the file or its log."""
    return ("PRAGMA secure_delete = ON", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
