"""The sidecar's files as bytes: their rows, and what of them is in a month's heads."""

import io
import os
from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate

import pyarrow as pa
from pyarrow import parquet

from newsarchive.archive import arrow
from newsarchive.archive.arrays import integers
from newsarchive.archive.layout import PARQUET
from newsarchive.errors import IntegrityError

ROW_GROUP = 2_500
"""Rows that are decompressed together: a question takes single rows from many files."""
_HEADS_ROW_GROUP = 100_000
_CODEC, _LEVEL = "lz4", 6
"""A fifth larger than zstd's 3 and unpacked in half its time: a question takes a hundredth of the rows it unpacks."""
_CHOOSING = (
    "id", "revision", "site", "publisher", "section", "authors", "date_published", "language", "tags", "tag_ids",
    "access", "duplicate_of", "cluster",
)  # fmt: skip
_PLACE = [pa.field("file", pa.string()), pa.field("row", pa.int64())]


def _allocate_with_jemalloc() -> None:
    """Have Arrow allocate with jemalloc, unless the user has chosen what it does with.

    Its default, mimalloc, gives pages back to the system that the next file needs again: a question whose rows are in
    many files takes a third more memory (docs/decisions.md).
    """
    if "ARROW_DEFAULT_MEMORY_POOL" not in os.environ and "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())


_allocate_with_jemalloc()


def heads_schema(columns: Collection[str] = _CHOOSING) -> pa.Schema:
    """Return the schema of heads: columns of the files, and each row's file (its key below `parquet/`) and number."""
    return pa.schema([*(arrow.SCHEMA.field(name) for name in columns), *_PLACE])


def read(key: str, body: bytes, *, schema: pa.Schema = arrow.SCHEMA) -> pa.Table:
    """Return the columns of a schema; IntegrityError naming the file if it is damaged."""
    return _read(key, body, schema, None)


def rows(key: str, body: bytes, numbers: Sequence[int]) -> pa.Table:
    """Return some rows, whole, those that are there; `numbers` ascend."""
    return _read(key, body, arrow.SCHEMA, numbers)


def _read(key: str, body: bytes, schema: pa.Schema, numbers: Sequence[int] | None) -> pa.Table:
    try:
        # Not read_table: it imports pandas where that is installed, a quarter of a second.
        with parquet.ParquetFile(pa.BufferReader(body), pre_buffer=False, page_checksum_verification=True) as opened:
            found = opened.read(columns=schema.names) if numbers is None else _some(opened, numbers)
        return found.select(schema.names).cast(schema)
    except (pa.ArrowException, OSError, KeyError) as error:
        raise IntegrityError(f"{key} is damaged; delete {PARQUET} to have it made again: {error}") from error


def _some(opened: parquet.ParquetFile, numbers: Sequence[int]) -> pa.Table:
    counts = [opened.metadata.row_group(n).num_rows for n in range(opened.num_row_groups)]
    starts = [0, *accumulate(counts)]
    there = [number for number in numbers if number < starts[-1]]
    groups = sorted({bisect_right(starts, number) - 1 for number in there})
    before = dict(zip(groups, accumulate((counts[group] for group in groups), initial=0), strict=False))
    places = [(number, bisect_right(starts, number) - 1) for number in there]
    table = opened.read_row_groups(groups, columns=arrow.SCHEMA.names)
    return table.take(integers(before[group] + number - starts[group] for number, group in places))


def heads_of(key: str, body: bytes, columns: Collection[str] = _CHOOSING) -> pa.Table:
    """Return the heads of a file's rows."""
    found = read(key, body, schema=pa.schema([arrow.SCHEMA.field(name) for name in columns]))
    file = pa.repeat(pa.scalar(key.removeprefix(PARQUET)), len(found))
    row = integers(range(len(found)))
    return found.append_column(_PLACE[0], file).append_column(_PLACE[1], row)


def encode(table: pa.Table, *, row_group: int = ROW_GROUP) -> bytes:
    """Return a table as a Parquet file."""
    sink = io.BytesIO()
    parquet.write_table(
        table,
        sink,
        compression=_CODEC,
        compression_level=_LEVEL,
        use_dictionary=[_path(field) for field in table.schema if field.name != "text"],
        row_group_size=row_group,
        write_page_checksum=True,
    )
    return sink.getvalue()


def _path(field: pa.Field) -> str:
    return f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name


def encode_heads(tables: Sequence[pa.Table]) -> bytes:
    """Return the heads of several files as a Parquet file."""
    return encode(pa.concat_tables(tables).cast(heads_schema()), row_group=_HEADS_ROW_GROUP)
