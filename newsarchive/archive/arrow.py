"""Articles as Arrow tables, and back: the types of the Parquet files and of every data frame."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsarchive import clock
from newsarchive.article import Article

_BATCH = 5_000
_INSTANTS = frozenset({"date_published", "date_modified", "crawled_at"})
_INSTANT = pa.timestamp("us", tz="UTC")
_TYPES: dict[object, pa.DataType] = {str: pa.string(), int: pa.int64(), tuple[str, ...]: pa.list_(pa.string())}

SCHEMA = pa.schema([(f.name, _INSTANT if f.name in _INSTANTS else _TYPES[f.type]) for f in fields(Article)])


def table(articles: Iterable[Article]) -> pa.Table:
    """Return articles as a table: empty text is NULL, instants are timestamps in UTC."""
    return pa.Table.from_batches(batches(articles), schema=SCHEMA)


def batches(articles: Iterable[Article]) -> Iterator[pa.RecordBatch]:
    """Yield articles as record batches of at most five thousand."""
    rows: list[Article] = []
    for article in articles:
        rows.append(article)
        if len(rows) == _BATCH:
            yield _batch(rows)
            rows = []
    if rows:
        yield _batch(rows)


def _batch(rows: Sequence[Article]) -> pa.RecordBatch:
    columns = [_column(f, [getattr(article, f.name) for article in rows]) for f in SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _column(field: pa.Field, values: Sequence[Any]) -> pa.Array:
    if field.name in _INSTANTS:
        return _instants(values)
    return pa.array([value or None for value in values] if field.type == pa.string() else values, field.type)


def _instants(texts: Sequence[str]) -> pa.Array:
    try:
        return pa.array([text or None for text in texts], pa.string()).cast(_INSTANT)
    except pa.ArrowInvalid:  # one of them is no instant, or a bare day
        return pa.array([clock.parse(text) if text else None for text in texts], _INSTANT)


def tables(articles: Iterable[Article]) -> Iterator[pa.Table]:
    """Yield articles as tables of at most five thousand."""
    for batch in batches(articles):
        yield pa.Table.from_batches([batch])


def articles(rows: pa.Table) -> Iterator[Article]:
    """Yield the articles of a table; nothing in them is None, instants are text."""
    names = SCHEMA.names
    for batch in rows.combine_chunks().to_batches(max_chunksize=_BATCH):
        for values in zip(*(_plain(batch.column(name)) for name in names), strict=True):
            yield Article(**dict(zip(names, values, strict=True)))


def _plain(column: pa.Array) -> Iterable[Any]:
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column.cast(pa.timestamp("s", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_list(column.type):
        return map(tuple, column.to_pylist())
    values: list[Any] = column.to_pylist()
    return [value or "" for value in values] if pa.types.is_string(column.type) else values
