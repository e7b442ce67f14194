"""Which rows of a table a query asks for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from newsarchive.archive.arrays import integers, texts
from newsarchive.archive.query import Query, Tag, folded
from newsarchive.archive.tombstones import Hidden
from newsarchive.urls import url_key


def matching(table: pa.Table, query: Query) -> pa.Table:
    """Return the rows that are asked for, but for the words in them and for being copies."""
    if query.since or query.until:
        table = table.filter(_dates(table["date_published"], query))
    for name, value in (("site", query.site), ("language", query.language)):
        if value:
            table = table.filter(pc.equal(table[name], texts([value])[0]))
    if query.ids:
        table = table.filter(pc.is_in(table["id"], texts(sorted(query.ids))))
    if query.cluster:
        members = (pc.equal(table[name], texts([query.cluster])[0]) for name in ("cluster", "id"))
        table = table.filter(pc.or_kleene(*members))
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
    moment = datetime.fromisoformat(text)
    return integers([int(moment.timestamp()) * 1_000_000]).cast(pa.timestamp("us", tz="UTC"))[0]


def _tagged(table: pa.Table, tag: Tag) -> pa.Table:
    if not len(table):
        return table
    tags = table["tags"].combine_chunks()
    spellings = [text for text in pc.unique(tags.flatten()).to_pylist() if folded(text) == tag.spelling]
    numbers = {*_holding(tags, spellings), *_holding(table["tag_ids"].combine_chunks(), sorted(tag.ids))}
    return table.take(integers(sorted(numbers)))


def _holding(lists: pa.ListArray, values: Sequence[str]) -> Sequence[int]:
    """Return the numbers of the lists that hold one of values."""
    if not values:
        return ()
    hits = pc.is_in(lists.flatten(), texts(values))
    found: Sequence[int] = pc.list_parent_indices(lists).filter(hits).to_pylist()
    return found


def latest(table: pa.Table, newest: Mapping[str, int]) -> pa.Table:
    """Return the rows whose revision is that in `newest`, or 1 where their id is not in it."""
    named = zip(table["id"].to_pylist(), table["revision"].to_pylist(), strict=True)
    return kept(table, (newest.get(article, 1) == revision for article, revision in named))


def columns_hidden_by(hidden: Hidden) -> set[str]:
    """Return the columns that are looked at to tell what is hidden."""
    return {*(["site"] if hidden.sites else []), *(["url", "canonical_url"] if hidden.searched else [])}


def visible(table: pa.Table, hidden: Hidden) -> pa.Table:
    """Return the rows that are not hidden."""
    for name, values in (("id", hidden.ids), ("site", hidden.sites)):
        if values:
            table = table.filter(pc.invert(pc.is_in(table[name], texts(sorted(values)))))
    if not hidden.searched:
        return table
    addresses = zip(table["url"].to_pylist(), table["canonical_url"].to_pylist(), strict=True)
    return kept(table, (hidden.searched.isdisjoint(url_key(u or "") for u in pair) for pair in addresses))


def kept(table: pa.Table, flags: Iterable[bool]) -> pa.Table:
    """Return the rows with a true flag."""
    return table.take(integers(number for number, flag in enumerate(flags) if flag))


def originals(table: pa.Table) -> pa.Table:
    """Return the rows that are no copies of other articles."""
    return table.filter(pc.is_null(table["duplicate_of"]))


def copies(table: pa.Table) -> pa.Table:
    """Return the rows that are copies of other articles."""
    return table.filter(pc.is_valid(table["duplicate_of"]))
