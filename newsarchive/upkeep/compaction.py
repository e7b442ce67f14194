"""Merging the small segments of a partition, and deleting what has been replaced once its grace period is over."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from newsarchive.archive import Archive, layout
from newsarchive.archive.ahead import ahead
from newsarchive.archive.replacements import COMPACTIONS, record_key
from newsarchive.archive.segment import Manifest
from newsarchive.archive.snapshot import Snapshot
from newsarchive.portions import portions
from newsarchive.storage import Storage
from newsarchive.upkeep.rewriting import Rewritten, merge

TARGET_BYTES = 16 << 20
GRACE_SECONDS = 24 * 3600.0
_BATCH = 200
MARK = f"{COMPACTIONS}mark.txt"
_MADE_HERE = re.compile(r"(?:merged|kept)-(\d+)-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What a compaction has done: segments merged, segments made of them, objects deleted and those still to be."""

    merged: int = 0
    made: int = 0
    deleted: int = 0
    waiting: int = 0


def plan(snapshot: Snapshot, target: int = TARGET_BYTES) -> list[list[Manifest]]:
    """Return groups of segments to be merged, each of one partition and at most target bytes, in commit order."""
    partitions: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
    for manifest in snapshot.articles:
        if manifest.bytes < target / 2:
            partitions[manifest.crawl_date, manifest.site].append(manifest)
    groups = (portions(small, lambda m: m.bytes, target) for _, small in sorted(partitions.items()))
    return [group for some in groups for group in some if len(group) > 1]


def compact(
    storage: Storage,
    *,
    target: int = TARGET_BYTES,
    grace: float = GRACE_SECONDS,
    on_progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody watches
) -> Compacted:
    """Merge small segments, and delete objects that were replaced more than `grace` seconds ago by the store's clock.

    Cut short at any point, the archive is whole and the next compaction goes on.

    Raises:
        IntegrityError: a segment is damaged or missing; nothing of its batch is changed.
        AlreadyRunningError: another compaction or erasure has come in between.
    """
    groups = plan(Archive(storage).snapshot(), target)
    for start in range(0, len(groups), _BATCH):
        on_progress(start, len(groups))
        _merge_batch(storage, groups[start : start + _BATCH])
    deleted, waiting = sweep(storage, grace=grace)
    return Compacted(merged=sum(map(len, groups)), made=len(groups), deleted=deleted, waiting=waiting)


def _merge_batch(storage: Storage, groups: Sequence[Sequence[Manifest]]) -> None:
    archive = Archive(storage)
    chain = archive.replacements()
    replaced = {s.key for r in chain.records for p in r.replacements for s in p.sources}
    whole = [group for group in groups if not replaced.intersection(m.key for m in group)]

    def merged(group: Sequence[Manifest]) -> Rewritten:
        return merge([(m, archive.read(m.key)) for m in group], n=chain.next_n)

    made = [_put(storage, new) for _, new in ahead(whole, merged, weight=lambda group: sum(m.bytes for m in group))]
    chain.commit(storage, "compaction", [m.replacement for m in made])


def _put(storage: Storage, rewritten: Rewritten) -> Rewritten:
    """Put the new segment, and return what is to be committed without holding on to its bytes."""
    if rewritten.replacement.result:
        storage.put_new(rewritten.replacement.result.key, rewritten.body)
    return Rewritten(b"", rewritten.replacement)


def sweep(storage: Storage, *, grace: float) -> tuple[int, int]:
    """Delete what has been replaced long enough ago; return how many objects, and how many still wait.

    A segment made for a record of a number that another record has taken can never come to be named, and goes at once.
    """
    storage.replace(MARK, b"The store's clock is read off this object.\n")
    times = {o.key: o.modified for o in storage.objects(COMPACTIONS)}
    due = times[MARK] - grace
    snapshot = Archive(storage).snapshot()
    deleted = waiting = 0
    keys = [k for prefix in (layout.ARTICLES, layout.RAW) for k in storage.keys(prefix)]
    for key in (k for k in keys if k not in snapshot.live):
        since = superseded_at(snapshot, key, times)
        if since <= due:
            storage.delete(key)
            deleted += 1
        else:
            waiting += since < float("inf")
    return deleted, waiting


def superseded_at(snapshot: Snapshot, key: str, times: Mapping[str, float]) -> float:
    """Return since when a segment that is not live will never be read; infinity if it may yet come to be named.

    `times` has the store's time of each replacement record, by key.
    """
    if key in snapshot.replaced:
        return times[record_key(snapshot.replaced[key])]
    made = _MADE_HERE.match(key.rpartition("/")[2])
    return 0.0 if made and record_key(int(made[1])) in times else float("inf")
