"""The memory of lines that stand on several articles of a site: one row per line, forgotten when it comes no more."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping

from newsarchive.article import Article
from newsarchive.repetition import foreign, lines, topic

_WINDOW = 50
_LONG_WINDOW = 1000
_SWEEP = 10
_RATE = 0.2
_MOST = 500
_COPY = 0.5
_FEW = 4
_COMMON = 1 / 3

_KNOWN = "SELECT key, first, last FROM repeated_line WHERE site = ? AND key IN (SELECT value FROM json_each(?))"
_TEACH = (
    "INSERT INTO repeated_line VALUES (?1, ?2, ?3, ?3, 1, 0) "
    "ON CONFLICT (site, key) DO UPDATE SET last = ?3, held = held + 1, varied = max(varied, ?4)"
)


def repeated(connection: sqlite3.Connection, site: str) -> tuple[str, ...]:
    """Return the keys of the lines known as repeated on a site, at most 500.

    A line is, when two articles with nothing in common in title and tags have held it, and at least a fifth of those
    that came since it was first seen.
    """
    rows = connection.execute(
        "SELECT key FROM repeated_line INDEXED BY repeated_varied JOIN repeated_site USING (site) "
        "WHERE site = ? AND varied AND held >= ? * (articles - first + 1) ORDER BY last DESC, key LIMIT ?",
        (site, _RATE, _MOST),
    )
    return tuple(key for (key,) in rows)


def learn(connection: sqlite3.Connection, article: Article, at: Mapping[str, int] | None = None) -> None:
    """Count the lines of a new article of a site; one that shares most of them with an earlier one teaches nothing.

    `at` are the places of its lines, if they are known: see `repetition.places`.
    """
    found = lines(article, at)
    rows = connection.execute(_KNOWN, (article.site, json.dumps(list(found)))).fetchall()
    if not found or _is_copy([last for _, _, last in rows], len(found)):
        return
    own = topic(article)
    varied = _varied(connection, article, own, {key: (first, found[key]) for key, first, _ in rows})
    number = _count(connection, article.site, own)
    connection.executemany(_TEACH, ((article.site, key, number, key in varied) for key in found))
    if number % _SWEEP == 0:
        _forget(connection, article.site, number)


def _varied(
    connection: sqlite3.Connection, article: Article, own: frozenset[str], known: dict[str, tuple[int, str]]
) -> frozenset[str]:
    """Return the keys of the known lines (first article and line of each) that now stand under another topic."""
    if not known:
        return frozenset()
    alike = _alike(connection, article.site, own)
    strange = foreign(article, {line for _, line in known.values()})
    return frozenset(key for key, (first, line) in known.items() if first not in alike and line in strange)


def _is_copy(holders: list[int], lines: int) -> bool:
    """Tell whether one earlier article held most of an article's lines."""
    return max(Counter(holders).values(), default=0) > max(_FEW, _COPY * lines)


def _alike(connection: sqlite3.Connection, site: str, own: frozenset[str]) -> frozenset[int]:
    """Return the numbers of the remembered articles that share a word of their titles or tags with one of this topic.

    A word that a third of the site's articles have is no topic.
    """
    rows = connection.execute("SELECT number, topic FROM repeated_article WHERE site = ?", (site,))
    topics = {number: frozenset(text.split(" ")) for number, text in rows}
    most = max(_FEW, _COMMON * len(topics))
    words = {word for word in own if sum(word in other for other in topics.values()) <= most}
    return frozenset(number for number, other in topics.items() if not words.isdisjoint(other))


def _count(connection: sqlite3.Connection, site: str, own: frozenset[str]) -> int:
    """Enter an article of this topic as the next of its site, and return its number."""
    connection.execute(
        "INSERT INTO repeated_site VALUES (?, 1) ON CONFLICT (site) DO UPDATE SET articles = articles + 1",
        (site,),
    )
    (number,) = connection.execute("SELECT articles FROM repeated_site WHERE site = ?", (site,)).fetchone()
    row = (site, number, " ".join(sorted(own)))
    connection.execute("INSERT INTO repeated_article VALUES (?, ?, ?)", row)
    return int(number)


def _forget(connection: sqlite3.Connection, site: str, number: int) -> None:
    connection.execute("DELETE FROM repeated_article WHERE site = ? AND number <= ?", (site, number - _WINDOW))
    connection.execute(
        "DELETE FROM repeated_line WHERE site = ? AND last <= CASE varied WHEN 0 THEN ? ELSE ? END",
        (site, number - _WINDOW, number - _LONG_WINDOW),
    )
