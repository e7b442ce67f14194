"""The Parquet sidecar: every article revision with real types, a file for each day of publication. Disposable."""

import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from newsarchive.archive import Archive, line
from newsarchive.archive.arrow import SCHEMA, table
from newsarchive.archive.layout import PARQUET, PARQUET_COVERAGE
from newsarchive.archive.segment import Manifest
from newsarchive.archive.sidecar import Coverage
from newsarchive.archive.snapshot import Snapshot
from newsarchive.archive.tombstones import Hidden
from newsarchive.article import Article
from newsarchive.errors import IntegrityError
from newsarchive.storage import ObjectMissingError, Storage

_BATCH_BYTES = 32 << 20
_ROW_GROUP = 20_000
_DAY = re.compile(r"(\d{4}-\d{2})-\d{2}")
_ORDER = [("date_published", "ascending"), ("id", "ascending"), ("revision", "ascending")]


def file_of(article: Article) -> str:
    """Return the key of the file an article belongs to; one without a date goes by the month of its crawl."""
    day = _DAY.match(article.date_published)
    if not day:
        return f"{PARQUET}published_month=unknown/crawled-{article.crawled_at[:7]}.parquet"
    return f"{PARQUET}published_month={day[1]}/{day[0]}.parquet"


def update(storage: Storage, *, on_progress: Callable[[int, int], None] = lambda done, total: None) -> int:  # noqa: ARG005 - nobody watches
    """Add what has been archived since the last update; return how many revisions were written.

    Each file is replaced whole. Cut short, the next update writes the same rows again, and each stays there once.
    """
    archive = Archive(storage)
    manifests = [m for _, m in archive.manifests()]
    before = Coverage.read(storage)
    covered = before.writers if before else {}
    fresh = {m.key for m in manifests if m.n > covered.get(m.writer, 0)}
    snapshot = archive.snapshot(manifests)
    wanted = [m for m in snapshot.articles if not fresh.isdisjoint(snapshot.held_by(m.key))]
    written = 0
    for batch in _batches(_articles(archive, wanted, snapshot, on_progress)):
        written += _write(storage, batch)
    reached = {w: max(m.n for m in manifests if m.writer == w) for w in {m.writer for m in manifests}}
    _say(storage, reached)
    return written


def _say(storage: Storage, writers: Mapping[str, int]) -> None:
    """Record what the sidecar holds, so that a reader notices when a file of it is gone."""
    said = Coverage(writers=writers, files=_files(storage))
    before = Coverage.read(storage)
    if said.writers and (before is None or said.encode() != before.encode()):
        storage.replace(PARQUET_COVERAGE, said.encode())


def _files(storage: Storage) -> list[str]:
    return [key for key in storage.keys(PARQUET) if key.endswith(".parquet")]


def _articles(
    archive: Archive, wanted: Sequence[Manifest], snapshot: Snapshot, on_progress: Callable[[int, int], None]
) -> Iterator[tuple[Article, int]]:
    for done, manifest in enumerate(wanted):
        on_progress(done, len(wanted))
        for where, text in archive.lines([manifest], snapshot):
            article = line.decode(text, where=where)
            if not snapshot.hidden.hides(article):
                yield article, len(text)


def _batches(articles: Iterator[tuple[Article, int]]) -> Iterator[dict[str, list[Article]]]:
    batch: dict[str, list[Article]] = defaultdict(list)
    size = 0
    for article, length in articles:
        batch[file_of(article)].append(article)
        size += length
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = defaultdict(list), 0
    if batch:
        yield batch


def _write(storage: Storage, batch: dict[str, list[Article]]) -> int:
    written = 0
    for key, articles in sorted(batch.items()):
        present = _read(storage, key)
        known = set(zip(present["id"].to_pylist(), present["revision"].to_pylist(), strict=True))
        new = list({(a.id, a.revision): a for a in reversed(articles) if (a.id, a.revision) not in known}.values())
        if new:
            storage.replace(key, _encode(pa.concat_tables([present, table(new)])))
            written += len(new)
    return written


def _read(storage: Storage, key: str) -> pa.Table:
    try:
        body = storage.read(key)
    except ObjectMissingError:
        return SCHEMA.empty_table()
    try:
        return parquet.read_table(io.BytesIO(body)).select(SCHEMA.names).cast(SCHEMA)
    except (pa.ArrowInvalid, KeyError) as error:
        raise IntegrityError(f"{key} is damaged; delete {PARQUET} to have it made again: {error}") from error


def _encode(rows: pa.Table) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(
        rows.sort_by(_ORDER), sink, compression="zstd", row_group_size=_ROW_GROUP, write_page_checksum=True
    )
    return sink.getvalue()


def erase(storage: Storage, hidden: Hidden, *, dry_run: bool = False) -> int:
    """Remove the rows of hidden articles, and superseded versions of every file; return how many rows."""
    removed = 0
    for key in _files(storage):
        rows = _read(storage, key)
        kept = rows.filter(pc.invert(_is_hidden(rows, hidden)))
        removed += len(rows) - len(kept)
        if not dry_run:
            _put_back(storage, key, kept, changed=len(kept) < len(rows))
    if removed and not dry_run and (covered := Coverage.read(storage)):
        _say(storage, covered.writers)
    return removed


def _is_hidden(rows: pa.Table, hidden: Hidden) -> pa.ChunkedArray:
    ids = pc.is_in(rows["id"], pa.array(sorted(hidden.ids), pa.string()))
    return pc.or_(ids, pc.is_in(rows["site"], pa.array(sorted(hidden.sites), pa.string())))


def _put_back(storage: Storage, key: str, rows: pa.Table, *, changed: bool) -> None:
    if changed and not len(rows):
        storage.delete(key)
        return
    if changed:
        storage.replace(key, _encode(rows))
    storage.delete(key, superseded_only=True)
