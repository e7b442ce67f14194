"""What publishers reserve and opt out of, in whole crawls: recorded, obeyed, counted, and never kept as pages."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.conftest import QUICK, Run, archived
from tests.crawl.robots_sites import WORDS
from tests.raw.conftest import read_warc

DAY = "/2026/11/20/"
Answer = tuple[int, dict[str, str], bytes]
TDM_FILE = json.dumps([{"location": f"{DAY}reserved*", "tdm-reservation": 1}]).encode()
SAID: dict[str, tuple[dict[str, str], str, dict[str, str]]] = {
    "plain": ({}, "", {}),
    "no-archive-in-meta": ({}, "<meta name=robots content='index, noarchive'>", {"noarchive": "meta"}),
    "no-archive-in-header": ({"X-Robots-Tag": "newsarchive: noarchive"}, "", {"noarchive": "header"}),
    "no-archive-for-others": ({"X-Robots-Tag": "googlebot: noarchive"}, "", {}),
    "no-ai": ({}, "<meta name=robots content=noai>", {"noai": "meta"}),
    "expired": ({"X-Robots-Tag": "unavailable_after: 2020-01-01"}, "", {"unavailable_after": "2020-01-01T00:00:00Z"}),
    "mining-reserved": ({"tdm-reservation": "1"}, "", {"tdm": "header"}),
    "reserved-by-file": ({}, "", {"tdm": "file"}),
    "training-forbidden": ({}, "", {"ai_txt": "file"}),
}
STUB = "stub-with-no-archive"
REFUSED = {
    "no-archive-in-meta": "dropped/noarchive",
    "no-archive-in-header": "dropped/noarchive",
    "no-ai": "dropped/noai",
    "expired": "dropped/expired",
    "mining-reserved": "dropped/tdm-reserved",
    "reserved-by-file": "skipped/tdm-reserved",
    "training-forbidden": "skipped/ai-txt",
}


class Site(ThreadingHTTPServer):
    """A site with a page for each signal; `files` are those of the host, `asked` the paths with what they came with."""

    daemon_threads = True

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), _Handler)
        self.files: dict[str, Answer] = {
            "/.well-known/tdmrep.json": (200, {"ETag": '"1"'}, TDM_FILE),
            "/ai.txt": (200, {}, f"User-Agent: *\nDisallow: {DAY}training-*\n".encode()),
        }
        self.asked: list[tuple[str, str]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()

    @property
    def base(self) -> str:
        """The site's address."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def count(self, part: str) -> int:
        """Return how often paths with this part have been asked for."""
        return sum(part in path for path, _ in self.asked)


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        """Answer."""
        self.server.asked.append((self.path, self.headers.get("If-None-Match", "")))
        status, headers, body = self._answer()
        if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
            status, body = 304, b""
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> Answer:
        if self.path in self.server.files:
            return self.server.files[self.path]
        name = self.path.removeprefix(DAY)
        if name in SAID or name == STUB:
            return self._page(name)
        if self.path == "/":
            return 200, {}, b"<title>Front</title><link rel=alternate type=application/rss+xml href=/feed.xml>"
        if self.path == "/feed.xml":
            links = "".join(
                f"<item><title>t</title><link>{self.server.base}{DAY}{n}</link></item>" for n in (*SAID, STUB)
            )
            return 200, {}, f"<rss version='2.0'><channel><title>x</title>{links}</channel></rss>".encode()
        return 404, {}, b"nothing here"

    def _page(self, name: str) -> Answer:
        if name == STUB:
            return 200, {}, b"<meta name=robots content=noarchive><title>Stub</title>"
        headers, head, _ = SAID[name]
        body = f"<html lang=en>{head}<title>T</title><article><h1>Of {name}</h1><p>{WORDS.replace('harbour', name)}</p>"
        return 200, headers, f"{body}</article></html>".encode()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    """The site."""
    serving = Site()
    yield serving
    serving.shutdown()
    serving.server_close()


@pytest.fixture
def crawl(site: Site, run: Run, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Crawl the site; return the last report."""

    def call(*, code: int = 0, **settings: str) -> dict[str, Any]:
        quick = (*QUICK, "-s", "RETRY_TIMES=0", "-s", "DOWNLOAD_TIMEOUT=5", "-s", "NEWSARCHIVE_RAW=warc")
        done = run("crawl", "news", "-a", f"url={site.base}/", *quick, **settings)
        assert done.returncode == code, done.stdout + done.stderr
        reports = sorted((tmp_path / "archive" / "runs").rglob("*.json"))
        return {**json.loads(reports[-1].read_text()), "printed": done.stdout}

    return call


def names(archive: Path) -> dict[str, Any]:
    """Return what is archived, by name of the page."""
    return {article.url.rpartition("/")[2]: article for article in archived(str(archive))}


def kept_pages(archive: Path) -> set[str]:
    """Return the names of the pages that are kept as fetched."""
    records = [r for path in (archive / "raw").rglob("*.gz") for r in read_warc(path.read_bytes())]
    return {r["WARC-Target-URI"].rpartition("/")[2] for r in records if r["type"] == "response"}


def test_signals_are_recorded_and_then_obeyed(site: Site, crawl: Callable[..., Any], tmp_path: Path) -> None:
    """By default all is archived with what is said, but no copy of a page with noarchive; `all` refuses the rest."""
    archive = tmp_path / "archive"
    crawl()
    found = names(archive)
    assert {name: json.loads(a.extra_json).get("rights", {}) for name, a in found.items()} == {
        name: rights for name, (_, _, rights) in SAID.items()
    }
    copied = {name for name, (_, _, rights) in SAID.items() if "noarchive" not in rights}
    assert {name for name, article in found.items() if article.raw_ref} == kept_pages(archive) == copied
    report = crawl(NEWSARCHIVE_OBEY="all", NEWSARCHIVE_REVISIT="always")
    counted = {f"{kind}/{why}": n for kind in ("skipped", "dropped") for why, n in report[kind].items()}
    expected = dict.fromkeys(REFUSED.values(), 1) | {"dropped/noarchive": 2, "dropped/unchanged": 2}
    assert counted == expected
    assert (site.count("reserved-by-file"), site.count("training-forbidden"), site.count("no-ai")) == (1, 1, 2)
    assert (site.count("tdmrep.json"), site.count("ai.txt")) == (1, 1)
    assert all(reason in report["printed"] for reason in REFUSED.values())
    lines = [line for path in (archive / "runs").rglob("*.jsonl") for line in path.read_text().splitlines() if line]
    (row,) = (row for row in map(json.loads, lines) if row["run_id"] == report["run_id"])
    assert json.loads(row["reasons_json"]).items() >= expected.items()


@pytest.mark.slow
def test_what_is_refused_leaves_nothing_and_is_not_asked_for_again(
    site: Site, crawl: Callable[..., Any], tmp_path: Path
) -> None:
    """Neither article nor page; the address is remembered; the host's files are asked for again after a day."""
    archive = tmp_path / "archive"
    crawl(NEWSARCHIVE_OBEY="all")
    allowed = {name for name in SAID if name not in REFUSED}
    assert set(names(archive)) == kept_pages(archive) == allowed
    spool = next(tmp_path.rglob("spool.sqlite"))
    with sqlite3.connect(spool) as connection:
        connection.execute("UPDATE origin_file SET fetched_at = fetched_at - 90000")
    connection.close()
    site.asked.clear()
    report = crawl(NEWSARCHIVE_OBEY="all")
    assert report["skipped"] == {"known": 8, "tdm-reserved": 1, "ai-txt": 1}
    assert site.count(DAY) == 0
    assert sorted(pair for pair in site.asked if pair[0] in site.files) == [
        ("/.well-known/tdmrep.json", '"1"'),
        ("/ai.txt", ""),
    ]


@pytest.mark.slow
def test_files_that_cannot_be_had_stop_nothing(site: Site, crawl: Callable[..., Any], tmp_path: Path) -> None:
    """An error and a way to a private address say nothing; what is said in pages is obeyed all the same."""
    private = Site("127.0.0.2")
    site.files["/.well-known/tdmrep.json"] = (500, {}, b"")
    site.files["/ai.txt"] = (302, {"Location": f"{private.base}/ai.txt"}, b"")
    report = crawl(NEWSARCHIVE_OBEY="all", NEWSARCHIVE_ALLOW_PRIVATE="127.0.0.1")
    private.shutdown()
    private.server_close()
    assert (report["skipped"], private.asked) == ({}, [])
    assert site.count("/ai.txt") == site.count("tdmrep.json") == 1
    assert {"reserved-by-file", "training-forbidden", "plain"} <= set(names(tmp_path / "archive"))
    assert report["dropped"]["tdm-reserved"] == 1


def test_what_is_opted_out_is_never_fetched(site: Site, crawl: Callable[..., Any], tmp_path: Path) -> None:
    """Not an address, not a host's robots.txt; a list that cannot be read stops the run before its first request."""
    listed = tmp_path / "optout.txt"
    listed.write_text(f"# asked by mail\n127.0.0.1{DAY}no-\nnews.example\n")
    report = crawl(NEWSARCHIVE_OPT_OUT=str(listed))
    assert report["skipped"] == {"opted-out": 4}
    assert site.count(f"{DAY}no-") == 0
    assert "plain" in names(tmp_path / "archive")
    site.asked.clear()
    listed.write_text("127.0.0.1\n")
    report = crawl(NEWSARCHIVE_OPT_OUT=str(listed))
    assert [tally["listings"] for tally in report["sites"].values()] == [{"opted-out": 1}]
    assert f"{site.base}/ is opted out of" in report["printed"]
    crawl(code=2, NEWSARCHIVE_OPT_OUT=str(tmp_path / "missing.txt"))
    crawl(code=2, NEWSARCHIVE_OBEY="noarchiv")
    assert site.asked == []
