"""Answering from the Parquet sidecar, which `compact` makes: a file for each day of publication, heads for each month.

A month's heads are the columns of its files by which articles are chosen and counted, with the place of each row: a
question opens one object a month, and then only the row groups that hold what it asks for.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from newsarchive.archive import parquet
from newsarchive.archive.ahead import ahead
from newsarchive.archive.cache import TABLE
from newsarchive.archive.layout import HEADS, PARQUET
from newsarchive.archive.matching import columns_hidden_by, columns_of, kept, latest, matching, visible
from newsarchive.archive.query import Query
from newsarchive.archive.sidecar_coverage import Coverage
from newsarchive.archive.tombstones import Hidden
from newsarchive.errors import IntegrityError
from newsarchive.storage import ObjectMissingError, Storage, Stored

if TYPE_CHECKING:
    from newsarchive.archive.cache import Cache

_MONTH = re.compile(r"published_month=([^/]+)/")
_DAY = re.compile(r"/(\d{4}-\d{2}-\d{2})\.parquet$")
_DIGEST = 32
_DECODED_AT_ONCE = 4  # each holds a file's rows unpacked
_MOST_TOGETHER = 500


class _Source(Protocol):
    @property
    def storage(self) -> Storage: ...

    @property
    def cache(self) -> "Cache | None": ...


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one file: their numbers, ids and revisions."""

    file: Stored
    numbers: Sequence[int]
    named: Sequence[tuple[str, int]]


class Sidecar:
    """The Parquet files of an archive."""

    def __init__(self, source: _Source, coverage: Coverage, objects: Iterable[Stored]) -> None:
        self._source = source
        self._objects = {o.key: o for o in objects}
        self.coverage = coverage

    @classmethod
    def of(cls, source: _Source) -> "Sidecar | None":
        """Return the sidecar; None if there is none, or a file of it is missing."""
        coverage = Coverage.read(source.storage)
        if coverage is None:
            return None
        found = cls(source, coverage, source.storage.objects(PARQUET))
        return found if found._objects.keys() >= {*coverage.files, *coverage.heads} else None

    def heads(
        self, query: Query, *, newest: Mapping[str, int] | None, hidden: Hidden, columns: Collection[str] = ()
    ) -> Iterator[pa.Table]:
        """Yield what is asked for, a file of heads at a time, copies included: columns, and each row's place.

        With `newest`, only each article's revision in it (else 1).
        """
        files = self._files(query) if hidden.searched else self._with_heads(query)
        wanted = [*{*columns, *columns_of(query), *columns_hidden_by(hidden)}]

        def read(stored: Stored) -> pa.Table:
            return self._heads(stored, wanted)

        for _, table in ahead(files, read, weight=lambda stored: stored.bytes):
            found = matching(table, query)
            if newest is not None:
                found = latest(found, newest)
            yield visible(found, hidden) if hidden else found

    def _files(self, query: Query) -> list[Stored]:
        keys = (key for key in self._objects if key.endswith(".parquet") and query.may_hold_day(_day(key)))
        return [self._objects[key] for key in keys]

    def _with_heads(self, query: Query) -> list[Stored]:
        """Return the months' heads, and the files of months that have none."""
        headed = {_month(key): key for key in self.coverage.heads}
        keys = (headed.get(_month(stored.key), stored.key) for stored in self._files(query))
        return [self._objects[key] for key in dict.fromkeys(keys)]

    def _heads(self, stored: Stored, columns: Sequence[str]) -> pa.Table:
        if stored.key.endswith(HEADS):
            return parquet.read(stored.key, self.body(stored), schema=parquet.heads_schema(columns))
        return parquet.heads_of(stored.key, self.body(stored), columns)

    def parts(self, table: pa.Table) -> Iterator[Part]:
        """Yield where the rows of a table of heads are to be found; those of a file that came later are left out."""
        columns = (table[name].to_pylist() for name in ("file", "row", "id", "revision"))
        for key, group in groupby(zip(*columns, strict=True), key=lambda place: place[0]):
            rows = list(group)
            if stored := self._objects.get(f"{PARQUET}{key}"):
                yield Part(stored, [row for _, row, _, _ in rows], [(a, n) for _, _, a, n in rows])

    def tables(self, parts: Iterable[Part]) -> Iterator[pa.Table]:
        """Yield the rows of each part, whole; those of several that have few together."""
        bodies = ahead(parts, lambda part: self.body(part.file), weight=lambda part: part.file.bytes)
        tables = (table for _, table in ahead(bodies, _rows, at_once=_DECODED_AT_ONCE))
        yield from _gathered(tables)

    def body(self, stored: Stored) -> bytes:
        """Return an object's bytes, from the cache if it is in it and as it was put there, behind its SHA-256.

        Raises:
            IntegrityError: it has been deleted meanwhile.
        """
        cache = self._source.cache
        name = self.name(stored)
        there = cache.get(name) if cache else None
        if there is not None and sha256(there[_DIGEST:]).digest() == there[:_DIGEST]:
            return there[_DIGEST:]
        try:
            body = self._source.storage.read(stored.key)
        except ObjectMissingError as error:
            raise IntegrityError(f"{stored.key} has been deleted while it was to be read; try again") from error
        if cache and len(body) == stored.bytes:
            cache.put(name, sha256(body).digest() + body)
        return body

    def name(self, stored: Stored) -> str:
        """Return an object's name in the cache: another for each state of it."""
        state = f"{self._source.storage.uri} {stored.key} {stored.bytes} {stored.modified}"
        return f"{sha256(state.encode()).hexdigest()}{TABLE}"


def _gathered(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the first table at once, then more and more of small ones as one: each costs something by itself."""
    some: list[pa.Table] = []
    enough = 1
    for table in tables:
        some.append(table)
        if sum(map(len, some)) >= enough:
            yield pa.concat_tables(some)
            some, enough = [], min(2 * enough + 1, _MOST_TOGETHER)
    if some:
        yield pa.concat_tables(some)


def _rows(fetched: tuple[Part, bytes]) -> pa.Table:
    part, body = fetched
    table = parquet.rows(part.file.key, body, part.numbers)
    if _named(table) == list(part.named):
        return table
    whole = parquet.read(part.file.key, body)  # written anew since its heads were
    asked = set(part.named)
    return kept(whole, (named in asked for named in _named(whole)))


def _month(key: str) -> str:
    found = _MONTH.search(key)
    return found[1] if found else ""


def _day(key: str) -> str:
    found = _DAY.search(key)
    return found[1] if found else ""


def _named(table: pa.Table) -> list[tuple[str, int]]:
    return list(zip(table["id"].to_pylist(), table["revision"].to_pylist(), strict=True))
