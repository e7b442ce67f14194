"""Segments: many lines in one immutable, compressed object, and the manifest entry that commits it."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

import msgspec

from newsarchive.archive import layout
from newsarchive.archive.compression import compress, gunzip
from newsarchive.article import SCHEMA_VERSION
from newsarchive.errors import IntegrityError

Body: TypeAlias = bytes  # the class below has a field of that name
MANIFEST_VERSION = "1.1"
ARTICLES, PAGES = "articles", "raw"
_DESCRIBED = ("id", "revision", "date_published", "language")
_COMPRESSION = 4  # half the time of the usual 6 while a crawl runs, for 4 % more bytes, which compaction takes back


def sha256(body: bytes) -> str:
    """Return the hex SHA-256 of body."""
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One committed segment.

    `n` is dense per writer, and `previous_sha256` the hash of entry n - 1 (`""` for the first).

    `revised` maps the ids in this segment whose revision is above 1 to that revision, so that a reader knows which
    records are superseded without opening a segment.

    `kind` is `articles`, or `raw` for pages as fetched; of those `count` is the number of pages.
    """

    manifest_version: str = MANIFEST_VERSION
    schema_version: str = SCHEMA_VERSION
    writer: str
    n: int
    previous_sha256: str
    key: str
    count: int
    bytes: int
    sha256: str
    site: str
    crawl_date: str
    run_id: str
    date_published_min: str
    date_published_max: str
    undated: int
    languages: list[str]
    revised: dict[str, int] = field(default_factory=dict)
    kind: str = ARTICLES

    def encode(self) -> Body:
        """Return the entry as JSON bytes, the same for the same entry."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def decode(cls, body: Body, *, where: str) -> "Manifest":
        """Return the entry in body; IntegrityError naming `where` if it is none. Newer minor fields are left out."""
        try:
            version = _VERSION.decode(body).manifest_version
            if version.partition(".")[0] != MANIFEST_VERSION.partition(".")[0]:
                raise IntegrityError(f"{where} has manifest version {version}")
            return _ENTRY.decode(body)
        except msgspec.DecodeError as error:
            raise IntegrityError(f"{where} is not a manifest entry: {error!r}") from error


class _Versioned(msgspec.Struct):
    manifest_version: str


_VERSION = msgspec.json.Decoder(_Versioned)
_ENTRY = msgspec.json.Decoder(Manifest)  # four times as fast as the standard library, which tells in a large archive


@dataclass(frozen=True, slots=True)
class Segment:
    """The bytes of a segment with what its manifest entry says of them."""

    body: bytes
    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a segment's lines come from, and its place in its writer's chain."""

    writer: str
    n: int
    previous_sha256: str
    site: str
    crawl_date: str
    run_id: str


def build(lines: Sequence[bytes], origin: Origin) -> Segment:
    """Return the segment of lines: the same bytes for the same lines, in any order they are given.

    The line with the most filled fields comes first, since readers infer types from the first one (an empty list
    first makes polars turn every list to null).
    """
    known = [(line, *_known(line)) for line in sorted(lines)]
    known.sort(key=lambda each: -each[1])
    body = compress(b"".join(line for line, _, _ in known), _COMPRESSION)
    return Segment(body, describe([record for _, _, record in known], body, origin))


def _known(line: bytes) -> tuple[int, dict[str, Any]]:
    """Return how many fields of a line are filled, and those that its manifest entry tells of: texts are large."""
    record = json.loads(line)  # which takes the halves of surrogate pairs that other writers may have left
    return sum(map(bool, record.values())), {name: record[name] for name in _DESCRIBED}


def describe(records: Sequence[dict[str, Any]], body: bytes, origin: Origin) -> Manifest:
    """Return the manifest entry of a segment whose bytes are body; of its records `_DESCRIBED` is enough."""
    digest = sha256(body)
    dates = sorted(r["date_published"] for r in records if r["date_published"])
    key = layout.segment_key(origin.site, origin.crawl_date, origin.run_id, number=origin.n, sha256=digest)
    return Manifest(
        **asdict(origin),
        key=key,
        count=len(records),
        bytes=len(body),
        sha256=digest,
        date_published_min=dates[0] if dates else "",
        date_published_max=dates[-1] if dates else "",
        undated=len(records) - len(dates),
        languages=sorted({r["language"] for r in records}),
        revised={r["id"]: r["revision"] for r in sorted(records, key=lambda r: r["revision"]) if r["revision"] > 1},
    )


def of_pages(body: bytes, count: int, origin: Origin) -> Segment:
    """Return the segment of fetched pages whose WARC is body."""
    digest = sha256(body)
    key = layout.raw_key(origin.site, origin.crawl_date, origin.run_id, number=origin.n, sha256=digest)
    manifest = Manifest(
        **asdict(origin),
        key=key,
        count=count,
        bytes=len(body),
        sha256=digest,
        date_published_min="",
        date_published_max="",
        undated=0,
        languages=[],
        kind=PAGES,
    )
    return Segment(body, manifest)


def unpack(body: bytes, manifest: Manifest) -> bytes:
    """Return the lines of a segment whose bytes are body, as they stand one after the other.

    Raises:
        IntegrityError: the bytes are not those the manifest names.
    """
    if len(body) != manifest.bytes or sha256(body) != manifest.sha256:
        raise IntegrityError(f"{manifest.key} is damaged: its bytes are not those of its manifest entry")
    try:
        raw = gunzip(body)
    except (OSError, EOFError, zlib.error) as error:
        raise IntegrityError(f"{manifest.key} is damaged: {error}") from error
    return raw


def split(raw: bytes, manifest: Manifest) -> list[bytes]:
    """Return the lines in unpacked bytes; IntegrityError if they are not as many as the manifest counts."""
    lines = list(_each(raw))
    if len(lines) != manifest.count:
        raise IntegrityError(f"{manifest.key} holds {len(lines)} lines; its manifest entry counts {manifest.count}")
    return lines


def _each(raw: bytes) -> Iterator[bytes]:
    """Yield lines with their ends; `splitlines`, which looks at every byte by itself, takes six times as long."""
    start = 0
    while end := raw.find(b"\n", start) + 1:
        yield raw[start:end]
        start = end
    if start < len(raw):
        yield raw[start:]


def lines_of(body: bytes, manifest: Manifest) -> Iterator[bytes]:
    """Yield the lines of a segment whose bytes are body.

    Raises:
        IntegrityError: the bytes are not those the manifest names, or do not hold the lines it counts.
    """
    yield from split(unpack(body, manifest), manifest)
