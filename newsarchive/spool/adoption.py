"""Entering what other writers have archived into the seen index; withdrawing what is there already."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace

from newsarchive.archive import line
from newsarchive.article import Article
from newsarchive.dedup import content_key
from newsarchive.failpoints import reached
from newsarchive.neardup.index import NearIndex, queue
from newsarchive.neardup.sketching import member_of, sketch_of
from newsarchive.spool import entries
from newsarchive.spool import seen as seen_index
from newsarchive.spool.acceptance import enter
from newsarchive.spool.entries import Entry
from newsarchive.spool.loading import Loaded
from newsarchive.spool.seen import Seen
from newsarchive.urls import url_key


def adopt(
    connection: sqlite3.Connection, manifest_key: str, articles: Iterable[Article], *, near: NearIndex, now: float
) -> None:
    """Enter the articles of another writer's segment into the seen index.

    Lines still in the spool were accepted without this knowledge: one that is archived already is withdrawn, one that
    differs becomes the next revision.
    """
    for article in articles:
        reached("adopting")
        _yield_to(connection, entries.entry_of(article))
        enter(connection, article)
        if made := sketch_of(article):
            near.adopt(connection, member_of(article, made))
        for address in {article.url, article.canonical_url}:
            known = Seen(url_key=url_key(address), id=article.id, first_at=now, checked_at=now)
            if seen_index.find(connection, known.url_key) is None:
                seen_index.store(connection, known)
    connection.execute("INSERT OR IGNORE INTO adopted VALUES (?)", (manifest_key,))


def awaited(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the ids of the articles that wait in the spool and are not sealed."""
    return frozenset(row[0] for row in connection.execute("SELECT DISTINCT id FROM line WHERE segment IS NULL"))


def adopt_loaded(connection: sqlite3.Connection, loaded: Loaded, *, listed: Collection[str]) -> None:
    """Let the lines that wait yield to what has been loaded; its manifest entries that are listed count as known."""
    for entry in loaded.awaited:
        _yield_to(connection, entry)
    adopted = ((key,) for key in loaded.manifests if key in listed)
    connection.executemany("INSERT OR IGNORE INTO adopted VALUES (?)", adopted)
    connection.executemany("INSERT OR IGNORE INTO covered VALUES (?)", ((key,) for key in loaded.manifests))


def _yield_to(connection: sqlite3.Connection, archived: Entry) -> None:
    rows = connection.execute(
        "SELECT number, run_id, body FROM line WHERE segment IS NULL AND id = ? ORDER BY number", (archived.id,)
    ).fetchall()
    revision = archived.revision
    for number, run_id, body in rows:
        waiting = line.decode(body, where=f"spool line {number}")
        follows = revision == archived.revision and waiting.revision <= archived.revision + 1
        if follows and content_key(waiting) == archived.content_key:
            connection.execute("DELETE FROM line WHERE number = ?", (number,))
            connection.execute(_WITHDRAW, (run_id,))
            reached("line-withdrawn")
            continue
        revision = max(revision + 1, waiting.revision)
        later = replace(waiting, revision=revision)
        connection.execute("UPDATE line SET body = ? WHERE number = ?", (line.encode(later), number))
        enter(connection, later)


_WITHDRAW = "INSERT INTO withdrawn VALUES (?, 1) ON CONFLICT (run_id) DO UPDATE SET count = count + 1"


def forget(connection: sqlite3.Connection) -> None:
    """Forget what is known of archived articles; enter those anew that wait in the spool."""
    for table in ("article", "copy", "text", "adopted", "covered", "sketch", "state", "variant"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above
    connection.execute("DELETE FROM meta WHERE key = 'near_days'")
    for number, body in connection.execute("SELECT number, body FROM line ORDER BY number").fetchall():
        article = line.decode(body, where=f"spool line {number}")
        enter(connection, article)
        if made := sketch_of(article):
            queue(connection, member_of(article, made))
