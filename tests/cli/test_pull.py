"""`newsarchive pull`: an archive in a bucket becomes a folder, also when it is killed on the way."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsarchive.storage import Storage, open_storage
from tests.archive.test_reader import archive_into
from tests.cli.conftest import Command
from tests.conftest import Server, article

EVERY = ("read", "--all-revisions", "--duplicates", "--uri")
DAYS = 24


@pytest.fixture
def source(server: Server, tmp_path: Path) -> tuple[str, Path]:
    """An archive of many segments in a bucket, and the same as a folder."""
    folder = tmp_path / "archive"
    archive_into(folder, [[article(n, crawled_at=f"2026-10-{n % 28 + 1:02}T06:00:00Z")] for n in range(DAYS)])
    uri = f"s3://news/{tmp_path.name}"
    _copy(folder, open_storage(uri, endpoint_url=server.endpoint))
    return uri, folder


def _copy(folder: Path, bucket: Storage) -> None:
    for path in (p for p in folder.rglob("*") if p.is_file()):
        bucket.put_new(str(path.relative_to(folder)), path.read_bytes())


def test_a_killed_pull_is_finished_by_the_next(
    run: Command, server: Server, source: tuple[str, Path], tmp_path: Path
) -> None:
    """What is there meanwhile can be read or is empty, never damaged; nothing is copied twice."""
    uri, folder = source
    target = tmp_path / "copy"
    words = ["pull", str(target), "--uri", uri, "--endpoint-url", server.endpoint]
    environment = os.environ | {"NEWSARCHIVE_CACHE": "none"}
    with subprocess.Popen([sys.executable, "-m", "newsarchive", *words], env=environment) as process:
        while process.poll() is None and len(list(target.glob("articles/*/*/*.gz"))) < DAYS // 4:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    here = len(list(target.glob("articles/*/*/*.jsonl.gz")))
    assert run("read", "--uri", target)[0] == 0
    code, out, _ = run(*words)
    assert code == 0
    every = len(list(folder.glob("articles/*/*/*.jsonl.gz")))
    assert out.startswith(f"{every - here} segments copied, {here} were there, ")
    assert run("verify", "--deep", "--uri", target)[0] == 0
    assert sorted(run(*EVERY, target)[1].splitlines()) == sorted(run(*EVERY, folder)[1].splitlines())
