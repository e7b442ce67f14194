"""Crawls whose store or disk begins to fail: everything accepted is kept, said, and delivered later, once."""

import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.demo.server import DemoServer
from newsarchive.spool import Spool
from newsarchive.storage import Storage, open_storage
from tests.conftest import Servers, slow
from tests.crawl.conftest import DEMO, ROOT, Run, wait_for_answers
from tests.failing_disk import is_possible
from tests.proxy import FAULTS, before, never
from tests.spool.conftest import check_chains
from tests.spool.trials import Looking

TRIED = FAULTS if os.environ.get("NEWSARCHIVE_TRIAL_FAULTS") == "all" else ("403", "503", "reset-after", "truncated")
FAILING_DISK = ROOT / "tests" / "failing_disk.py"


def backlog(state: Path) -> int:
    """Return how many articles wait in a spool."""
    with closing(Spool(state)) as spool:
        return spool.backlog()


def check_holds(storage: Storage, count: int) -> None:
    """Check that an archive is whole and holds so many articles, each once."""
    check_chains(storage)
    found = Counter(a.id for a in Archive(storage).articles(revisions="all", duplicates=True))
    assert (len(found), found.total()) == (count, count)


@pytest.mark.parametrize("fault", [f if f == "403" else pytest.param(f, marks=slow) for f in TRIED])
def test_a_store_that_begins_to_fail(  # noqa: PLR0913 - what a crawl before a proxy needs
    *,
    fault: str,
    server: DemoServer,
    servers: Servers,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The run never ends well with anything undelivered, and says how much; `flush` delivers it all, once.

    A reader that looks all the while finds consistent archives that only grow.
    """
    store = servers.get("moto")
    store.announce(monkeypatch)
    uri = f"s3://news/crawl-{fault}-{tmp_path.name}"
    storage = open_storage(uri, endpoint_url=store.endpoint)
    reader = Looking(storage)
    reader.start()
    with before(store.endpoint, lambda *_: fault if server.answers else "", stall_seconds=1.5) as proxy:
        given = {
            "NEWSARCHIVE_URI": uri,
            "NEWSARCHIVE_STATE": str(tmp_path / "state"),
            "NEWSARCHIVE_ENDPOINT_URL": proxy.endpoint,
            "NEWSARCHIVE_STORE_SECONDS": "1",
            "NEWSARCHIVE_DEMO_BASE": server.base,
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key,
        }
        crawled = run("crawl", "demo-ar", *DEMO, **given)
        left = backlog(tmp_path / "state")
        proxy.fault = never
        flushed = run("flush", **given)
    reader.stop()
    assert crawled.returncode == 4 or not left, crawled.stdout
    assert not left or f"{left} of them still in the spool" in crawled.stdout
    assert flushed.returncode == 0, flushed.stderr
    assert reader.problems == []
    assert len([key for key in storage.keys("runs/") if key.endswith(".json")]) == 1
    check_holds(storage, 4)


@slow
@pytest.mark.parametrize("answers", [0, 12])
@pytest.mark.skipif(not is_possible(), reason="system calls cannot be filtered here (needs Linux with seccomp)")
def test_a_disk_that_begins_to_fail(
    answers: int, server: DemoServer, run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """An fsync that fails ends the run with 4 and a sentence; what was accepted is delivered by the next `flush`."""
    told, archive, state = tmp_path / "told", tmp_path / "archive", tmp_path / "archive-state"
    command = [sys.executable, str(FAILING_DISK), str(told), "newsarchive", "crawl", "--all", *DEMO]
    given = environment | {"NEWSARCHIVE_DEMO_BASE": server.base, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=given, cwd=ROOT, stderr=subprocess.PIPE, text=True) as crawl:
        wait_for_answers(server, crawl, count=answers)
        told.touch()
        _, said = crawl.communicate(timeout=120)
    assert crawl.returncode == 4, said
    assert "/O error" in said or "Input/output error" in said
    assert not told.exists()
    accepted = backlog(state)
    flushed = run("flush")
    assert (flushed.returncode, flushed.stdout.split()[0]) == (0, str(accepted)), flushed.stderr
    assert run("crawl", "--all", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base).returncode == 0
    check_holds(open_storage(str(archive)), 21)
