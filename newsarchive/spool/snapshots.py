"""Snapshots of the index in the archive, so that an empty machine need not read every segment.

A snapshot is a row of parts, `index/crawl_date=…/<sha256>.jsonl.gz`: gzip-compressed JSON lines. The first line holds
the version, the columns, the probe of the sketches and the manifest entries whose articles follow; then one array a
revision, its sketch in base64 last (empty outside the band window of the part's newest day). A part never changes and
is named by its content; a takedown replaces those that hold what is erased; each run adds one when enough has been
archived since the last. Parts that overlap, as those of two machines may, are read one after the other without harm;
a part of another version is left aside, and its manifests are read from their segments.
"""

import gzip
import io
import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import msgspec

from newsarchive.archive import layout
from newsarchive.archive.compression import gunzip
from newsarchive.archive.reader import Archive
from newsarchive.archive.segment import Manifest, sha256
from newsarchive.article import Article
from newsarchive.errors import IntegrityError
from newsarchive.neardup.member import Member
from newsarchive.neardup.sketch import Sketch, probe
from newsarchive.neardup.window import first_day
from newsarchive.portions import portions
from newsarchive.spool.entries import Entry, entry_of
from newsarchive.storage import ObjectMissingError, Storage

VERSION = "1.1"
WORTH_A_PART = 20_000
_LARGEST = 20_000
_LEVEL = 5
Sketches: TypeAlias = Callable[[Sequence[Article]], Sequence[bytes]]  # of each, encoded


class Row(Entry, frozen=True, array_like=True, gc=False):
    """An entry as it stands in a part; `sketch` is encoded, and empty outside the band window."""

    crawled_at: str
    cluster: str
    sketch: bytes


_COLUMNS = list(Row.__struct_fields__)
_decode_row = msgspec.json.Decoder(Row).decode


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a snapshot: the manifest entries it covers, the entries of their articles, members of the window."""

    manifests: tuple[str, ...]
    entries: Sequence[Entry]
    members: Sequence[Member]


def write(
    storage: Storage, manifests: Iterable[tuple[str, Manifest]], sketches: Sketches
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Write parts that cover these manifest entries; yield the key of each with what it covers.

    What a part holds in memory while it is made is its compressed bytes.
    """
    archive = Archive(storage)
    for group in portions(manifests, lambda pair: pair[1].count, _LARGEST):
        newest = max(manifest.crawl_date for _, manifest in group)
        keys = tuple(key for key, _ in group)
        body = encode(keys, chain.from_iterable(_rows(archive, m, newest, sketches) for _, m in group))
        name = layout.index_key(newest, sha256(body))
        storage.put_new(name, body)
        yield name, keys


def _rows(archive: Archive, manifest: Manifest, newest: str, sketches: Sketches) -> Iterator[Row]:
    """Yield the row of each article of a segment; sketches that are known are not made again."""
    found = list(archive.segment_articles(manifest))
    recent = [a for a in found if a.crawled_at[:10] >= first_day(newest)]
    known = dict(zip(map(_named, recent), sketches(recent), strict=True))
    for article in found:
        entry = msgspec.structs.asdict(entry_of(article))
        sketch = known.get(_named(article), b"")
        yield Row(**entry, crawled_at=article.crawled_at, cluster=article.cluster, sketch=sketch)


def _named(article: Article) -> tuple[str, int]:
    return article.id, article.revision


def encode(manifest_keys: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Return a part as bytes."""
    head = {"version": VERSION, "columns": _COLUMNS, "probe": probe(), "manifests": manifest_keys}
    body = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=body, mtime=0) as packed:
        packed.write(msgspec.json.encode(head))
        for row in rows:
            packed.write(b"\n" + msgspec.json.encode(row))
    return body.getvalue()


def erase(storage: Storage, ids: Collection[str]) -> None:
    """Replace the parts that hold one of these articles by parts without it; one that cannot be read is deleted."""
    for key in list(storage.keys(layout.INDEX)):
        with suppress(ObjectMissingError):
            body = storage.read(key)
            kept = _without(body, ids)
            if kept == body:
                continue
            if kept:
                storage.put_new(layout.index_key(layout.crawl_date(key), sha256(kept)), kept)
            storage.delete(key)


def _without(body: bytes, ids: Collection[str]) -> bytes:
    """Return a part, of whatever version, without these articles; nothing if it cannot be read."""
    try:
        first, *rows = gzip.decompress(body).split(b"\n")
        place = json.loads(first)["columns"].index("id")
        kept = [row for row in rows if json.loads(row)[place] not in ids]
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError):
        return b""
    return body if len(kept) == len(rows) else gzip.compress(b"\n".join([first, *kept]), _LEVEL, mtime=0)


def parts(storage: Storage) -> Iterator[Part]:
    """Yield the parts of an archive's snapshot that this version understands, oldest first.

    Raises:
        IntegrityError: a part is not what was written.
    """
    keys = list(storage.keys(layout.INDEX))
    newest = max((key.removeprefix(f"{layout.INDEX}crawl_date=")[:10] for key in keys), default="")
    for key in keys:
        with suppress(ObjectMissingError):  # a takedown has just replaced it: its manifests are read from segments
            body = storage.read(key)
            if part := _decode(key, body, newest):
                yield part


def _decode(key: str, body: bytes, newest: str) -> Part | None:
    if sha256(body)[:32] != key.rpartition("/")[2].partition(".")[0]:
        raise IntegrityError(
            f"{key} is damaged: its bytes are not those that its name was made from; "
            "delete it, since segments hold all that it says, or run newsarchive rebuild-index"
        )
    lines = iter(gunzip(body).split(b"\n"))
    head = json.loads(next(lines))
    if head["version"] != VERSION or head["columns"] != _COLUMNS or head["probe"] != probe():
        return None
    rows = [_decode_row(row) for row in lines]
    first = first_day(newest)
    return Part(tuple(head["manifests"]), rows, [_member(r) for r in rows if r.sketch and r.crawled_at[:10] >= first])


def _member(row: Row) -> Member:
    return Member(id=row.id, crawled_at=row.crawled_at, cluster=row.cluster, sketch=Sketch.decode(row.sketch))
