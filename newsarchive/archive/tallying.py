"""Counting rows of tables as `counting` counts articles, by columns."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from newsarchive.archive.counting import COUNTRY, PERIODS

_COLUMNS = {**dict.fromkeys(PERIODS, "date_published"), "tag": "tags", "author": "authors", "country": "tag_ids"}


def columns(by: Iterable[str]) -> set[str]:
    """Return the columns that are looked at to count by these names."""
    return {_COLUMNS.get(name, name) for name in by}


def tally(table: pa.Table, by: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Return the number of rows for each combination of values; a row counts once for each value in its lists."""
    rows, keys = pa.array(range(len(table)), pa.int64()), list[pa.Array]()
    for name in by:
        column = _values(table[_COLUMNS.get(name, name)].combine_chunks(), name).take(rows)
        if pa.types.is_list(column.type):
            parents = pc.list_parent_indices(column)
            rows, keys, column = rows.take(parents), [key.take(parents) for key in keys], column.flatten()
        keys.append(column)
    if "country" in by:
        keys = _countries(keys, list(by).index("country"))
    names = [str(number) for number in range(len(keys))]
    counted = pa.Table.from_arrays(keys, names).group_by(names).aggregate([([], "count_all")])
    found = zip(*(counted[name].to_pylist() for name in names), strict=True)
    return Counter(dict(zip(found, counted["count_all"].to_pylist(), strict=True)))


def _values(column: pa.Array, name: str) -> pa.Array:
    if name in PERIODS:
        column = pc.utf8_slice_codeunits(column.cast(pa.string()), 0, PERIODS[name])
    return column if pa.types.is_list(column.type) else column.fill_null("")


def _countries(keys: Sequence[pa.Array], which: int) -> list[pa.Array]:
    """Return the keys of the rows that are countries, by their codes."""
    named = pc.starts_with(keys[which], COUNTRY)
    kept = [key.filter(named) for key in keys]
    kept[which] = pc.utf8_slice_codeunits(kept[which], len(COUNTRY))
    return kept
