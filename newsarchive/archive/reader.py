"""Reading an archive: by manifest, from a folder or S3, without Scrapy."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, TypedDict, Unpack, overload

from newsarchive.archive import counting, coverage, layout, line
from newsarchive.archive.ahead import ahead
from newsarchive.archive.answers import Answer
from newsarchive.archive.cache import Cache, cache_bytes, cache_folder
from newsarchive.archive.counting import Site
from newsarchive.archive.coverage import Coverage
from newsarchive.archive.history import Revision, history
from newsarchive.archive.ledger import NO_RUN, LedgerRow
from newsarchive.archive.ledger import decode as decode_row
from newsarchive.archive.query import Query, Tag, folded, instant
from newsarchive.archive.replacements import COMPACTIONS, Chain, Record, is_record, record_key
from newsarchive.archive.segment import ARTICLES, Manifest, lines_of, sha256, split, unpack
from newsarchive.archive.snapshot import Place, Snapshot
from newsarchive.archive.tombstones import TOMBSTONES, Hidden, Tombstone, is_tombstone
from newsarchive.article import Article
from newsarchive.errors import IntegrityError, UsageError
from newsarchive.portions import portions
from newsarchive.storage import ObjectMissingError, Storage, open_storage

_ATTEMPTS = 10
_AT_ONCE = 32
_TOGETHER_BYTES = 512 << 10


class Asked(TypedDict, total=False):
    """The arguments of `Archive.articles` that choose articles."""

    site: str
    tag: str
    spelling: str
    language: str
    since: str | date
    until: str | date
    text: str
    duplicates: bool


class Archive:
    """An archive, open for reading."""

    def __init__(self, storage: Storage, *, cache: Cache | None = None) -> None:
        self.storage = storage
        self.cache = cache
        self._forgotten: set[str] = set()

    @classmethod
    def open(cls, uri: str, *, endpoint_url: str = "") -> "Archive":
        """Return the archive at uri: a folder's path or `s3://bucket/prefix`.

        What is read from a bucket is kept in a local cache: NEWSARCHIVE_CACHE, by default below `~/.cache`, with at
        most NEWSARCHIVE_CACHE_MB megabytes; `NEWSARCHIVE_CACHE=none` keeps nothing.

        Raises:
            UsageError: there is no such folder, or the URI is malformed.
        """
        folder = cache_folder() if uri.startswith("s3:") else None
        cache = Cache(folder, limit=cache_bytes()) if folder else None
        return cls(open_storage(uri, endpoint_url=endpoint_url, create=False), cache=cache)

    def articles(  # noqa: PLR0913 - the questions a reader asks, each by keyword
        self,
        *,
        site: str = "",
        tag: str = "",
        spelling: str = "any",
        language: str = "",
        since: str | date = "",
        until: str | date = "",
        text: str = "",
        duplicates: bool = False,
        revisions: str = "latest",
        limit: int | None = None,
    ) -> Answer:
        """Return the articles asked for: an iterator, which also gives them as a table, and tells its coverage.

        `tag` finds a country in every language (`Irak` finds `العراق`), any other tag as it is spelled, in any case;
        `spelling="exact"` finds a country's name as it is spelled too.
        `since` (inclusive) and `until` (exclusive) compare with `date_published`: `2026-11`, `2026-11-05`,
        `2026-11-05T06:00:00Z` in UTC, or a date or aware datetime. `text` is sought in title, description and text.
        Copies of other articles (those with `duplicate_of`) are left out unless `duplicates`. `revisions` is
        `latest`, or `all` for every archived state. The order is that of the files read.

        Raises:
            UsageError: an argument is malformed.
            IntegrityError: a segment is missing or damaged; the message names it.
        """
        if revisions not in ("latest", "all"):
            raise UsageError(f"revisions is {revisions!r}: write latest or all")
        if spelling not in ("any", "exact"):
            raise UsageError(f"spelling is {spelling!r}: write any or exact")
        query = Query(
            site=site,
            tag=Tag.named(tag, exact=spelling == "exact") if tag else None,
            language=language,
            since=instant(since, "since"),
            until=instant(until, "until"),
            text=folded(text),
            duplicates=duplicates,
        )
        return Answer(self, query, latest=revisions == "latest", limit=limit)

    @overload
    def count(self, by: str = "month", **asked: Unpack[Asked]) -> dict[str, int]: ...

    @overload
    def count(self, by: tuple[str, ...] | list[str], **asked: Unpack[Asked]) -> dict[tuple[str, ...], int]: ...

    def count(
        self, by: str | tuple[str, ...] | list[str] = "month", **asked: Unpack[Asked]
    ) -> dict[str, int] | dict[tuple[str, ...], int]:
        """Return how many articles there are by day, month, year, site, publisher, language, section, tag or country.

        Several (`by=("month", "site")`) give tuples as keys. The rest is asked as for `articles`, of the latest
        revisions. Days, months and years come in order, anything else with the most frequent first; an article
        counts once for each of its tags, countries and authors. Without a date its month is `""`.

        Raises:
            UsageError: an argument is unknown or malformed.
        """
        names = (by,) if isinstance(by, str) else by
        counted = self.articles(**asked).count(names)
        return {key[0]: number for key, number in counted.items()} if isinstance(by, str) else counted

    def tags(self, **asked: Unpack[Asked]) -> dict[str, int]:
        """Return every tag, as publishers spell it, with the number of articles that have it, most frequent first."""
        return self.count("tag", **asked)

    def sites(self) -> list[Site]:
        """Return the sites in the archive, by name, as its manifests tell of them."""
        return counting.sites(self.snapshot().articles)

    def get(self, article: str) -> Article | None:
        """Return the latest revision of the article with this id; None if there is none."""
        return next(Answer(self, Query(ids=frozenset({article})), latest=True), None)

    def cluster(self, article: str) -> list[Article]:
        """Return the articles of the syndication cluster that the article with this id is in, oldest first."""
        one = self.get(article)
        if one is None:
            return []
        found = Answer(self, Query(cluster=one.cluster or one.id), latest=True)
        return sorted(found, key=lambda member: (member.date_published, member.id))

    def coverage(self, *, site: str = "", since: str | date = "", until: str | date = "") -> Coverage:
        """Return on which of the days asked for the archive, or a site in it, was crawled."""
        query = Query(site=site, since=instant(since, "since"), until=instant(until, "until"))
        return coverage.covered(self, query)

    def reports(self) -> Iterator[dict[str, Any]]:
        """Yield the reports of the crawl runs, oldest first."""
        return coverage.reports(self)

    def manifests(self, *, known: Collection[str] = ()) -> Iterator[tuple[str, Manifest]]:
        """Yield each manifest entry that is not known, with its key, in the order of the keys."""
        return self.entries([k for k in self.manifest_keys() if k not in known])

    def manifest_keys(self, crawl_date: str = "") -> list[str]:
        """Return the keys of the manifest entries, of all or of one day; what else lies there is none."""
        prefix = layout.manifest_prefix(crawl_date) if crawl_date else layout.MANIFESTS
        return [key for key in self.storage.keys(prefix) if layout.entry_named(key)]

    def entries(self, keys: Sequence[str]) -> Iterator[tuple[str, Manifest]]:
        """Yield the manifest entries of these keys."""
        for key, body in self.kept_bodies(keys):
            yield key, Manifest.decode(body, where=key)

    def history(self, which: str) -> list[Revision]:
        """Return the revisions of the article with an id or an address, oldest first: see `archive.history`."""
        return history(self, which)

    def snapshot(self, manifests: Iterable[Manifest] | None = None) -> Snapshot:
        """Return the archive's present state; with manifests, that of these entries."""
        committed = [m for _, m in self.manifests()] if manifests is None else manifests
        records, hidden = self.replacements().records, self.hidden()
        self._forget_replaced(records if hidden else ())
        return Snapshot.of(committed, records, hidden)

    def _forget_replaced(self, records: Iterable[Record]) -> None:
        """Remove segments from the cache that have been replaced: they may hold what has been taken down since."""
        if self.cache is None:
            return
        sources = {s.sha256 for record in records for r in record.replacements for s in r.sources}
        for digest in sources - self._forgotten:
            self.cache.drop(_kept_as(digest))
        self._forgotten |= sources

    def replacements(self, *, first: int = 0) -> Chain:
        """Return the records of what has replaced what, all or from a number on.

        Raises:
            IntegrityError: a record is missing or damaged; the message names it.
        """
        keys = [k for k in self.storage.keys(COMPACTIONS) if is_record(k) and k >= record_key(first)]
        return Chain.read(self.bodies(keys), first=first)

    def tombstones(self) -> list[Tombstone]:
        """Return the takedowns."""
        keys = [key for key in self.storage.keys(TOMBSTONES) if is_tombstone(key)]
        return [Tombstone.decode(body, where=key) for key, body in self.bodies(keys)]

    def hidden(self) -> Hidden:
        """Return what no reader sees; copies that may hold it are removed."""
        found = self.tombstones()
        hidden = Hidden.by(found)
        said = sha256(b"".join(t.encode() for t in found))
        if self.cache and hidden and self.cache.follow_takedowns(self.storage.uri, said):
            self._forget_replaced(self.replacements().records)
        return hidden

    def segment_articles(self, manifest: Manifest) -> Iterator[Article]:
        """Yield the articles of one committed segment, wherever its lines are now; one of fetched pages has none."""
        snapshot = Snapshot()
        for where, text in self.lines([manifest] if manifest.kind == ARTICLES else [], snapshot):
            article = line.decode(text, where=where)
            if not snapshot.hidden.hides(article):
                yield article

    def lines(
        self, wanted: Sequence[Manifest], snapshot: Snapshot, *, holding: Sequence[bytes] = ()
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the lines of segments, each with its name for errors; of those that hold one of some bytes, if given.

        A segment that has been replaced and deleted since the snapshot was taken gives its lines from where they are
        now, so that what is read stays one state.
        """
        for manifest, raw in self._all_unpacked(wanted):
            if raw is None:
                yield from self._moved_lines(manifest, snapshot)
            elif not holding or any(needle in raw for needle in holding):
                yield from named(manifest.key, split(raw, manifest))

    def _all_unpacked(self, wanted: Sequence[Manifest]) -> Iterator[tuple[Manifest, bytes | None]]:
        """Yield segments unpacked, read ahead; of many small ones, several are read at once by each thread."""
        together = min(_TOGETHER_BYTES, _bytes(wanted) // _AT_ONCE)
        some = portions(wanted, lambda m: m.bytes, together)
        unpacked = ahead(some, lambda few: list(map(self._unpacked, few)), weight=_bytes, at_once=self.storage.at_once)
        for few, found in unpacked:
            yield from zip(few, found, strict=True)

    def _unpacked(self, manifest: Manifest) -> bytes | None:
        name = _kept_as(manifest.sha256)
        if self.cache and (kept := self.cache.get(name)) is not None:
            try:
                return unpack(kept, manifest)
            except IntegrityError:
                self.cache.drop(name)
        body = self._read(manifest.key)
        if body is None:
            return None
        raw = unpack(body, manifest)
        if self.cache:
            self.cache.put(name, body)
        return raw

    def _moved_lines(self, manifest: Manifest, snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
        for _ in range(_ATTEMPTS):
            present = self.snapshot()
            if manifest.key not in present.replaced:
                break
            places = self._places(present, manifest.key)
            found = self._gather(present, [place for place in places if place.key])
            if found is not None:
                snapshot.hidden = present.hidden
                yield from found
                return
        raise IntegrityError(f"{self.storage.uri}: {manifest.key} is missing")

    def _places(self, present: Snapshot, key: str) -> list[Place]:
        """Return where the lines of a replaced segment are now, in their order."""
        before = Snapshot.of((), self.replacements().records[: present.replaced[key]], Hidden())
        return [place for original in before.held_by(key) if (place := present.place(original))]

    def _gather(self, snapshot: Snapshot, places: Sequence[Place]) -> list[tuple[str, bytes]] | None:
        """Return the lines at places; None if a segment has been deleted again meanwhile."""
        found: list[tuple[str, bytes]] = []
        for key, group in groupby(places, key=lambda place: place.key):
            body = self._read(key)
            if body is None:
                return None
            whole = list(named(key, lines_of(body, snapshot.live[key])))
            for place in group:
                found += whole[place.start : place.stop]
        return found

    def runs(self, *, site: str = "", since: str = "", known: Collection[str] = ()) -> Iterator[LedgerRow]:
        """Yield the ledger, oldest run first: a row for every site of every run, or of one site.

        `since` (inclusive) is a day, `YYYY-MM-DD`; `known` holds run ids to leave out.

        Raises:
            IntegrityError: what is stored is no ledger; the message names the object and line.
        """
        found = (key for key in self.storage.keys(layout.RUNS) if key.endswith(layout.LEDGER_SUFFIX))
        keys = [k for k in found if k != NO_RUN and layout.crawl_date(k) >= since and layout.run_of(k) not in known]
        for key, body in self.bodies(keys):
            for number, text in enumerate(body.splitlines(), 1):
                row = decode_row(text, where=f"{key} line {number}")
                if site in ("", row.site):
                    yield row

    def read(self, key: str) -> bytes:
        """Return an object's body; IntegrityError naming it if it is missing."""
        body = self._read(key)
        if body is None:
            raise IntegrityError(f"{self.storage.uri}: {key} is missing")
        return body

    def bodies(self, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield objects by key, read ahead; IntegrityError naming one that is missing.

        Of many, several are read at once by each thread: handing one over takes longer than reading a small file.
        """
        each = max(1, min(_AT_ONCE, len(keys) // _AT_ONCE))
        some = (keys[start : start + each] for start in range(0, len(keys), each))
        for few, bodies in ahead(some, lambda few: [self.read(key) for key in few], at_once=self.storage.at_once):
            yield from zip(few, bodies, strict=True)

    def kept_bodies(self, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield small immutable objects by key, from the cache where they are in it."""
        if self.cache is None:
            return self.bodies(keys)
        known = self.cache.entries.get(self.storage.uri)
        fresh = dict(self.bodies([key for key in keys if key not in known]))
        if fresh:
            self.cache.entries.put(self.storage.uri, fresh)
        return ((key, known.get(key) or fresh[key]) for key in keys)

    def _read(self, key: str) -> bytes | None:
        try:
            return self.storage.read(key)
        except ObjectMissingError:
            return None


def _bytes(some: Iterable[Manifest]) -> int:
    return sum(m.bytes for m in some)


def _kept_as(sha256: str) -> str:
    """Return the name of a segment in the cache."""
    return f"{sha256}.jsonl.gz"


def named(key: str, lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the lines of a segment, each with its name for errors."""
    for number, text in enumerate(lines, 1):
        yield f"{key} line {number}", text
