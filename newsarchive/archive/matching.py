"""Which rows of a table a query asks for."""

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from newsarchive import clock
from newsarchive.archive.query import Query, Tag, folded
from newsarchive.archive.tombstones import Hidden
from newsarchive.urls import url_key


def matching(table: pa.Table, query: Query) -> pa.Table:
    """Return the rows that are asked for, but for the words in them and for being copies."""
    if query.since or query.until:
        table = table.filter(_dates(table["date_published"], query))
    for name, value in (("site", query.site), ("language", query.language)):
        if value:
            table = table.filter(pc.equal(table[name], value))
    if query.ids:
        table = table.filter(pc.is_in(table["id"], pa.array(sorted(query.ids))))
    if query.cluster:
        members = (pc.equal(table[name].fill_null(""), query.cluster) for name in ("cluster", "id"))
        table = table.filter(pc.or_(*members))
    return _tagged(table, query.tag) if query.tag else table


def columns_of(query: Query) -> set[str]:
    """Return the columns that are looked at for a query."""
    asked = {
        "date_published": query.since or query.until,
        "site": query.site,
        "language": query.language,
        "cluster": query.cluster,
        "duplicate_of": not query.duplicates,
        "tags": query.tag,
        "tag_ids": query.tag,
    }
    return {"id", "revision", *(name for name, value in asked.items() if value)}


def _dates(published: pa.ChunkedArray, query: Query) -> pa.ChunkedArray:
    mask = pc.is_valid(published)
    if query.since:
        mask = pc.and_(mask, pc.greater_equal(published, _moment(query.since)))
    if query.until:
        mask = pc.and_(mask, pc.less(published, _moment(query.until)))
    return mask


def _moment(text: str) -> pa.Scalar:
    return pa.scalar(clock.parse(text), pa.timestamp("us", tz="UTC"))


def _tagged(table: pa.Table, tag: Tag) -> pa.Table:
    if not len(table):
        return table
    tags = table["tags"].combine_chunks()
    spellings = [text for text in pc.unique(tags.flatten()).to_pylist() if folded(text) == tag.spelling]
    numbers = {*_holding(tags, spellings), *_holding(table["tag_ids"].combine_chunks(), sorted(tag.ids))}
    return table.take(pa.array(sorted(numbers), pa.int64()))


def _holding(lists: pa.ListArray, values: Sequence[str]) -> Sequence[int]:
    """Return the numbers of the lists that hold one of values."""
    if not values:
        return ()
    hits = pc.is_in(lists.flatten(), pa.array(values, pa.string()))
    found: Sequence[int] = pc.list_parent_indices(lists).filter(hits).to_pylist()
    return found


def latest(table: pa.Table, newest: Mapping[str, int]) -> pa.Table:
    """Return the rows whose revision is that in `newest`, or 1 where their id is not in it."""
    named = zip(table["id"].to_pylist(), table["revision"].to_pylist(), strict=True)
    return kept(table, (newest.get(article, 1) == revision for article, revision in named))


def visible(table: pa.Table, hidden: Hidden) -> pa.Table:
    """Return the rows that are not hidden; `url` and `canonical_url` are looked at where addresses are searched for."""
    for name, values in (("id", hidden.ids), ("site", hidden.sites)):
        if values:
            table = table.filter(pc.invert(pc.is_in(table[name], pa.array(sorted(values)))))
    if not hidden.searched:
        return table
    addresses = zip(table["url"].to_pylist(), table["canonical_url"].to_pylist(), strict=True)
    return kept(table, (hidden.searched.isdisjoint(url_key(u or "") for u in pair) for pair in addresses))


def kept(table: pa.Table, flags: Iterable[bool]) -> pa.Table:
    """Return the rows with a true flag."""
    return table.filter(pa.array(list(flags), pa.bool_()))


def originals(table: pa.Table) -> pa.Table:
    """Return the rows that are no copies of other articles."""
    return table.filter(pc.is_null(table["duplicate_of"]))
