"""The index's SQLite file: what it holds, where it is, and how it is opened.

It is a cache: everything in it comes from the archive, and a file of another version is made again. Counts of
`articles` are of those that are no copies of others; `copies` are beside them.
"""

import hashlib
import re
import sqlite3
from pathlib import Path

from newsarchive.errors import UsageError
from newsarchive.spool.state import state_folder

VERSION = "2"
UNDATED = -1_000_000
"""The day of articles without a publication date; all others count from 1970-01-01."""

_SCHEMA = """
CREATE TABLE fact(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE manifest(key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE segment(key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE run(run_id TEXT PRIMARY KEY, finished INTEGER NOT NULL, report TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE crawled(day INTEGER, site TEXT, PRIMARY KEY (day, site)) WITHOUT ROWID;
CREATE TABLE article(
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL, latest INTEGER NOT NULL, site TEXT NOT NULL,
    language TEXT NOT NULL, day INTEGER NOT NULL, published TEXT NOT NULL, title TEXT NOT NULL, cluster TEXT NOT NULL,
    duplicate_of TEXT NOT NULL, copy INTEGER NOT NULL, tags TEXT NOT NULL);
CREATE UNIQUE INDEX article_revision ON article(id, revision);
CREATE INDEX article_newest ON article(published, n, copy) WHERE latest;
CREATE INDEX article_site ON article(site, published, n, copy) WHERE latest;
CREATE INDEX article_language ON article(language, published, n, copy) WHERE latest;
CREATE INDEX article_cluster ON article(cluster) WHERE cluster <> '';
CREATE INDEX article_duplicate ON article(duplicate_of) WHERE duplicate_of <> '';
CREATE TABLE record(n INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE tag(
    n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, articles INTEGER NOT NULL,
    copies INTEGER NOT NULL);
CREATE INDEX tag_most ON tag(articles DESC, key);
CREATE INDEX tag_most_with_copies ON tag((articles + copies) DESC, key);
CREATE TABLE article_tag(
    tag INTEGER, published TEXT, article INTEGER, copy INTEGER NOT NULL, PRIMARY KEY (tag, published, article))
    WITHOUT ROWID;
CREATE TABLE day_count(
    day INTEGER, site TEXT, language TEXT, articles INTEGER NOT NULL, copies INTEGER NOT NULL,
    PRIMARY KEY (day, site, language))
    WITHOUT ROWID;
CREATE TABLE tag_count(
    tag INTEGER, day INTEGER, site TEXT, articles INTEGER NOT NULL, copies INTEGER NOT NULL,
    PRIMARY KEY (tag, day, site))
    WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(title, body, marks, content='', columnsize=1,
    tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
"""
_WRITER_CACHE_KB = 64_000
_WRITER_LOG_PAGES = 16_000
_READER_CACHE_KB = 8_000


def index_path(uri: str, *, state: str = "") -> Path:
    """Return where the index of the archive at uri is: in its state folder, one file per archive."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", uri).strip("-.")[-40:]
    digest = hashlib.sha256(uri.encode()).hexdigest()[:8]
    return state_folder(uri, state) / "web" / f"{name}-{digest}-v{VERSION}.sqlite"


def open_writer(path: Path) -> sqlite3.Connection:
    """Return a connection that may change the index; it is made if it is not there, or not whole.

    Raises:
        UsageError: this Python's SQLite has no full-text search.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    discard_others(path)
    connection = _connect(path)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'fact'").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        discard(path)
        return open_writer(path)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA wal_autocheckpoint={_WRITER_LOG_PAGES}")
    connection.execute(f"PRAGMA cache_size=-{_WRITER_CACHE_KB}")
    if not made:
        _make(connection)
    return connection


def _make(connection: sqlite3.Connection) -> None:
    try:
        connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
    except sqlite3.OperationalError as error:
        raise UsageError(f"serve needs an SQLite with FTS5; this one is {sqlite3.sqlite_version}: {error}") from error


def open_reader(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot change the index."""
    connection = _connect(path)
    connection.execute("PRAGMA query_only=ON")
    connection.execute(f"PRAGMA cache_size=-{_READER_CACHE_KB}")
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)


def discard_others(path: Path) -> None:
    """Remove the same archive's indexes of other versions: nothing keeps them level, or takes out what is erased."""
    archive = path.name.rpartition("-v")[0]
    for other in path.parent.glob(f"{archive}-v*.sqlite"):
        if other != path:
            discard(other)
            other.with_suffix(".lock").unlink(missing_ok=True)


def discard(path: Path) -> None:
    """Remove an index."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
