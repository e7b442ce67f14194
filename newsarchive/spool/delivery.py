"""Bringing the spool's sealed segments and run reports into the archive."""

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from newsarchive.archive import layout
from newsarchive.archive.ledger import encode, rows_of
from newsarchive.archive.reader import Archive
from newsarchive.archive.schema import furniture
from newsarchive.archive.segment import ARTICLES, Manifest
from newsarchive.errors import IntegrityError, StorageUnavailableError
from newsarchive.failpoints import reached
from newsarchive.spool import snapshots
from newsarchive.spool.epochs import Hold
from newsarchive.spool.levelling import Levelling
from newsarchive.spool.sealing import AT_ONCE, Ripeness, Sealed
from newsarchive.spool.spool import Spool
from newsarchive.storage import Capabilities, ObjectMissingError, Storage, has

T = TypeVar("T")
_AT_ONCE = 8
_NOTHING_LEFT = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one delivery brought into the archive; `by_run` counts its articles by the run that accepted them."""

    segments: int = 0
    by_run: Counter[str] = field(default_factory=Counter)

    @property
    def articles(self) -> int:
        """All of them."""
        return self.by_run.total()


class Delivery:
    """Delivers a spool to a storage. Methods block; errors leave everything in the spool for the next call."""

    def __init__(self, spool: Spool, storage: Storage) -> None:
        self._spool = spool
        self._storage = storage
        self._hold = Hold(spool, storage)
        self._levelling = Levelling(spool, storage, self.take_new_name)
        self._level = False
        self._furnished = False
        self.capabilities: Capabilities | None = None
        spool.set_index_behind(behind=True)

    def probe(self) -> Capabilities:
        """Find out whether the archive can be written, and how; raises as a put would."""
        self.capabilities = self._storage.probe()
        return self.capabilities

    def take_new_name(self) -> None:
        """Give the spool another writer's name; what it has sealed and not committed is sealed anew under that.

        A number in a chain is never used for two entries: a put of the first may still be under way somewhere.
        """
        for sealed in self._spool.sealed(-1):
            if not self._is_committed(sealed):
                break
            self._spool.committed(sealed)
        self._spool.take_new_name()
        self._hold = Hold(self._spool, self._storage)

    def _is_committed(self, sealed: Sealed) -> bool:
        try:
            return self._storage.read(sealed.manifest_key) == sealed.manifest
        except ObjectMissingError:
            return False

    def level_index(self) -> None:
        """Enter what other writers have archived into the seen index, once; a failure leaves the index behind.

        Raises:
            FencedError: a copy of the spool has gone on.
        """
        if self._level:
            return
        self._hold.check()
        self._levelling.level()
        self._level = True

    def snapshot(self, worth: int = snapshots.WORTH_A_PART) -> int:
        """Add what has been archived since to the archive's snapshot, if it is worth it; return how many articles."""
        missing = list(Archive(self._storage).entries(self._spool.uncovered()))
        count = sum(manifest.count for _, manifest in missing if manifest.kind == ARTICLES)
        if count < max(worth, 1):
            return 0
        for _, keys in snapshots.write(self._storage, missing, self._spool.sketches):
            self._spool.cover(keys)
        return count

    def deliver(self, ripeness: Ripeness = AT_ONCE, *, seconds: float = math.inf) -> Delivered:
        """Seal what is ripe and commit every sealed segment, in order; after some seconds leave the rest for later.

        Raises:
            StorageUnavailableError, StorageRefusedError: the rest stays in the spool.
            IntegrityError: the archive holds something else under one of our keys.
            FencedError: a copy of the spool has gone on.
        """
        end = time.monotonic() + seconds
        self.level_index()
        delivered = Delivered()
        for _ in self._batches(ripeness, end):
            while batch := self._spool.sealed(_AT_ONCE):
                delivered = self._deliver_batch(batch, delivered)
                if time.monotonic() > end:
                    return delivered
        return delivered

    def _batches(self, ripeness: Ripeness, end: float) -> Iterator[int]:
        """Yield the number of segments sealed each time a few wait, fewer at the end; at first for those that wait.

        The index is levelled when nothing is sealed: what another writer has archived since can still be withdrawn.
        """
        yield 0
        groups = self._spool.ripe(ripeness)
        parts = (1 for group in groups for _ in iter(partial(self._spool.seal_part, group), _NOTHING_LEFT))
        while groups:
            for crawl_date in sorted({group.crawl_date for group in groups}):
                self._levelling.follow(crawl_date)
            sealed = _count_until(end, islice(parts, _AT_ONCE))
            if not sealed:
                return
            yield sealed

    def _deliver_batch(self, batch: Sequence[Sealed], delivered: Delivered) -> Delivered:
        self._prepare()
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            list(threads.map(self._upload, batch))
        counts = Counter(delivered.by_run)
        for sealed in batch:
            manifest = self._commit(sealed)
            counts[manifest.run_id] += manifest.count if manifest.kind == ARTICLES else 0
        return Delivered(segments=delivered.segments + len(batch), by_run=counts)

    def _upload(self, sealed: Sealed) -> None:
        body = self._spool.sealed_body(sealed)
        reached("segment-uploading")
        self._storage.put_new(sealed.key, body)
        reached("segment-uploaded")

    def _commit(self, sealed: Sealed) -> Manifest:
        try:
            self._storage.put_new(sealed.manifest_key, sealed.manifest)
        except IntegrityError as error:
            raise self._hold.fenced() from error
        reached("entry-put")
        self._spool.committed(sealed)
        return Manifest.decode(sealed.manifest, where=sealed.manifest_key)

    def _prepare(self) -> None:
        """Make sure that this spool may write, and that the archive describes itself."""
        if self.capabilities is None:
            self.probe()
        self._hold.take()
        if not self._furnished:
            self._furnish()

    def _furnish(self) -> None:
        for key, body in furniture().items():
            if not has(self._storage, key):
                self._storage.replace(key, body)
                reached("furniture-put")
        self._furnished = True

    def deliver_reports(self) -> None:
        """Put the reports of ended and killed runs into the archive; those of killed ones are as last noted."""
        for run_id, state, text in self._spool.undelivered_runs():
            lines = self._spool.run_lines(run_id)
            report = {**json.loads(text), **asdict(lines)}
            if state == "running":
                report |= {"finish_reason": "killed", "archived": lines.total}
            self.put_report(run_id, report)
            reached("report-put")
            if not lines.pending:
                self._spool.run_reported(run_id)
                reached("report-noted")

    def put_report(self, run_id: str, report: dict[str, Any]) -> None:
        """Write a run's report and ledger rows into the archive, in place of an earlier state of them."""
        body = json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"
        self._storage.replace(layout.ledger_key(run_id), b"".join(map(encode, rows_of(report))))
        self._storage.replace(layout.run_key(run_id), body)


def _count_until(end: float, parts: Iterator[int]) -> int:
    """Return how many parts there are, or came until shortly after the end."""
    count = 0
    for count, _ in enumerate(parts, 1):  # noqa: B007 - the last number counts
        if time.monotonic() > end:
            break
    return count


def patiently(call: Callable[[], T], *, attempts: int, pause: float = 2.0) -> T:
    """Return call(), repeated while the storage is unavailable, at most attempts times with growing pauses."""
    for attempt in range(1, attempts):
        try:
            return call()
        except StorageUnavailableError:
            time.sleep(pause * attempt)
    return call()
