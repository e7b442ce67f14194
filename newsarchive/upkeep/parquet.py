"""The Parquet sidecar: every article revision with real types, a file for each day of publication; disposable.

Beside the files of each month stand their heads, which our own reader looks at first: see `archive.sidecar`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from newsarchive.archive import Archive, line
from newsarchive.archive.ahead import ahead
from newsarchive.archive.arrow import SCHEMA, table
from newsarchive.archive.layout import HEADS, PARQUET, PARQUET_COVERAGE, PARQUET_REVISED
from newsarchive.archive.parquet import encode, encode_heads, heads_of, heads_schema, read
from newsarchive.archive.segment import Manifest
from newsarchive.archive.sidecar_coverage import Coverage
from newsarchive.archive.snapshot import Snapshot
from newsarchive.archive.tombstones import Hidden
from newsarchive.article import Article
from newsarchive.storage import ObjectMissingError, Storage

_BATCH_BYTES = 24 << 20
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
    chain = archive.replacements()
    entries = dict(archive.manifests())
    snapshot = Snapshot.of(entries.values(), chain.records, archive.hidden())
    before = Coverage.read(storage)
    fresh = {m.key for key, m in entries.items() if not (before and before.holds(key))}
    wanted = [m for m in snapshot.articles if not fresh.isdisjoint(snapshot.held_by(m.key))]
    written, touched = 0, set[str]()
    for batch in _batches(_articles(archive, wanted, snapshot, on_progress)):
        written += _write(storage, batch)
        touched |= batch.keys()
    if entries:
        heads = _add_heads(storage, before, touched)
        _replace(storage, PARQUET_REVISED, _revised(snapshot))
        reached = _reached(entries.values())
        _say(storage, Coverage(writers=reached, files=_files(storage), heads=heads, records=len(chain.records)))
    return written


def _reached(manifests: Iterable[Manifest]) -> dict[str, int]:
    """Return the number of the last entry of each writer."""
    reached: dict[str, int] = {}
    for manifest in manifests:
        reached[manifest.writer] = max(manifest.n, reached.get(manifest.writer, 0))
    return reached


def _say(storage: Storage, said: Coverage) -> None:
    """Record what the sidecar holds, so that a reader notices when a file of it is gone."""
    _replace(storage, PARQUET_COVERAGE, said.encode())


def _replace(storage: Storage, key: str, body: bytes) -> None:
    """Put an object where there is not the same already."""
    try:
        same = storage.read(key) == body
    except ObjectMissingError:
        same = False
    if not same:
        storage.replace(key, body)


def _revised(snapshot: Snapshot) -> bytes:
    newest: dict[str, int] = {}
    for manifest in snapshot.articles:
        for article, revision in manifest.revised.items():
            newest[article] = max(revision, newest.get(article, 1))
    return msgspec.json.encode(newest, order="sorted") + b"\n"


def _files(storage: Storage) -> list[str]:
    return [key for key in storage.keys(PARQUET) if key.endswith(".parquet")]


def _add_heads(storage: Storage, before: Coverage | None, touched: Collection[str]) -> list[str]:
    """Bring the heads of the months of these files up to date, and make those there are not yet; return their keys."""
    there = set(before.heads) if before else set()
    for key, files in _months(storage).items():
        changed = files if key not in there else [file for file in files if file in touched]
        if changed:
            old = [_kept_heads(storage, key, changed)] if key in there else []
            new = [heads_of(file, storage.read(file)) for file in changed]
            storage.replace(key, encode_heads([*old, *new]))
    return list(_months(storage))


def _months(storage: Storage) -> dict[str, list[str]]:
    """Return the files of each month, by the key of their heads."""
    months: dict[str, list[str]] = defaultdict(list)
    for file in _files(storage):
        months[f"{file.rpartition('/')[0]}/{HEADS}"].append(file)
    return dict(months)


def _kept_heads(storage: Storage, key: str, changed: Sequence[str]) -> pa.Table:
    heads = read(key, storage.read(key), schema=heads_schema())
    names = pa.array([file.removeprefix(PARQUET) for file in changed])
    return heads.filter(pc.invert(pc.is_in(heads["file"], names)))


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
    """Yield articles by file: when there are many, those of the files with the most, so that late ones gather."""
    waiting: dict[str, list[Article]] = defaultdict(list)
    sizes: Counter[str] = Counter()
    held = 0
    for article, length in articles:
        key = file_of(article)
        waiting[key].append(article)
        sizes[key] += length
        held += length
        if held >= _BATCH_BYTES:
            largest = _largest(sizes)
            yield {file: waiting.pop(file) for file in largest}
            held -= sum(sizes.pop(file) for file in largest)
    if waiting:
        yield waiting


def _largest(sizes: Counter[str]) -> list[str]:
    """Return the largest files that make up half of all."""
    before = 0
    found = []
    for file, size in sizes.most_common():
        if before >= sizes.total() / 2:
            break
        found.append(file)
        before += size
    return found


def _write(storage: Storage, batch: Mapping[str, list[Article]]) -> int:
    """Put each file anew with what is added to it; return how many rows those are."""
    written = 0
    for key, (body, count) in ahead(sorted(batch), lambda key: _added(storage, key, batch[key])):
        if count:
            storage.replace(key, body)
            written += count
    return written


def _added(storage: Storage, key: str, articles: Sequence[Article]) -> tuple[bytes, int]:
    """Return a file with the articles that it lacks, and how many they are; nothing if it has all."""
    present = _read(storage, key)
    known = set(zip(present["id"].to_pylist(), present["revision"].to_pylist(), strict=True))
    new = list({(a.id, a.revision): a for a in reversed(articles) if (a.id, a.revision) not in known}.values())
    return (encode(pa.concat_tables([present, table(new)]).sort_by(_ORDER)) if new else b""), len(new)


def _read(storage: Storage, key: str) -> pa.Table:
    try:
        return read(key, storage.read(key))
    except ObjectMissingError:
        return SCHEMA.empty_table()


def erase(storage: Storage, hidden: Hidden) -> int:
    """Remove the rows of hidden articles, and superseded versions of every file; return how many rows."""
    removed = 0
    for key in _files(storage):
        rows = _read(storage, key)
        kept = rows.filter(pc.invert(_is_hidden(rows, hidden)))
        removed += len(rows) - len(kept)
        _put_back(storage, key, encode(kept) if len(kept) else b"", changed=len(kept) < len(rows))
    _erase_heads(storage, hidden)
    covered = Coverage.read(storage)
    if covered:
        _say(
            storage, replace(covered, files=_files(storage), heads=[k for k in covered.heads if k in _months(storage)])
        )
    return removed


def _erase_heads(storage: Storage, hidden: Hidden) -> None:
    months = _months(storage)
    for key in [key for key in storage.keys(PARQUET) if key.endswith(HEADS)]:
        heads = read(key, storage.read(key), schema=heads_schema())
        changed = bool(pc.any(_is_hidden(heads, hidden)).as_py())
        left = [heads_of(file, storage.read(file)) for file in months.get(key, ())] if changed else []
        _put_back(storage, key, encode_heads(left) if left else b"", changed=changed)


def _is_hidden(rows: pa.Table, hidden: Hidden) -> pa.ChunkedArray:
    ids = pc.is_in(rows["id"], pa.array(sorted(hidden.ids), pa.string()))
    return pc.or_(ids, pc.is_in(rows["site"], pa.array(sorted(hidden.sites), pa.string())))


def _put_back(storage: Storage, key: str, body: bytes, *, changed: bool) -> None:
    """Put what is left of an object in its place, or delete it if that is nothing."""
    if changed and not body:
        storage.delete(key)
        return
    if changed:
        storage.replace(key, body)
    storage.delete(key, superseded_only=True)
