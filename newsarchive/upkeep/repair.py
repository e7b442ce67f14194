"""Mending an archive where nothing has to be guessed; what cannot be mended so is refused by name."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from newsarchive.archive import Archive, layout
from newsarchive.archive.replacements import Replacement, Source
from newsarchive.archive.schema import furniture
from newsarchive.archive.segment import Manifest, lines_of, sha256
from newsarchive.archive.snapshot import Snapshot
from newsarchive.errors import IntegrityError
from newsarchive.storage import ObjectMissingError, Storage
from newsarchive.upkeep.chains import Break, Entry, Log
from newsarchive.upkeep.rebuilding import Whole, number_of, proven, whole
from newsarchive.upkeep.search import revisions_of

WRITER = "repair"


@dataclass(frozen=True, slots=True)
class Mending:
    """What was done with an object, or why nothing was; `done` tells which."""

    where: str
    what: str
    done: bool = True

    def __str__(self) -> str:
        return f"{'mended' if self.done else 'refused'}: {self.where} {self.what}"


class Repair:
    """One repair. `hashes` are those of entries known from elsewhere, such as the spool, by key.

    With `accept_loss`, what cannot be mended is put on record as lost: readers go on without it.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        hashes: Mapping[str, str] | None = None,
        dry_run: bool = False,
        accept_loss: bool = False,
    ) -> None:
        self._storage = storage
        self._archive = Archive(storage)
        self._hashes = hashes or {}
        self._dry_run = dry_run
        self._accept_loss = accept_loss
        self._untrusted: dict[str, str] = {}

    def carry_out(self) -> Iterator[Mending]:
        """Yield what is mended and what is refused, as it happens."""
        if not self._dry_run:
            self._storage.probe()
        yield from self._furnish()
        yield from self._rebuild_entries()
        yield from self._adopt_orphans()
        yield from self._account_for_losses()

    def _change(self, change: Callable[[], None]) -> None:
        if not self._dry_run:
            change()

    def _furnish(self) -> Iterator[Mending]:
        for key, body in furniture().items():
            try:
                if self._storage.read(key) == body:
                    continue
            except ObjectMissingError:
                pass
            self._change(lambda key=key, body=body: self._storage.replace(key, body))  # type: ignore[misc]  # bound now
            yield Mending(key, "written again")

    # --- entries that the chain, or the spool, gives the hash of

    def _rebuild_entries(self) -> Iterator[Mending]:
        log = Log.read(self._archive)
        unnamed = self._unnamed(log)
        for writer, n, what in _broken(log, self._hashes):
            key = f"{layout.MANIFESTS}…/{writer}-{n:08d}.json"
            entries = {e.n: e for e in log.writers.get(writer, ())}
            made = self._rebuilt(entries, unnamed[n], writer, n)
            if made is None:
                yield Mending(key, f"{what}; no segment gives an entry with the hash it must have", done=False)
                continue
            self._change(lambda made=made: self._storage.replace(*made))  # type: ignore[misc]  # bound now
            log.writers.setdefault(writer, []).append(Entry(made[0], n, sha256(made[1]), None))
            yield Mending(made[0], f"{what}; made again from its segment, byte for byte")
            self._change(lambda: self._storage.delete(layout.PARQUET_COVERAGE))

    def _rebuilt(
        self, entries: Mapping[int, Entry], candidates: list[Whole], writer: str, n: int
    ) -> tuple[str, bytes] | None:
        following = entries.get(n + 1)
        expected = following.manifest.previous_sha256 if following and following.manifest else self._hash_of(writer, n)
        before = entries.get(n - 1)
        previous = before.sha256 if before else ""
        if not expected or (n > 1 and not previous):
            return None
        return proven(candidates, writer=writer, n=n, previous_sha256=previous, expected_sha256=expected)

    def _hash_of(self, writer: str, n: int) -> str:
        name = f"/{writer}-{n:08d}.json"
        return next((digest for key, digest in self._hashes.items() if key.endswith(name)), "")

    def _unnamed(self, log: Log) -> dict[int, list[Whole]]:
        """Return the whole segments by the number in their keys, for every number at which a chain is broken."""
        numbers = {n for _, n, _ in _broken(log, self._hashes)}
        found: dict[int, list[Whole]] = defaultdict(list)
        for key in self._segment_keys() if numbers else ():
            if number_of(key) in numbers and (segment := self._whole(key)):
                found[segment.number].append(segment)
        return found

    def _segment_keys(self) -> list[str]:
        return [k for prefix in (layout.ARTICLES, layout.RAW) for k in self._storage.keys(prefix)]

    def _whole(self, key: str) -> Whole | None:
        try:
            return whole(key, self._archive.read(key))
        except IntegrityError as error:
            self._untrusted[key] = str(error)
            return None

    # --- segments that no entry names

    def _adopt_orphans(self) -> Iterator[Mending]:
        log = Log.read(self._archive)
        snapshot = self._snapshot(log)
        named = {m.key for m in log.manifests} | set(snapshot.live) | set(snapshot.replaced)
        for key in [k for k in self._storage.keys(layout.ARTICLES) if k not in named]:
            segment = self._whole(key)
            if segment is None:
                yield Mending(key, f"is not adopted: {self._untrusted[key]}", done=False)
            elif why := self._why_not_adopted(segment, snapshot):
                yield Mending(key, f"is not adopted: {why}", done=False)
            else:
                self._change(lambda segment=segment: self._adopt(segment))  # type: ignore[misc]  # bound now
                yield Mending(key, f"adopted with {len(segment.records)} article revisions by the writer {WRITER}")

    def _snapshot(self, log: Log) -> Snapshot:
        return Snapshot.of(log.manifests, self._archive.replacements().records, self._archive.hidden())

    def _why_not_adopted(self, segment: Whole, snapshot: Snapshot) -> str:
        if segment.key.rpartition("/")[2].startswith(("merged-", "kept-")):
            return "it was made by a compaction or erasure that has not been committed; compact deletes it"
        if any(r["id"] in snapshot.hidden.ids or r["site"] in snapshot.hidden.sites for r in segment.records):
            return "it holds erased articles"
        own = {(r["id"], r["revision"]) for r in segment.records}
        live = sum(len(revisions_of(lines).intersection(own)) for lines in self._readable(snapshot))
        return f"{live} of its {len(own)} article revisions are archived already" if live else ""

    def _readable(self, snapshot: Snapshot) -> Iterator[list[bytes]]:
        for manifest in snapshot.articles:
            try:
                yield list(lines_of(self._archive.read(manifest.key), manifest))
            except IntegrityError:
                continue  # named as lost, or refused, when losses are accounted for

    def _adopt(self, segment: Whole) -> None:
        entries = Log.read(self._archive).writers.get(WRITER, [])
        last = entries[-1] if entries else None
        n, previous = (last.n + 1, last.sha256) if last else (1, "")
        manifest = segment.entry(writer=WRITER, n=n, previous_sha256=previous)
        self._storage.put_new(layout.manifest_key(manifest.crawl_date, WRITER, n), manifest.encode())

    # --- what cannot be mended

    def _account_for_losses(self) -> Iterator[Mending]:
        log = Log.read(self._archive)
        chain = self._archive.replacements()
        known = {key for record in chain.records for key in record.acknowledged}
        lost = [m for m in self._snapshot(log).live.values() if not self._is_intact(m)]
        gaps = [b for b in log.breaks() if b.key not in known]
        for manifest in lost:
            yield Mending(manifest.key, self._fate(f"is missing or damaged, with {manifest.count}"), self._accept_loss)
        for broken in gaps:
            yield Mending(broken.key, self._fate(broken.what), self._accept_loss)
        if self._accept_loss and (lost or gaps):
            self._change(lambda: self._record(lost, gaps))

    def _fate(self, what: str) -> str:
        return f"{what}; on record as lost" if self._accept_loss else f"{what}; restore it, or give --accept-loss"

    def _is_intact(self, manifest: Manifest) -> bool:
        try:
            body = self._storage.read(manifest.key)
        except ObjectMissingError:
            return False
        return len(body) == manifest.bytes and sha256(body) == manifest.sha256

    def _record(self, lost: list[Manifest], gaps: list[Break]) -> None:
        sources = [Source(key=m.key, count=m.count, sha256=m.sha256, dropped=tuple(range(m.count))) for m in lost]
        replacements = [Replacement(sources=(source,), result=None) for source in sources]
        keys = [b.key for b in gaps]
        self._archive.replacements().commit(self._storage, "repair", replacements, acknowledged=keys)


def _broken(log: Log, hashes: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """Return writer, number and what is wrong of the entries to be made again, each writer's in order.

    Where entry n does not name the hash of the one before, that one may have been altered.
    """
    found: dict[tuple[str, int], str] = {}
    for broken in log.breaks():
        if broken.is_altered:
            found.setdefault((broken.writer, broken.n - 1), "is altered")
        elif not broken.is_double:
            found[broken.writer, broken.n] = broken.what
    present = {e.key: e.sha256 for entries in log.writers.values() for e in entries}
    for key, digest in hashes.items():
        if present.get(key) != digest:
            writer, _, n = key.rpartition("/")[2].removesuffix(".json").rpartition("-")
            found.setdefault((writer, int(n)), "is altered" if key in present else "is missing")
    return sorted((writer, n, what) for (writer, n), what in found.items())
