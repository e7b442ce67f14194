"""Extracting stored pages again: what today's extraction finds differently becomes the articles' next revision."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from newsarchive import clock
from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.bulk.changes import Changes, changed_fields, revised
from newsarchive.bulk.latest import Latest
from newsarchive.bulk.pages import Sites, StoredPage, completed, extract, stored_page
from newsarchive.bulk.run import Work
from newsarchive.crawl.tally import Tally
from newsarchive.dedup import Judgement, Verdict
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction.pool import Pool
from newsarchive.neardup.index import NearIndex
from newsarchive.raw.responses import Answer
from newsarchive.raw.segments import Stored, manifests, stored
from newsarchive.rights.optout import OPTED_OUT
from newsarchive.spool import Submission, acceptance
from newsarchive.spool import seen as seen_index
from newsarchive.spool.sealing import Ripeness
from newsarchive.spool.seen import Seen
from newsarchive.spool.spool import Write
from newsarchive.urls import url_key
from newsarchive.validation import problem

_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which pages are extracted again: of one site or all, fetched on or after `since` and before `until`.

    Both are RFC 3339 in UTC; an empty `until` is no bound.
    """

    since: str
    until: str = ""
    site: str = ""

    def admits(self, fetched_at: str) -> bool:
        """Tell whether a page was fetched within the bounds."""
        return self.since <= fetched_at and (not self.until or fetched_at < self.until)


@dataclass(slots=True, kw_only=True)
class Reprocessing:
    """A run over the archive's own pages, site by site, the newest page of each address first."""

    work: Work
    archive: Archive
    sites: Sites
    selection: Selection
    dry: bool = False
    changes: Changes = field(default_factory=Changes)
    _done: set[str] = field(default_factory=set)

    async def carry_out(self, pool: Pool) -> None:
        """Extract, compare, and put into the spool what has changed."""
        entries = manifests(self.archive, since=self.selection.since[:10], site=self.selection.site)
        for site in sorted({m.site for m in entries}):
            self._done.clear()
            with Latest() as latest:
                latest.enter(self.archive.articles(site=site, duplicates=True))
                for manifest in (m for m in entries if m.site == site):
                    await self._segment(reversed(stored(self.archive, manifest)), site, latest, pool)

    async def _segment(self, pages: Iterator[Stored], site: str, latest: Latest, pool: Pool) -> None:
        while batch := list(islice(pages, _BATCH)):
            wanted = [page for found in batch if (page := self._wanted(found, site))]
            articles = await extract(pool, wanted, self.sites)
            for page, article in zip(wanted, articles, strict=True):
                self._compare(page, article, latest)
            if not self.dry:
                self.work.delivery.deliver(Ripeness())

    def _wanted(self, found: Stored, site: str) -> StoredPage | None:
        """Return a page that may give its address an article: one that no newer page has given it."""
        tally = self.work.run.tally(site)
        tally.discovered += 1
        if not isinstance(found.page, Answer):
            tally.skipped[found.page.reason] += 1
        elif url_key(found.url) in self._done:
            tally.skipped["superseded"] += 1
        elif self.sites.is_opted_out(found.url):
            tally.skipped[OPTED_OUT] += 1
        elif not self.selection.admits(found.page.fetched_at):
            self._done.add(url_key(found.url))
            tally.skipped["out-of-window"] += 1
        else:
            tally.fetched += 1
            return stored_page(found.page, site=site, link=found.link, raw_ref=found.raw_ref)
        return None

    def _compare(self, page: StoredPage, found: Article | NotAnArticleError, latest: Latest) -> None:
        tally = self.work.run.tally(page.site)
        if isinstance(found, NotAnArticleError):
            tally.rejected[found.reason] += 1
            return
        tally.extracted += 1
        article = completed(found, page, self.work.run.run_id)
        before = latest.of_page(article.url)
        refusal = page.refusal(self.sites.policy(page.site))
        if reason := problem(article) or refusal or self._why_not(article, before, latest):
            tally.dropped[reason] += 1
        elif before is not None:
            self.changes.note(before, article)
            self._write(tally, partial(_append, article=revised(before, article)))
        else:
            self._write(tally, partial(_accept, article=article, near=self.work.spool.near))
        self._done.add(url_key(page.url))

    def _why_not(self, article: Article, before: Article | None, latest: Latest) -> str:
        """Return why an article is not to be archived, if its page cannot be that of the latest revision."""
        if url_key(article.url) in self._done:
            return "superseded"
        if before is None:
            return "other-address" if latest.of_id(article.id) else ""
        if article.crawled_at < before.crawled_at:
            return "known-later"
        return "" if changed_fields(before, article) else str(Judgement.UNCHANGED)

    def _write(self, tally: Tally, write: Write[Verdict | None]) -> None:
        """Write an article into the spool, in a dry run only as far as to see what would come of it."""
        near = self.work.spool.near
        (verdict,) = self.work.spool.write([partial(_tried, write=write, near=near) if self.dry else write])
        if verdict is None:
            tally.dropped["other-address"] += 1
        elif not verdict.archived:
            tally.dropped[str(verdict.judgement)] += 1
        elif self.dry:
            tally.dropped[f"would-be-{verdict.judgement}"] += 1
        else:
            tally.archived += 1
            tally.revised += verdict.judgement is Judgement.REVISED


def _append(connection: sqlite3.Connection, *, article: Article) -> Verdict:
    acceptance.append(connection, article)
    return Verdict(Judgement.REVISED, article)


def _accept(connection: sqlite3.Connection, *, article: Article, near: NearIndex) -> Verdict | None:
    """Archive an article that its page did not give before; None if its address or id is another's."""
    seen = seen_index.find(connection, url_key(article.url))
    if (seen and seen.id) or connection.execute("SELECT 1 FROM article WHERE id = ?", (article.id,)).fetchone():
        return None
    moment = clock.parse(article.crawled_at)
    fetched_at = moment.timestamp() if moment else 0.0
    fresh = Seen(url_key=url_key(article.url), id="", first_at=fetched_at, checked_at=fetched_at)
    return acceptance.accept(connection, near=near, submission=Submission(article=article, seen=(seen or fresh,)))


def _tried(connection: sqlite3.Connection, *, write: Write[Verdict | None], near: NearIndex) -> Verdict | None:
    connection.execute("SAVEPOINT trial")
    verdict = write(connection)
    connection.execute("ROLLBACK TO trial")
    connection.execute("RELEASE trial")
    near.rolled_back()
    return verdict
