"""What goes wrong: the right exit code, one clear sentence, and nothing lost."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.demo.server import DemoServer
from tests.crawl.conftest import DEMO, EACH_CORE, ROOT, Run, archived, free_port, wait_for_answers

TOLD = "newsarchive crawl: "


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("demo-ar", "-a", "sinse=7d"), 2, "unknown argument 'sinse': did you mean 'since'?"),
        (("demo-ar", "-a", "since=yesterday"), 2, "'yesterday'"),
        (("demo-ar", "-a", "since=2026-11-02", "-a", "until=2026-11-01"), 2, "until"),
        (("demo-ar", "-a", "limit=ten"), 2, "limit is 'ten'"),
        (("demo-ar", "-a", "limit"), 2, "'limit' is malformed"),
        (("demo-ar", "-a", "urls=/nowhere.txt"), 2, "cannot read '/nowhere.txt'"),
        (("demo-ar", "-a", "edition=xx"), 2, "no edition 'xx'"),
        (("demo-arr",), 2, "unknown site 'demo-arr': did you mean 'demo-ar'?"),
        ((), 2, "name a site"),
        (("demo-ar", "-s", "DOWNLOAD_DELY=1"), 2, "did you mean 'DOWNLOAD_DELAY'?"),
        (("demo-ar", "-s", "NEWSARCHIVE_WORKERS=two"), 2, "NEWSARCHIVE_WORKERS is 'two'"),
        (("demo-ar", "-s", "NEWSARCHIVE_REVISIT=often"), 2, "'often'"),
        (("demo-ar", "--uri", "gopher://a/b"), 2, "unknown scheme"),
        (("demo-ar", "--uri", "s3://"), 2, "names no bucket"),
        (("demo-ar", "--uri", "/proc/nowhere/archive", "--state", "{tmp}/state"), 4, "/proc/nowhere"),
        (("demo-ar", "--state", "/proc/nowhere/state"), 4, "/proc/nowhere/state"),
        (("demo-ar", "--uri", "{tmp}/file/archive", "--state", "{tmp}/state"), 4, "{tmp}/file"),
        (("demo-ar", "--uri", "s3://bucket/x", "--state", "{tmp}/state"), 4, "no credentials"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_mistake_is_refused_with_one_clear_sentence(
    arguments: tuple[str, ...], code: int, said: str, run: Run, tmp_path: Path
) -> None:
    """Nothing is crawled, the sentence names the thing and its value, and the exit code says what kind it is."""
    (tmp_path / "file").write_text("a file where a folder should be")
    given = [text.replace("{tmp}", str(tmp_path)) for text in arguments]
    result = run("crawl", *given, "-s", "SPIDER_MODULES=newsarchive.demo.spiders")
    assert result.returncode == code, result.stderr
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith(TOLD)
    assert said.replace("{tmp}", str(tmp_path)) in last
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"NEWSARCHIVE_URI": "s3://nowhere/archive"}, "the bucket does not exist"),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "s3://news/archive"),
        ({"AWS_ACCESS_KEY_ID": "nobody"}, "s3://news/archive"),
    ],
    ids=["wrong-bucket", "wrong-secret", "wrong-key"],
)
def test_a_store_that_refuses_is_an_archive_error(
    change: dict[str, str], said: str, rclone: dict[str, str], run: Run, server: DemoServer
) -> None:
    """A wrong bucket or wrong credentials end a first run before it has crawled anything."""
    result = run("crawl", "demo-ar", *DEMO, **{**rclone, **change, "NEWSARCHIVE_DEMO_BASE": server.base})
    assert result.returncode == 4, result.stderr
    assert said in result.stderr.strip().splitlines()[-1]
    assert not server.answers


def test_a_crawl_into_s3_is_read_back(rclone: dict[str, str], run: Run, server: DemoServer) -> None:
    """The same archive in a bucket, with the same exit code."""
    result = run("crawl", "demo-ar", *DEMO, **rclone, NEWSARCHIVE_DEMO_BASE=server.base)
    assert result.returncode == 0, result.stderr
    read = run("read", "--format", "urls", **rclone)
    assert len(read.stdout.split()) == 4, read.stderr


def test_a_second_run_waits_its_turn(server: DemoServer, run: Run, environment: dict[str, str]) -> None:
    """While one run holds the state folder, another ends with 75 and says so."""
    command = [sys.executable, "-m", "newsarchive", "crawl", "demo-ar", "-s", "DOWNLOAD_DELAY=2", *DEMO[4:]]
    with subprocess.Popen(
        command, env=environment | {"NEWSARCHIVE_DEMO_BASE": server.base}, cwd=ROOT, stderr=subprocess.DEVNULL
    ) as first:
        while first.poll() is None and not server.answers:
            time.sleep(0.05)
        result = run("crawl", "demo-en", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base)
        first.send_signal(signal.SIGTERM)
        first.wait(60)
    assert result.returncode == 75
    assert "another run is using the state folder" in result.stderr


def test_an_unreachable_store_keeps_everything_in_the_spool(
    server: DemoServer, run: Run, rclone: dict[str, str]
) -> None:
    """The crawl finishes and exits 4; `flush` delivers all of it later, with the run's report."""
    dead = {**rclone, "NEWSARCHIVE_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    result = run("crawl", "demo-ar", "demo-de", *DEMO, **dead, NEWSARCHIVE_DEMO_BASE=server.base)
    assert result.returncode == 4, result.stderr
    assert "9 of them still in the spool" in result.stdout
    assert run("flush", **dead).returncode == 4
    flushed = run("flush", **rclone)
    assert (flushed.returncode, flushed.stdout.split()[0]) == (0, "9"), flushed.stderr
    assert len(run("read", "--format", "urls", **rclone).stdout.split()) == 9
    again = run("crawl", "demo-ar", "demo-de", *DEMO, **rclone, NEWSARCHIVE_DEMO_BASE=server.base)
    assert (again.returncode, "Nothing new" in again.stdout) == (0, True), again.stdout


def test_a_dead_site_fails_the_run(run: Run) -> None:
    """A site none of whose feeds can be fetched ends the run with 3, and is named."""
    result = run(
        "crawl", "demo-ar", *DEMO, "-s", "RETRY_TIMES=0", NEWSARCHIVE_DEMO_BASE=f"http://127.0.0.1:{free_port()}"
    )
    assert result.returncode == 3
    assert "demo-ar: none of its feeds, sitemaps and pages could be fetched" in result.stdout


def test_private_addresses_are_refused_unless_allowed(server: DemoServer, run: Run) -> None:
    """Without the setting, a loopback site is not fetched."""
    result = run("crawl", "demo-ar", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base, NEWSARCHIVE_ALLOW_PRIVATE="0")
    assert result.returncode == 3
    assert "private-address" in result.stdout
    assert not server.answers


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.slow)])
def test_kill_loses_nothing_and_stores_nothing_twice(
    kills: int, server: DemoServer, run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """Killed again and again at different moments, the same command in the end leaves a whole archive."""
    extra = {"NEWSARCHIVE_DEMO_BASE": server.base, **EACH_CORE}
    command = [sys.executable, "-m", "newsarchive", "crawl", "--all", *DEMO]
    for attempt in range(kills):
        with subprocess.Popen(command, env=environment | extra, cwd=ROOT, stderr=subprocess.DEVNULL) as crawl:
            wait_for_answers(server, crawl, count=1 + attempt * 7 % 30)
            os.kill(crawl.pid, signal.SIGKILL)
    finished = run("crawl", "--all", *DEMO, **extra)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    records = list(Archive.open(str(tmp_path / "archive")).articles(revisions="all", duplicates=True))
    assert len(records) == 21
    assert max(Counter(record.id for record in records).values()) == 1
    assert run("crawl", "--all", *DEMO, **extra).stdout.count("Nothing new") == 1
    assert len(archived(str(tmp_path / "archive"))) == 21
