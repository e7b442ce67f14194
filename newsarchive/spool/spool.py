"""The spool: what a crawl has accepted and the archive does not yet hold, on the local disk."""

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from newsarchive.archive.tombstones import Hidden
from newsarchive.article import Article
from newsarchive.dedup import Verdict
from newsarchive.errors import ArchiveError, UsageError
from newsarchive.neardup.index import NearIndex
from newsarchive.spool import acceptance, adoption, erased, listings, loading, origins, raw, runs
from newsarchive.spool import repeated as repeated_lines
from newsarchive.spool import seen as seen_index
from newsarchive.spool.acceptance import Submission
from newsarchive.spool.database import Database
from newsarchive.spool.listings import ListingCopy
from newsarchive.spool.origins import OriginFile
from newsarchive.spool.runs import RunLines
from newsarchive.spool.sealing import AT_ONCE, Group, Ripeness, Sealed, Segments
from newsarchive.spool.seen import Seen
from newsarchive.spool.snapshots import Part
from newsarchive.spool.state import check_remains

T = TypeVar("T")
Write: TypeAlias = Callable[[sqlite3.Connection], T]


class Spool:
    """The spool in a folder. Methods block, are safe in any thread, and raise ArchiveError when the disk fails.

    With `rebuilding`, the URI of its archive, it forgets what it knows of archived articles, to be told anew.
    """

    def __init__(self, folder: Path, *, rebuilding: str = "") -> None:
        self.folder = folder
        segments = folder / "segments"
        try:
            segments.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"cannot write to the state folder {folder}: {error.strerror}") from error
        check_remains(folder)
        self._database = Database(folder / "spool.sqlite")
        with self._database.transaction() as connection:
            raw.create(connection)
            erased.create(connection)
            origins.create(connection)
        self.writer = self._meta("writer") or self._set_meta("writer", _new_name())
        self._segments = Segments(self._database, segments, writer=self.writer, before=int(self._meta("before") or 0))
        if rebuilding:
            self.bind(rebuilding)
            self._forget_index()
        with self._database.reading() as connection:
            self.near = NearIndex(folder / "near", connection)

    def close(self) -> None:
        """Close the spool's files."""
        self.near.close()
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
                f"the state folder {self.folder} belongs to the archive {bound}, not {uri}: give each its own"
            )
        if bound != uri:
            self._set_meta("archive", uri)

    def has_delivered(self) -> bool:
        """Tell whether any segment of this spool has been committed."""
        with self._database.reading() as connection:
            return bool(connection.execute("SELECT 1 FROM segment WHERE state = 'committed' LIMIT 1").fetchone())

    def take_new_name(self) -> None:
        """Become another writer, with an empty chain; what is sealed and not committed becomes unsealed lines again."""
        self.writer = _new_name()
        self._segments = self._segments.given_up(self.writer)

    def become(self, writer: str, last: int, sha256: str) -> None:
        """Become a writer whose chain ends with that manifest entry, the last-th; UsageError while anything waits."""
        if self.backlog() or self.sealed(1):
            raise UsageError(f"the state folder {self.folder} holds what is not yet delivered")
        self.writer = writer
        self._segments = self._segments.continued(writer, last, sha256)

    # --- accepting

    def write(self, batch: Sequence[Write[Any]]) -> list[Any]:
        """Carry out writes in one transaction, and return what each returns."""
        with self._labelling() as connection:
            return [write(connection) for write in batch]

    @contextmanager
    def _labelling(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside a transaction with which the near-duplicate index keeps in step."""
        with self._database.reading():
            try:
                with self._database.transaction() as connection:
                    yield connection
            except BaseException:
                self.near.rolled_back()
                raise
            self.near.committed(connection)

    def accept(self, batch: Sequence[Submission]) -> list[Verdict]:
        """Judge articles and append those to be archived, all in one transaction with their seen rows."""
        return self.write([partial(acceptance.accept, near=self.near, submission=submission) for submission in batch])

    def look_up(self, url_keys: Iterable[str]) -> dict[str, Seen]:
        """Return what is known of addresses, by URL key."""
        with self._database.reading() as connection:
            found = (seen_index.find(connection, key) for key in url_keys)
            return {s.url_key: s for s in found if s}

    def listing(self, url: str) -> ListingCopy | None:
        """Return a feed or sitemap as last fetched."""
        with self._database.reading() as connection:
            return listings.find(connection, url)

    def origin_file(self, url: str) -> OriginFile | None:
        """Return a host's file as last fetched."""
        with self._database.reading() as connection:
            return origins.find(connection, url)

    def repeated(self, site: str) -> tuple[str, ...]:
        """Return the keys of the lines known to stand on several articles of a site."""
        with self._database.reading() as connection:
            return repeated_lines.repeated(connection, site)

    # --- sealing

    def seal(self, ripeness: Ripeness = AT_ONCE) -> int:
        """Seal the lines that are ripe into segments; return how many segments.

        None while the index is behind the archive: lines may yet turn out to be there already.
        """
        return 0 if self._is_behind() else self._segments.seal(ripeness)

    def ripe(self, ripeness: Ripeness) -> list[Group]:
        """Return the groups of lines that are ripe to be sealed; none while the index is behind."""
        return [] if self._is_behind() else self._segments.ripe(ripeness)

    def seal_part(self, group: Group) -> bool:
        """Seal the first lines of a group, as many as make a whole segment; tell whether there were any."""
        return self._segments.seal_part(group)

    def _is_behind(self) -> bool:
        return self._meta("index") == "behind"

    # --- delivering

    def sealed(self, limit: int) -> list[Sealed]:
        """Return the first segments that are not yet committed, in the order in which they must be."""
        return self._segments.sealed(limit)

    def sealed_body(self, sealed: Sealed) -> bytes:
        """Return a sealed segment's bytes; IntegrityError if they cannot be had."""
        return self._segments.body(sealed)

    def committed(self, sealed: Sealed) -> None:
        """Note that a segment's manifest entry is in the archive; its lines leave the spool."""
        self._segments.committed(sealed)

    def backlog(self) -> int:
        """Return how many accepted articles are not yet committed."""
        with self._database.reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM line").fetchone()
        return int(count)

    def waiting_bytes(self) -> int:
        """Return the size of the lines that are accepted and not yet committed, in bytes."""
        with self._database.reading() as connection:
            (size,) = connection.execute("SELECT bytes FROM temp.waiting").fetchone()
        return int(size)

    # --- runs

    def begin_run(self, run_id: str, report: str) -> None:
        """Note a run's start, so that a kill leaves a trace of it."""
        self._put_run(run_id, "running", report)

    def end_run(self, run_id: str, report: str) -> None:
        """Note a run's report, to be delivered."""
        self._put_run(run_id, "ended", report)

    def _put_run(self, run_id: str, state: str, report: str) -> None:
        with self._database.transaction() as connection:
            runs.put(connection, run_id, state, report)

    def undelivered_runs(self) -> list[tuple[str, str, str]]:
        """Return run id, state and report of the runs to be reported.

        The state is `ended`, or `running`: killed, unless it is the present run.
        """
        with self._database.reading() as connection:
            return runs.undelivered(connection)

    def run_reported(self, run_id: str) -> None:
        """Note that a run's report is in the archive."""
        with self._database.transaction() as connection:
            runs.remove(connection, run_id)

    def run_lines(self, run_id: str) -> RunLines:
        """Return where a run's articles are."""
        with self._database.reading() as connection:
            return runs.lines(connection, run_id)

    def committed_hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every manifest entry this spool has committed, by key."""
        with self._database.reading() as connection:
            query = "SELECT manifest_key, manifest_sha256 FROM segment WHERE state = 'committed'"
            return {str(key): str(digest) for key, digest in connection.execute(query)}

    # --- takedowns

    def find_erased(self, url_keys: Iterable[str]) -> set[str]:
        """Return which of these addresses have been erased, by URL key."""
        with self._database.reading() as connection:
            return erased.find(connection, url_keys)

    @property
    def erased_sites(self) -> frozenset[str]:
        """The sites that have been erased."""
        with self._database.reading() as connection:
            return erased.sites(connection)

    def addresses(self, ids: Iterable[str]) -> set[str]:
        """Return the URL keys of the addresses that have led to these articles."""
        with self._database.reading() as connection:
            return erased.addresses(connection, ids)

    def note_erased(self, hidden: Hidden) -> int:
        """Remember what the archive's tombstones say, and remove it; return how many unsealed lines were removed."""
        with self._database.transaction() as connection:
            return erased.remove(connection) if erased.note(connection, hidden) else 0

    def scrub(self, ids: Iterable[str] = ()) -> None:
        """Remove what belongs to erased articles and these ids, with every trace of deleted rows from the file."""
        with self._database.transaction() as connection:
            erased.remove(connection, ids)
        with self._database.reading() as connection:
            self.near.forget(connection, erased.ids(connection).union(ids))
            for statement in erased.pragmas():
                connection.execute(statement).fetchall()

    # --- what other writers have archived

    def set_index_behind(self, *, behind: bool) -> None:
        """Note whether the archive may hold articles that the seen index does not know."""
        self._set_meta("index", "behind" if behind else "level")

    @property
    def adopted(self) -> frozenset[str]:
        """The keys of the manifest entries whose articles the seen index knows."""
        with self._database.reading() as connection:
            return frozenset(key for (key,) in connection.execute("SELECT manifest_key FROM adopted"))

    def seals_any(self, ids: Iterable[str]) -> bool:
        """Tell whether one of these articles is in a segment that is sealed and not committed."""
        return self._segments.seals_any(ids)

    def adopt(self, manifest_key: str, articles: Iterable[Article], *, now: float) -> None:
        """Enter the articles of another writer's segment into the index."""
        with self._labelling() as connection:
            adoption.adopt(connection, manifest_key, articles, near=self.near, now=now)

    def load(self, parts: Iterable[Part], *, listed: Collection[str], now: float) -> None:
        """Enter the articles of the archive's snapshot; `listed` are the manifest entries there are."""
        with self._database.reading() as connection:
            awaited = adoption.awaited(connection)
        with self._database.staging() as connection:
            loaded = loading.load(connection, parts, awaited=awaited, near=self.near, now=now)
        with self._database.transaction() as connection:
            adoption.adopt_loaded(connection, loaded, listed=listed)

    def sketches(self, articles: Iterable[Article]) -> list[bytes]:
        """Return the encoded sketch of each article, made where the near-duplicate index does not know it."""
        with self._database.reading():
            return [self.near.sketch(article) for article in articles]

    def uncovered(self) -> list[str]:
        """Return the manifest entries that no snapshot known here covers."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT manifest_key FROM adopted EXCEPT SELECT manifest_key FROM covered")
            return sorted(key for (key,) in rows)

    def cover(self, manifest_keys: Iterable[str]) -> None:
        """Note that a snapshot covers manifest entries."""
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO covered VALUES (?)", [(key,) for key in manifest_keys])

    def _forget_index(self) -> None:
        shutil.rmtree(self.folder / "near", ignore_errors=True)
        with self._database.transaction() as connection:
            adoption.forget(connection)


def _new_name() -> str:
    return f"w{secrets.token_hex(6)}"
