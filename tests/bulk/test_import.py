"""Importing WARCs as a user does."""

import gzip
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import zstandard

from newsarchive.archive import Archive
from newsarchive.bulk.importing import _HEAD
from newsarchive.storage.s3 import connect
from tests.bulk.making import DATE, address, articles_of, command, objects, page, plain, report, warc
from tests.conftest import Servers
from tests.raw.conftest import read_warc, referred
from tests.spool.conftest import check_archive

PAGES: list[tuple[str, bytes, dict[str, Any]]] = [(address(n), page(n), {}) for n in range(1, 9)]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A WARC with eight articles."""
    path = tmp_path / "given.warc.gz"
    path.write_bytes(warc(PAGES))
    return path


def test_an_import_archives_the_articles_of_a_warc(workers: Path, given: Path) -> None:
    """With the instant of the WARC, and where in it each page is; the report's sums hold."""
    archive = workers
    assert command("import", given, "--uri", archive) == 0
    found = articles_of(archive)
    assert found.keys() == {url for url, _, _ in PAGES}
    data = given.read_bytes()
    for url, article in found.items():
        assert (article.crawled_at, article.discovered_via, article.site) == (DATE, "warc", "canal-example")
        assert article.tags == ("canal", "boats")
        offset, length = map(int, article.raw_ref.partition("#")[2].split("+"))
        assert url.encode() in gzip.decompress(data[offset : offset + length])
    ran = report(archive)
    assert (ran["discovered"], ran["fetched"], ran["archived"], ran["committed"]) == (8, 8, 8, 8)
    assert (ran["command"], ran["finish_reason"], ran["exit_code"]) == ("import", "finished", 0)
    check_archive(Archive.open(str(archive)).storage)


def test_importing_twice_changes_nothing(
    archive: Path, given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither under another name, nor with another state folder, nor where the first report has been lost."""
    command("import", given, "--uri", archive)
    before = objects(archive, "articles", "manifest", "runs")
    renamed = given.rename(tmp_path / "renamed.warc.gz")
    assert command("import", renamed, "--uri", archive) == 0
    assert "is in" in capsys.readouterr().out
    assert objects(archive, "articles", "manifest", "runs") == before
    for path in (archive / "runs").rglob("*.json"):
        path.unlink()
    assert command("import", renamed, "--uri", archive, "--state", tmp_path / "elsewhere") == 0
    after = objects(archive, "articles", "manifest")
    assert after == {k: v for k, v in before.items() if not k.startswith("runs")}
    assert report(archive)["dropped"] == {"known-later": 8}


@pytest.mark.parametrize("raw", ["none", "warc"])
def test_two_machines_make_the_same_objects(archive: Path, given: Path, tmp_path: Path, raw: str) -> None:
    """Whatever the file is called there."""
    command("import", given, "--uri", archive, "--raw", raw)
    renamed = given.rename(tmp_path / "renamed.warc.gz")
    command("import", renamed, "--uri", tmp_path / "other", "--raw", raw)
    kinds = ("articles", "manifest", "raw")
    assert objects(archive, *kinds) == objects(tmp_path / "other", *kinds)
    assert bool(objects(archive, "raw")) == (raw == "warc")


def test_pages_are_kept_where_that_is_asked_for(archive: Path, given: Path) -> None:
    """Then records point into the archive's own segments."""
    command("import", given, "--uri", archive, "--raw", "warc")
    storage = Archive.open(str(archive)).storage
    for n, (url, body, _) in enumerate(PAGES):
        (response,) = read_warc(referred(storage, articles_of(archive)[url].raw_ref))
        assert response["payload"] == body, n


@pytest.mark.parametrize(
    "make",
    [
        lambda: warc(PAGES, compress=plain),
        lambda: gzip.compress(warc(PAGES, compress=plain)),
        lambda: warc(PAGES, compress=zstandard.compress),
    ],
    ids=["plain", "gzip as a whole", "zstd"],
)
def test_every_compression_is_read(archive: Path, tmp_path: Path, make: Callable[[], bytes]) -> None:
    """And told by the bytes, not by the name."""
    path = tmp_path / "given"
    path.write_bytes(make())
    assert command("import", path, "--uri", archive) == 0
    assert len(articles_of(archive)) == 8


def test_what_is_no_article_is_counted_with_its_reason(archive: Path, tmp_path: Path) -> None:
    """Nothing is passed over in silence."""
    path = tmp_path / "mixed.warc.gz"
    path.write_bytes(
        warc(
            [
                PAGES[0],
                (address(20), page(20), {"status": 404}),
                (address(21), b"%PDF", {"headers": [("Content-Type", "application/pdf")]}),
                ("https://canal.example/", page(22), {}),
                (address(23), b"<html><title>Nothing</title></html>", {}),
                (address(24), b"", {"type": "metadata"}),
                (address(25), page(25), {"date": "yesterday"}),
                ("ftp://canal.example/26", page(26), {}),
                (address(27), b"<html></html>", {}),
                PAGES[0],
            ]
        )
        + warc([PAGES[1]])[:-200]
    )
    assert command("import", path, "--uri", archive) == 3
    ran = report(archive)
    assert ran["skipped"] == {"front-page": 1, "http-404": 1, "not-html": 1, "not-http": 1}
    assert ran["failed"] == {"no-date": 1, "truncated": 1}
    assert ran["rejected"] == {"no-body": 1, "not-html": 1}
    assert (ran["dropped"], ran["archived"]) == ({"unchanged": 1}, 1)
    assert ran["ignored"] == {"metadata": 1, "warcinfo": 2}


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_warc_gives_the_rest(archive: Path, tmp_path: Path, seed: int) -> None:
    """Flipped bits cost records, never the import."""
    chance = random.Random(seed)  # noqa: S311 - damage, repeatable
    data = bytearray(warc(PAGES))
    for _ in range(4):
        data[chance.randrange(1_000, len(data))] ^= 1 << chance.randrange(8)
    path = tmp_path / "damaged.warc.gz"
    path.write_bytes(data)
    assert command("import", path, "--uri", archive) == 3
    ran = report(archive)
    assert ran["archived"] >= 4
    assert ran["failed"].keys() <= {"damaged-gzip", "malformed", "truncated"}


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A WARC of 16 articles, longer than what it is told from others by."""
    noise = random.Random(1)  # noqa: S311 - bytes that do not compress away
    path = tmp_path / "long.warc.gz"
    padded: list[tuple[str, bytes, dict[str, Any]]] = [
        (address(n), page(n) + f"<!-- {noise.randbytes(8000).hex()} -->".encode(), {}) for n in range(16)
    ]
    path.write_bytes(warc(padded))
    assert path.stat().st_size > 2 * _HEAD
    return path


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        pytest.param(lambda data: data[:-5000], 3, id="cut within a record"),
        pytest.param(lambda data: data[: data.rfind(b"\x1f\x8b\x08")], 0, id="cut between records"),
        pytest.param(lambda data: data[:-5000] + bytes(100) + data[-4900:], 3, id="damaged"),
    ],
)
def test_a_whole_copy_gives_what_a_broken_one_lacked(
    archive: Path, long: Path, spoil: Callable[[bytes], bytes], code: int
) -> None:
    """An interrupted download is not taken for the WARC itself; from then on, importing changes nothing."""
    whole = long.read_bytes()
    long.write_bytes(spoil(whole))
    assert command("import", long, "--uri", archive) == code
    assert len(articles_of(archive)) == 15
    long.write_bytes(whole)
    assert command("import", long, "--uri", archive) == 0
    assert len(articles_of(archive)) == 16
    before = objects(archive, "articles", "manifest", "runs")
    assert command("import", long, "--uri", archive) == 0
    assert objects(archive, "articles", "manifest", "runs") == before
    check_archive(Archive.open(str(archive)).storage)


def test_an_older_page_is_no_revision(archive: Path, tmp_path: Path) -> None:
    """What is archived stays the latest; a newer page of the same article is a revision."""
    for name, date, title in (
        ("a", DATE, ""),
        ("old", "2020-01-01T00:00:00Z", "Old"),
        ("new", "2030-01-01T00:00:00Z", "New"),
    ):
        path = tmp_path / f"{name}.warc.gz"
        path.write_bytes(warc([(address(1), page(1, title=title), {"date": date})]))
        assert command("import", path, "--uri", archive) == 0
    latest = articles_of(archive)[address(1)]
    assert (latest.title, latest.revision) == ("New", 2)


def test_a_warc_is_read_over_http(archive: Path, given: Path) -> None:
    """From loopback only if that is allowed."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(given.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/{given.name}"
        assert command("import", url, "--uri", archive) == 2
        assert command("import", url, "--uri", archive, "--allow-private") == 0
        assert command("import", f"{url}.not", "--uri", archive, "--allow-private") == 2
        server.shutdown()
    assert len(articles_of(archive)) == 8


def test_a_warc_in_a_bucket_goes_into_an_archive_in_a_bucket(
    archive: Path, given: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its pages are kept there, since that is what a bucket is for."""
    server = servers.get("moto")
    server.announce(monkeypatch)
    monkeypatch.setenv("NEWSARCHIVE_ENDPOINT_URL", server.endpoint)
    connect(server.endpoint).put_object(Bucket="news", Key="others/given.warc.gz", Body=given.read_bytes())
    uri = f"s3://news/{tmp_path.name}"
    words = ("--uri", uri, "--state", archive)
    assert command("import", "s3://news/others/given.warc.gz", *words) == 0
    assert command("import", "s3://news/others/missing.warc.gz", *words) == 2
    storage = Archive.open(uri).storage
    assert len(articles_of(uri)) == 8
    assert all(read_warc(referred(storage, a.raw_ref)) for a in articles_of(uri).values())


@pytest.mark.parametrize("content", [b"", b"<html>no warc</html>"], ids=["empty", "html"])
def test_what_is_no_warc_is_refused(archive: Path, tmp_path: Path, content: bytes) -> None:
    """With exit code 2, before anything is written."""
    path = tmp_path / "given.html"
    path.write_bytes(content)
    assert command("import", path, "--uri", archive) == 2
    assert command("import", tmp_path / "missing", "--uri", archive) == 2
    assert not archive.exists()


def _killed_import(path: Path, archive: Path, *, after: int) -> None:
    """Start an import and kill it once the archive holds that many manifest entries, or it ends."""
    environment = {**os.environ, "NEWSARCHIVE_WORKERS": "2"}
    arguments = [sys.executable, "-m", "newsarchive", "import", str(path), "--uri", str(archive)]
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        spool = archive.with_name("archive-state") / "import" / "spool.sqlite"
        while process.poll() is None and _accepted(spool) < after:
            time.sleep(0.02)
        process.kill()


def _accepted(spool: Path) -> int:
    if not spool.exists():
        return 0
    with closing(sqlite3.connect(f"file:{spool}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])
        except sqlite3.OperationalError:  # its tables are being made
            return 0


@pytest.mark.slow
def test_a_killed_import_goes_on(archive: Path, tmp_path: Path) -> None:
    """Killed twice and finished, it has made the objects of one left alone; another machine goes on, too."""
    path = tmp_path / "long.warc.gz"
    path.write_bytes(warc([(f"https://site-{n % 3}.example/2026/{n}-boat-{n}", page(n), {}) for n in range(400)]))
    command("import", path, "--uri", tmp_path / "alone" / "archive")
    for after in (1, 150):
        _killed_import(path, archive, after=after)
    assert command("import", path, "--uri", archive) == 0
    kinds = ("articles", "manifest")
    assert objects(archive, *kinds) == objects(tmp_path / "alone" / "archive", *kinds)
    assert report(archive)["archived"] == 400
    moved = tmp_path / "moved" / "archive"
    _killed_import(path, moved, after=150)
    assert command("import", path, "--uri", moved, "--state", tmp_path / "elsewhere") == 0
    assert len(articles_of(moved)) == 400
    check_archive(Archive.open(str(moved)).storage)


def test_what_publishers_reserve_is_refused_here_too(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the headers and the page as they are in the WARC, and by the opt-out list; no copy of such a page is kept."""
    html = ("Content-Type", "text/html; charset=utf-8")
    said = page(2).replace(b"<head>", b"<head><meta name=robots content=noarchive>")
    records = [
        (address(1), page(1), {}),
        (address(2), said, {}),
        (address(3), page(3), {"headers": [html, ("X-Robots-Tag", "newsarchive: noarchive")]}),
        (address(4), page(4), {"headers": [html, ("TDM-Reservation", "1")]}),
        ("https://other.example/2026/10/5-boat", page(5), {}),
    ]
    path, listed = tmp_path / "given.warc.gz", tmp_path / "optout.txt"
    path.write_bytes(warc(records))
    listed.write_text("other.example\n")
    monkeypatch.setenv("NEWSARCHIVE_OPT_OUT", str(listed))
    assert command("import", path, "--uri", archive, "--raw", "warc") == 0
    found = articles_of(archive)
    assert {url: json.loads(a.extra_json).get("rights") for url, a in found.items()} == {
        address(1): None,
        address(2): {"noarchive": "meta"},
        address(3): {"noarchive": "header"},
        address(4): {"tdm": "header"},
    }
    assert {url for url, article in found.items() if article.raw_ref.startswith("raw/")} == {address(1), address(4)}
    monkeypatch.setenv("NEWSARCHIVE_OBEY", "noarchive,tdm")
    fresh = tmp_path / "fresh"
    assert command("import", path, "--uri", fresh, "--raw", "warc") == 0
    ran = report(fresh)
    assert (ran["skipped"], ran["dropped"]) == ({"opted-out": 1}, {"noarchive": 2, "tdm-reserved": 1})
    assert set(articles_of(fresh)) == {address(1)}
