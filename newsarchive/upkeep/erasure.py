"""Taking articles out of an archive for good. Cut short at any point, the same takedown goes on when given again."""

import contextlib
import gzip
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from newsarchive import clock
from newsarchive.archive import Archive, layout
from newsarchive.archive.replacements import COMPACTIONS, Chain, Replacement, Source
from newsarchive.archive.segment import PAGES, Manifest
from newsarchive.archive.snapshot import Snapshot
from newsarchive.archive.tombstones import Hidden, Tombstone
from newsarchive.errors import AlreadyRunningError
from newsarchive.spool import Spool, snapshots
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.state import IMPORTS
from newsarchive.spool.takeover import levelled
from newsarchive.storage import ObjectMissingError, Storage
from newsarchive.upkeep.compaction import superseded_at
from newsarchive.upkeep.pages import addresses, without_pages
from newsarchive.upkeep.rewriting import Rewritten, without
from newsarchive.upkeep.search import Found, covered, search
from newsarchive.urls import url_key

_ATTEMPTS = 5
_REDACTED = b"[erased]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What a takedown has done, or would do: revisions found, objects rewritten or deleted; `left` could not be."""

    articles: int
    objects: int
    left: tuple[str, ...] = ()


class Erasure:
    """One takedown. `spools` are this machine's, of its crawls and of its imports, held by the caller."""

    def __init__(
        self,
        storage: Storage,
        spools: Sequence[Spool],
        asked: Tombstone,
        *,
        on_progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody watches
    ) -> None:
        self._storage = storage
        self._archive = Archive(storage)
        self._spools = spools
        self._tombstone = self._known(asked)
        self._on_progress = on_progress

    def _known(self, asked: Tombstone) -> Tombstone:
        """Return the takedown with what an earlier attempt at it has found out."""
        try:
            before = Tombstone.decode(self._storage.read(asked.key), where=asked.key)
        except ObjectMissingError:
            return asked
        return replace(before, reason=asked.reason or before.reason, by=asked.by or before.by)

    def preview(self) -> Erased:
        """Return what would be erased; nothing is changed."""
        snapshot = self._archive.snapshot()
        found = self._search(snapshot)
        pages = [m for m in self._page_segments(snapshot, found) if self._rewritten_pages(m, 0)]
        return Erased(articles=found.count, objects=len(found.lines) + len(pages))

    def carry_out(self) -> Erased:
        """Hide, then rewrite and delete everything that holds what is taken down.

        Raises:
            IntegrityError: a segment is damaged, so that nobody can tell what it holds.
            AlreadyRunningError: other compactions or takedowns keep coming in between.
        """
        self._storage.probe()
        self._tombstone = replace(self._tombstone, erased_at="", asked_at=self._tombstone.asked_at or _now())
        self._store_tombstone()
        self._flush()
        found = self._search(self._archive.snapshot())
        self._note(found)
        self._redact_reports(found)
        for spool in self._spools:
            spool.note_erased(self._archive.hidden())
            spool.scrub(found.ids)
        snapshots.erase(self._storage, found.ids)
        rewritten = self._replace_segments(found)
        self._erase_parquet()
        left = self._delete_superseded(found)
        if not left:
            self._tombstone = replace(self._tombstone, erased_at=_now())
            self._store_tombstone()
        return Erased(articles=found.count, objects=rewritten, left=tuple(left))

    def _flush(self) -> None:
        """Deliver what waits in the spools, so that nothing of it is sealed there."""
        for spool in self._spools:
            imports = spool.folder.name == IMPORTS
            delivery = levelled(spool, self._storage) if imports else Delivery(spool, self._storage)
            delivery.deliver()
            delivery.deliver_reports()

    def _store_tombstone(self) -> None:
        self._storage.replace(self._tombstone.key, self._tombstone.encode())

    def _search(self, snapshot: Snapshot) -> Found:
        return search(self._archive, snapshot, self._tombstone, on_progress=self._on_progress)

    def _note(self, found: Found) -> None:
        """Put ids and addresses into the tombstone, before they cannot be found any more."""
        if self._tombstone.kind == "site":
            return
        keys = found.url_keys.union(*(spool.addresses(found.ids) for spool in self._spools))
        self._tombstone = replace(self._tombstone, ids=tuple(sorted(found.ids)), url_keys=tuple(sorted(keys)))
        self._store_tombstone()

    # --- segments

    def _replace_segments(self, found: Found) -> int:
        for _ in range(_ATTEMPTS):
            try:
                return self._try_to_replace(found)
            except AlreadyRunningError:
                found = self._search(self._archive.snapshot())
        raise AlreadyRunningError(f"compactions of {self._storage.uri} keep coming in between; run this again")

    def _try_to_replace(self, found: Found) -> int:
        chain = self._archive.replacements()
        snapshot = self._archive.snapshot()
        replacements = [self._put(r) for r in self._rewritten(snapshot, found, chain)]
        if not replacements:
            return 0
        self._add_proof(replacements)
        chain.commit(self._storage, "erasure", replacements)
        return len(replacements)

    def _rewritten(self, snapshot: Snapshot, found: Found, chain: Chain) -> Iterator[Rewritten]:
        for key, dropped in found.lines.items():
            if key not in snapshot.live:
                raise AlreadyRunningError(f"{key} has been replaced meanwhile")
            yield without(snapshot.live[key], self._archive.read(key), dropped, n=chain.next_n)
        for manifest in self._page_segments(snapshot, found):
            if made := self._rewritten_pages(manifest, chain.next_n):
                yield made

    def _page_segments(self, snapshot: Snapshot, found: Found) -> list[Manifest]:
        sites = {self._tombstone.value} if self._tombstone.kind == "site" else found.sites
        return [m for m in snapshot.live.values() if m.kind == PAGES and (m.site in sites or not sites)]

    def _rewritten_pages(self, manifest: Manifest, n: int) -> Rewritten | None:
        if self._tombstone.kind == "site":
            dropped = tuple(range(manifest.count))
            source = Source(key=manifest.key, count=manifest.count, sha256=manifest.sha256, dropped=dropped)
            return Rewritten(b"", Replacement(sources=(source,), result=None))
        return without_pages(manifest, self._archive.read(manifest.key), self._is_erased, n=n)

    def _is_erased(self, url: str) -> bool:
        return url_key(url) in self._tombstone.url_keys

    def _put(self, rewritten: Rewritten) -> Replacement:
        if rewritten.replacement.result:
            self._storage.put_new(rewritten.replacement.result.key, rewritten.body)
        return rewritten.replacement

    def _add_proof(self, replacements: list[Replacement]) -> None:
        """Add to the tombstone which segments have lost how many lines, by key and SHA-256."""
        proof: dict[str, dict[str, Any]] = {p["key"]: p for p in self._tombstone.removed}
        for source in (s for r in replacements for s in r.sources):
            proof[source.key] = {"key": source.key, "sha256": source.sha256, "lines": len(source.dropped)}
        self._tombstone = replace(self._tombstone, removed=tuple(proof.values()))
        self._store_tombstone()

    def _delete_superseded(self, found: Found) -> list[str]:
        """Delete segments that are not read and hold what is erased; return those that may yet come to be read."""
        snapshot = self._archive.snapshot()
        times = dict.fromkeys(self._storage.keys(COMPACTIONS), 0.0)
        left = []
        for key in [k for prefix in (layout.ARTICLES, layout.RAW) for k in self._storage.keys(prefix)]:
            if key in snapshot.live or not self._may_hold(key, found):
                continue
            if superseded_at(snapshot, key, times) > 0:
                left.append(key)
            else:
                self._storage.delete(key)
        return left

    def _may_hold(self, key: str, found: Found) -> bool:
        """Tell whether a segment holds what is erased, or cannot be read."""
        if self._tombstone.kind == "site":
            return f"/site={self._tombstone.value}/" in key
        try:
            body = self._storage.read(key)
            if key.startswith(layout.RAW):
                return any(url and self._is_erased(url) for _, url in addresses(body, where=key))
            return any(covered(gzip.decompress(body).splitlines(), self._tombstone, found))
        except ObjectMissingError:
            return False
        except Exception:  # noqa: BLE001 - whatever is wrong with it, nobody can say that it does not hold it
            return True

    # --- the rest

    def _redact_reports(self, found: Found) -> None:
        needles = [u.encode() for u in sorted(found.urls, key=len, reverse=True) if u]
        for key in list(self._storage.keys(layout.RUNS)) if needles else []:
            with contextlib.suppress(ObjectMissingError):
                body = self._storage.read(key)
                redacted = body
                for needle in needles:
                    redacted = redacted.replace(needle, _REDACTED)
                if redacted != body:
                    self._storage.replace(key, redacted)
                    self._storage.delete(key, superseded_only=True)

    def _erase_parquet(self) -> None:
        """Rewrite the sidecar; without pyarrow, delete it: a compaction makes it again."""
        if importlib.util.find_spec("pyarrow") is None:
            for key in list(self._storage.keys(layout.PARQUET)):
                self._storage.delete(key)
            return
        from newsarchive.upkeep import parquet  # noqa: PLC0415 - an extra

        parquet.erase(self._storage, Hidden.by([self._tombstone]))


def _now() -> str:
    return clock.stamp(clock.now())
