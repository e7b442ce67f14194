"""What has to be looked at for a question: the sidecar, and the segments it does not cover."""

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarchive.archive.replacements import REWRITERS
from newsarchive.archive.segment import Manifest
from newsarchive.archive.snapshot import Snapshot

if TYPE_CHECKING:
    from newsarchive.archive.query import Query
    from newsarchive.archive.reader import Archive
    from newsarchive.archive.sidecar import Sidecar

_MOVING = frozenset({"genesis", "compaction", "erasure"})
"""Kinds of records after which every article that is not hidden still has its latest revision."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The segments to be read, of this state of the archive, after the sidecar, if there is one.

    `newest` has the latest revision of each article that has more than one.
    """

    sidecar: "Sidecar | None"
    segments: Sequence[Manifest]
    snapshot: Snapshot
    newest: Mapping[str, int]

    @property
    def may_repeat(self) -> bool:
        """Tell whether a revision may come twice: one writer never repeats itself, merged segments may be of several.

        What the sidecar holds of one segment it holds once.
        """
        if self.sidecar is not None:
            return bool(self.segments)
        writers = {manifest.writer for manifest in self.segments}
        return len(writers) > 1 or not writers.isdisjoint(REWRITERS)


def plan(archive: "Archive", query: "Query") -> Plan:
    """Return what has to be looked at; manifest entries that the sidecar covers are not even read if it knows enough.

    The sidecar says how many replacement records there were before it covered anything: what it does not cover can
    only have been merged by later ones.
    """
    sidecar = _sidecar(archive)
    keys = archive.manifest_keys()
    if sidecar is None:
        return _of_all(archive, query, keys)
    return _of_the_rest(archive, query, keys, sidecar) or _of_all(archive, query, keys, sidecar)


def _of_all(archive: "Archive", query: "Query", keys: Sequence[str], sidecar: "Sidecar | None" = None) -> Plan:
    entries = dict(archive.entries(keys))
    snapshot = archive.snapshot(entries.values())
    fresh = entries if sidecar is None else {k: m for k, m in entries.items() if not sidecar.coverage.holds(k)}
    return Plan(sidecar, _segments(query, snapshot, fresh.values()), snapshot, _newest(snapshot, {}))


def _of_the_rest(archive: "Archive", query: "Query", keys: Sequence[str], sidecar: "Sidecar") -> Plan | None:
    """Return the plan made without the entries that are covered; None if that cannot be done."""
    from newsarchive.archive.sidecar_coverage import revised  # noqa: PLC0415 - of use with a sidecar only

    before = sidecar.coverage.records
    known = None if before is None else revised(archive.storage)
    if before is None or known is None:
        return None
    records = archive.replacements(first=before).records
    if not _MOVING.issuperset(record.kind for record in records):
        return None
    fresh = [m for _, m in archive.entries([key for key in keys if not sidecar.coverage.holds(key)])]
    snapshot = Snapshot.of(fresh, records, archive.hidden())
    return Plan(sidecar, _segments(query, snapshot, fresh), snapshot, _newest(snapshot, known))


def _segments(query: "Query", snapshot: Snapshot, fresh: Iterable[Manifest]) -> list[Manifest]:
    """Return the live segments that may hold what is asked for, and hold lines of one of the fresh segments."""
    keys = {manifest.key for manifest in fresh}
    wanted = (manifest for manifest in snapshot.articles if query.may_hold(manifest))
    return [manifest for manifest in wanted if not keys.isdisjoint(snapshot.held_by(manifest.key))]


def _newest(snapshot: Snapshot, known: dict[str, int]) -> Mapping[str, int]:
    newest = known
    for manifest in snapshot.articles:
        for article, revision in manifest.revised.items():
            newest[article] = max(revision, newest.get(article, 1))
    return newest


def _sidecar(archive: "Archive") -> "Sidecar | None":
    """Return the Parquet sidecar, where there is one and pyarrow to read it."""
    if importlib.util.find_spec("pyarrow") is None:
        return None
    from newsarchive.archive.sidecar import Sidecar  # noqa: PLC0415 - pyarrow costs a tenth of a second

    return Sidecar.of(archive)
