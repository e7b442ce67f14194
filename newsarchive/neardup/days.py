"""The members of one day of crawling, in a SQLite file of their own: a day is forgotten by removing its files."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path

from newsarchive.errors import ArchiveError
from newsarchive.neardup.bands import MOST_MEMBERS, Bands, Wanted
from newsarchive.neardup.member import Member
from newsarchive.neardup.parameters import PARAMETERS
from newsarchive.neardup.sketch import Sketch, band_keys, probe

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS member (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, crawled_at TEXT NOT NULL, cluster TEXT NOT NULL,
    sketch BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS member_id ON member (id);
"""
_COLUMNS = "number, id, crawled_at, cluster, sketch"
_SUFFIX = ".sqlite"
_AT_ONCE = 4_096
_LOG_PAGES = 4_000  # as for the spool's own file
_BLANK = Sketch(shingles=1, minima=bytes(2 * PARAMETERS.minima), numbers=b"", names=b"")  # resembles no text


class Day:
    """The members of one day, in the file `<day>.sqlite`; their bands in memory, and in `<day>.bands` when closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bands = Bands()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
            self._create()
            self._load()
        except BaseException:
            self._connection.close()
            raise

    def _create(self) -> None:
        rows = (("probe", probe()), ("parameters", PARAMETERS.encode()))
        self._connection.executescript(f"BEGIN IMMEDIATE; {_TABLES}")
        if not self._connection.execute("SELECT 1 FROM meta UNION ALL SELECT 1 FROM member LIMIT 1").fetchone():
            self._connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)
        self._connection.execute("COMMIT")
        if self._connection.execute("SELECT value FROM meta WHERE key = 'probe'").fetchone() != (probe(),):
            raise ArchiveError(
                f"the near-duplicate index {self._path} was made with other parameters: run newsarchive rebuild-index"
            )

    def _load(self) -> None:
        (last,) = self._connection.execute("SELECT coalesce(max(number), 0) FROM member").fetchone()
        self._bands.load(self._path.with_suffix(".bands"), last)
        later = "SELECT number, sketch FROM member WHERE number > ? ORDER BY number"
        rows = self._connection.execute(later, (self._bands.last,))
        self._enter((number, self._decode(body)) for number, body in rows)

    @property
    def name(self) -> str:
        """The day, `YYYY-MM-DD`."""
        return self._path.stem

    def count(self) -> int:
        """Return how many members it has."""
        return self._bands.last  # they are numbered from 1 and none is ever removed

    def add(self, members: Iterable[Member]) -> None:
        """Enter members in one transaction; one that is there already stays."""
        added: list[tuple[int, Sketch]] = []
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            added.extend((n, m.sketch) for m in members if (n := self._insert(m)))
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._enter(added)

    def _enter(self, added: Iterable[tuple[int, Sketch]]) -> None:
        """Enter the bands of members, some at a time so that memory stays flat."""
        rows = iter(added)
        while some := list(islice(rows, _AT_ONCE)):
            numbers, sketches = zip(*some, strict=True)
            self._bands.add(numbers, band_keys(*sketches))

    def _insert(self, member: Member) -> int:
        """Return the number of a new member, 0 if it is there already."""
        body = member.sketch.encode()
        if self._connection.execute("SELECT 1 FROM member WHERE id = ? AND sketch = ?", (member.id, body)).fetchone():
            return 0
        row = (member.id, member.crawled_at, member.cluster, body)
        done = self._connection.execute("INSERT INTO member (id, crawled_at, cluster, sketch) VALUES (?, ?, ?, ?)", row)
        if (done.lastrowid or 0) >= MOST_MEMBERS:
            raise ArchiveError(f"the near-duplicate index {self._path} is full: one day holds {MOST_MEMBERS} articles")
        return done.lastrowid or 0

    def sharing(self, wanted: Wanted, most: int) -> Iterator[Member]:
        """Yield the members that share a band, those that share most bands first, at most so many."""
        query = f"SELECT {_COLUMNS} FROM member WHERE number = ?"  # noqa: S608 - a constant
        for number in self._bands.sharing(wanted, most):
            yield self._member(self._connection.execute(query, (number,)).fetchone())

    def sketch(self, article_id: str, crawled_at: str) -> bytes:
        """Return the encoded sketch of the text that an article had at a time; empty unless there is just one."""
        query = "SELECT sketch FROM member WHERE id = ? AND crawled_at = ?"
        found = self._connection.execute(query, (article_id, crawled_at)).fetchall()
        return bytes(found[0][0]) if len(found) == 1 else b""

    def members(self) -> Iterator[Member]:
        """Yield every member, in the order in which they were entered."""
        query = f"SELECT {_COLUMNS} FROM member ORDER BY number"  # noqa: S608 - a constant
        yield from map(self._member, self._connection.execute(query))

    def _member(self, row: tuple[int, str, str, str, bytes] | None) -> Member:
        if row is None:
            raise self._damaged()
        return Member(id=row[1], crawled_at=row[2], cluster=row[3], sketch=self._decode(row[4]))

    def _decode(self, body: object) -> Sketch:
        try:
            return Sketch.decode(body) if isinstance(body, bytes) else Sketch.decode(b"")
        except ValueError as error:
            raise self._damaged() from error

    def _damaged(self) -> ArchiveError:
        return ArchiveError(f"the near-duplicate index {self._path} is damaged: run newsarchive rebuild-index")

    def forget(self, ids: Collection[str]) -> None:
        """Blank the members of these articles, with every trace of them in the files; their numbers stay taken."""
        query = "UPDATE member SET id = '', cluster = '', sketch = ? WHERE id = ?"
        rows = [(_BLANK.encode(), article_id) for article_id in ids]
        self._connection.execute("PRAGMA secure_delete = ON")
        if self._connection.executemany(query, rows).rowcount < 1:
            return
        self._connection.execute("VACUUM")
        self.make_durable()
        self._path.with_suffix(".bands").unlink(missing_ok=True)
        self._bands = Bands()
        self._load()

    def make_durable(self) -> None:
        """Bring the members to the disk, so that a power loss takes none of them."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file, with the bands beside it for a quick start."""
        self._bands.save(self._path.with_suffix(".bands"))
        self._connection.close()

    def remove(self) -> None:
        """Remove the files."""
        self._connection.close()
        for suffix in (_SUFFIX, f"{_SUFFIX}-wal", f"{_SUFFIX}-shm", ".bands"):
            self._path.with_name(self.name + suffix).unlink(missing_ok=True)


def paths(folder: Path) -> list[Path]:
    """Return the files of the days in a folder, in order."""
    return sorted(folder.glob(f"????-??-??{_SUFFIX}"))


def path_of(folder: Path, day: str) -> Path:
    """Return the file of a day."""
    return folder / f"{day}{_SUFFIX}"
