"""The ledger of earlier runs, of every machine, kept beside the spool so that a run need not read all of it again."""

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from newsarchive import clock
from newsarchive.archive import Archive, ledger
from newsarchive.archive.ledger import LedgerRow
from newsarchive.watch.past import DAYS
from newsarchive.watch.verdict import State

_logger = logging.getLogger(__name__)
_AHEAD = timedelta(hours=1)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS row (
    run_id TEXT NOT NULL, site TEXT NOT NULL, started_at TEXT NOT NULL, line BLOB NOT NULL,
    PRIMARY KEY (site, started_at, run_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (run_id TEXT PRIMARY KEY, started_at TEXT NOT NULL) WITHOUT ROWID;
"""


class History:
    """The rows of five weeks, in a file that can be deleted at any time: the archive has them."""

    def __init__(self, path: Path | str) -> None:
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._connection.executescript(_SCHEMA)

    @classmethod
    def open(cls, path: Path) -> "History":
        """Return the history in a file; one that is none is made anew, in memory where even that is not possible."""
        try:
            return cls(path)
        except sqlite3.DatabaseError:
            pass
        try:
            path.unlink()
            return cls(path)
        except (sqlite3.Error, OSError) as error:
            _logger.warning("%s cannot be used, the archive is read instead: %s", path, error)
            return cls(":memory:")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def catch_up(self, archive: Archive, now: datetime) -> None:
        """Fetch the rows of runs that are not known here, and forget those that are too old; raises as a read does."""
        since = f"{now - timedelta(days=DAYS + 1):%Y-%m-%d}"
        known = {run_id for (run_id,) in self._connection.execute("SELECT run_id FROM known")}
        for _, rows in groupby(archive.runs(since=since, known=known), key=lambda row: row.run_id):
            self.add(list(rows))
        self._connection.execute("DELETE FROM row WHERE started_at < ?", (since,))
        self._connection.execute("DELETE FROM known WHERE started_at < ?", (since,))

    def add(self, rows: Sequence[LedgerRow]) -> None:
        """Enter the rows of one run."""
        values = [(row.run_id, row.site, row.started_at, ledger.encode(row)) for row in rows]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?)", values)
        runs = {(row.run_id, row.started_at) for row in rows}
        self._connection.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", runs)
        self._connection.execute("COMMIT")

    def of(self, site: str) -> list[LedgerRow]:
        """Return the rows of a site, oldest first."""
        found = self._connection.execute("SELECT line FROM row WHERE site = ? ORDER BY started_at, run_id", (site,))
        return [ledger.decode(line, where="the history beside the spool") for (line,) in found]

    def latest(self, now: datetime) -> list[LedgerRow]:
        """Return the last judged row of every site, by name; of one never judged, the last.

        A run of the future, by a clock that was wrong, counts only where there is no other.
        """
        names = [name for (name,) in self._connection.execute("SELECT DISTINCT site FROM row ORDER BY site")]
        latest = clock.stamp(now + _AHEAD)
        return [
            max(self.of(name), key=lambda row: (row.started_at <= latest, row.state != State.UNJUDGED, row.started_at))
            for name in names
        ]
