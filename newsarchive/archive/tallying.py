"""Counting rows of tables as `counting` counts articles, by columns."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from newsarchive.archive.arrays import integers, texts
from newsarchive.archive.counting import PERIODS
from newsarchive.archive.query import COUNTRY

_COLUMNS = {**dict.fromkeys(PERIODS, "date_published"), "tag": "tags", "author": "authors", "country": "tag_ids"}


def columns(by: Iterable[str]) -> set[str]:
    """Return the columns that are looked at to count by these names."""
    return {_COLUMNS.get(name, name) for name in by}


def tally(table: pa.Table, by: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Return the number of rows for each combination of values; a row counts once for each value in its lists."""
    if not len(table):
        return Counter()
    rows, keys = integers(range(len(table))), list[pa.Array]()
    for name in by:
        column = _values(table[_COLUMNS.get(name, name)].combine_chunks(), name).take(rows)
        if pa.types.is_list(column.type):
            parents = pc.list_parent_indices(column)
            rows, keys, column = rows.take(parents), [key.take(parents) for key in keys], column.flatten()
        keys.append(column)
    if "country" in by:
        keys = _countries(keys, list(by).index("country"))
    return _counted([key.dictionary_encode() for key in keys])


def _counted(keys: Sequence[pa.DictionaryArray]) -> Counter[tuple[str, ...]]:
    """Return how often each combination occurs; Arrow's own group_by imports pandas."""
    combined = integers([0] * len(keys[0]))
    for key in keys:
        shifted = pc.multiply(combined, integers([len(key.dictionary)])[0])
        combined = pc.add(shifted, key.indices.cast(pa.int64()))
    values, counts = pc.value_counts(combined).flatten()
    names = [key.dictionary.to_pylist() for key in keys]
    return Counter(
        {_named(code, names): number for code, number in zip(values.to_pylist(), counts.to_pylist(), strict=True)}
    )


def _named(code: int, names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    found: list[str] = []
    for known in reversed(names):
        code, place = divmod(code, len(known))
        found.insert(0, known[place])
    return tuple(found)


def _values(column: pa.Array, name: str) -> pa.Array:
    if name in PERIODS:
        column = pc.utf8_slice_codeunits(column.cast(pa.string()), 0, PERIODS[name])
    return column if pa.types.is_list(column.type) else column.fill_null(texts([""])[0])


def _countries(keys: Sequence[pa.Array], which: int) -> list[pa.Array]:
    """Return the keys of the rows that are countries, by their codes."""
    named = pc.starts_with(keys[which], COUNTRY)
    kept = [key.filter(named) for key in keys]
    kept[which] = pc.utf8_slice_codeunits(kept[which], len(COUNTRY))
    return kept
