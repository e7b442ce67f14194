"""Bringing the articles of somebody's WARC into the archive: one WARC is one writer, whoever imports it."""

import hashlib
import itertools
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from itertools import islice
from typing import Any

from newsarchive import clock
from newsarchive.archive import layout
from newsarchive.article import Article, ArticleLink
from newsarchive.bulk.pages import Sites, StoredPage, completed, extract, stored_page
from newsarchive.bulk.run import Outcome, Work
from newsarchive.bulk.sources import Source
from newsarchive.crawl.run import Run
from newsarchive.crawl.tally import Tally
from newsarchive.dedup import Judgement, Verdict
from newsarchive.errors import NotAnArticleError, UsageError
from newsarchive.extraction.pool import Pool
from newsarchive.raw.capture import Capture, Packed, pack
from newsarchive.raw.compression import Damage, Event, decompressed
from newsarchive.raw.records import Record, records
from newsarchive.raw.responses import Answer, Unwanted, answer, target
from newsarchive.rights.optout import OPTED_OUT
from newsarchive.spool import Submission, acceptance
from newsarchive.spool import raw as pages_in_spool
from newsarchive.spool import seen as seen_index
from newsarchive.spool.sealing import Ripeness
from newsarchive.spool.seen import Seen
from newsarchive.storage import ObjectMissingError, Storage
from newsarchive.urls import is_web, url_key
from newsarchive.validation import problem

_HEAD = 64 << 10
_BATCH = 64
_NOBODY = "unknown"
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_RIPE = Ripeness(seconds=float("inf"))  # by content alone: whoever imports a WARC makes the same segments of it
Found = tuple[StoredPage, Article | NotAnArticleError]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a WARC is called: made of its first bytes, `head`, and its size, so that it is the same wherever it lies.

    `name` is what it calls itself (WARC-Filename); records point into it by that.
    """

    head: bytes
    name: str
    writer: str
    run_id: str

    def again(self, times: int) -> "Identity":
        """Return the identity of a further import, after as many that could not read all of it."""
        suffix = f"x{times + 1}" if times else ""
        return replace(self, writer=self.writer + suffix, run_id=self.run_id + suffix)


def identity(source: Source) -> Identity:
    """Return the identity of a WARC, whose first bytes are read from its source for that.

    Raises:
        UsageError: it is no WARC.
    """
    head = _head(source)
    first = next((r for r in records(decompressed(BytesIO(), head, name=source.name)) if isinstance(r, Record)), None)
    parsed = first.parsed() if first else None
    if parsed is None or isinstance(parsed, Damage):
        raise UsageError(f"{source.name} is no WARC: nothing at its beginning is a record")
    begun = clock.parse(str(parsed.rec_headers.get_header("WARC-Date") or ""))
    moment = f"{begun:%Y%m%dt%H%M%Sz}" if begun else "19700101t000000z"
    size = b"" if source.size is None else b"%d" % source.size
    writer = f"warc{hashlib.sha256(size + head).hexdigest()[:16]}"
    named = parsed.rec_headers.get_header("WARC-Filename") or writer
    return Identity(head=head, writer=writer, run_id=f"{moment}-{writer}", name=_UNFIT.sub("-", str(named)))


def _head(source: Source) -> bytes:
    head = b""
    while len(head) < _HEAD and (data := source.file.read(_HEAD - len(head))):
        head += data
    return head


def imported_before(storage: Storage, named: Identity) -> tuple[Identity, dict[str, Any] | None]:
    """Return the identity to import a WARC under, and the report if it has been imported whole under it.

    What of it could not be read may be whole in another copy: each import after such a one has a name of its own.
    """
    for times in itertools.count():
        further = named.again(times)
        report = _finished(storage, layout.run_key(further.run_id))
        if report is None or not report["failed"]:
            break
    return further, report


def _finished(storage: Storage, key: str) -> dict[str, Any] | None:
    try:
        report: dict[str, Any] = json.loads(storage.read(key))
    except ObjectMissingError:
        return None
    return report if report.get("finish_reason") == "finished" else None


@dataclass(slots=True, kw_only=True)
class Import:
    """An import under way: `done` counts the WARC's records that need not be looked at again."""

    work: Work
    sites: Sites
    source: Source
    named: Identity
    keeps_pages: bool
    done: int = 0

    async def carry_out(self, pool: Pool) -> Outcome:
        """Import what has not been imported yet, and report."""
        self._resume()
        self.work.begin()
        self.work.delivery.deliver(_RIPE)
        events = decompressed(self.source.file, self.named.head, name=self.source.name)
        for batch in self._batches(events):
            wanted = [page for found in batch if (page := self._wanted(found))]
            articles = await extract(pool, wanted, self.sites)
            self.done += len(batch)
            self._store(list(zip(wanted, articles, strict=True)))
            self.work.delivery.deliver(_RIPE)
        return self.work.end()

    def _batches(self, events: Iterator[Event]) -> Iterator[list[Record | Damage]]:
        """Yield what follows the records that are done, so many at a time that the places are always the same."""
        following = islice(records(events), self.done, None)
        while batch := list(islice(following, _BATCH)):
            yield batch

    # --- counting

    def _tally(self, site: str) -> Tally:
        return self.work.run.tally(site)

    def _wanted(self, found: Record | Damage) -> StoredPage | None:
        """Return the page in a record if it may be an article's; count it otherwise."""
        parsed = found.parsed() if isinstance(found, Record) else found
        if isinstance(parsed, Damage):
            self._unreadable(parsed, _NOBODY)
            return None
        if parsed.rec_type != "response":
            self._tally(_NOBODY).ignored[str(parsed.rec_type)] += 1
            return None
        url = target(parsed)
        site = self.sites.site_of(url) if is_web(url) else _NOBODY
        if self.sites.is_opted_out(url):
            self._tally(site).discovered += 1
            self._tally(site).skipped[OPTED_OUT] += 1
            return None
        page = answer(parsed)
        if isinstance(page, Damage):
            self._unreadable(page, site)
            return None
        self._tally(site).discovered += 1
        if isinstance(page, Unwanted):
            self._tally(site).skipped[page.reason] += 1
            return None
        self._tally(site).fetched += 1
        place = found.place if isinstance(found, Record) else ""
        return self._page(page, site, place)

    def _unreadable(self, damage: Damage, site: str) -> None:
        self._tally(site).discovered += 1
        self._tally(site).failed[damage.reason] += 1

    def _page(self, page: Answer, site: str, place: str) -> StoredPage:
        raw_ref = f"{self.named.name}#{place}" if place else ""
        return stored_page(page, site=site, link=ArticleLink(url=page.url, via="warc"), raw_ref=raw_ref)

    # --- storing

    def _store(self, found: Sequence[Found]) -> None:
        """Store what a batch gave, in one transaction with how far the import has come."""
        self.work.spool.write([partial(self._store_in, found=found)])

    def _store_in(self, connection: sqlite3.Connection, *, found: Sequence[Found]) -> None:
        for page, article in found:
            self._store_one(connection, page, article)
        _note(connection, self.work.spool.writer, self.done, self.work.run)

    def _store_one(self, connection: sqlite3.Connection, page: StoredPage, found: Article | NotAnArticleError) -> None:
        tally = self._tally(page.site)
        packed = self._packed(page)
        if isinstance(found, NotAnArticleError):
            tally.rejected[found.reason] += 1
            _keep(connection, packed, f"rejected/{found.reason}")
            return
        tally.extracted += 1
        article = completed(found, page, self.work.run.run_id)
        policy = self.sites.policy(page.site)
        if reason := problem(article) or page.refusal(policy) or _why_not(connection, article):
            tally.dropped[reason] += 1
            _keep(connection, packed, f"dropped/{reason}")
            return
        verdict = acceptance.accept(connection, near=self.work.spool.near, submission=_submission(article, packed))
        _count(tally, verdict)

    def _packed(self, page: StoredPage) -> Packed | None:
        policy = self.sites.policy(page.site)
        if not self.keeps_pages or page.refusal(policy) or not policy.keeps_copy(page.said):
            return None
        names = ("url", "site", "fetched_at", "status", "headers", "body", "link")
        given: dict[str, Any] = {name: getattr(page, name) for name in names}
        return pack(Capture(**given, run_id=self.work.run.run_id, asked=()), portable=True)

    # --- going on

    def _resume(self) -> None:
        """Go on where an import of this WARC was cut short on this machine."""
        (noted,) = self.work.spool.write([partial(_noted, writer=self.work.spool.writer)])
        if noted:
            self.done = noted["done"]
            self.work.run.sites = {name: _tally(values) for name, values in noted["sites"].items()}


def _count(tally: Tally, verdict: Verdict) -> None:
    if not verdict.archived:
        tally.dropped[str(verdict.judgement)] += 1
        return
    tally.archived += 1
    tally.revised += verdict.judgement is Judgement.REVISED


def _keep(connection: sqlite3.Connection, packed: Packed | None, reason: str) -> None:
    if packed is not None:
        pages_in_spool.keep(connection, page=packed, reason=reason)


def _submission(article: Article, packed: Packed | None) -> Submission:
    fetched_at = _seconds(article)
    seen = Seen(url_key=url_key(article.url), id="", first_at=fetched_at, checked_at=fetched_at)
    return Submission(article=article, seen=(seen,), page=packed)


def _why_not(connection: sqlite3.Connection, article: Article) -> str:
    """Return why an article cannot be a revision: something later of it is archived."""
    known = (seen_index.find(connection, url_key(url)) for url in (article.url, article.canonical_url))
    later = any(seen and seen.id and seen.checked_at > _seconds(article) for seen in known)
    return "known-later" if later else ""


def _seconds(article: Article) -> float:
    moment = clock.parse(article.crawled_at)
    return moment.timestamp() if moment else 0.0


def _tally(values: dict[str, Any]) -> Tally:
    tally = Tally()
    for name, value in values.items():
        if isinstance(value, dict):
            getattr(tally, name).update(value)
        else:
            setattr(tally, name, value)
    return tally


def _note(connection: sqlite3.Connection, writer: str, done: int, run: Run) -> None:
    noted = {"done": done, "sites": {name: tally.as_dict() for name, tally in run.sites.items()}}
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"import by {writer}", json.dumps(noted)))


def _noted(connection: sqlite3.Connection, *, writer: str) -> dict[str, Any]:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (f"import by {writer}",)).fetchone()
    return dict(json.loads(row[0])) if row else {}
