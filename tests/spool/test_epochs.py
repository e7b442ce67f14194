"""A copied spool: one copy goes on, the other is fenced off until it takes a name of its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.cli import main
from newsarchive.errors import FencedError, IntegrityError, StorageUnavailableError
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from newsarchive.storage import Storage, open_storage
from tests.conftest import article
from tests.spool.conftest import FaultyStorage, accept, check_holds, deliver, opened


def _delivered(spool: Spool, storage: Storage) -> None:
    deliver(spool, storage)


def _sealed(spool: Spool, storage: Storage) -> None:
    Delivery(spool, storage).level_index()
    spool.seal()


def _accepted(spool: Spool, storage: Storage) -> None:
    Delivery(spool, storage)


def _lost_answer(spool: Spool, storage: Storage) -> None:
    """Commit the segment as a run would that is killed before it can note that."""
    _sealed(spool, storage)
    delivery = Delivery(spool, storage)
    delivery._prepare()
    (sealed,) = spool.sealed(1)
    delivery._upload(sealed)
    storage.put_new(sealed.manifest_key, sealed.manifest)


STATES: list[Callable[[Spool, Storage], None]] = [_accepted, _sealed, _lost_answer, _delivered]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__.strip("_"))
def test_a_copy_is_fenced_and_goes_on_under_its_own_name(
    tmp_path: Path, store: Storage, state: Callable[[Spool, Storage], None]
) -> None:
    """Whatever the spool held when it was copied: nothing lost, nothing twice, on stores of every kind."""
    with opened(tmp_path / "one") as one:
        accept(one, [article(n) for n in range(1, 4)])
        state(one, store)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for name, number in (("one", 10), ("two", 20)):
        with opened(tmp_path / name) as spool:
            accept(spool, [article(number), article(30)])
            if name == "one":
                deliver(spool, store)
                continue
            with pytest.raises(FencedError, match=rf"copy of the state folder {tmp_path}/two .*--as-new-writer"):
                deliver(spool, store)
            check_holds(store, [1, 2, 3, 10, 30])
            delivery = Delivery(spool, store)
            delivery.take_new_name()
            delivery.deliver()
            assert spool.backlog() == 0
    check_holds(store, [1, 2, 3, 10, 20, 30])
    for name in ("one", "two"):
        with opened(tmp_path / name) as spool:
            accept(spool, [article(44)])
            deliver(spool, store)
    check_holds(store, [1, 2, 3, 10, 20, 30, 44])


def test_the_older_of_two_running_copies_is_fenced(tmp_path: Path, store: Storage) -> None:
    """Copied while it runs, as by a snapshot of a volume: the copy that begins later goes on."""
    with opened(tmp_path / "one") as one:
        accept(one, [article(1)])
        older = Delivery(one, store)
        older.deliver()
        shutil.copytree(tmp_path / "one", tmp_path / "two")
        with opened(tmp_path / "two") as two:
            accept(two, [article(2)])
            deliver(two, store)
            accept(one, [article(3)])
            with pytest.raises(FencedError):
                older.deliver()
            older.take_new_name()
            older.deliver()
            accept(two, [article(4)])
            deliver(two, store)
    check_holds(store, [1, 2, 3, 4])


def test_of_two_copies_that_claim_at_once_one_goes_on(tmp_path: Path, storage: FaultyStorage) -> None:
    """Both have looked and found the epoch free; the condition of the put decides."""
    with opened(tmp_path / "one") as one:
        accept(one, [article(1)])
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with opened(tmp_path / "one") as one, opened(tmp_path / "two") as two:
        accept(two, [article(2)])
        first, second = Delivery(one, storage), Delivery(two, storage)
        first.level_index()
        second.level_index()
        first.deliver()
        with pytest.raises(FencedError):
            second.deliver()
    check_holds(storage, [1])


def test_a_claim_whose_answer_was_lost_is_our_own(tmp_path: Path, storage: FaultyStorage) -> None:
    """A run that does not know whether it has begun an epoch begins the next one."""
    storage.fails = lambda n: "after" if n == 1 else ""
    with opened(tmp_path) as spool:
        accept(spool, [article(1)])
        with pytest.raises(StorageUnavailableError):
            deliver(spool, storage)
    with opened(tmp_path) as spool:
        deliver(spool, storage)
        assert [key.rpartition("/")[2] for key in storage.keys("writers/")] == ["00000001.json", "00000002.json"]
    check_holds(storage, [1])


def test_a_run_with_nothing_to_deliver_begins_no_epoch(tmp_path: Path, storage: FaultyStorage) -> None:
    """Epochs count deliveries, not runs."""
    for n in (1, 1, 2):
        with opened(tmp_path) as spool:
            accept(spool, [article(n)])
            deliver(spool, storage)
    assert len(list(storage.keys("writers/"))) == 2


def test_an_entry_of_a_copy_that_came_between_is_not_overwritten(tmp_path: Path, storage: FaultyStorage) -> None:
    """The last defence: the entry's own put is refused, and says what to do."""
    with opened(tmp_path / "one") as one:
        accept(one, [article(1)])
        delivery = Delivery(one, storage)
        delivery.level_index()
        one.seal()
        (sealed,) = one.sealed(1)
        storage.put_new(sealed.manifest_key, b"a copy's")
        with pytest.raises(FencedError):
            delivery.deliver()
        assert one.backlog() == 1
        assert storage.read(sealed.manifest_key) == b"a copy's"


def test_a_damaged_epoch_is_named(spool: Spool, storage: FaultyStorage) -> None:
    """What is no epoch is not taken for one."""
    accept(spool, [article(1)])
    storage.replace(f"writers/{spool.writer}/00000001.json", b"{}")
    with pytest.raises(IntegrityError, match=rf"writers/{spool.writer}/00000001.json is no epoch"):
        deliver(spool, storage)


def test_flush_gives_a_copy_its_own_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a user does it: exit code 4 with the command to type, then that command."""
    storage = open_storage(str(tmp_path / "archive"))
    with opened(tmp_path / "one") as one:
        one.bind(storage.uri)
        accept(one, [article(1)])
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    flush = ["flush", "--uri", storage.uri, "--state"]
    assert main([*flush, str(tmp_path / "one")]) == 0
    assert main([*flush, str(tmp_path / "two")]) == 4
    assert "newsarchive flush --as-new-writer" in capsys.readouterr().err
    assert main([*flush, str(tmp_path / "two"), "--as-new-writer"]) == 0
    assert main([*flush, str(tmp_path / "two")]) == 0
    check_holds(storage, [1])
