"""Putting articles into the index and taking them out, counts included."""

import hashlib
import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from newsarchive.archive import line
from newsarchive.article import Article
from newsarchive.web.store import UNDATED
from newsarchive.web.tags import is_id, key_of
from newsarchive.web.words import indexable, storable

TITLE_KEPT = 1_000
_TAG_KEPT = 200
_LEVEL = 1
_EPOCH = date(1970, 1, 1).toordinal()
_ROW = (
    "INSERT INTO article(id, revision, latest, site, language, day, published, title, cluster, duplicate_of, copy,"
    " tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DAY_COUNT = (
    "INSERT INTO day_count VALUES (?, ?, ?, ?, ?) ON CONFLICT(day, site, language)"
    " DO UPDATE SET articles = articles + excluded.articles, copies = copies + excluded.copies"
)
_TAG_COUNT = (
    "INSERT INTO tag_count VALUES (?, ?, ?, ?, ?) ON CONFLICT(tag, day, site)"
    " DO UPDATE SET articles = articles + excluded.articles, copies = copies + excluded.copies"
)


@lru_cache(maxsize=1 << 16)
def day_of(published: str) -> int:
    """Return the days from 1970-01-01 to the date an RFC 3339 instant begins with; UNDATED where there is none."""
    try:
        return date.fromisoformat(published[:10]).toordinal() - _EPOCH
    except ValueError:
        return UNDATED


def date_of(day: int) -> date:
    """Return the date of a day that `day_of` gave."""
    return date.fromordinal(day + _EPOCH)


@lru_cache(maxsize=1 << 16)
def mark(kind: str, value: object) -> str:
    """Return the one word by which the full-text index knows articles of one kind: of a site, a language, a tag."""
    return kind + hashlib.blake2b(str(value).encode(), digest_size=8).hexdigest()


COPY = mark("c", "")
"""The word by which the full-text index knows articles that are copies of others."""


def pack(article: Article) -> tuple[Article, bytes]:
    """Return an article with characters that can be stored, and the bytes that the index keeps of it."""
    try:
        body = line.encode(article)
    except UnicodeEncodeError:
        body = storable(json.dumps(line.to_mapping(article), ensure_ascii=False)).encode()
        article = line.decode(body)
    return article, zlib.compress(body, _LEVEL)


def unpack(body: bytes) -> Article:
    """Return the article that the index keeps as these bytes."""
    return line.decode(zlib.decompress(body), where="index")


def words_of(n: int, article: Article, tags: Iterable[int]) -> tuple[int, str, str, str]:
    """Return what the full-text index is given of an article: the same each time, since removal names it again."""
    marks = [mark("s", article.site), mark("l", article.language), *(mark("t", t) for t in tags)]
    if article.duplicate_of:
        marks.append(COPY)
    body = f"{article.description}\n{article.text}\n{' '.join(article.authors)}\n{' '.join(article.tags)}"
    return n, indexable(article.title), indexable(body), " ".join(marks)


@dataclass(slots=True)
class Counts:
    """What a transaction adds to the counts, or takes from them; the last of each key tells whether it is of copies."""

    days: Counter[tuple[int, str, str, bool]] = field(default_factory=Counter)
    tags: Counter[tuple[int, bool]] = field(default_factory=Counter)
    tag_days: Counter[tuple[int, int, str, bool]] = field(default_factory=Counter)

    def note(self, article: Article, tags: Iterable[int], *, by: int) -> None:
        """Count one article more, or one less."""
        day, is_copy = day_of(article.date_published), bool(article.duplicate_of)
        self.days[day, article.site, article.language, is_copy] += by
        for tag in tags:
            self.tags[tag, is_copy] += by
            self.tag_days[tag, day, article.site, is_copy] += by

    def write(self, connection: sqlite3.Connection) -> None:
        """Add these counts to the stored ones; what comes to nothing goes."""
        connection.executemany(_DAY_COUNT, _parted(self.days))
        connection.executemany(_TAG_COUNT, _parted(self.tag_days))
        connection.executemany(
            "UPDATE tag SET articles = articles + ?2, copies = copies + ?3 WHERE n = ?1", _parted(self.tags)
        )
        if min((*self.days.values(), *self.tags.values()), default=1) < 1:
            for table in ("day_count", "tag_count"):
                connection.execute(f"DELETE FROM {table} WHERE articles + copies <= 0")  # noqa: S608 - our own two names


def _parted(counts: Mapping[tuple[Any, ...], int]) -> Iterator[tuple[Any, ...]]:
    """Yield keys without their last part, with what they add to `articles` and to `copies`."""
    for (*key, is_copy), number in sorted(counts.items()):
        yield (*key, 0, number) if is_copy else (*key, number, 0)


class Writer:
    """The index, open for change; every method is called within a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tags: dict[str, int] = dict(connection.execute("SELECT key, n FROM tag"))

    def add(self, articles: Iterable[Article]) -> int:
        """Add revisions that are not there yet; return how many."""
        counts = Counts()
        added = sum(self._added(article, counts) for article in articles)
        counts.write(self._connection)
        return added

    def _added(self, article: Article, counts: Counts) -> bool:
        article, body = pack(article)
        found = self._connection.execute(
            "SELECT n, revision FROM article WHERE id = ? AND latest", (article.id,)
        ).fetchone()
        newest = found is None or found[1] < article.revision
        if found and newest:
            self._retire(found[0], counts)
        tags = [self._tag(key, name) for key, name in keyed(article).items()]
        n = self._insert(article, tags, latest=newest)
        if n is None:
            return False
        self._connection.execute("INSERT INTO record VALUES (?, ?)", (n, body))
        if newest:
            self._enter(n, article, tags, counts)
        return True

    def _insert(self, article: Article, tags: Sequence[int], *, latest: bool) -> int | None:
        a = article
        there = self._connection.execute(
            "SELECT 1 FROM article WHERE id = ? AND revision = ?", (a.id, a.revision)
        ).fetchone()
        if there:
            return None
        identity = (a.id, a.revision, latest, a.site, a.language, day_of(a.date_published), a.date_published)
        shown = (a.title[:TITLE_KEPT], a.cluster, a.duplicate_of, bool(a.duplicate_of), json.dumps(tags))
        return self._connection.execute(_ROW, (*identity, *shown)).lastrowid

    def _enter(self, n: int, article: Article, tags: Sequence[int], counts: Counts) -> None:
        counts.note(article, tags, by=1)
        self._connection.executemany(
            "INSERT INTO article_tag VALUES (?, ?, ?, ?)",
            ((t, article.date_published, n, bool(article.duplicate_of)) for t in tags),
        )
        self._connection.execute(
            "INSERT INTO words(rowid, title, body, marks) VALUES (?, ?, ?, ?)", words_of(n, article, tags)
        )

    def _retire(self, n: int, counts: Counts) -> None:
        """Leave a revision out of search and counts; its record stays."""
        query = "SELECT r.body, a.tags FROM record r JOIN article a USING (n) WHERE n = ?"
        body, tags = self._connection.execute(query, (n,)).fetchone()
        article, numbers = unpack(body), json.loads(tags)
        counts.note(article, numbers, by=-1)
        self._connection.executemany(
            "DELETE FROM article_tag WHERE tag = ? AND published = ? AND article = ?",
            ((t, article.date_published, n) for t in numbers),
        )
        self._connection.execute(
            "INSERT INTO words(words, rowid, title, body, marks) VALUES ('delete', ?, ?, ?, ?)",
            words_of(n, article, numbers),
        )
        self._connection.execute("UPDATE article SET latest = 0 WHERE n = ?", (n,))

    def _tag(self, key: str, name: str) -> int:
        if key not in self._tags:
            values = (key, name[:_TAG_KEPT])
            insert = "INSERT INTO tag(key, name, articles, copies) VALUES (?, ?, 0, 0)"
            self._tags[key] = self._connection.execute(insert, values).lastrowid or 0
        return self._tags[key]

    def remove(self, numbers: Iterable[int]) -> int:
        """Take articles out by row number, all that is kept of them included; return how many."""
        counts = Counts()
        gone = list(numbers)
        for n in gone:
            if self._connection.execute("SELECT latest FROM article WHERE n = ?", (n,)).fetchone()[0]:
                self._retire(n, counts)
            self._connection.execute("DELETE FROM article WHERE n = ?", (n,))
            self._connection.execute("DELETE FROM record WHERE n = ?", (n,))
        counts.write(self._connection)
        if gone:
            self._connection.execute("DELETE FROM tag WHERE articles + copies <= 0")
            self._tags = dict(self._connection.execute("SELECT key, n FROM tag"))
            self._connection.execute("INSERT INTO words(words) VALUES ('optimize')")
        return len(gone)


def keyed(article: Article) -> dict[str, str]:
    """Return an article's tags and tag ids by key: each once, in whatever case."""
    spelled = {key_of(name): name for name in article.tags if name.strip()}
    return spelled | {one: one for one in article.tag_ids if is_id(one)}
