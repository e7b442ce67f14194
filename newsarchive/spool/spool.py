"""Accepting articles so that none is lost or stored twice, and sealing them into segments."""

import secrets
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from newsarchive.archive import layout, line, segment
from newsarchive.article import Article
from newsarchive.dedup import (
    Archived,
    Judgement,
    Verdict,
    content_key,
    copy_key,
    headline_key,
    judge,
    on_its_own,
    syndicated,
)
from newsarchive.errors import ArchiveError, UsageError
from newsarchive.spool import seen as seen_index
from newsarchive.spool.database import Database
from newsarchive.spool.seen import Seen
from newsarchive.storage.folder import write_durably
from newsarchive.urls import normalize, url_key

T = TypeVar("T")
Write: TypeAlias = Callable[[sqlite3.Connection], T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An identified article to be archived, with what is to be remembered of the addresses that led to it."""

    article: Article
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingCopy:
    """A feed, sitemap or page as last fetched, with the validators for a conditional GET."""

    url: str
    etag: str
    last_modified: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A segment on the local disk that is not yet committed."""

    n: int
    key: str
    path: Path
    manifest_key: str
    manifest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLines:
    """Where a run's articles are: in committed segments, still in the spool, or withdrawn as archived by another."""

    committed: int
    pending: int
    withdrawn: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.committed + self.pending + self.withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripeness:
    """When lines are sealed into a segment: any of bytes, count, or seconds since the first one."""

    bytes: int = 8 << 20
    count: int = 5_000
    seconds: float = 300.0


AT_ONCE = Ripeness(bytes=0, count=0, seconds=0)


class Spool:
    """The spool in a folder. Methods block, are safe in any thread, and raise ArchiveError when the disk fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segments = folder / "segments"
        try:
            self._segments.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"cannot write to the state folder {folder}: {error.strerror}") from error
        self._database = Database(folder / "spool.sqlite")
        self._sealing = threading.Lock()
        self.writer = self._meta("writer") or self._set_meta("writer", f"w{secrets.token_hex(6)}")
        self._remove_orphans()

    def close(self) -> None:
        """Close the spool's files."""
        self._database.close()

    def _meta(self, key: str) -> str:
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def _set_meta(self, key: str, value: str) -> str:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
        return value

    def bind(self, uri: str) -> None:
        """Tie the spool to the archive at uri; UsageError if it has already delivered to another."""
        bound = self._meta("archive")
        if bound and bound != uri and self.has_delivered():
            raise UsageError(
                f"the state folder {self._folder} belongs to the archive {bound}, not {uri}: give each its own"
            )
        if bound != uri:
            self._set_meta("archive", uri)

    def has_delivered(self) -> bool:
        """Tell whether any segment of this spool has been committed."""
        with self._database.reading() as connection:
            return bool(connection.execute("SELECT 1 FROM segment WHERE state = 'committed' LIMIT 1").fetchone())

    # --- accepting

    def write(self, batch: Sequence[Write[Any]]) -> list[Any]:
        """Carry out writes in one transaction, and return what each returns."""
        with self._database.transaction() as connection:
            return [write(connection) for write in batch]

    def accept(self, batch: Sequence[Submission]) -> list[Verdict]:
        """Judge articles and append those to be archived, all in one transaction with their seen rows."""
        return self.write([partial(accept, submission=submission) for submission in batch])

    def look_up(self, url_keys: Iterable[str]) -> dict[str, Seen]:
        """Return what is known of addresses, by URL key."""
        with self._database.reading() as connection:
            found = (seen_index.find(connection, key) for key in url_keys)
            return {s.url_key: s for s in found if s}

    def listing(self, url: str) -> ListingCopy | None:
        """Return a feed or sitemap as last fetched."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT etag, last_modified, body FROM listing WHERE url_key = ?", (url_key(url),)
            ).fetchone()
        return ListingCopy(url=url, etag=row[0], last_modified=row[1], body=zlib.decompress(row[2])) if row else None

    # --- sealing

    def seal(self, ripeness: Ripeness = AT_ONCE) -> int:
        """Seal the lines that are ripe into segments; return how many segments.

        None while the index is behind the archive: lines may yet turn out to be there already.
        """
        if self._meta("index") == "behind":
            return 0
        with self._sealing:
            groups = self._ripe(ripeness)
            for group in groups:
                self._seal_group(*group)
            return len(groups)

    def _ripe(self, ripeness: Ripeness) -> list[tuple[str, str, str]]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT site, crawl_date, run_id FROM line WHERE segment IS NULL GROUP BY 1, 2, 3 "
                "HAVING sum(length(body)) >= ? OR count(*) >= ? OR min(accepted_at) <= ? ORDER BY min(number)",
                (ripeness.bytes, ripeness.count, time.time() - ripeness.seconds),
            ).fetchall()
        return [tuple(row) for row in rows]

    def _seal_group(self, site: str, crawl_date: str, run_id: str) -> None:
        n, previous = self._chain_end()
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT number, body FROM line WHERE segment IS NULL AND site = ? AND crawl_date = ? AND run_id = ? "
                "ORDER BY number",
                (site, crawl_date, run_id),
            ).fetchall()
        origin = segment.Origin(
            writer=self.writer, n=n, previous_sha256=previous, site=site, crawl_date=crawl_date, run_id=run_id
        )
        built = segment.build([body for _, body in rows], origin)
        self._write(self._segments / _file_name(n), built.body)
        self._record(built.manifest, [number for number, _ in rows])

    def _chain_end(self) -> tuple[int, str]:
        with self._database.reading() as connection:
            row = connection.execute("SELECT n, manifest_sha256 FROM segment ORDER BY n DESC LIMIT 1").fetchone()
        return (row[0] + 1, row[1]) if row else (1, "")

    def _write(self, path: Path, body: bytes) -> None:
        try:
            write_durably(path, body)
        except OSError as error:
            raise ArchiveError(f"cannot write to the state folder {self._folder}: {error.strerror}") from error

    def _record(self, manifest: segment.Manifest, numbers: Sequence[int]) -> None:
        encoded = manifest.encode()
        key = layout.manifest_key(manifest.crawl_date, manifest.writer, manifest.n)
        row = (
            manifest.n,
            "sealed",
            manifest.key,
            manifest.run_id,
            manifest.count,
            key,
            segment.sha256(encoded),
            encoded,
        )
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            connection.executemany("UPDATE line SET segment = ? WHERE number = ?", ((manifest.n, k) for k in numbers))

    # --- delivering

    def sealed(self, limit: int) -> list[Sealed]:
        """Return the first segments that are not yet committed, in the order in which they must be."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT n, key, manifest_key, manifest FROM segment WHERE state = 'sealed' ORDER BY n LIMIT ?", (limit,)
            ).fetchall()
        return [
            Sealed(n=n, key=key, path=self._segments / _file_name(n), manifest_key=manifest_key, manifest=manifest)
            for n, key, manifest_key, manifest in rows
        ]

    def committed(self, sealed: Sealed) -> None:
        """Note that a segment's manifest entry is in the archive; its lines leave the spool."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE segment SET state = 'committed', manifest = '' WHERE n = ?", (sealed.n,))
            connection.execute("DELETE FROM line WHERE segment = ?", (sealed.n,))
            connection.execute("INSERT OR IGNORE INTO adopted VALUES (?)", (sealed.manifest_key,))
        sealed.path.unlink(missing_ok=True)

    def backlog(self) -> int:
        """Return how many accepted articles are not yet committed."""
        with self._database.reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM line").fetchone()
        return int(count)

    def _remove_orphans(self) -> None:
        named = {s.path.name for s in self.sealed(-1)}
        for path in self._segments.iterdir():
            if path.name not in named:
                path.unlink()

    # --- runs

    def begin_run(self, run_id: str, report: str) -> None:
        """Note a run's start, so that a kill leaves a trace of it."""
        self._put_run(run_id, "running", report)

    def end_run(self, run_id: str, report: str) -> None:
        """Note a run's report, to be delivered."""
        self._put_run(run_id, "ended", report)

    def _put_run(self, run_id: str, state: str, report: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?)", (run_id, state, report))

    def undelivered_runs(self) -> list[tuple[str, str, str]]:
        """Return run id, state and report of the runs to be reported.

        The state is `ended`, or `running`: killed, unless it is the present run.
        """
        with self._database.reading() as connection:
            return [tuple(row) for row in connection.execute("SELECT run_id, state, report FROM run ORDER BY run_id")]

    def run_reported(self, run_id: str) -> None:
        """Note that a run's report is in the archive."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM run WHERE run_id = ?", (run_id,))

    def run_lines(self, run_id: str) -> RunLines:
        """Return where a run's articles are."""
        with self._database.reading() as connection:
            (done,) = connection.execute(
                "SELECT coalesce(sum(count), 0) FROM segment WHERE run_id = ? AND state = 'committed'", (run_id,)
            ).fetchone()
            (waiting,) = connection.execute("SELECT count(*) FROM line WHERE run_id = ?", (run_id,)).fetchone()
            row = connection.execute("SELECT count FROM withdrawn WHERE run_id = ?", (run_id,)).fetchone()
        return RunLines(committed=int(done), pending=int(waiting), withdrawn=int(row[0]) if row else 0)

    # --- what other writers have archived

    def set_index_behind(self, *, behind: bool) -> None:
        """Note whether the archive may hold articles that the seen index does not know."""
        self._set_meta("index", "behind" if behind else "level")

    @property
    def adopted(self) -> frozenset[str]:
        """The keys of the manifest entries whose articles the seen index knows."""
        with self._database.reading() as connection:
            return frozenset(key for (key,) in connection.execute("SELECT manifest_key FROM adopted"))

    def adopt(self, manifest_key: str, articles: Iterable[Article], *, now: float) -> None:
        """Enter the articles of another writer's segment into the seen index.

        Lines still in the spool were accepted without this knowledge: one that is archived already is withdrawn,
        one that differs becomes the next revision.
        """
        with self._database.transaction() as connection:
            for article in articles:
                _yield_to(connection, article)
                _enter(connection, article)
                for address in {article.url, article.canonical_url}:
                    known = Seen(url_key=url_key(address), id=article.id, first_at=now, checked_at=now)
                    if seen_index.find(connection, known.url_key) is None:
                        seen_index.store(connection, known)
            connection.execute("INSERT OR IGNORE INTO adopted VALUES (?)", (manifest_key,))


def remember(connection: sqlite3.Connection, *, seen: Seen) -> None:
    """Remember a fetch that gave nothing to archive."""
    seen_index.store(connection, seen)


def keep_listing(connection: sqlite3.Connection, *, listing: ListingCopy) -> None:
    """Remember a feed or sitemap for the next conditional GET."""
    row = (url_key(listing.url), listing.etag, listing.last_modified, zlib.compress(listing.body))
    connection.execute("INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?)", row)


def accept(connection: sqlite3.Connection, *, submission: Submission) -> Verdict:
    """Judge an article, append it if it is to be archived, and remember its addresses."""
    article = _with_known_id(connection, submission.article)
    verdict = judge(
        article,
        known=_archived(connection, article.id),
        copy_of=_look_up(connection, "SELECT id FROM copy WHERE copy_key = ?", copy_key(article)),
        text_of=_look_up(connection, "SELECT id FROM text WHERE fingerprint = ?", article.fingerprint),
    )
    if verdict.archived:
        _append(connection, verdict.article)
        _enter(connection, verdict.article)
    of = verdict.article.duplicate_of if verdict.judgement is Judgement.DUPLICATE else article.id
    for address in submission.seen:
        seen_index.store(connection, replace(address, id=of))
    return verdict


def _with_known_id(connection: sqlite3.Connection, article: Article) -> Article:
    """Return the article with the id it is known by.

    That is the one its own address was archived under before, while it resembles that article. An address that only
    its page calls canonical is believed if nothing is archived there yet, or something that resembles it; else the
    article stands on its own.
    """
    before = seen_index.find(connection, url_key(article.url))
    earlier = _archived(connection, before.id) if before else None
    if earlier and (earlier.id == article.id or earlier.resembles(article)):
        return replace(article, id=earlier.id)
    known = _archived(connection, article.id)
    if known is None or article.canonical_url == normalize(article.url) or known.resembles(article):
        return article
    return on_its_own(article)


def _archived(connection: sqlite3.Connection, article_id: str) -> Archived | None:
    query = "SELECT id, revision, content_key, headline_key, fingerprint FROM article WHERE id = ?"
    row = connection.execute(query, (article_id,)).fetchone()
    return Archived(*row) if row else None


def _look_up(connection: sqlite3.Connection, query: str, key: str) -> str:
    row = connection.execute(query, (key,)).fetchone() if key else None
    return str(row[0]) if row else ""


def _append(connection: sqlite3.Connection, article: Article) -> None:
    connection.execute(
        "INSERT INTO line (id, site, crawl_date, run_id, accepted_at, body) VALUES (?, ?, ?, ?, ?, ?)",
        (article.id, article.site, article.crawled_at[:10], article.run_id, time.time(), line.encode(article)),
    )


def _enter(connection: sqlite3.Connection, article: Article) -> None:
    connection.execute(
        "INSERT INTO article VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, "
        "content_key = excluded.content_key, headline_key = excluded.headline_key, fingerprint = excluded.fingerprint "
        "WHERE excluded.revision > revision",
        (article.id, article.revision, content_key(article), headline_key(article), article.fingerprint),
    )
    if key := copy_key(article):
        connection.execute("INSERT OR IGNORE INTO copy VALUES (?, ?)", (key, article.id))
    if syndicated(article):
        connection.execute("INSERT OR IGNORE INTO text VALUES (?, ?)", (article.fingerprint, article.id))


def _yield_to(connection: sqlite3.Connection, archived: Article) -> None:
    rows = connection.execute(
        "SELECT number, run_id, body FROM line WHERE segment IS NULL AND id = ? ORDER BY number", (archived.id,)
    ).fetchall()
    revision = archived.revision
    for number, run_id, body in rows:
        waiting = line.decode(body, where=f"spool line {number}")
        follows = revision == archived.revision and waiting.revision <= archived.revision + 1
        if follows and content_key(waiting) == content_key(archived):
            connection.execute("DELETE FROM line WHERE number = ?", (number,))
            connection.execute(_WITHDRAW, (run_id,))
            continue
        revision = max(revision + 1, waiting.revision)
        later = replace(waiting, revision=revision)
        connection.execute("UPDATE line SET body = ? WHERE number = ?", (line.encode(later), number))
        _enter(connection, later)


_WITHDRAW = "INSERT INTO withdrawn VALUES (?, 1) ON CONFLICT (run_id) DO UPDATE SET count = count + 1"


def _file_name(n: int) -> str:
    return f"{n:08d}.jsonl.gz"
