"""Our WARCs in the tools of others: warcio's checker, and pywb in an environment of its own."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from warcio.checker import Checker

from newsarchive.crawl.run import keeps_pages
from newsarchive.demo.server import DemoServer
from newsarchive.errors import UsageError
from newsarchive.storage.folder import FolderStorage
from tests.crawl.conftest import DEMO, Run, archived, environment, free_port, run, server
from tests.raw.conftest import read_warc, referred

__all__ = ["environment", "run", "server"]
_PYWB = Path(os.environ.get("NEWSARCHIVE_TEST_PYWB") or Path("~/.cache/newsarchive-pywb").expanduser())


@pytest.fixture
def crawled(server: DemoServer, run: Run, tmp_path: Path) -> Path:
    """An archive of the demo's sites, crawled twice with its pages kept: the second time most are not modified."""
    for edition in (1, 2):
        server.edition = edition
        done = run(
            "crawl", "--all", *DEMO, "-s", "NEWSARCHIVE_RAW=warc", "-s", "NEWSARCHIVE_REVISIT=always",
            NEWSARCHIVE_DEMO_BASE=server.base,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    return tmp_path / "archive"


def kinds(archive: Path) -> list[str]:
    """Return the types of an archive's WARC records."""
    return [r["type"] for path in (archive / "raw").rglob("*.gz") for r in read_warc(path.read_bytes())]


def test_a_crawl_keeps_every_page(crawled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Warcio finds no fault; articles point at their pages, others are kept with reasons, unmodified ones are named."""
    found = kinds(crawled)
    reports = [json.loads(p.read_text()) for p in sorted((crawled / "runs").rglob("*.json"))]
    assert found.count("response") == sum(r["fetched"] for r in reports) - found.count("revisit") + sum(
        r["not_modified"] for r in reports
    )
    assert found.count("revisit") >= reports[1]["not_modified"] > 10
    assert found.count("request") == found.count("metadata") == found.count("response") + found.count("revisit")
    storage = FolderStorage(crawled)
    for article in archived(str(crawled)):
        (response,) = read_warc(referred(storage, article.raw_ref))
        assert response["WARC-Target-URI"] == article.url
    assert Checker(_Options([str(p) for p in (crawled / "raw").rglob("*.gz")])).process_all() == 0
    assert capsys.readouterr().out == ""


class _Options:
    """What `warcio check` is given."""

    def __init__(self, inputs: list[str]) -> None:
        self.inputs = inputs
        self.verbose = False


@pytest.mark.parametrize(
    ("given", "uri", "kept"),
    [
        ("", "./archive", False),
        ("", "s3://news", True),
        ("warc", "./archive", True),
        ("none", "s3://news", False),
    ],
)
def test_pages_are_kept_in_a_bucket_unless_told(given: str, uri: str, *, kept: bool) -> None:
    """And in a folder where told."""
    assert keeps_pages(given, uri) == kept


def test_an_unknown_setting_is_refused() -> None:
    """By name."""
    with pytest.raises(UsageError, match="NEWSARCHIVE_RAW is 'yes'"):
        keeps_pages("yes", "./archive")


@contextmanager
def _replayed(archive: Path, folder: Path) -> Iterator[str]:
    """Serve an archive's WARCs by pywb; yield its address."""
    wayback = _PYWB / "bin" / "wayback"
    if not wayback.exists():
        pytest.skip(f"no pywb in {_PYWB}: python -m venv {_PYWB} && {_PYWB}/bin/pip install pywb setuptools")
    folder.mkdir()
    warcs = [str(p) for p in (archive / "raw").rglob("*.gz")]
    manager = [str(_PYWB / "bin" / "wb-manager")]
    subprocess.run([*manager, "init", "news"], cwd=folder, check=True, capture_output=True, timeout=60)
    subprocess.run([*manager, "add", "news", *warcs], cwd=folder, check=True, capture_output=True, timeout=60)
    port = free_port()
    log = (folder / "log").open("wb")
    with (
        log,
        subprocess.Popen(
            [str(wayback), "-p", str(port), "-b", "127.0.0.1"], cwd=folder, stdout=log, stderr=log
        ) as process,
    ):
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/news"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("pywb does not answer")


def _fetched(url: str) -> bytes:
    try:
        with urlopen(url, timeout=30) as answer:  # noqa: S310 - our own address
            return bytes(answer.read())
    except HTTPError as error:
        raise AssertionError(f"{url}: {error}\n{error.read().decode()[:500]}") from error


@pytest.mark.slow
def test_pywb_replays_what_was_crawled(crawled: Path, tmp_path: Path) -> None:
    """Byte for byte, at the instant of each capture; an unmodified page is replayed from the one stored whole."""
    storage = FolderStorage(crawled)
    captures = [r for path in (crawled / "raw").rglob("*.gz") for r in read_warc(path.read_bytes())]
    with _replayed(crawled, tmp_path / "replay") as base:
        for article in archived(str(crawled)):
            (response,) = read_warc(referred(storage, article.raw_ref))
            dates = {
                r["WARC-Date"]
                for r in captures
                if r["type"] in ("response", "revisit") and r["WARC-Target-URI"] == article.url
            }
            newest = "".join(c for c in max(dates) if c.isdigit())
            assert _fetched(f"{base}/{newest}id_/{article.url}") == response["payload"]
    assert "revisit" in {r["type"] for r in captures}
