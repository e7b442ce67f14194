"""What a question gives: articles one after the other, or as a table."""

from __future__ import annotations

import hashlib
import importlib.util
from itertools import chain, islice
from typing import TYPE_CHECKING, Self

from newsarchive.archive import coverage, frames, head, line
from newsarchive.archive.head import HEAD_FIELDS, Head
from newsarchive.archive.line import to_mapping
from newsarchive.archive.replacements import REWRITERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from newsarchive.archive.query import Query
    from newsarchive.archive.reader import Archive
    from newsarchive.archive.segment import Manifest
    from newsarchive.archive.sidecar import Rows, Sidecar
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
            self._articles = islice(filter(self.query.says, _Scan(self).articles()), self._limit)
        return next(self._articles)

    def heads(self) -> Iterator[Head]:
        """Yield the fields that are counted by, of each article, which is faster than the articles."""
        if self.query.text:
            return (Head(**{name: to_mapping(article)[name] for name in HEAD_FIELDS}) for article in self)
        return islice(_Scan(self).heads(), self._limit)

    def coverage(self) -> coverage.Coverage:
        """Return on which of the days asked for the archive, or the site asked for, was crawled."""
        return coverage.covered(self._archive, self.query)

    def to_arrow(self) -> pa.Table:
        """Return the articles as a pyarrow Table (extra `parquet`): unknown is NULL, instants are timestamps."""
        return frames.arrow_of(self)

    def to_pandas(self) -> pd.DataFrame:
        """Return the articles as a pandas DataFrame (extra `pandas`)."""
        return frames.pandas_of(self)

    def to_polars(self) -> pl.DataFrame:
        """Return the articles as a polars DataFrame (extra `polars`)."""
        return frames.polars_of(self)

    def to_duckdb(self) -> duckdb.DuckDBPyConnection:
        """Return a connection to an in-memory DuckDB with the articles as the table `articles` (extra `duckdb`)."""
        return frames.duckdb_of(self)

    def _begin(self) -> tuple[Archive, bool]:
        self.copies_left_out = 0
        return self._archive, self._latest


class _Scan:
    """One pass over an archive: rows of the Parquet sidecar, then lines of the segments it does not cover."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._query = answer.query
        self._archive, latest = answer._begin()  # noqa: SLF001 - the two are one
        self._sidecar = _sidecar(self._archive)
        committed = [manifest for _, manifest in self._archive.manifests()]
        self._snapshot = self._archive.snapshot(committed)
        self._newest = _newest(self._snapshot.articles) if latest else None
        self._segments = self._uncovered(committed)
        self._seen: set[bytes] | None = set() if self._may_repeat() else None

    def _may_repeat(self) -> bool:
        """Tell whether a revision may come twice: one writer never repeats itself, merged segments may be of several.

        What the sidecar holds of one segment it holds once.
        """
        if self._sidecar is not None:
            return bool(self._segments)
        writers = {manifest.writer for manifest in self._segments}
        return len(writers) > 1 or not writers.isdisjoint(REWRITERS)

    def _uncovered(self, committed: Sequence[Manifest]) -> list[Manifest]:
        wanted = [m for m in self._snapshot.articles if self._query.may_hold(m)]
        if self._sidecar is None:
            return wanted
        writers = self._sidecar.writers
        fresh = {m.key for m in committed if m.n > writers.get(m.writer, 0)}
        return [m for m in wanted if not fresh.isdisjoint(self._snapshot.held_by(m.key))]

    def heads(self) -> Iterator[Head]:
        found = chain.from_iterable(rows.heads() for rows in self._rows())
        return chain(filter(self._is_new, found), (known for known, _, _ in self._lines()))

    def articles(self) -> Iterator[Article]:
        found = chain.from_iterable(rows.articles() for rows in self._rows())
        decoded = (line.decode(text, where=where) for _, where, text in self._lines())
        return chain(filter(self._is_new, found), decoded)

    def _rows(self) -> Iterator[Rows]:
        if self._sidecar is None:
            return
        hidden = self._snapshot.hidden
        for rows in self._sidecar.rows(self._query, newest=self._newest, hidden=hidden):
            kept = rows if self._query.duplicates else rows.without_copies()
            self._answer.copies_left_out += len(rows.numbers) - len(kept.numbers)
            yield kept

    def _lines(self) -> Iterator[tuple[Head, str, bytes]]:
        """Yield the lines asked for with their heads and names."""
        holding = [article.encode() for article in self._query.ids]
        for where, text in self._archive.lines(self._segments, self._snapshot, holding=holding):
            known = head.decode(text, where=where)
            if self._query.matches(known) and self._is_current(known) and self._is_new(known):
                yield known, where, text

    def _is_current(self, known: Head) -> bool:
        if self._newest is not None and self._newest.get(known.id, known.revision) != known.revision:
            return False
        if self._snapshot.hidden and self._snapshot.hidden.hides(known):
            return False
        is_copy = bool(known.duplicate_of) and not self._query.duplicates
        self._answer.copies_left_out += is_copy
        return not is_copy

    def _is_new(self, known: Head | Article) -> bool:
        """Leave out repeated revisions: of two crawlers that archived one at the same moment, the first counts."""
        if self._seen is None:
            return True
        mark = hashlib.blake2b(f"{known.id} {known.revision}".encode(), digest_size=12).digest()
        if mark in self._seen:
            return False
        self._seen.add(mark)
        return True


def _sidecar(archive: Archive) -> Sidecar | None:
    """Return the Parquet sidecar, where there is one and pyarrow to read it."""
    if importlib.util.find_spec("pyarrow") is None:
        return None
    from newsarchive.archive.sidecar import Sidecar  # noqa: PLC0415 - pyarrow costs a tenth of a second

    return Sidecar.of(archive)


def _newest(manifests: Sequence[Manifest]) -> Mapping[str, int]:
    newest: dict[str, int] = {}
    for manifest in manifests:
        for article, revision in manifest.revised.items():
            newest[article] = max(revision, newest.get(article, 1))
    return newest
