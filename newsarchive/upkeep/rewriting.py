"""New segments from the lines of old ones. Lines are taken as they stand, so that unknown keys survive."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from newsarchive.archive import layout
from newsarchive.archive.compression import compress
from newsarchive.archive.replacements import Replacement, Source
from newsarchive.archive.segment import Manifest, lines_of, sha256

_COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A new segment's bytes (empty if nothing is left) and the replacement that puts it in place."""

    body: bytes
    replacement: Replacement


def fullness(line: bytes) -> int:
    """Return how many fields of a line are filled."""
    record: dict[str, Any] = json.loads(line)
    return sum(bool(v) for v in record.values())


def merge(segments: Sequence[tuple[Manifest, bytes]], *, n: int) -> Rewritten:
    """Return segments of one partition as one, the one with the fullest first line first, and else in their order.

    `n` is the number of the record that is to commit it. It is part of the key: once there is another record of that
    number, the segment can never come to be named, and may be deleted.

    Raises:
        IntegrityError: a segment is damaged.
    """
    read = [(m, list(lines_of(body, m))) for m, body in segments]
    fullest = max(read, key=lambda pair: fullness(pair[1][0]))
    ordered = [fullest, *(pair for pair in read if pair is not fullest)]
    lines = [line for _, lines in ordered for line in lines]
    sources = tuple(Source(key=m.key, count=m.count, sha256=m.sha256) for m, _ in ordered)
    body = _compressed(lines)
    result = _joined([m for m, _ in ordered], body, n=n)
    return Rewritten(body, Replacement(sources=sources, result=result))


def without(manifest: Manifest, body: bytes, dropped: Collection[int], *, n: int) -> Rewritten:
    """Return a segment without the lines of these numbers (from 0).

    The line that is left with the most filled fields may not be the first; it stays where it is, since the places of
    lines must be told from their numbers.
    """
    gone = frozenset(dropped)
    lines = [line for number, line in enumerate(lines_of(body, manifest)) if number not in gone]
    source = Source(key=manifest.key, count=manifest.count, sha256=manifest.sha256, dropped=tuple(sorted(gone)))
    if not lines:
        return Rewritten(b"", Replacement(sources=(source,), result=None))
    new = _compressed(lines)
    return Rewritten(new, Replacement(sources=(source,), result=_described(manifest, lines, new, n=n)))


def _compressed(lines: Sequence[bytes]) -> bytes:
    return compress(b"".join(lines), _COMPRESSION)


def _placed(like: Manifest, body: bytes, *, name: str, n: int, count: int) -> Manifest:
    digest = sha256(body)
    return replace(
        like,
        writer=name,
        n=0,
        previous_sha256="",
        key=layout.segment_key(like.site, like.crawl_date, name, number=n, sha256=digest),
        count=count,
        bytes=len(body),
        sha256=digest,
    )


def _joined(manifests: Sequence[Manifest], body: bytes, *, n: int) -> Manifest:
    runs = {m.run_id for m in manifests}
    revised: dict[str, int] = {}
    for manifest in manifests:
        for article, revision in manifest.revised.items():
            revised[article] = max(revision, revised.get(article, 0))
    placed = _placed(manifests[0], body, name="merged", n=n, count=sum(m.count for m in manifests))
    return replace(
        placed,
        run_id=runs.pop() if len(runs) == 1 else "",
        schema_version=max((m.schema_version for m in manifests), key=_version),
        date_published_min=min((m.date_published_min for m in manifests if m.date_published_min), default=""),
        date_published_max=max(m.date_published_max for m in manifests),
        undated=sum(m.undated for m in manifests),
        languages=sorted({language for m in manifests for language in m.languages}),
        revised=revised,
    )


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _described(manifest: Manifest, lines: Sequence[bytes], body: bytes, *, n: int) -> Manifest:
    records = [json.loads(line) for line in lines]
    dates = sorted(r["date_published"] for r in records if r["date_published"])
    return replace(
        _placed(manifest, body, name="kept", n=n, count=len(lines)),
        date_published_min=dates[0] if dates else "",
        date_published_max=dates[-1] if dates else "",
        undated=len(records) - len(dates),
        languages=sorted({r["language"] for r in records}),
        revised={r["id"]: r["revision"] for r in sorted(records, key=lambda r: r["revision"]) if r["revision"] > 1},
    )
