"""Several writers on one archive: nothing that another has archived is archived again, nothing that differs is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.dedup import Judgement
from newsarchive.errors import IntegrityError, StorageUnavailableError
from newsarchive.spool import Spool, sealing
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.sealing import Ripeness
from newsarchive.urls import url_key
from tests.conftest import RUN, article
from tests.spool.conftest import FaultyStorage, accept, check_archive, check_holds, deliver, opened, records

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, storage: FaultyStorage) -> Write:
    """Archive states of article 1, by title, as the writer of this name would."""

    def by(name: str, *titles: str) -> None:
        with opened(tmp_path / name) as other:
            for title in titles:
                accept(other, [article(1, title=title)])
                deliver(other, storage)

    return by


def states(storage: FaultyStorage) -> list[tuple[int, str]]:
    """Return revision and title of every archived state, after checking the archive."""
    check_archive(storage)
    return sorted((a.revision, a.title) for a in records(storage))


def test_another_writers_archive_is_known(spool: Spool, storage: FaultyStorage, write: Write) -> None:
    """A fresh state folder on an old archive archives only what is new or changed."""
    write("other", "one")
    Delivery(spool, storage).level_index()
    assert spool.look_up([url_key(article(1).url)])[url_key(article(1).url)].id == article(1).id
    verdicts = accept(spool, [article(1, title="one"), article(1, title="two"), article(2)])
    assert [v.judgement for v in verdicts] == [Judgement.UNCHANGED, Judgement.REVISED, Judgement.NEW]
    deliver(spool, storage)
    assert [entry for entry in states(storage) if "number" not in entry[1]] == [(1, "one"), (2, "two")]


def test_two_writers_by_turns_archive_each_state_once(write: Write, storage: FaultyStorage) -> None:
    """Each sees what the other has archived when it begins."""
    for n in range(6):
        write("even" if n % 2 == 0 else "odd", f"state {n // 2}")
    assert states(storage) == [(1, "state 0"), (2, "state 1"), (3, "state 2")]


@pytest.mark.parametrize(
    ("archived", "waiting", "expected"),
    [
        ([("a", ["A"])], ["A"], ["A"]),
        ([("a", ["A"])], ["B"], ["A", "B"]),
        ([("a", ["A"])], ["A", "B"], ["A", "B"]),
        ([("a", ["A"])], ["B", "A"], ["A", "B", "A"]),
        ([("a", ["A"])], ["A", "B", "C"], ["A", "B", "C"]),
        ([("a", ["A", "B"])], ["C"], ["A", "B", "C"]),
        ([("a", ["A", "B"])], ["B"], ["A", "B"]),
        ([("a", ["A", "B"])], ["C", "B"], ["A", "B", "C", "B"]),
        ([("a", ["A"]), ("b", ["B"])], ["C"], ["A", "B", "C"]),
        ([("b", ["A"]), ("a", ["B"])], ["C"], ["A", "B", "C"]),
    ],
)
def test_lines_that_waited_give_way(  # noqa: PLR0913 - a table
    *,
    tmp_path: Path,
    storage: FaultyStorage,
    write: Write,
    archived: list[tuple[str, list[str]]],
    waiting: list[str],
    expected: list[str],
) -> None:
    """Accepted while the archive did not answer: what it already holds is withdrawn, what differs is a later revision.

    The reader's order of other writers' entries makes no difference.
    """
    with opened(tmp_path / "mine") as mine:
        delivery = Delivery(mine, storage)
        for title in waiting:
            accept(mine, [article(1, title=title)])
        for name, titles in archived:
            _named(tmp_path / name, name)
            write(name, *titles)
        delivery.deliver()
        assert states(storage) == list(enumerate(expected, 1))
        assert mine.run_lines(RUN).total == len(waiting)
        assert mine.run_lines(RUN).pending == 0
        assert accept(mine, [article(1, title=expected[-1])])[0].judgement is Judgement.UNCHANGED


def _named(folder: Path, name: str) -> None:
    """Give a new spool a writer's name, so that names decide the order of manifest entries."""
    with opened(folder) as made:
        made._set_meta("writer", f"w{name}")


def test_nothing_is_sealed_while_the_index_is_behind(spool: Spool, storage: FaultyStorage, write: Write) -> None:
    """An archive that cannot be listed may hold what waits."""
    write("other", "one")
    delivery = Delivery(spool, _Unlisted(storage.root))
    accept(spool, [article(1, title="one"), article(2)])
    with pytest.raises(StorageUnavailableError):
        delivery.deliver()
    assert (spool.seal(), spool.sealed(8), spool.backlog()) == (0, [], 2)
    assert deliver(spool, storage) == 1
    assert [title for _, title in states(storage)] == ["Article number 2", "one"]


class _Unlisted(FaultyStorage):
    def keys(self, prefix: str) -> Iterator[str]:
        """Fail."""
        raise StorageUnavailableError(f"{prefix} cannot be listed")


def test_an_archive_that_has_lost_its_entries_is_noticed(spool: Spool, storage: FaultyStorage, tmp_path: Path) -> None:
    """What this spool takes for archived must be there: else it would never be archived again."""
    accept(spool, [article(1)])
    deliver(spool, storage)
    elsewhere = FaultyStorage(tmp_path / "elsewhere")
    accept(spool, [article(2)])
    with pytest.raises(IntegrityError, match=rf"^{elsewhere.uri} lacks manifest/.*knows as delivered"):
        deliver(spool, elsewhere)
    assert list(elsewhere.keys("")) == []
    assert deliver(spool, storage) == 1


def test_a_commit_whose_answer_was_lost_is_no_other_writers(tmp_path: Path, storage: FaultyStorage) -> None:
    """A page that changed and changed back for good keeps all three states over a crash between commit and note."""
    storage.fails = {2: "after"}.get  # type: ignore[assignment]  # None means no fault
    with opened(tmp_path / "state") as mine:
        accept(mine, [article(1, title="A")])
        delivery = Delivery(mine, storage)
        with pytest.raises(StorageUnavailableError):
            delivery.deliver()
        for day, title in enumerate("BAAAA", 24):
            accept(mine, [article(1, title=title, crawled_at=f"2026-11-{day}T00:00:00Z")])
    with opened(tmp_path / "state") as mine:
        deliver(mine, storage)
    assert states(storage) == [(1, "A"), (2, "B"), (3, "A")]


def test_what_waits_sealed_gives_way_too(tmp_path: Path, storage: FaultyStorage, write: Write) -> None:
    """Sealed by a run that was killed, archived by another since: the segment is opened again under another name."""
    with opened(tmp_path / "mine") as mine:
        Delivery(mine, storage).level_index()
        accept(mine, [article(1, title="one"), article(2)])
        mine.seal()
    write("other", "one")
    with opened(tmp_path / "mine") as mine:
        assert deliver(mine, storage) == 1
        assert mine.run_lines(RUN).total == 2
    assert states(storage) == [(1, "Article number 2"), (1, "one")]


def test_what_another_archives_meanwhile_is_known_before_sealing(
    spool: Spool, storage: FaultyStorage, write: Write
) -> None:
    """Levelled at the start, and again before each seal: two long runs side by side archive an article once."""
    delivery = Delivery(spool, storage)
    delivery.level_index()
    accept(spool, [article(1, title="one"), article(2)])
    write("other", "one")
    assert delivery.deliver().articles == 1
    assert states(storage) == [(1, "Article number 2"), (1, "one")]


def test_a_large_backlog_becomes_segments_of_a_bounded_size(
    spool: Spool, storage: FaultyStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much has waited, a segment fits into memory; what a deadline leaves is delivered by the next call."""
    monkeypatch.setattr(sealing, "_WHOLE", Ripeness(bytes=1 << 20, count=10))
    accept(spool, [article(n) for n in range(105)])
    assert Delivery(spool, storage).deliver(seconds=0).articles == 10
    assert deliver(spool, storage) == 95
    check_holds(storage, range(105))
    assert sorted(m.count for _, m in Archive(storage).manifests()) == [5, *[10] * 10]
