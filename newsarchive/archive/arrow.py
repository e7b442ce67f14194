"""Articles as Arrow tables, and back: the types of the Parquet files and of every data frame."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import pyarrow as pa

from newsarchive import clock
from newsarchive.archive.line import from_mapping
from newsarchive.article import Article

_BATCH = 5_000
_INSTANTS = frozenset({"date_published", "date_modified", "crawled_at"})
_TYPES: dict[object, pa.DataType] = {str: pa.string(), int: pa.int64(), tuple[str, ...]: pa.list_(pa.string())}

SCHEMA = pa.schema(
    [(f.name, pa.timestamp("us", tz="UTC") if f.name in _INSTANTS else _TYPES[f.type]) for f in fields(Article)]
)


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
    columns = [pa.array([_value(f.name, getattr(a, f.name)) for a in rows], f.type) for f in SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - any field's value
    if name in _INSTANTS:
        return _instant(value)
    return None if value == "" else value


def _instant(text: str) -> datetime | None:
    return clock.parse(text) if text else None


def mappings(rows: pa.Table, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table with these columns as records have them: nothing is None, instants are text."""
    columns = [_plain(name, rows[name]) for name in names]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def articles(rows: pa.Table) -> Iterator[Article]:
    """Yield the articles of a table."""
    for record in mappings(rows, SCHEMA.names):
        yield from_mapping(record)


def _plain(name: str, column: pa.ChunkedArray) -> list[Any]:
    if name in _INSTANTS:
        return [clock.stamp(value) if value else "" for value in column.to_pylist()]
    if pa.types.is_string(column.type):
        return [value or "" for value in column.to_pylist()]
    values: list[Any] = column.to_pylist()
    return values
