"""The spool's records of runs: reports to be delivered, and where a run's articles are."""

import sqlite3
from dataclasses import dataclass


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


def put(connection: sqlite3.Connection, run_id: str, state: str, report: str) -> None:
    """Store a run's report as it stands."""
    connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?)", (run_id, state, report))


def undelivered(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Return run id, state and report of the runs to be reported."""
    return [tuple(row) for row in connection.execute("SELECT run_id, state, report FROM run ORDER BY run_id")]


def remove(connection: sqlite3.Connection, run_id: str) -> None:
    """Forget a run whose report is in the archive."""
    connection.execute("DELETE FROM run WHERE run_id = ?", (run_id,))


def lines(connection: sqlite3.Connection, run_id: str) -> RunLines:
    """Return where a run's articles are."""
    (done,) = connection.execute(
        "SELECT coalesce(sum(count), 0) FROM segment WHERE run_id = ? AND state = 'committed'", (run_id,)
    ).fetchone()
    (waiting,) = connection.execute("SELECT count(*) FROM line WHERE run_id = ?", (run_id,)).fetchone()
    row = connection.execute("SELECT count FROM withdrawn WHERE run_id = ?", (run_id,)).fetchone()
    return RunLines(committed=int(done), pending=int(waiting), withdrawn=int(row[0]) if row else 0)
