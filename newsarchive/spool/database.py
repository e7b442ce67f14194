"""The spool's SQLite file: tables, transactions, durability."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from newsarchive.errors import ArchiveError, UsageError
from newsarchive.failpoints import reached

_VERSION = 3
_STAGING_KIB = 64 << 10
_LOG_PAGES = 4_000  # after which SQLite's log is brought into the file: each commit touches hundreds, keys are random
_REPEATED = """
CREATE TABLE repeated_site (site TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE repeated_article (
    site TEXT NOT NULL, number INTEGER NOT NULL, topic TEXT NOT NULL, PRIMARY KEY (site, number)) WITHOUT ROWID;
CREATE TABLE repeated_line (
    site TEXT NOT NULL, key TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, held INTEGER NOT NULL,
    varied INTEGER NOT NULL, PRIMARY KEY (site, key)) WITHOUT ROWID;
"""
_STATES = """
CREATE TABLE state (
    id TEXT NOT NULL, content_key TEXT NOT NULL, archived INTEGER NOT NULL, since TEXT NOT NULL, times INTEGER NOT NULL,
    PRIMARY KEY (id, content_key)) WITHOUT ROWID;
CREATE TABLE variant (loose_key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (loose_key, id)) WITHOUT ROWID;
"""
_UPGRADES = {
    1: _REPEATED,
    2: f"""{_STATES}
INSERT INTO state SELECT id, content_key, 1, '', 0 FROM article;
ALTER TABLE seen ADD COLUMN futile INTEGER NOT NULL DEFAULT 0;
""",  # noqa: S608 - our own statements
}
_TABLES = (
    """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE run (run_id TEXT PRIMARY KEY, state TEXT NOT NULL, report TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE line (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, site TEXT NOT NULL, crawl_date TEXT NOT NULL, run_id TEXT NOT NULL,
    accepted_at REAL NOT NULL, segment INTEGER, body BLOB NOT NULL);
CREATE INDEX line_unsealed ON line (site, crawl_date, run_id) WHERE segment IS NULL;
CREATE INDEX line_article ON line (id) WHERE segment IS NULL;
CREATE INDEX line_sealed ON line (segment) WHERE segment IS NOT NULL;
CREATE TABLE segment (
    n INTEGER PRIMARY KEY, state TEXT NOT NULL, key TEXT NOT NULL, run_id TEXT NOT NULL, count INTEGER NOT NULL,
    manifest_key TEXT NOT NULL, manifest_sha256 TEXT NOT NULL, manifest BLOB NOT NULL);
CREATE INDEX segment_sealed ON segment (n) WHERE state = 'sealed';
CREATE INDEX segment_run ON segment (run_id, state);
CREATE TABLE article (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, content_key TEXT NOT NULL, headline_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE copy (copy_key TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE text (fingerprint TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE seen (
    url_key TEXT PRIMARY KEY, id TEXT NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL,
    modified TEXT NOT NULL, first_at REAL NOT NULL, checked_at REAL NOT NULL,
    futile INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE listing (
    url_key TEXT PRIMARY KEY, etag TEXT NOT NULL, last_modified TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE withdrawn (run_id TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE adopted (manifest_key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
    + _REPEATED
    + _STATES
)


_COUNTING = """
CREATE TEMP TABLE waiting (bytes INTEGER NOT NULL);
INSERT INTO waiting SELECT coalesce(sum(length(body)), 0) FROM line;
CREATE TEMP TRIGGER line_came AFTER INSERT ON line BEGIN
    UPDATE waiting SET bytes = bytes + length(new.body); END;
CREATE TEMP TRIGGER line_changed AFTER UPDATE OF body ON line BEGIN
    UPDATE waiting SET bytes = bytes + length(new.body) - length(old.body); END;
CREATE TEMP TRIGGER line_went AFTER DELETE ON line BEGIN
    UPDATE waiting SET bytes = bytes - length(old.body); END;
"""

_LATER_TABLES = """
CREATE INDEX IF NOT EXISTS repeated_varied ON repeated_line (site) WHERE varied;
CREATE TABLE IF NOT EXISTS covered (manifest_key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sketch (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, crawled_at TEXT NOT NULL, cluster TEXT NOT NULL, body BLOB NOT NULL);
"""


class Database:
    """One SQLite file, used by several threads one at a time; a commit is on the disk when it returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self._translated():
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = FULL")
                self._connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
                self._connection.execute("PRAGMA temp_store = MEMORY")
                self._create()
                self._connection.executescript(_COUNTING)
            except UnicodeDecodeError as error:  # of an error message about what is no text
                self._connection.close()
                raise sqlite3.DatabaseError("its tables are damaged") from error
            except BaseException:
                self._connection.close()
                raise

    def _create(self) -> None:
        self._create_tables()
        self._connection.executescript(_LATER_TABLES)

    def _create_tables(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == _VERSION:
            return None
        if version in _UPGRADES:
            self._run(_UPGRADES[version], version + 1)
            return self._create()
        if version:
            raise UsageError(f"{self._path} was made by another newsarchive (spool version {version}, not {_VERSION})")
        self._run(_TABLES, _VERSION)
        return None

    def _run(self, script: str, version: int) -> None:
        self._connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {version}; COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside a transaction that is committed at the end, rolled back on an exception.

        Raises:
            ArchiveError: the disk is full or fails; nothing of the transaction is kept.
        """
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                reached("transaction-written")
                self._connection.execute("COMMIT")
                reached("transaction-committed")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for looking things up."""
        with self._lock, self._translated():
            yield self._connection

    @contextmanager
    def staging(self) -> Iterator[sqlite3.Connection]:
        """Give a connection of its own, with an empty file attached as `stage`, that sorts on the disk."""
        stage = self._path.with_name("stage.sqlite")
        with self._lock, self._translated():
            stage.unlink(missing_ok=True)
            try:
                with closing(sqlite3.connect(self._path, isolation_level=None, timeout=30)) as connection:
                    connection.execute("PRAGMA synchronous = FULL")
                    connection.execute(f"PRAGMA cache_size = -{_STAGING_KIB}")
                    connection.execute("ATTACH DATABASE ? AS stage", (str(stage),))
                    yield connection
            finally:
                stage.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            damaged = type(error) in {sqlite3.DatabaseError, UnicodeDecodeError}
            hint = "; `newsarchive doctor` says what to do" if damaged else ""
            raise ArchiveError(f"the spool {self._path} cannot be used: {error}{hint}") from error
