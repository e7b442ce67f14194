"""Reading an archive: by manifest, from a folder or S3, without Scrapy."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice

from newsarchive.archive import layout, line
from newsarchive.archive.history import Revision, history
from newsarchive.archive.ledger import NO_RUN, LedgerRow
from newsarchive.archive.ledger import decode as decode_row
from newsarchive.archive.replacements import COMPACTIONS, REWRITERS, Chain, is_record
from newsarchive.archive.segment import ARTICLES, Manifest, lines_of
from newsarchive.archive.snapshot import Place, Snapshot
from newsarchive.archive.tombstones import TOMBSTONES, Hidden, Tombstone
from newsarchive.article import Article
from newsarchive.errors import IntegrityError, UsageError
from newsarchive.storage import ObjectMissingError, Storage, open_storage

_AHEAD = 8
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which articles to read; an empty field asks for all.

    `since` (inclusive) and `until` (exclusive) are RFC 3339 in UTC and compare with `date_published`; an article
    without a date is left out when either is given. `tag` is compared without regard to case.
    """

    site: str = ""
    tag: str = ""
    language: str = ""
    since: str = ""
    until: str = ""

    def may_hold(self, manifest: Manifest) -> bool:
        """Tell whether a segment can hold an article asked for."""
        if manifest.kind != ARTICLES:
            return False
        if self.site and manifest.site != self.site:
            return False
        if self.language and self.language not in manifest.languages:
            return False
        if self.since and manifest.date_published_max < self.since:
            return False
        return not (self.until and not ("" < manifest.date_published_min < self.until))

    def matches(self, article: Article) -> bool:
        """Tell whether an article is asked for."""
        if self.site and article.site != self.site:
            return False
        if self.language and article.language != self.language:
            return False
        if self.since and article.date_published < self.since:
            return False
        if self.until and not "" < article.date_published < self.until:
            return False
        return not self.tag or self.tag.casefold() in (t.casefold() for t in article.tags)


class Archive:
    """An archive, open for reading."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    @classmethod
    def open(cls, uri: str, *, endpoint_url: str = "") -> "Archive":
        """Return the archive at uri: a folder's path or `s3://bucket/prefix`.

        Raises:
            UsageError: there is no such folder, or the URI is malformed.
        """
        return cls(open_storage(uri, endpoint_url=endpoint_url, create=False))

    def manifests(self, *, known: Collection[str] = ()) -> Iterator[tuple[str, Manifest]]:
        """Yield each manifest entry that is not known, with its key, in the order of the keys."""
        return self.entries([k for k in self.storage.keys(layout.MANIFESTS) if k not in known])

    def entries(self, keys: Sequence[str]) -> Iterator[tuple[str, Manifest]]:
        """Yield the manifest entries of these keys."""
        for key, body in self.bodies(keys):
            yield key, Manifest.decode(body, where=key)

    def articles(  # noqa: PLR0913 - the questions a reader asks, each by keyword
        self,
        *,
        site: str = "",
        tag: str = "",
        language: str = "",
        since: str = "",
        until: str = "",
        revisions: str = "latest",
        limit: int | None = None,
    ) -> Iterator[Article]:
        """Yield the articles asked for, in the order in which they were archived, site by site.

        `since` (inclusive) and `until` (exclusive) compare with `date_published` and are RFC 3339 in UTC, or a bare
        `YYYY-MM-DD`. `revisions` is `latest`, or `all` for every archived state.

        Raises:
            IntegrityError: a segment is missing or damaged; the message names it.
        """
        if revisions not in ("latest", "all"):
            raise UsageError(f"revisions is {revisions!r}: write latest or all")
        query = Query(site=site, tag=tag, language=language, since=since, until=until)
        return islice(self._matching(query, latest=revisions == "latest"), limit)

    def history(self, which: str) -> list[Revision]:
        """Return the revisions of the article with an id or an address, oldest first: see `archive.history`."""
        return history(self, which)

    def snapshot(self, manifests: Iterable[Manifest] | None = None) -> Snapshot:
        """Return the archive's present state; with manifests, that of these entries."""
        committed = [m for _, m in self.manifests()] if manifests is None else manifests
        return Snapshot.of(committed, self.replacements().records, self.hidden())

    def replacements(self) -> Chain:
        """Return the records of what has replaced what.

        Raises:
            IntegrityError: a record is missing or damaged; the message names it.
        """
        keys = [k for k in self.storage.keys(COMPACTIONS) if is_record(k)]
        return Chain.read(self.bodies(keys))

    def tombstones(self) -> list[Tombstone]:
        """Return the takedowns."""
        keys = list(self.storage.keys(TOMBSTONES))
        return [Tombstone.decode(body, where=key) for key, body in self.bodies(keys)]

    def hidden(self) -> Hidden:
        """Return what no reader sees."""
        return Hidden.by(self.tombstones())

    def _matching(self, query: Query, *, latest: bool) -> Iterator[Article]:
        snapshot = self.snapshot()
        newest = _newest(snapshot.articles) if latest else {}
        wanted = [m for m in snapshot.articles if query.may_hold(m)]
        for article in _once(wanted, self._records(wanted, snapshot)):
            if newest.get(article.id, article.revision) == article.revision and query.matches(article):
                yield article

    def _records(self, wanted: Sequence[Manifest], snapshot: Snapshot) -> Iterator[Article]:
        for where, text in self.lines(wanted, snapshot):
            article = line.decode(text, where=where)
            if not snapshot.hidden.hides(article):
                yield article

    def lines(self, wanted: Sequence[Manifest], snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
        """Yield the lines of segments, each with its name for errors.

        A segment that has been replaced and deleted since the snapshot was taken gives its lines from where they are
        now, so that what is read stays one state.
        """
        by_key = {m.key: m for m in wanted}
        for key, body in self._read_ahead(list(by_key)):
            if body is None:
                yield from self._moved_lines(by_key[key], snapshot)
            else:
                yield from named(key, lines_of(body, by_key[key]))

    def _moved_lines(self, manifest: Manifest, snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
        for _ in range(_ATTEMPTS):
            present = self.snapshot([*snapshot.live.values(), manifest])
            places = [present.place(original) for original in snapshot.held_by(manifest.key)]
            moved = [p for p in places if p and p.key != manifest.key]
            if len(moved) < len(places):
                break
            found = self._gather(present, [p for p in moved if p.key])
            if found is not None:
                snapshot.hidden = present.hidden
                yield from found
                return
        raise IntegrityError(f"{self.storage.uri}: {manifest.key} is missing")

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

    def segment_articles(self, manifest: Manifest) -> Iterator[Article]:
        """Yield the articles of one committed segment, wherever its lines are now; one of fetched pages has none."""
        return self._records([manifest] if manifest.kind == ARTICLES else [], Snapshot())

    def read(self, key: str) -> bytes:
        """Return an object's body; IntegrityError naming it if it is missing."""
        body = self._read(key)
        if body is None:
            raise IntegrityError(f"{self.storage.uri}: {key} is missing")
        return body

    def bodies(self, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield objects by key, read ahead; IntegrityError naming one that is missing."""
        for key, body in self._read_ahead(keys):
            if body is None:
                raise IntegrityError(f"{self.storage.uri}: {key} is missing")
            yield key, body

    def _read_ahead(self, keys: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        with ThreadPoolExecutor(_AHEAD) as threads:
            window = [(k, threads.submit(self._read, k)) for k in keys[:_AHEAD]]
            rest = iter(keys[_AHEAD:])
            while window:
                key, future = window.pop(0)
                yield key, future.result()
                window.extend((k, threads.submit(self._read, k)) for k in islice(rest, 1))

    def _read(self, key: str) -> bytes | None:
        try:
            return self.storage.read(key)
        except ObjectMissingError:
            return None


def named(key: str, lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the lines of a segment, each with its name for errors."""
    for number, text in enumerate(lines, 1):
        yield f"{key} line {number}", text


def _once(manifests: Sequence[Manifest], articles: Iterable[Article]) -> Iterator[Article]:
    """Leave out repeated revisions: of two crawlers that archived one at the same moment, the first by key counts.

    One writer never repeats itself, so nothing need be remembered where there is only one; a merged segment may have
    lines of several.
    """
    writers = {manifest.writer for manifest in manifests}
    if len(writers) <= 1 and writers.isdisjoint(REWRITERS):
        yield from articles
        return
    seen: set[bytes] = set()
    for article in articles:
        mark = hashlib.blake2b(f"{article.id} {article.revision}".encode(), digest_size=12).digest()
        if mark not in seen:
            seen.add(mark)
            yield article


def _newest(manifests: Sequence[Manifest]) -> dict[str, int]:
    newest: dict[str, int] = {}
    for manifest in manifests:
        for article, revision in manifest.revised.items():
            newest[article] = max(revision, newest.get(article, 1))
    return newest
