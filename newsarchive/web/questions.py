"""What the pages ask the index; every answer comes from counts or from a bounded number of rows."""

import copy
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import Any

from newsarchive.archive.query import COUNTRY, folded
from newsarchive.article import Article
from newsarchive.suggest import nearest
from newsarchive.web.addresses import COPIES
from newsarchive.web.store import UNDATED, open_reader
from newsarchive.web.tags import ID_PATTERN, Tag, countries, key_of
from newsarchive.web.writing import COPY, mark, unpack

PAGE = 20
RANKED = 2_000
COUNTED = 10_000
SAMPLED = 2_000
_TRIED = 5_000
Row = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles are meant; `since` (included) and `until` (excluded) are dates, and `""` means all."""

    tag: Tag | None = None
    site: str = ""
    language: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of articles, how many there are (`more`: at least so many), and whether they are ranked."""

    rows: tuple[tuple[int, Article], ...]
    total: int
    more: bool


class Index:
    """The index, open for reading from any thread.

    Its answers leave copies of other articles out, as those of `Archive` do, but where it is `counting(copies=True)`.
    """

    def __init__(self, path: Path) -> None:
        self.copies = False
        self._path = path
        self._local = threading.local()
        self._by: dict[tuple[str, bool], tuple[tuple[int, int], list[tuple[str, int]]]] = {}

    def counting(self, *, copies: bool) -> "Index":
        """Return the same index, with or without copies of other articles in its answers."""
        other = copy.copy(self)
        other.copies = copies
        return other

    @property
    def carried(self) -> dict[str, str]:
        """The parameters of the addresses of pages that count as this does."""
        return COPIES if self.copies else {}

    @property
    def _counted(self) -> str:
        """What the rows of counts are to be read as: an index is over exactly these words."""
        return "articles + copies" if self.copies else "articles"

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Give a thread its connection; the file's identity tells a rebuilt index from the one that was open."""
        inode = self._path.stat().st_ino
        if getattr(self._local, "inode", None) != inode:
            self._local.connection, self._local.inode = open_reader(self._path), inode
        yield self._local.connection

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a query."""
        with self._reading() as connection:
            return connection.execute(query, values).fetchall()

    def version(self) -> tuple[int, int]:
        """Return what changes whenever the index's contents do."""
        found = self.rows("SELECT value FROM fact WHERE name = 'version'")
        return self._path.stat().st_ino, int(found[0][0]) if found else 0

    def total(self) -> int:
        """Return the number of articles."""
        return sum(count for _, count in self.by("site"))

    def copied(self) -> int:
        """Return the number of articles that are copies of others, whether they are counted or not."""
        return self.counting(copies=True).total() - self.counting(copies=False).total()

    def tag(self, name: str) -> Tag | None:
        """Return the tag that is spelled so, in any case."""
        return self._keyed(key_of(name))

    def _keyed(self, key: str) -> Tag | None:
        found = self.rows(f"SELECT {self._tag_columns} FROM tag WHERE key = ?", (key,))  # noqa: S608 - our own words
        return Tag(*found[0]) if found else None

    @property
    def _tag_columns(self) -> str:
        return f"n, key, name, {self._counted}, copies"

    def meant(self, name: str) -> Tag | None:
        """Return the tag that a name stands for: a country's in whatever language, else the one so spelled."""
        ids = (self._keyed(one) for one in sorted(countries(name)))
        return next(filter(None, ids), None) or self.tag(name)

    def nearest_tag(self, name: str) -> str:
        """Return the frequent tag that is most like a name, or the country of a code such as `IR`; `""` if none is.

        A country's name is no slip, if no article has it.
        """
        if countries(name):
            return ""
        if (country := self._keyed(f"{COUNTRY}{name.upper()}")) and country.articles:
            return country.name
        return nearest(name, (tag.name for tag in self.top_tags(_TRIED)))

    def top_tags(self, limit: int, *, ids: bool = False) -> list[Tag]:
        """Return the most frequent tags, or tag ids; of the equally frequent by name."""
        like = f"{'' if ids else 'NOT '}GLOB '{ID_PATTERN}'"
        query = f"SELECT {self._tag_columns} FROM tag WHERE key {like} ORDER BY {self._counted} DESC, key LIMIT ?"  # noqa: S608 - our own words
        return [tag for tag in starmap(Tag, self.rows(query, (limit,))) if tag.articles]

    def days(self, *, tag: int | None = None) -> Counter[int]:
        """Return the articles of each day; those without a date under UNDATED."""
        table, where, values = ("day_count", "1", ()) if tag is None else ("tag_count", "tag = ?", (tag,))
        query = f"SELECT day, sum({self._counted}) AS a FROM {table} WHERE {where} GROUP BY day HAVING a > 0"  # noqa: S608 - our own words
        return Counter({int(day): int(count) for day, count in self.rows(query, values)})

    def by(self, column: str) -> list[tuple[str, int]]:
        """Return articles by `site` or `language`, most first."""
        version, key = self.version(), (column, self.copies)
        if self._by.get(key, (None,))[0] != version:
            self._by[key] = (version, self._count_by(column))
        return self._by[key][1]

    def _count_by(self, column: str) -> list[tuple[str, int]]:
        query = f"SELECT {column}, sum({self._counted}) AS a FROM day_count GROUP BY 1 HAVING a > 0"  # noqa: S608 - one of two names
        found = [(str(name), int(count)) for name, count in self.rows(query)]
        return sorted(found, key=lambda pair: (-pair[1], folded(pair[0]), pair[0]))

    def tag_sites(self, tag: int) -> list[tuple[str, int, int, int]]:
        """Return for each site a tag's articles there, and the first and last day of them."""
        query = (
            f"SELECT site, sum({self._counted}) AS a, min(nullif(day, ?)), max(day) FROM tag_count"  # noqa: S608 - our own words
            f" WHERE tag = ? AND {self._counted} > 0 GROUP BY site ORDER BY a DESC, site"
        )
        return [
            (str(s), int(a), first if first is not None else UNDATED, last)
            for s, a, first, last in self.rows(query, (UNDATED, tag))
        ]

    def tag_days_by_site(self, tag: int) -> dict[str, Counter[int]]:
        """Return a tag's articles of each day, by site."""
        found: dict[str, Counter[int]] = {}
        query = f"SELECT site, day, {self._counted} FROM tag_count WHERE tag = ? AND {self._counted} > 0"  # noqa: S608 - our own words
        for site, day, count in self.rows(query, (tag,)):
            found.setdefault(str(site), Counter())[int(day)] += int(count)
        return found

    def tags_with(self, tag: int, limit: int) -> list[tuple[Tag, int]]:
        """Return the tags seen most with a tag, among its SAMPLED newest articles; of the equally frequent by name."""
        query = (
            "SELECT a.tags FROM article_tag t JOIN article a ON a.n = t.article WHERE t.tag = ? AND t.copy <= ?"
            " ORDER BY t.published DESC LIMIT ?"
        )
        rows = self.rows(query, (tag, self.copies, SAMPLED))
        counts = Counter(n for (tags,) in rows for n in json.loads(tags) if n != tag)
        least = min((count for _, count in counts.most_common(limit)), default=0)
        named = self._named([n for n, count in counts.items() if count >= least])
        return sorted(((t, counts[t.n]) for t in named), key=lambda pair: (-pair[1], pair[0].key))[:limit]

    def _named(self, numbers: Sequence[int]) -> list[Tag]:
        query = f"SELECT {self._tag_columns} FROM tag WHERE n IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own words
        return [Tag(*row) for row in self.rows(query, (json.dumps(numbers),))]

    def crawled(self) -> set[int]:
        """Return the days on which a crawl ran."""
        return {day for (day,) in self.rows("SELECT DISTINCT day FROM crawled")}

    def record(self, n: int) -> Article:
        """Return the article of a row."""
        return unpack(self.rows("SELECT body FROM record WHERE n = ?", (n,))[0][0])

    def history(self, article: str) -> list[Article]:
        """Return an article's revisions, oldest first."""
        query = "SELECT body FROM record JOIN article USING (n) WHERE id = ? ORDER BY revision"
        return [unpack(body) for (body,) in self.rows(query, (article,))]

    def relatives(self, article: Article, limit: int = 50) -> list[Row]:
        """Return id, site, title and date of the articles that carry the same text."""
        query = (
            "SELECT id, site, title, published, language FROM article WHERE latest AND id <> :id AND ("
            " id = :original OR (duplicate_of = :id AND duplicate_of <> '')"
            " OR (duplicate_of = :original AND duplicate_of <> '') OR (cluster = :cluster AND cluster <> ''))"
            " ORDER BY published LIMIT :limit"
        )
        values = {"id": article.id, "original": article.duplicate_of, "cluster": article.cluster, "limit": limit}
        with self._reading() as connection:
            return connection.execute(query, values).fetchall()

    def runs(self, limit: int) -> list[dict[str, Any]]:
        """Return the reports of the newest runs, newest first."""
        query = "SELECT report FROM run ORDER BY run_id DESC LIMIT ?"
        return [json.loads(report) for (report,) in self.rows(query, (limit,))]

    def find(self, expression: str, filters: Filters, page: int) -> Found:
        """Return the page-th PAGE of the articles asked for: ranked where words were asked for, else newest first."""
        query, values = self._matching(expression, filters) if expression else self._listed(filters)
        numbers = [n for (n,) in self.rows(query, (*values, PAGE, (page - 1) * PAGE))]
        total = self.count(expression, filters)
        return Found(tuple((n, self.record(n)) for n in numbers), min(total, COUNTED), more=total > COUNTED)

    def count(self, expression: str, filters: Filters) -> int:
        """Return the number of articles asked for; COUNTED + 1 where there are more than COUNTED."""
        tables, where, values = self._from_words(expression, filters) if expression else self._from_rows(filters)
        query = f"SELECT count(*) FROM (SELECT 1 FROM {tables} WHERE {where} LIMIT {COUNTED + 1})"  # noqa: S608 - our own words
        return int(self.rows(query, values)[0][0])

    def _matching(self, expression: str, filters: Filters) -> tuple[str, list[Any]]:
        """Rank the RANKED matches archived last: ranking all that hold a common word would take seconds."""
        tables, where, values = self._from_words(expression, filters)
        inner = (
            f"SELECT words.rowid AS n, bm25(words, 6.0, 1.0, 0.0) AS score FROM {tables} WHERE {where}"  # noqa: S608 - our own words
            f" ORDER BY words.rowid DESC LIMIT {RANKED}"
        )
        return f"SELECT n FROM ({inner}) ORDER BY score, n DESC LIMIT ? OFFSET ?", values  # noqa: S608 - as above

    def _from_words(self, expression: str, filters: Filters) -> tuple[str, str, list[Any]]:
        marks = [mark(k, v) for k, v in (("s", filters.site), ("l", filters.language)) if v]
        if filters.tag:
            marks.append(mark("t", filters.tag.n))
        whole = " AND ".join([expression, *(f"marks : {m}" for m in marks)])
        if not self.copies:
            whole = f"({whole}) NOT marks : {COPY}"
        dated, values = _dated(filters, "a.published")
        if not dated:
            return "words", "words MATCH ?", [whole]
        return "words JOIN article a ON a.n = words.rowid", " AND ".join(["words MATCH ?", *dated]), [whole, *values]

    def _listed(self, filters: Filters) -> tuple[str, list[Any]]:
        tables, where, values = self._from_rows(filters)
        column = "t.published DESC, t.article" if filters.tag else "a.published DESC, a.n"
        number = "t.article" if filters.tag else "a.n"
        return f"SELECT {number} FROM {tables} WHERE {where} ORDER BY {column} DESC LIMIT ? OFFSET ?", values  # noqa: S608 - our own words

    def _from_rows(self, filters: Filters) -> tuple[str, str, list[Any]]:
        values: list[Any] = [self.copies]
        conditions, tables = ["a.latest", "a.copy <= ?"], "article a"
        if filters.tag:
            tables = "article_tag t CROSS JOIN article a ON a.n = t.article"
            conditions, values = ["t.tag = ?", "t.copy <= ?"], [filters.tag.n, self.copies]
        for column in ("site", "language"):
            if value := getattr(filters, column):
                conditions.append(f"a.{column} = ?")
                values.append(value)
        dated, dates = _dated(filters, "t.published" if filters.tag else "a.published")
        return tables, " AND ".join([*conditions, *dated]), [*values, *dates]


def _dated(filters: Filters, column: str) -> tuple[list[str], list[str]]:
    """Return the conditions for a range of days; an article without a date is in none."""
    conditions, values = [], []
    if filters.since or filters.until:
        conditions.append(f"{column} <> ''")
    if filters.since:
        conditions.append(f"{column} >= ?")
        values.append(filters.since)
    if filters.until:
        conditions.append(f"{column} < ?")
        values.append(filters.until)
    return conditions, values
