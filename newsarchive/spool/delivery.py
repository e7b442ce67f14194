"""Bringing the spool's sealed segments and run reports into the archive."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from newsarchive.archive import layout
from newsarchive.archive.reader import Archive
from newsarchive.archive.schema import furniture
from newsarchive.archive.segment import Manifest, sha256
from newsarchive.errors import ArchiveError, IntegrityError, StorageUnavailableError
from newsarchive.spool import snapshots
from newsarchive.spool.sealing import AT_ONCE, Ripeness, Sealed
from newsarchive.spool.spool import Spool
from newsarchive.storage import ObjectMissingError, Storage

T = TypeVar("T")
_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one delivery brought into the archive."""

    segments: int = 0
    articles: int = 0


class Delivery:
    """Delivers a spool to a storage. Methods block; errors leave everything in the spool for the next call."""

    def __init__(self, spool: Spool, storage: Storage) -> None:
        self._spool = spool
        self._storage = storage
        self._level = False
        self._furnished = False
        spool.set_index_behind(behind=True)

    def probe(self) -> None:
        """Find out whether the archive can be written; raises as a put would."""
        self._storage.probe()

    def level_index(self) -> None:
        """Enter what other writers have archived into the seen index, once; a failure leaves the index behind."""
        if self._level:
            return
        archive = Archive(self._storage)
        self._check_adopted()
        if not self._spool.adopted:
            self._load_snapshot()
        for key, manifest in archive.manifests(known=self._spool.adopted):
            articles = archive.segment_articles(manifest)
            self._spool.adopt(key, articles, now=time.time())
        self._spool.set_index_behind(behind=False)
        self._level = True

    def _load_snapshot(self) -> None:
        listed = frozenset(self._storage.keys(layout.MANIFESTS))
        for part in snapshots.parts(self._storage) if listed else ():
            self._spool.adopt_part(part, listed=listed, now=time.time())
            self._spool.cover(part.manifests)

    def snapshot(self, worth: int = snapshots.WORTH_A_PART) -> int:
        """Add what has been archived since to the archive's snapshot, if it is worth it; return how many articles."""
        missing = [(k, Manifest.decode(self._storage.read(k), where=k)) for k in self._spool.uncovered()]
        count = sum(manifest.count for _, manifest in missing)
        if count < max(worth, 1):
            return 0
        for _, keys in snapshots.write(self._storage, missing):
            self._spool.cover(keys)
        return count

    def _check_adopted(self) -> None:
        """Raise IntegrityError if the archive lacks what the seen index takes for archived."""
        unlisted = self._spool.adopted.difference(self._storage.keys(layout.MANIFESTS))
        if lost := next((key for key in sorted(unlisted) if self._is_missing(key)), ""):
            raise IntegrityError(
                f"{self._storage.uri} lacks {lost}, which this state folder knows as delivered: "
                "restore it, or give another archive another state folder"
            )

    def _is_missing(self, key: str) -> bool:
        try:
            self._storage.read(key)
        except ObjectMissingError:
            return True
        return False

    def deliver(self, ripeness: Ripeness = AT_ONCE) -> Delivered:
        """Seal what is ripe and commit every sealed segment, in order.

        Raises:
            StorageUnavailableError, StorageRefusedError: the rest stays in the spool.
            IntegrityError: the archive holds something else under one of our keys.
        """
        self.level_index()
        self._spool.seal(ripeness)
        segments = articles = 0
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            while batch := self._spool.sealed(_AT_ONCE):
                self._furnish()
                list(threads.map(self._upload, batch))
                for sealed in batch:
                    articles += self._commit(sealed)
                segments += len(batch)
        return Delivered(segments=segments, articles=articles)

    def _upload(self, sealed: Sealed) -> None:
        try:
            body = sealed.path.read_bytes()
        except OSError as error:
            raise ArchiveError(f"cannot read the sealed segment {sealed.path}: {error.strerror}") from error
        if sha256(body) != Manifest.decode(sealed.manifest, where=sealed.manifest_key).sha256:
            raise IntegrityError(f"the sealed segment {sealed.path} is damaged; its articles are still in the spool")
        self._storage.put_new(sealed.key, body)

    def _commit(self, sealed: Sealed) -> int:
        self._storage.put_new(sealed.manifest_key, sealed.manifest)
        self._spool.committed(sealed)
        return Manifest.decode(sealed.manifest, where=sealed.manifest_key).count

    def _furnish(self) -> None:
        if self._furnished:
            return
        for key, body in furniture().items():
            if self._is_missing(key):
                self._storage.replace(key, body)
        self._furnished = True

    def deliver_reports(self) -> None:
        """Put the reports of ended and killed runs into the archive; those of killed ones are as last noted."""
        for run_id, state, text in self._spool.undelivered_runs():
            lines = self._spool.run_lines(run_id)
            report = {**json.loads(text), **asdict(lines)}
            if state == "running":
                report |= {"finish_reason": "killed", "archived": lines.total}
            self.put_report(run_id, report)
            if not lines.pending:
                self._spool.run_reported(run_id)

    def put_report(self, run_id: str, report: dict[str, Any]) -> None:
        """Write a run's report into the archive, in place of an earlier state of it."""
        body = json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"
        self._storage.replace(layout.run_key(run_id), body)


def patiently(call: Callable[[], T], *, attempts: int, pause: float = 2.0) -> T:
    """Return call(), repeated while the storage is unavailable, at most attempts times with growing pauses."""
    for attempt in range(1, attempts):
        try:
            return call()
        except StorageUnavailableError:
            time.sleep(pause * attempt)
    return call()
