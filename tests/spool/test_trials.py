"""The trials of the commit protocol, small here and full in bench/durability.py: nothing lost, nothing twice."""

import os
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.errors import ArchiveError
from newsarchive.spool.delivery import Delivery
from newsarchive.storage import open_storage
from tests.conftest import KINDS, RUN, Server, Servers, article, slow
from tests.proxy import CONDITIONS, FAULTS, always, at_random, before, first
from tests.spool.conftest import accept, check_holds, opened
from tests.spool.trials import Looking, Outcome, failpoint_trial, kill_trial, steps

STEPS = steps()
LENGTHY = ("429", "503", "stall", "slow")


def check(outcome: Outcome) -> None:
    """Check that nothing is lost and nothing stored twice."""
    assert (outcome.lost, outcome.twice) == (0, 0)
    assert outcome.archived >= outcome.acknowledged > 0


def test_there_are_many_steps_to_end_at() -> None:
    """Accepting, sealing, putting, committing, cleaning up, adopting and reporting."""
    assert len(STEPS) >= 20


@pytest.mark.parametrize(
    ("names", "seed"),
    [(STEPS[::3], 0), pytest.param(STEPS, 1, marks=slow, id="all")],
)
def test_a_process_that_ends_at_any_step(tmp_path: Path, names: list[str], seed: int) -> None:
    """Each step is met, and what was acknowledged before it is archived once."""
    outcome = failpoint_trial(tmp_path, names, seed)
    assert [name for name in names if not outcome.endings[name]] == []
    check(outcome)


@pytest.mark.parametrize("kills", [5, pytest.param(30, marks=slow)])
def test_kill_at_any_time(tmp_path: Path, kills: int) -> None:
    """Random SIGKILLs over a folder, with a reader looking all the while."""
    uri = str(tmp_path / "archive")
    reader = Looking(open_storage(uri))
    reader.start()
    try:
        outcome = kill_trial(tmp_path, uri, ("", ""), kills)
    finally:
        reader.stop()
    assert reader.problems == []
    check(outcome)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Server:
    """An S3 server, met with little patience."""
    server = servers.get(request.param)
    server.announce(monkeypatch)
    monkeypatch.setenv("NEWSARCHIVE_STORE_SECONDS", "1")
    return server


def test_kill_at_any_time_before_a_failing_store(tmp_path: Path, store: Server) -> None:
    """Random SIGKILLs, 10 % of the puts fail and 10 % lose their answer."""
    kills = int(os.environ.get("NEWSARCHIVE_TRIAL_KILLS") or 4)
    with before(store.endpoint, at_random(kills)) as proxy:
        check(kill_trial(tmp_path, f"s3://news/kills-{tmp_path.name}", (proxy.endpoint, store.endpoint), kills))


@pytest.mark.parametrize("fault", [pytest.param(f, marks=slow) if f in LENGTHY else f for f in (*FAULTS, *CONDITIONS)])
def test_a_fault_of_the_store_loses_nothing(tmp_path: Path, store: Server, fault: str) -> None:
    """However it fails: an error as long as it does, and every article once when it does no longer."""
    uri = f"s3://news/fault-{fault}-{tmp_path.name}"
    with before(store.endpoint, always(fault), stall_seconds=1.5) as proxy, opened(tmp_path / "state") as spool:
        storage = open_storage(uri, endpoint_url=proxy.endpoint)
        accept(spool, [article(n) for n in range(3)])
        delivered = _tried(Delivery(spool, storage))
        assert spool.backlog() == 3 - delivered
        proxy.fault = first(fault, 1, "PUT")
        accept(spool, [article(n) for n in range(3, 6)])
        _tried(Delivery(spool, storage))
        proxy.fault = always("")
        Delivery(spool, storage).deliver()
        assert spool.backlog() == 0
        assert spool.run_lines(RUN).committed == 6
    check_holds(open_storage(uri, endpoint_url=store.endpoint), range(6))


def _tried(delivery: Delivery) -> int:
    try:
        return delivery.deliver().articles
    except ArchiveError:
        return 0


@pytest.mark.parametrize("fault", ["500", "truncated"])
@pytest.mark.parametrize("number", range(1, 14, 3))
def test_any_one_request_may_fail(
    tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch, fault: str, number: int
) -> None:
    """A request of a whole delivery fails as often as it is tried; the next delivery ends what was begun."""
    server = servers.get("moto")
    server.announce(monkeypatch)
    uri = f"s3://news/one-{tmp_path.name}"
    failing: list[str] = []

    def choose(method: str, path: str) -> str:
        request = f"{method} {path}"
        if request not in failing:
            failing.append(request)
        return fault if failing.index(request) == number - 1 else ""

    with before(server.endpoint, choose) as proxy, opened(tmp_path / "state") as spool:
        storage = open_storage(uri, endpoint_url=proxy.endpoint)
        accept(spool, [article(n, site=f"site-{n % 2}") for n in range(4)])
        _tried(Delivery(spool, storage))
        assert (
            len(list(Archive(open_storage(uri, endpoint_url=server.endpoint)).articles(duplicates=True)))
            + spool.backlog()
            >= 4
        )
        proxy.fault = always("")
        Delivery(spool, storage).deliver()
    check_holds(open_storage(uri, endpoint_url=server.endpoint), range(4))
