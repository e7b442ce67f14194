"""The states that articles have been seen in: which of two is a change that lasts, and which alternate.

A state that comes back, as the headlines of an A/B test do, is no revision while neither it nor the latest revision's
has settled: one that was seen at several visits in succession over some days.
"""

import sqlite3
from datetime import datetime, timedelta

from newsarchive.article import Article
from newsarchive.dedup import Archived, content_key

_VISITS = 4
_TIME = timedelta(days=3)
_VISIT = (
    "INSERT INTO state VALUES (?, ?, ?, ?, 1) ON CONFLICT (id, content_key) DO UPDATE SET "
    "since = CASE times WHEN 0 THEN excluded.since ELSE since END, times = times + 1"
)


def alternates(connection: sqlite3.Connection, article: Article, latest: Archived, *, aside: bool) -> bool:
    """Tell whether an article that differs from its latest revision shows a state it has shown before, for a while.

    `aside` tells that it comes from another address than its own; what only such addresses have shown is archived when
    it has settled, that is when the article's own address shows nothing else any more.
    """
    row = _find(connection, article.id, content_key(article))
    if row is None:
        return False
    archived, since, times = row
    if _is_settled(since, times + 1, article.crawled_at) or not (archived or aside):
        return False
    if not archived:
        return True
    _, latest_since, latest_times = _find(connection, article.id, latest.content_key) or (1, "", 0)
    return not _is_settled(latest_since, latest_times, article.crawled_at)


def note_visit(connection: sqlite3.Connection, article: Article) -> None:
    """Remember that an archived article shows this state."""
    key = content_key(article)
    connection.execute(_VISIT, (article.id, key, 0, article.crawled_at))
    connection.execute("UPDATE state SET times = 0 WHERE id = ? AND content_key <> ?", (article.id, key))


def note_aside(connection: sqlite3.Connection, article_id: str, article: Article) -> None:
    """Remember that another address of an archived article shows this state."""
    connection.execute("INSERT OR IGNORE INTO state VALUES (?, ?, 0, '', 0)", (article_id, content_key(article)))


def _find(connection: sqlite3.Connection, article_id: str, key: str) -> tuple[int, str, int] | None:
    query = "SELECT archived, since, times FROM state WHERE id = ? AND content_key = ?"
    row: tuple[int, str, int] | None = connection.execute(query, (article_id, key)).fetchone()
    return row


def _is_settled(since: str, times: int, now: str) -> bool:
    if times < _VISITS or not since or not now:
        return False
    return datetime.fromisoformat(now) - datetime.fromisoformat(since) >= _TIME
