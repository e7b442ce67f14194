"""Checking that an archive is whole: its chains, its objects, and with `deep` every byte and line."""

import json
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.archive import Archive, layout
from newsarchive.archive.replacements import COMPACTIONS, Record, is_record
from newsarchive.archive.schema import furniture, violation
from newsarchive.archive.segment import ARTICLES, Manifest, lines_of, sha256
from newsarchive.archive.snapshot import Snapshot
from newsarchive.archive.tombstones import TOMBSTONES, is_tombstone
from newsarchive.errors import IntegrityError
from newsarchive.storage import ObjectMissingError, Storage
from newsarchive.upkeep.chains import Log
from newsarchive.upkeep.compaction import MARK
from newsarchive.upkeep.rewriting import fullness

_BUCKETS = 256
_SEGMENTS = (layout.ARTICLES, layout.RAW)
_NAMED = (
    (layout.MANIFESTS, layout.entry_named, "manifest entry"),
    (COMPACTIONS, is_record, "record"),
    (TOMBSTONES, is_tombstone, "tombstone"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an object; a note is worth knowing and no damage."""

    where: str
    what: str
    is_note: bool = False

    def __str__(self) -> str:
        return f"{'note: ' if self.is_note else ''}{self.where} {self.what}"


class Verification:
    """One check of an archive. Memory grows with segments, not with articles (8 bytes each when deep)."""

    def __init__(
        self,
        storage: Storage,
        *,
        deep: bool = False,
        on_progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody watches
    ) -> None:
        self._storage = storage
        self._archive = Archive(storage)
        self._deep = deep
        self._on_progress = on_progress
        self._seen = [array("q") for _ in range(_BUCKETS)]
        self._named: set[str] = set()
        self.segments = self.articles = self.bytes = self.writers = 0

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong, then what is worth knowing."""
        yield from self._furniture()
        yield from self._strays()
        log = Log.read(self._archive)
        self.writers = len(log.writers)
        try:
            records = self._archive.replacements().records
            hidden = self._archive.hidden()
        except IntegrityError as error:
            yield Finding("the archive", f"cannot be read: {error}")
            return
        snapshot = Snapshot.of(log.manifests, records, hidden)
        yield from _chains(log, records)
        yield from self._objects(snapshot)
        if self._deep:
            yield from self._contents(snapshot)

    def _furniture(self) -> Iterator[Finding]:
        for key, body in furniture().items():
            try:
                if self._storage.read(key) != body:
                    yield Finding(key, "is another version's; newsarchive repair renews it", is_note=True)
            except ObjectMissingError:
                yield Finding(key, "is missing; newsarchive repair writes it")

    def _strays(self) -> Iterator[Finding]:
        for prefix, is_one, what in _NAMED:
            for key in self._storage.keys(prefix):
                if not is_one(key) and key != MARK:
                    yield Finding(key, f"is no {what} by its name", is_note=True)

    def _objects(self, snapshot: Snapshot) -> Iterator[Finding]:
        sizes = {o.key: o.bytes for prefix in _SEGMENTS for o in self._storage.objects(prefix)}
        self.segments = len(snapshot.live)
        self.articles = sum(m.count for m in snapshot.articles)
        self.bytes = sum(m.bytes for m in snapshot.live.values())
        wrong = [m for m in snapshot.live.values() if sizes.get(m.key) != m.bytes]
        present = self._archive.snapshot() if wrong else snapshot  # a compaction may have come in between
        for manifest in (m for m in wrong if m.key in present.live):
            self._named.add(manifest.key)
            yield _size_finding(manifest, sizes.get(manifest.key))
        for key in sizes:
            if key not in snapshot.live:
                yield _leftover(key, is_replaced=key in snapshot.replaced)

    def _contents(self, snapshot: Snapshot) -> Iterator[Finding]:
        for done, manifest in enumerate(snapshot.live.values()):
            self._on_progress(done, len(snapshot.live))
            if manifest.key in self._named:
                continue
            yield from self._segment(manifest, snapshot)
        if repeated := sum(map(_repetitions, self._seen)):
            yield Finding(
                f"{repeated} article revisions", "are stored more than once; readers take the first", is_note=True
            )

    def _segment(self, manifest: Manifest, snapshot: Snapshot) -> Iterator[Finding]:
        try:
            body = self._archive.read(manifest.key)
            if manifest.kind != ARTICLES:
                yield from _bytes(manifest, body)
                return
            lines = list(lines_of(body, manifest))
        except IntegrityError as error:
            if not self._moved(manifest):
                yield Finding(manifest.key, f"cannot be read: {error}")
            return
        yield from self._lines(manifest, lines, snapshot)

    def _moved(self, manifest: Manifest) -> bool:
        """Tell whether a segment has been replaced since the check began."""
        return manifest.key not in self._archive.snapshot().live

    def _lines(self, manifest: Manifest, lines: list[bytes], snapshot: Snapshot) -> Iterator[Finding]:
        records = []
        for number, line in enumerate(lines, 1):
            record = _parsed(line)
            if problem := violation(record):
                yield Finding(f"{manifest.key} line {number}", problem)
                continue
            records.append(record)
            if record["id"] in snapshot.hidden.ids or record["site"] in snapshot.hidden.sites:
                yield Finding(f"{manifest.key} line {number}", "is of an erased article; erase it again")
        for record in records:
            digest = hash((record["id"], record["revision"]))
            self._seen[digest % _BUCKETS].append(digest)
        if len(records) == len(lines):
            yield from _facts(manifest, lines, records)


def _bytes(manifest: Manifest, body: bytes) -> Iterator[Finding]:
    if len(body) != manifest.bytes or sha256(body) != manifest.sha256:
        yield Finding(manifest.key, "is damaged: its bytes are not those of its manifest entry")


def _parsed(line: bytes) -> dict[str, object]:
    try:
        return json.loads(line)  # type: ignore[no-any-return]  # what it is, violation() tells
    except ValueError:
        return {"schema_version": "nothing: it is no JSON"}


def _repetitions(digests: "array[int]") -> int:
    ordered = sorted(digests)
    return sum(one == other for one, other in pairwise(ordered))


def _chains(log: Log, records: tuple[Record, ...]) -> Iterator[Finding]:
    acknowledged = {key for record in records for key in record.acknowledged}
    for broken in log.breaks():
        known = broken.key in acknowledged
        yield Finding(broken.key, f"{broken.what}{'; a repair has noted it' if known else ''}", known)
    yield from _applied(log, records)


def _applied(log: Log, records: tuple[Record, ...]) -> Iterator[Finding]:
    """Yield the records that replace what is not there to be replaced."""
    live = {m.key for m in log.manifests}
    for record in records:
        for replacement in record.replacements:
            for source in replacement.sources:
                if source.key not in live:
                    yield Finding(record.key, f"replaces {source.key}, which no entry names", is_note=True)
                live.discard(source.key)
            if replacement.result:
                live.add(replacement.result.key)


def _size_finding(manifest: Manifest, size: int | None) -> Finding:
    if size is None:
        return Finding(manifest.key, f"is missing, with {manifest.count} articles")
    return Finding(manifest.key, f"is damaged: it has {size} bytes of {manifest.bytes}")


def _leftover(key: str, *, is_replaced: bool) -> Finding:
    if is_replaced:
        return Finding(key, "has been replaced and waits to be deleted", is_note=True)
    return Finding(key, "is an orphan: no entry names it (an upload under way, or one cut short)", is_note=True)


def _facts(manifest: Manifest, lines: list[bytes], records: list[dict[str, object]]) -> Iterator[Finding]:
    """Yield where a manifest entry differs from what the segment's lines say."""
    dates = sorted(str(r["date_published"]) for r in records if r["date_published"])
    found = {
        "date_published_min": dates[0] if dates else "",
        "date_published_max": dates[-1] if dates else "",
        "undated": len(records) - len(dates),
        "languages": sorted({str(r["language"]) for r in records}),
    }
    for name, value in found.items():
        if getattr(manifest, name) != value:
            yield Finding(manifest.key, f"has {name} {value!r}; its manifest entry says {getattr(manifest, name)!r}")
    if {r["site"] for r in records} != {manifest.site}:
        yield Finding(manifest.key, f"holds articles of other sites than {manifest.site}")
    revised = {r["id"] for r in records if isinstance(r["revision"], int) and r["revision"] > 1}
    if revised != set(manifest.revised):
        yield Finding(manifest.key, "holds other revisions than its manifest entry names")
    is_rest = manifest.writer == "kept"  # what an erasure has left keeps its order
    if not is_rest and fullness(lines[0]) < max(map(fullness, lines)):
        yield Finding(manifest.key, "does not begin with its fullest line")
