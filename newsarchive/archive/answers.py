"""What a question gives: articles one after the other, or as a table."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from itertools import chain, islice, starmap
from typing import TYPE_CHECKING, Self

from newsarchive.archive import counting, coverage, frames, head, line
from newsarchive.archive.head import HEAD_FIELDS, Head
from newsarchive.archive.line import to_mapping
from newsarchive.archive.planning import plan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from newsarchive.archive.query import Query
    from newsarchive.archive.reader import Archive
    from newsarchive.archive.sidecar import Sidecar
    from newsarchive.article import Article


class Answer:
    """The articles asked for: an iterator that can be gone through once, or a table of any kind.

    `copies_left_out` is how many were left out so far for being copies of other articles.
    """

    def __init__(self, archive: Archive, query: Query, *, latest: bool, limit: int | None = None) -> None:
        self.query = query
        self.copies_left_out = 0
        self._archive = archive
        self._latest = latest
        self._limit = limit
        self._articles: Iterator[Article] | None = None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Article:
        if self._articles is None:
            self._articles = islice(filter(self._wanted, _Scan(self).articles()), self._limit)
        return next(self._articles)

    def _wanted(self, article: Article) -> bool:
        """Tell whether an article has the words asked for; only copies that have them have been left out for it."""
        if not self.query.text:
            return True
        if not self.query.says(article):
            return False
        is_left_out = bool(article.duplicate_of) and not self.query.duplicates
        self.copies_left_out += is_left_out
        return not is_left_out

    def count(self, by: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Return the number of articles for each combination of values: see `Archive.count`. `limit` does not apply.

        Raises:
            UsageError: one of `by` is unknown.
        """
        counting.refuse_unknown(by)
        if self.query.text:
            return counting.ranked(counting.count(map(_head, self), by), by)
        return counting.ranked(_Scan(self).count(by), by)

    def coverage(self) -> coverage.Coverage:
        """Return on which of the days asked for the archive, or the site asked for, was crawled."""
        return coverage.covered(self._archive, self.query)

    def to_arrow(self) -> pa.Table:
        """Return the articles as a pyarrow Table (extra `parquet`): unknown is NULL, instants are timestamps."""
        if self.query.text or self._limit is not None:
            return frames.arrow_of(self)
        return frames.joined(_Scan(self).tables)

    def to_pandas(self) -> pd.DataFrame:
        """Return the articles as a pandas DataFrame (extra `pandas`)."""
        return frames.pandas_of(self.to_arrow)

    def to_polars(self) -> pl.DataFrame:
        """Return the articles as a polars DataFrame (extra `polars`)."""
        return frames.polars_of(self.to_arrow)

    def to_duckdb(self) -> duckdb.DuckDBPyConnection:
        """Return a connection to an in-memory DuckDB with the articles as the table `articles` (extra `duckdb`)."""
        return frames.duckdb_of(self.to_arrow)

    def _begin(self) -> tuple[Archive, bool]:
        self.copies_left_out = 0
        return self._archive, self._latest


def _head(article: Article) -> Head:
    known = to_mapping(article)
    return Head(**{name: known[name] for name in HEAD_FIELDS})


class _Scan:
    """One pass over an archive: rows of the Parquet sidecar, then lines of the segments it does not cover."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._query = replace(answer.query, duplicates=answer.query.duplicates or bool(answer.query.text))
        self._archive, latest = answer._begin()  # noqa: SLF001 - the two are one
        self._plan = plan(self._archive, self._query)
        self._newest = self._plan.newest if latest else None
        self._seen = _Firsts(may_repeat=self._plan.may_repeat)
        self._copies = _Firsts(may_repeat=self._plan.may_repeat)

    def count(self, by: Sequence[str]) -> Counter[tuple[str, ...]]:
        counted: Counter[tuple[str, ...]] = Counter()
        if self._plan.sidecar is not None:
            from newsarchive.archive.tallying import columns, tally  # noqa: PLC0415 - pyarrow, where there is a sidecar

            for table in self._heads(self._plan.sidecar, columns(by)):
                counted.update(tally(table, by))
        counted.update(counting.count((known for known, _, _ in self._lines()), by))
        return counted

    def articles(self) -> Iterator[Article]:
        if self._plan.sidecar is not None:
            from newsarchive.archive import arrow  # noqa: PLC0415 - as above

            yield from chain.from_iterable(map(arrow.articles, self._rows(self._plan.sidecar)))
        yield from self._decoded()

    def tables(self) -> Iterator[pa.Table]:
        """Yield the articles as tables."""
        from newsarchive.archive import arrow  # noqa: PLC0415 - asked for

        if self._plan.sidecar is not None:
            yield from self._rows(self._plan.sidecar)
        yield from arrow.tables(self._decoded())

    def _decoded(self) -> Iterator[Article]:
        return (line.decode(text, where=where) for _, where, text in self._lines())

    def _rows(self, sidecar: Sidecar) -> Iterator[pa.Table]:
        return sidecar.tables(chain.from_iterable(map(sidecar.parts, self._heads(sidecar, ()))))

    def _heads(self, sidecar: Sidecar, columns: Collection[str]) -> Iterator[pa.Table]:
        from newsarchive.archive.matching import copies, kept, originals  # noqa: PLC0415 - as above

        hidden = self._plan.snapshot.hidden
        for found in sidecar.heads(self._query, newest=self._newest, hidden=hidden, columns=columns):
            own = found if self._query.duplicates else originals(found)
            if not self._plan.may_repeat:
                self._answer.copies_left_out += len(found) - len(own)
                yield own
                continue
            if len(own) < len(found):
                self._answer.copies_left_out += sum(starmap(self._copies.take, _named(copies(found))))
            yield kept(own, starmap(self._seen.take, _named(own)))

    def _lines(self) -> Iterator[tuple[Head, str, bytes]]:
        """Yield the lines asked for with their heads and names."""
        holding = [article.encode() for article in self._query.ids]
        for where, text in self._archive.lines(self._plan.segments, self._plan.snapshot, holding=holding):
            known = head.decode(text, where=where)
            if self._query.matches(known) and self._is_current(known) and self._seen.take(known.id, known.revision):
                yield known, where, text

    def _is_current(self, known: Head) -> bool:
        if self._newest is not None and self._newest.get(known.id, known.revision) != known.revision:
            return False
        if self._plan.snapshot.hidden and self._plan.snapshot.hidden.hides(known):
            return False
        if not known.duplicate_of or self._query.duplicates:
            return True
        self._answer.copies_left_out += self._copies.take(known.id, known.revision)
        return False


class _Firsts:
    """Tells repeated revisions: of two crawlers that archived one at the same moment, the first counts."""

    def __init__(self, *, may_repeat: bool) -> None:
        self._seen: set[bytes] | None = set() if may_repeat else None

    def take(self, article: str, revision: int) -> bool:
        """Tell whether this revision is met for the first time."""
        if self._seen is None:
            return True
        mark = hashlib.blake2b(f"{article} {revision}".encode(), digest_size=12).digest()
        if mark in self._seen:
            return False
        self._seen.add(mark)
        return True


def _named(table: pa.Table) -> Iterator[tuple[str, int]]:
    return zip(table["id"].to_pylist(), table["revision"].to_pylist(), strict=True)
