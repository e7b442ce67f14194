"""The history beside the spool: whatever becomes of its file or of the clock, the state of a site is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive import clock
from newsarchive.archive import layout, ledger
from newsarchive.archive.ledger import LedgerRow
from newsarchive.cli import main
from newsarchive.cli.report import _latest
from newsarchive.watch import metrics
from newsarchive.watch.history import History

NOW = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)
ROW = LedgerRow(run_id="20261123t061500z-0a1b2c", site="rfi", started_at=clock.stamp(NOW), state="blocked")


def _later(days: int) -> LedgerRow:
    began = NOW + timedelta(days=days)
    return replace(ROW, run_id=f"{began:%Y%m%dt%H%M%Sz}-0a1b2c", started_at=clock.stamp(began), state="ok")


def test_a_run_of_the_future_hides_no_later_one() -> None:
    """A clock that was a year ahead for one run; what is known by no other is told all the same."""
    history = History(":memory:")
    history.add([_later(365)])
    assert [row.state for row in history.latest(NOW)] == ["ok"]
    history.add([ROW])
    assert [row.state for row in history.latest(NOW + timedelta(days=1))] == ["blocked"]
    history.close()


def test_the_last_report_is_none_of_the_future() -> None:
    """Unless there is no other."""
    now = clock.now()
    keys = [layout.run_key(f"{now + timedelta(days=days):%Y%m%dt%H%M%Sz}-0a1b2c") for days in (-2, -1, 365)]
    assert _latest(keys) == keys[1]
    assert _latest(keys[2:]) == keys[2]
    assert not _latest([])


def test_a_file_that_cannot_be_had_is_replaced_by_the_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder in its place; the states are told."""
    (tmp_path / "state" / "history.sqlite").mkdir(parents=True)
    row = replace(ROW, started_at=clock.stamp(clock.now()), run_id=f"{clock.now():%Y%m%dt%H%M%Sz}-0a1b2c")
    path = tmp_path / "archive" / layout.ledger_key(row.run_id)
    path.parent.mkdir(parents=True)
    path.write_bytes(ledger.encode(row))
    assert main(["status", "--uri", str(tmp_path / "archive"), "--state", str(tmp_path / "state")]) == 0
    assert "blocked" in capsys.readouterr().out


def test_a_metrics_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """A folder in its place; the part that was written is gone."""
    (tmp_path / "news.prom").mkdir()
    with pytest.raises(OSError, match=r"news\.prom"):
        metrics.write(tmp_path / "news.prom", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["news.prom"]
