"""Entering what other writers have archived into the seen index; withdrawing what is there already."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from newsarchive.archive import line
from newsarchive.article import Article
from newsarchive.dedup import content_key
from newsarchive.failpoints import reached
from newsarchive.spool import seen as seen_index
from newsarchive.spool.acceptance import enter
from newsarchive.spool.seen import Seen
from newsarchive.urls import url_key


def adopt(connection: sqlite3.Connection, manifest_key: str, articles: Iterable[Article], *, now: float) -> None:
    """Enter the articles of another writer's segment into the seen index.

    Lines still in the spool were accepted without this knowledge: one that is archived already is withdrawn, one that
    differs becomes the next revision.
    """
    for article in articles:
        reached("adopting")
        _yield_to(connection, article)
        enter(connection, article)
        for address in {article.url, article.canonical_url}:
            known = Seen(url_key=url_key(address), id=article.id, first_at=now, checked_at=now)
            if seen_index.find(connection, known.url_key) is None:
                seen_index.store(connection, known)
    connection.execute("INSERT OR IGNORE INTO adopted VALUES (?)", (manifest_key,))


def _yield_to(connection: sqlite3.Connection, archived: Article) -> None:
    rows = connection.execute(
        "SELECT number, run_id, body FROM line WHERE segment IS NULL AND id = ? ORDER BY number", (archived.id,)
    ).fetchall()
    revision = archived.revision
    for number, run_id, body in rows:
        waiting = line.decode(body, where=f"spool line {number}")
        follows = revision == archived.revision and waiting.revision <= archived.revision + 1
        if follows and content_key(waiting) == content_key(archived):
            connection.execute("DELETE FROM line WHERE number = ?", (number,))
            connection.execute(_WITHDRAW, (run_id,))
            reached("line-withdrawn")
            continue
        revision = max(revision + 1, waiting.revision)
        later = replace(waiting, revision=revision)
        connection.execute("UPDATE line SET body = ? WHERE number = ?", (line.encode(later), number))
        enter(connection, later)


_WITHDRAW = "INSERT INTO withdrawn VALUES (?, 1) ON CONFLICT (run_id) DO UPDATE SET count = count + 1"
