"""`newsarchive check` as an operator runs it: a live server whose sites have faults, all of them declared."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsarchive import clock
from newsarchive.cli import main

ROOT = Path(__file__).parents[2]
BODY = " ".join(f"The council met for the {n}th time and spoke about the harbour and school {n}." for n in range(30))
SITES = {
    "fine": {},
    "gone": {"feeds": "('{base}/gone/old-feed', '{base}/gone/feed')"},
    "named": {"feeds": "('{base}/named/old-feed',)"},
    "moved": {},
    "away": {},
    "robots": {},
    "stale": {"tags_css": "'ul.tags a'", "drop": "('.advert',)", "expects": "('authors',)"},
    "language": {"language": "'fr'", "timezone": "'Europe/Paris'"},
    "pattern": {"article_pattern": "r'/story/\\d+'"},
    "empty": {},
    "refused": {},
    "sparse": {},
}
TOLD = {
    "gone": ["broken  feed {base}/gone/old-feed: it is gone (404)"],
    "named": ["broken  feed {base}/named/old-feed: it is gone (404)", "→ declare {base}/named/feed instead"],
    "moved": ["note    feed {base}/moved/feed: has moved to {base}/fine/feed"],
    "away": [
        "broken  feed {base}/away/feed: all of its 4 links lead to localhost",
        "→ add 'localhost' to allowed_domains",
    ],
    "robots": ["broken  feed {base}/robots/feed: robots.txt forbids it"],
    "stale": [
        "broken  authors: none of 3 articles has any, which the declaration expects",
        "broken  tags_css: 'ul.tags a' matches nothing on 3 articles",
        "note    drop: '.advert' matches nothing on 3 articles",
    ],
    "language": ["broken  language: 3 of 3 articles are in 'en', declared is 'fr'", '→ language = "en"', "-05:00"],
    "pattern": ["broken  feed {base}/pattern/feed: none of 4 links fits article_pattern", 'article_pattern = r"'],
    "empty": ["broken  feed {base}/empty/feed: gives nothing: no entries"],
    "refused": ["broken  feed {base}/refused/feed: the site refuses us (http-403)"],
    "sparse": ["note    articles: {base}/sparse/2026/11/20/harbour-news-number-1: not an article: no-body"],
}


class Handler(BaseHTTPRequestHandler):
    """Answers for every site of the table, each below a path of its own."""

    def do_GET(self) -> None:
        """Send what the path answers."""
        host = self.headers["Host"]
        status, kind, text = answer(self.path, f"http://{host}")
        self.send_response(status)
        if status == 301:
            self.send_header("Location", text)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def answer(path: str, base: str) -> tuple[int, str, str]:
    """Return status, content type and body."""
    if path == "/robots.txt":
        return 200, "text/plain", "User-agent: *\nDisallow: /robots/\nCrawl-delay: 0.01\n"
    _, site, *rest = path.split("/")
    if rest == ["feed"]:
        return feed(site, base)
    if not site:
        return 200, "text/html", "<title>All sites</title>"
    if rest == [""]:
        return 200, "text/html", f"<title>Front</title><link rel=alternate type=application/rss+xml href=/{site}/feed>"
    return page(site, rest[-1]) if len(rest) == 4 else (404, "text/html", "<p>gone</p>")


def feed(site: str, base: str) -> tuple[int, str, str]:
    """Return the feed of a site."""
    if site in ("moved", "refused"):
        return (301, "text/plain", f"{base}/fine/feed") if site == "moved" else (403, "text/html", "<p>no</p>")
    there = base.replace("127.0.0.1", "localhost") if site == "away" else base
    links = (f"{there}/{site}/2026/11/20/harbour-news-number-{n}" for n in range(0 if site == "empty" else 4))
    now = clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    items = "".join(f"<item><title>Harbour</title><link>{link}</link><pubDate>{now}</pubDate></item>" for link in links)
    return 200, "text/xml", f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"


def page(site: str, name: str) -> tuple[int, str, str]:
    """Return a site's article; one page of the sparse site has none."""
    text = "" if (site, name[-1]) == ("sparse", "1") else f"<p>{name}. {BODY}</p>"
    published = "<meta property=article:published_time content=2026-11-20T08:00:00-05:00>"
    kind = "" if not text else "<meta property=og:type content=article>"
    return (
        200,
        "text/html",
        f"<html lang=en><title>{name}</title>{kind}{published}<article><h1>{name}</h1>{text}</article>",
    )


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """The server's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def project(base: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that declares every site of the table."""
    folder = tmp_path_factory.mktemp("project")
    assert main(["init", str(folder)]) == 0
    (folder / "quick.py").write_text(
        "from newsarchive.settings import *\nDOWNLOAD_DELAY = 0\nAUTOTHROTTLE_ENABLED = False\nRETRY_TIMES = 0\n"
    )
    for name, told in SITES.items():
        declared = {
            "name": repr(name),
            "publisher": "'Ours'",
            "country": "'US'",
            "language": "'en'",
            "allowed_domains": "('127.0.0.1',)",
            "feeds": f"('{base}/{name}/feed',)",
            "article_pattern": "r'/2026/11/'",
            **{key: value.replace("{base}", base) for key, value in told.items()},
        }
        lines = "".join(f"    {key} = {value}\n" for key, value in declared.items())
        text = f"from newsarchive.crawl.site import SiteSpider\n\n\nclass ASpider(SiteSpider):\n{lines}"
        (folder / "spiders" / f"{name}.py").write_text(text)
    return folder


def check(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in the project, without waiting between requests for politeness' sake."""
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "quick", "PYTHONPATH": f"{project}:{ROOT}"}
    return subprocess.run(
        [sys.executable, "-m", "newsarchive", "check", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def everything(project: Path) -> subprocess.CompletedProcess[str]:
    """A check of every site at once."""
    return check(project, "--all", "--allow-private")


def section(text: str, site: str) -> str:
    """Return what was printed of one site."""
    return text.split(f"\n{site}\n")[1].split("\n\n", maxsplit=1)[0]


@pytest.mark.parametrize("site", sorted(TOLD))
def test_a_fault_is_named_with_its_remedy(everything: subprocess.CompletedProcess[str], base: str, site: str) -> None:
    """In the section of its site, and the command ends with 3."""
    assert (everything.returncode, everything.stderr) == (3, "")
    found = section(everything.stdout, site)
    for line in TOLD[site]:
        assert line.format(base=base) in found
    wrong = [line for line in TOLD[site] if line.startswith("broken")]
    assert found.count("broken  ") == len(wrong), found


def test_a_sound_site_is_fine(project: Path, base: str) -> None:
    """Exit 0, and a table of what was found in its articles, and from where."""
    done = check(project, "fine", "--allow-private")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"feed {base}/fine/feed: 4 of 4 links fit article_pattern" in done.stdout
    assert "asks for 0.01 s between requests" in done.stdout
    rows = {row[0]: row[1:] for line in done.stdout.splitlines() if len(row := line.split(maxsplit=4)) > 4}
    assert rows["title"][:3] == ["3", "of", "3"]
    assert rows["date_published"][3].strip().endswith("2026-11-20T13:00:00Z")
    assert not (project / "archive").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("finne",), 2, "did you mean 'fine'?"),
        (("fine",), 3, "its host has a private address"),
        ((), 2, "name a site to check, or give --all"),
    ],
)
@pytest.mark.slow
def test_what_cannot_be_checked_is_said(project: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    """With the exit code of the tree of errors."""
    done = check(project, *arguments)
    assert (done.returncode, told in done.stdout + done.stderr) == (code, True)
