"""The near-duplicate index beside the spool: labels, the window, and what a kill leaves."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from newsarchive.article import Article
from newsarchive.errors import ArchiveError
from newsarchive.spool import Spool, Submission
from newsarchive.traits import traits_of
from tests.conftest import article
from tests.neardup.wire import copied, text, wire
from tests.spool.conftest import accept, opened

WRITER = Path(__file__).with_name("writer.py")


def accepted(spool: Spool, *articles: Article) -> list[Article]:
    """Return articles as a spool has labelled them."""
    return [verdict.article for verdict in accept(spool, articles)]


@pytest.mark.parametrize("together", [True, False], ids=["one-batch", "single"])
def test_copies_are_labelled(tmp_path: Path, together: bool) -> None:  # noqa: FBT001 - a parameter
    """Each names the earliest archived one; the stranger nothing; also within one transaction."""
    articles = [wire(1, 7), wire(2, 7), wire(3, 8), wire(4, 7)]
    with opened(tmp_path) as spool:
        found = accepted(spool, *articles) if together else [accepted(spool, a)[0] for a in articles]
    first = articles[0].id
    assert [a.duplicate_of for a in found] == ["", first, "", first]
    assert [a.cluster for a in found] == ["", first, "", first]


def test_nothing_is_dropped(tmp_path: Path) -> None:
    """Near-duplicates are archived like any other."""
    with opened(tmp_path) as spool:
        accepted(spool, *(wire(n, 7) for n in range(1, 9)))
        assert spool.backlog() == 8


def test_labels_outlive_a_restart(tmp_path: Path) -> None:
    """What an earlier run has archived is found."""
    with opened(tmp_path) as spool:
        accepted(spool, wire(1, 7))
    with opened(tmp_path) as spool:
        assert accepted(spool, wire(2, 7))[0].duplicate_of == wire(1, 7).id


def test_an_abridgement_says_so(tmp_path: Path) -> None:
    """The edge is in `extra_json`, beside what is there; it has a direction."""
    whole, part = text(5), " ".join(text(5).split()[:110])
    with opened(tmp_path) as spool:
        long, short = accepted(spool, article(1, text=whole), article(2, text=part, extra_json='{"kept": 1}'))
        longer = accepted(spool, article(3, text=whole + " " + text(6)))[0]
    assert json.loads(long.extra_json) == {}
    assert json.loads(short.extra_json) == {"kept": 1, "abridges": long.id}
    assert json.loads(longer.extra_json)["extends"] in (long.id, short.id)


@pytest.mark.parametrize(("days", "found"), [(0, True), (13, True), (14, False)])
def test_the_window(tmp_path: Path, days: int, found: bool) -> None:  # noqa: FBT001 - a row's column
    """Texts are compared with those crawled up to 13 days before."""
    with opened(tmp_path) as spool:
        (first,) = accepted(spool, wire(1, 7, crawled_at="2026-11-01T23:00:00Z"))
        (later,) = accepted(spool, wire(2, 7, crawled_at=f"2026-11-{1 + days:02}T01:00:00Z"))
        assert later.duplicate_of == (first.id if found else "")
        assert (tmp_path / "near" / "2026-11-01.sqlite").exists() is found


def test_equal_texts_are_known_for_ever(tmp_path: Path) -> None:
    """An exact reprint names its original however old that is, and is of its cluster."""
    with opened(tmp_path) as spool:
        (first,) = accepted(spool, wire(1, 7, crawled_at="2026-01-01T23:00:00Z"))
        (reprint,) = accepted(spool, wire(2, 7, text=copied(text(7), 1), crawled_at="2026-11-01T23:00:00Z"))
    assert (reprint.duplicate_of, reprint.cluster) == (first.id, first.id)


def test_a_revision_is_no_copy_of_itself(tmp_path: Path) -> None:
    """Its own earlier state is left out."""
    with opened(tmp_path) as spool:
        accepted(spool, wire(1, 7))
        (again,) = accepted(spool, wire(1, 7, text=copied(text(7), 1) + " More to follow."))
    assert (again.revision, again.duplicate_of, again.cluster) == (2, "", "")


def test_traits_made_before_are_used(tmp_path: Path) -> None:
    """What an extraction worker makes labels as what is made here does."""
    one, other = wire(1, 7), wire(2, 7)
    with opened(tmp_path) as spool:
        given = Submission(article=other, seen=(), traits=traits_of(other))
        assert accepted(spool, one)[0].duplicate_of == ""
        (verdict,) = spool.accept([given])
        assert verdict.article.duplicate_of == one.id


def test_what_is_rolled_back_is_forgotten(tmp_path: Path) -> None:
    """An article whose transaction fails is nobody's original."""

    def failing(_: sqlite3.Connection) -> None:
        raise RuntimeError("the disk is full")

    with opened(tmp_path) as spool:
        with pytest.raises(RuntimeError):
            spool.write([lambda c: spool.near.enter(c, wire(1, 7)), failing])
        assert accepted(spool, wire(2, 7))[0].duplicate_of == ""


@pytest.mark.parametrize("harm", ["remove", "truncate", "other", "unnamed", "sketch", "schema"])
def test_a_damaged_index_stops_the_run(tmp_path: Path, harm: str) -> None:
    """A day that is missing, unreadable, of other parameters or without a whole sketch is never taken for empty."""
    with opened(tmp_path) as spool:
        accepted(spool, *(wire(n, n, crawled_at="2026-11-01T23:00:00Z") for n in range(20)))
    with opened(tmp_path):
        """A second start notes how many there are."""
    path = tmp_path / "near" / "2026-11-01.sqlite"
    _harm(path, harm)
    with pytest.raises(ArchiveError, match="near-duplicate index"):
        Spool(tmp_path)


def _harm(path: Path, harm: str) -> None:
    if harm == "remove":
        path.unlink()
    elif harm == "truncate":
        path.write_bytes(path.read_bytes()[:5_000])
    elif harm == "schema":
        path.write_bytes(path.read_bytes().replace(b"CREATE TABLE member", b"CR\xacATE TABLE \xffember"))
    elif harm == "unnamed":
        _execute(path, "DELETE FROM meta")
    elif harm == "sketch":
        path.with_suffix(".bands").unlink()
        _execute(path, "UPDATE member SET sketch = x'0102' WHERE number = 7")
    else:
        _execute(path, "UPDATE meta SET value = 'older' WHERE key = 'probe'")


def _execute(path: Path, statement: str, *values: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def test_a_member_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    """Its bands lead to nothing."""
    with opened(tmp_path) as spool:
        accepted(spool, *(wire(n, n, crawled_at="2026-11-01T23:00:00Z") for n in range(20)))
    with opened(tmp_path):
        """A second start leaves nothing to be entered again."""
    _execute(tmp_path / "near" / "2026-11-01.sqlite", "DELETE FROM member WHERE id = ?", wire(7, 7).id)
    with opened(tmp_path) as spool, pytest.raises(ArchiveError, match="run newsarchive rebuild-index"):
        accepted(spool, wire(107, 7, crawled_at="2026-11-02T23:00:00Z"))


def _lost(body: bytes) -> bytes:
    return body[:40] + bytes(16) + body[56:]


@pytest.mark.parametrize(
    "harm",
    [lambda _: None, lambda _: b"", lambda _: b"damaged", lambda body: body[:-8], lambda body: body + bytes(8), _lost],
)
def test_the_bands_file_only_saves_time(tmp_path: Path, harm: Callable[[bytes], bytes | None]) -> None:
    """Without it, or with a damaged one, the same is found."""
    with opened(tmp_path) as spool:
        accepted(spool, wire(1, 7, crawled_at="2026-11-01T23:00:00Z"))
    bands = tmp_path / "near" / "2026-11-01.bands"
    sound = bands.read_bytes()
    left = harm(sound)
    bands.unlink() if left is None else bands.write_bytes(left)
    with opened(tmp_path) as spool:
        assert accepted(spool, wire(2, 7))[0].duplicate_of == wire(1, 7).id
    assert bands.read_bytes() == sound


def test_the_bands_of_a_day_are_written_when_members_have_come(tmp_path: Path) -> None:
    """A start and an end leave those of other days alone: they are many bytes."""
    with opened(tmp_path) as spool:
        accepted(spool, *(wire(n, n, crawled_at=f"2026-11-0{n}T23:00:00Z") for n in (1, 2)))
    first, second = (tmp_path / "near" / f"2026-11-0{n}.bands" for n in (1, 2))
    before = first.stat().st_ino, second.read_bytes()
    with opened(tmp_path) as spool:
        accepted(spool, wire(3, 3, crawled_at="2026-11-02T23:30:00Z"))
    assert first.stat().st_ino == before[0]
    assert second.read_bytes() != before[1]


def _kill_after(folder: Path, place: str, count: int) -> Sequence[str]:
    """Run a writer that kills itself at a place, and return the ids that it had on the disk."""
    done = subprocess.run(
        [sys.executable, WRITER, folder, place, str(count)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("place", ["before-commit", "after-commit", "after-window"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_kill_heals_at_the_next_start(tmp_path: Path, place: str, count: int) -> None:
    """The index knows exactly what the spool holds, wherever the process died."""
    _kill_after(tmp_path, place, count)
    with opened(tmp_path) as spool:
        kept = count if place != "before-commit" else count - 1
        assert spool.backlog() == kept
        found = accepted(spool, *(wire(50 + n, n) for n in range(count)))
    assert [bool(a.duplicate_of) for a in found] == [n < kept for n in range(count)]


def _leave_at_every_statement(folder: Path, left: Path, patch: pytest.MonkeyPatch) -> None:
    """Have SQLite copy a folder into `left`, each time to a folder more, before every statement."""
    connect = sqlite3.connect

    def watched(*args: Any, **kwargs: Any) -> sqlite3.Connection:  # noqa: ANN401 - as connect has them
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(
            lambda _: shutil.copytree(folder, left / f"{len(list(left.iterdir()))}", dirs_exist_ok=True)
        )
        return connection

    patch.setattr(sqlite3, "connect", watched)


def test_a_kill_at_any_statement_of_the_first_start_heals(tmp_path: Path) -> None:
    """A folder left at any statement that makes the spool, the index and its first day is used by the next start."""
    folder, left = tmp_path / "spool", tmp_path / "left"
    folder.mkdir()
    left.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        _leave_at_every_statement(folder, left, patch)
        with opened(folder) as spool:
            accepted(spool, wire(1, 7))
    days = 0
    for copy in left.iterdir():
        days += (copy / "near" / "2026-11-11.sqlite").exists()
        with opened(copy) as spool:
            waiting = spool.backlog()
            found = accepted(spool, wire(2, 7))[0]
        assert found.duplicate_of == (wire(1, 7).id if waiting else "")
    assert days > 10


def test_the_spool_forgets_sketches_that_are_settled(tmp_path: Path) -> None:
    """The queue does not grow."""
    with opened(tmp_path) as spool:
        accepted(spool, *(wire(n, n) for n in range(30)))
    with opened(tmp_path):
        pass
    connection = sqlite3.connect(tmp_path / "spool.sqlite")
    assert connection.execute("SELECT count(*) FROM sketch").fetchone() == (0,)
    connection.close()
