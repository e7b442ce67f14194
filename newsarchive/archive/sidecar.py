"""Answering from the Parquet sidecar, which `compact` makes: a file for each day of publication."""

import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from newsarchive import clock
from newsarchive.archive import arrow
from newsarchive.archive.ahead import ahead
from newsarchive.archive.head import HEAD_FIELDS, Head
from newsarchive.archive.layout import PARQUET, PARQUET_COVERAGE
from newsarchive.archive.query import Query, Tag, folded
from newsarchive.archive.tombstones import Hidden
from newsarchive.article import Article
from newsarchive.errors import IntegrityError
from newsarchive.storage import ObjectMissingError, Storage, Stored

if TYPE_CHECKING:
    from newsarchive.archive.cache import Cache

_DAY = re.compile(r"/(\d{4}-\d{2}-\d{2})\.parquet$")


class _Source(Protocol):
    @property
    def storage(self) -> Storage: ...

    @property
    def cache(self) -> "Cache | None": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the sidecar holds: for each writer the number of its last manifest entry, and the files."""

    writers: Mapping[str, int]
    files: Collection[str]

    @classmethod
    def read(cls, storage: Storage) -> "Coverage | None":
        """Return what is said to be covered; None if there is no sidecar.

        Raises:
            IntegrityError: the record cannot be read.
        """
        try:
            body = storage.read(PARQUET_COVERAGE)
        except ObjectMissingError:
            return None
        try:
            record = json.loads(body)
            writers = {str(writer): int(n) for writer, n in record["writers"].items()}
            return cls(writers=writers, files=[str(key) for key in record.get("files", ())])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IntegrityError(
                f"{PARQUET_COVERAGE} is damaged; delete {PARQUET} to have it made again: {error!r}"
            ) from error

    def encode(self) -> bytes:
        """Return the record as JSON bytes."""
        return json.dumps({"writers": dict(self.writers), "files": sorted(self.files)}, indent=1).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one file that are asked for: its table's head columns, and the numbers of the rows."""

    file: "File"
    table: pa.Table
    numbers: Sequence[int]

    def without_copies(self) -> "Rows":
        """Return the rows that are no copies of other articles."""
        copies = self.table["duplicate_of"].is_valid().to_pylist()
        return Rows(self.file, self.table, [n for n in self.numbers if not copies[n]])

    def heads(self) -> Iterator[Head]:
        """Yield the rows' heads."""
        for record in arrow.mappings(self.table.take(pa.array(self.numbers, pa.int64())), HEAD_FIELDS):
            yield Head(**record)

    def articles(self) -> Iterator[Article]:
        """Yield the rows as articles."""
        if self.numbers:
            yield from arrow.articles(self.file.table(None).take(pa.array(self.numbers, pa.int64())))


@dataclass(frozen=True, slots=True)
class File:
    """A Parquet file and its bytes."""

    key: str
    body: bytes

    def table(self, columns: Sequence[str] | None) -> pa.Table:
        """Return some columns, or all, in the schema of this version."""
        try:
            names = arrow.SCHEMA.names if columns is None else list(columns)
            # Not read_table: it imports pandas where that is installed, a quarter of a second.
            with parquet.ParquetFile(io.BytesIO(self.body), page_checksum_verification=True) as opened:
                found = opened.read(columns=names)
            return found.select(names).cast(pa.schema([arrow.SCHEMA.field(name) for name in names]))
        except (pa.ArrowException, OSError, KeyError) as error:
            raise IntegrityError(f"{self.key} is damaged; delete {PARQUET} to have it made again: {error}") from error


class Sidecar:
    """The Parquet files of an archive."""

    def __init__(self, source: _Source, coverage: Coverage, files: Sequence[Stored]) -> None:
        self._source = source
        self._files = files
        self.writers = coverage.writers

    @classmethod
    def of(cls, source: _Source) -> "Sidecar | None":
        """Return the sidecar; None if there is none, or a file of it is missing."""
        coverage = Coverage.read(source.storage)
        if coverage is None:
            return None
        files = [o for o in source.storage.objects(PARQUET) if o.key.endswith(".parquet")]
        return cls(source, coverage, files) if {o.key for o in files}.issuperset(coverage.files) else None

    def rows(self, query: Query, *, newest: Mapping[str, int] | None, hidden: Hidden) -> Iterator[Rows]:
        """Yield what is asked for, a file at a time; with `newest`, only each article's revision in it (else 1)."""
        wanted = [o for o in self._files if query.may_hold_day(_day(o.key))]
        for _, file in ahead(wanted, self.file, weight=lambda stored: stored.bytes):
            table = file.table(HEAD_FIELDS)
            numbers = pc.indices_nonzero(_mask(table, query)).to_pylist()
            if newest is not None:
                numbers = _latest(table, numbers, newest)
            if hidden:
                numbers = _visible(table, numbers, hidden)
            yield Rows(file, table, numbers)

    def file(self, stored: Stored) -> File:
        """Return a file, from the cache if it is in it and whole."""
        cache = self._source.cache
        name = self.name(stored)
        body = cache.get(name) if cache else None
        if body is not None and len(body) == stored.bytes and _is_whole(File(stored.key, body)):
            return File(stored.key, body)
        body = self._source.storage.read(stored.key)
        if cache and len(body) == stored.bytes:
            cache.put(name, body)
        return File(stored.key, body)

    def name(self, stored: Stored) -> str:
        """Return a file's name in the cache: another for each state of it."""
        state = f"{self._source.storage.uri} {stored.key} {stored.bytes} {stored.modified}"
        return f"{sha256(state.encode()).hexdigest()}.parquet"


def _day(key: str) -> str:
    found = _DAY.search(key)
    return found[1] if found else ""


def _is_whole(file: File) -> bool:
    try:
        file.table(HEAD_FIELDS)
    except IntegrityError:
        return False
    return True


def _mask(table: pa.Table, query: Query) -> pa.ChunkedArray:
    published = table["date_published"].combine_chunks()
    mask = pa.array([True] * len(table), pa.bool_())
    if query.since or query.until:
        mask = _and(mask, _dates(published, query))
    for name, value in (("site", query.site), ("language", query.language)):
        if value:
            mask = _and(mask, pc.equal(table[name].combine_chunks(), value))
    if query.ids:
        mask = _and(mask, pc.is_in(table["id"].combine_chunks(), pa.array(sorted(query.ids))))
    if query.cluster:
        members = (pc.equal(table[name].combine_chunks().fill_null(""), query.cluster) for name in ("cluster", "id"))
        mask = _and(mask, pc.or_(*members))
    return _and(mask, _tagged(table, query.tag)) if query.tag else mask


def _and(one: pa.Array, other: pa.Array) -> pa.Array:
    return pc.and_(one, pc.fill_null(other, pa.scalar(False)))  # noqa: FBT003 - pyarrow has it so


def _dates(published: pa.Array, query: Query) -> pa.Array:
    mask = pc.is_valid(published)
    if query.since:
        mask = pc.and_(mask, pc.greater_equal(published, _moment(query.since)))
    if query.until:
        mask = pc.and_(mask, pc.less(published, _moment(query.until)))
    return mask


def _moment(text: str) -> pa.Scalar:
    return pa.scalar(clock.parse(text), pa.timestamp("us", tz="UTC"))


def _tagged(table: pa.Table, tag: Tag) -> pa.Array:
    tags = table["tags"].combine_chunks()
    spellings = [text for text in pc.unique(tags.flatten()).to_pylist() if folded(text) == tag.spelling]
    numbers = {*_holding(tags, spellings), *_holding(table["tag_ids"].combine_chunks(), sorted(tag.ids))}
    return pc.is_in(pa.array(range(len(table)), pa.int64()), pa.array(sorted(numbers), pa.int64()))


def _holding(lists: pa.ListArray, values: Sequence[str]) -> Sequence[int]:
    """Return the numbers of the lists that hold one of values."""
    hits = pc.is_in(lists.flatten(), pa.array(values, pa.string()))
    found: Sequence[int] = pc.list_parent_indices(lists).filter(hits).to_pylist()
    return found


def _latest(table: pa.Table, numbers: Sequence[int], newest: Mapping[str, int]) -> Sequence[int]:
    asked = table.select(["id", "revision"]).take(pa.array(numbers, pa.int64()))
    named = zip(numbers, asked["id"].to_pylist(), asked["revision"].to_pylist(), strict=True)
    return [n for n, article, revision in named if newest.get(article, 1) == revision]


def _visible(table: pa.Table, numbers: Sequence[int], hidden: Hidden) -> Sequence[int]:
    rows = Rows(File("", b""), table, numbers)
    return [n for n, head in zip(numbers, rows.heads(), strict=True) if not hidden.hides(head)]
