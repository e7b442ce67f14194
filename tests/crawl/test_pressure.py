"""A spool that fills up: the crawl waits for the archive, and ends well when that takes nothing."""

import asyncio
import json
from pathlib import Path

import pytest

from newsarchive.crawl.pressure import Pressure
from newsarchive.demo.server import DemoServer
from newsarchive.errors import ArchiveError
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from newsarchive.storage.folder import FolderStorage
from tests.conftest import article
from tests.crawl.conftest import DEMO, Run, free_port
from tests.spool.conftest import accept, opened

MEGABYTE = 1 << 20


def fill(spool: Spool, megabytes: float, number: int = 1) -> None:
    """Accept one large article."""
    accept(spool, [article(number, text="x" * int(megabytes * MEGABYTE))])


def test_what_waits_is_counted_in_bytes(tmp_path: Path) -> None:
    """Accepted, delivered, taken back by a failing transaction, and counted anew when opened again."""
    with opened(tmp_path / "state") as spool:
        assert spool.waiting_bytes() == 0
        fill(spool, 1)
        waiting = spool.waiting_bytes()
        assert MEGABYTE < waiting < 1.1 * MEGABYTE
        with pytest.raises(ZeroDivisionError):
            spool.write([lambda connection: connection.execute("DELETE FROM line"), lambda _: 1 // 0])
        assert spool.waiting_bytes() == waiting
    with opened(tmp_path / "state") as spool:
        assert spool.waiting_bytes() == waiting
        Delivery(spool, FolderStorage(tmp_path / "archive")).deliver()
        assert spool.waiting_bytes() == 0


def test_articles_wait_for_room(tmp_path: Path) -> None:
    """Those that come to a full spool go on as soon as a delivery has made room."""
    with opened(tmp_path / "state") as spool:
        pressure = Pressure(spool, limit_mb=1)
        fill(spool, 1.5)

        async def crawl() -> None:
            waiting = asyncio.ensure_future(pressure.room())
            await asyncio.sleep(0.05)
            assert not waiting.done()
            await asyncio.to_thread(Delivery(spool, FolderStorage(tmp_path / "archive")).deliver)
            await waiting

        assert pressure.full() == "2 MB wait, NEWSARCHIVE_SPOOL_MB is 1"
        asyncio.run(crawl())
        assert pressure.full() == ""


def test_without_room_the_run_is_given_up(tmp_path: Path) -> None:
    """Several deliveries that make no room are an error, which those that wait are told."""
    with opened(tmp_path / "state") as spool:
        pressure = Pressure(spool, limit_mb=1)
        pressure.check()
        fill(spool, 1.5)
        for _ in range(2):
            pressure.check()
        with pytest.raises(ArchiveError, match=rf"the spool {tmp_path}/state is full \(2 MB wait.*newsarchive flush"):
            pressure.check()
        pressure.give_up(ArchiveError())
        with pytest.raises(ArchiveError, match="is full"):
            asyncio.run(pressure.room())


def test_a_limit_of_none_is_the_disks(tmp_path: Path) -> None:
    """Without a limit much may wait."""
    with opened(tmp_path / "state") as spool:
        fill(spool, 3)
        assert Pressure(spool, limit_mb=0).full() == ""


@pytest.mark.slow
def test_a_crawl_into_a_full_spool_ends_well(server: DemoServer, run: Run, rclone: dict[str, str]) -> None:
    """The store stays down: the crawl waits, then stops with 4 and says why; flush delivers what was accepted."""
    state = Path(rclone["NEWSARCHIVE_STATE"])
    with opened(state) as spool:
        fill(spool, 1.5)
    dead = {**rclone, "NEWSARCHIVE_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}", "NEWSARCHIVE_SPOOL_MB": "1"}
    crawled = run("crawl", "demo-ar", *DEMO, **dead, NEWSARCHIVE_DEMO_BASE=server.base)
    assert crawled.returncode == 4, crawled.stderr
    assert "is full (2 MB wait, NEWSARCHIVE_SPOOL_MB is 1)" in crawled.stdout
    assert run("flush", **rclone).stdout.split()[0] == "1"
    again = run("crawl", "demo-ar", *DEMO, **rclone, NEWSARCHIVE_SPOOL_MB="1", NEWSARCHIVE_DEMO_BASE=server.base)
    assert again.returncode == 0, again.stderr
    read = run("read", "--format", "jsonl", **rclone).stdout.splitlines()
    assert len([json.loads(line) for line in read]) == 1 + 4
