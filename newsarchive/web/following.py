"""Keeping the index level with the archive, some segments a transaction."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from newsarchive.archive import Archive, layout, line
from newsarchive.archive.replacements import COMPACTIONS, is_record
from newsarchive.archive.segment import Manifest
from newsarchive.archive.snapshot import Snapshot
from newsarchive.archive.tombstones import Hidden
from newsarchive.article import Article
from newsarchive.errors import IntegrityError
from newsarchive.portions import portions
from newsarchive.storage import ObjectMissingError
from newsarchive.web.writing import Writer, day_of, unpack

_REPAIR = "repair"
_MOST_TOGETHER = 1_000
_LEAST_STEPS = 50
_STEP = "INSERT INTO fact VALUES ('version', '1') ON CONFLICT(name) DO UPDATE SET value = value + 1"


class OutdatedError(Exception):
    """The index holds what the archive no longer says: it is to be made again from nothing."""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold a write transaction; all of it counts, or nothing, and the index has another version after it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute(_STEP)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


class Follower:
    """Brings an index level with its archive; it may be ended anywhere and goes on where it was."""

    def __init__(self, archive: Archive, connection: sqlite3.Connection, *, went: Callable[[int, int], None]) -> None:
        self._archive = archive
        self._connection = connection
        self._went = went
        self._writer = Writer(connection)

    def follow(self) -> int:
        """Index what the archive has and the index has not, hide what was taken down; return the revisions added.

        Raises:
            OutdatedError: what is indexed has been taken back (a repair, a takedown withdrawn).
        """
        self._follow_manifests()
        self._follow_runs()
        said = self._said()
        if said == self._fact("level", ""):
            return 0
        snapshot = self._archive.snapshot(self._manifests())
        self._check_records(snapshot)
        self._hide(snapshot.hidden)
        added = self._follow_segments(snapshot)
        self._note("level", said)
        return added

    def _said(self) -> str:
        """Return what tells one state of the archive from another, without reading what is in it."""
        (entries,) = self._connection.execute("SELECT count(*) FROM manifest").fetchone()
        records = sum(map(is_record, self._archive.storage.keys(COMPACTIONS)))
        return f"{entries} {records} {_said_of(self._archive.hidden())}"

    def _follow_manifests(self) -> None:
        known = {key for (key,) in self._connection.execute("SELECT key FROM manifest")}
        new = list(self._archive.manifests(known=known))
        if not new:
            return
        with transaction(self._connection):
            rows = ((key, json.dumps(asdict(m))) for key, m in new)
            self._connection.executemany("INSERT INTO manifest VALUES (?, ?)", rows)
            days = ((day_of(m.crawl_date), m.site) for _, m in new)
            self._connection.executemany("INSERT OR IGNORE INTO crawled VALUES (?, ?)", days)

    def _manifests(self) -> list[Manifest]:
        stored = self._connection.execute("SELECT key, body FROM manifest ORDER BY key")
        return [Manifest.decode(body, where=key) for key, body in stored]

    def _check_records(self, snapshot: Snapshot) -> None:
        """Repairs give up lines that were archived and are not named: only a new index leaves them out."""
        repairs = [r.n for r in self._archive.replacements().records if r.kind == _REPAIR and r.replacements]
        before = json.loads(self._fact("repairs", "[]"))
        hidden_before = json.loads(self._fact("hidden", "[[], []]"))
        withdrawn = not snapshot.hidden.ids.issuperset(hidden_before[0]) or not snapshot.hidden.sites.issuperset(
            hidden_before[1]
        )
        fresh = self._connection.execute("SELECT 1 FROM segment").fetchone() is None
        if not fresh and (repairs != before or withdrawn):
            raise OutdatedError
        self._note("repairs", json.dumps(repairs))

    def _fact(self, name: str, default: str) -> str:
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def _note(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def hide(self) -> None:
        """Take out what was taken down, and nothing else; run reports may name it, and are read anew next time."""
        self._hide(self._archive.hidden())
        self._connection.execute("DELETE FROM run")

    def _hide(self, hidden: Hidden) -> None:
        """Take out what tombstones cover, as soon as they are there."""
        said = _said_of(hidden)
        if said == self._fact("hidden", "[[], [], []]"):
            return
        with transaction(self._connection):
            self._writer.remove(self._covered(hidden))
            self._note("hidden", said)

    def _covered(self, hidden: Hidden) -> list[int]:
        numbers: set[int] = set()
        for column, values in (("id", hidden.ids), ("site", hidden.sites)):
            query = f"SELECT n FROM article WHERE {column} IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own two names
            numbers.update(n for (n,) in self._connection.execute(query, (json.dumps(sorted(values)),)))
        if hidden.searched:
            rows = self._connection.execute("SELECT n, body FROM record")
            numbers.update(n for n, body in rows if hidden.hides(unpack(body)))
        return sorted(numbers)

    def _follow_segments(self, snapshot: Snapshot) -> int:
        known = {key for (key,) in self._connection.execute("SELECT key FROM segment")}
        waiting = [m for m in snapshot.articles if not known.issuperset({m.key, *snapshot.held_by(m.key)})]
        total, done = sum(m.count for m in snapshot.articles), 0
        done = total - sum(m.count for m in waiting)
        added = 0
        for some in together(waiting):
            added += self._index(some, snapshot, known)
            done += sum(m.count for m in some)
            self._went(done, total)
        return added

    def _index(self, some: Sequence[Manifest], snapshot: Snapshot, known: set[str]) -> int:
        """Index segments; one that a compaction made of segments that are indexed already is only noted."""
        held = {m.key: set(snapshot.held_by(m.key)) for m in some}
        fresh = [m for m in some if not known.issuperset(held[m.key])]
        articles = self._articles(fresh, snapshot) if fresh else []
        with transaction(self._connection):
            added = self._writer.add(articles)
            keys = {key for m in some for key in (m.key, *held[m.key])}
            self._connection.executemany("INSERT OR IGNORE INTO segment VALUES (?)", ((key,) for key in keys))
        return added

    def _articles(self, fresh: Sequence[Manifest], snapshot: Snapshot) -> list[Article]:
        lines = self._archive.lines(fresh, snapshot)
        articles = (line.decode(text, where=where) for where, text in lines)
        return [article for article in articles if not snapshot.hidden.hides(article)]

    def _follow_runs(self) -> None:
        finished = {key for (key,) in self._connection.execute("SELECT run_id FROM run WHERE finished")}
        keys = [key for key in self._archive.storage.keys(layout.RUNS) if key.endswith(".json")]
        for key in (key for key in keys if _run_id(key) not in finished):
            try:
                body = self._archive.storage.read(key)
            except ObjectMissingError:
                continue
            self._store_run(_run_id(key), key, body)

    def _store_run(self, run_id: str, key: str, body: bytes) -> None:
        try:
            report = json.loads(body)
            day, sites = day_of(report["started_at"]), list(report["sites"])
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityError(f"{key} is not a run report: {error!r}") from error
        with transaction(self._connection):
            values = (run_id, report.get("exit_code") is not None, json.dumps(report))
            self._connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?)", values)
            self._connection.executemany("INSERT OR IGNORE INTO crawled VALUES (?, ?)", ((day, site) for site in sites))


def together(waiting: Sequence[Manifest]) -> Iterator[list[Manifest]]:
    """Yield the segments to be indexed at once: singly where few are waiting, else up to 1,000 lines of them.

    A transaction leaves a part of the full-text index that later ones merge: of a large archive, every article would be
    written many times over if each small segment had one.
    """
    limit = min(_MOST_TOGETHER, sum(m.count for m in waiting) // _LEAST_STEPS)
    yield from portions(waiting, lambda manifest: manifest.count, limit)


def _said_of(hidden: Hidden) -> str:
    return json.dumps([sorted(hidden.ids), sorted(hidden.sites), sorted(hidden.searched)])


def _run_id(key: str) -> str:
    return key.rpartition("/")[2].removesuffix(".json")
