"""Bringing the spool's sealed segments and run reports into the archive."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from newsarchive.archive import layout
from newsarchive.archive.reader import Archive
from newsarchive.archive.schema import furniture
from newsarchive.errors import StorageUnavailableError
from newsarchive.spool.spool import AT_ONCE, Ripeness, Sealed, Spool
from newsarchive.storage import Storage

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
        for key, manifest in archive.manifests(known=self._spool.adopted):
            articles = archive.segment_articles(manifest)
            self._spool.adopt(key, articles, now=time.time())
        self._spool.set_index_behind(behind=False)
        self._level = True

    def deliver(self, ripeness: Ripeness = AT_ONCE) -> Delivered:
        """Seal what is ripe and commit every sealed segment, in order.

        Raises:
            StorageUnavailableError, StorageRefusedError: the rest stays in the spool.
            IntegrityError: the archive holds something else under one of our keys.
        """
        self.level_index()
        self._spool.seal(ripeness)
        before = self._spool.backlog()
        segments = 0
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            while batch := self._spool.sealed(_AT_ONCE):
                self._furnish()
                list(threads.map(self._upload, batch))
                for sealed in batch:
                    self._commit(sealed)
                segments += len(batch)
        return Delivered(segments=segments, articles=before - self._spool.backlog())

    def _upload(self, sealed: Sealed) -> None:
        self._storage.put_new(sealed.key, sealed.path.read_bytes())

    def _commit(self, sealed: Sealed) -> None:
        self._storage.put_new(sealed.manifest_key, sealed.manifest)
        self._spool.committed(sealed)

    def _furnish(self) -> None:
        if self._furnished:
            return
        present = set(self._storage.keys("schema/"))
        for key, body in furniture().items():
            if key not in present:
                self._storage.replace(key, body)
        self._furnished = True

    def deliver_reports(self, *, current: str = "") -> None:
        """Put the reports of ended and killed runs into the archive, but not that of the current one."""
        for run_id, state, text in self._spool.undelivered_runs():
            if run_id == current:
                continue
            report = {**json.loads(text), **self._outcome(run_id)}
            if state == "running":
                report |= {"finish_reason": "killed", "archived": report["committed"] + report["pending"]}
            self.put_report(run_id, report)
            if not report["pending"]:
                self._spool.run_reported(run_id)

    def _outcome(self, run_id: str) -> dict[str, int]:
        committed, pending = self._spool.run_lines(run_id)
        return {"committed": committed, "pending": pending}

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
