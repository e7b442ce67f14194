"""Which pages are the same article, and what a site that changes under us leaves behind."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.conftest import QUICK, Run, archived

WORDS = "The harbour office said on Monday that nothing of the kind had been decided, and that it would wait. "


Crawl = Callable[..., dict[str, Any]]


@dataclass
class Site:
    """A site whose pages a test sets: path to (status, headers, body)."""

    pages: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    base: str = ""

    def feed(self, *paths: str) -> None:
        """Let the feed list paths."""
        items = "".join(f"<item><title>t</title><link>{self.base}{path}</link></item>" for path in paths)
        self.pages["/feed.xml"] = 200, {}, f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"

    def article(self, path: str, *, title: str, words: str, canonical: str = "", **headers: str) -> None:
        """Put an article at a path."""
        link = f"<link rel=canonical href='{self.base}{canonical}'>" if canonical else ""
        head = f"<title>{title}</title>{link}<meta property=article:published_time content=2026-11-20T08:00:00Z>"
        body = "".join(f"<p>{WORDS}{words} {n}.</p>" for n in range(6))
        html = f"<html lang=en><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
        self.pages[path] = 200, {k.replace("_", "-"): v for k, v in headers.items()}, html

    def answer(self, path: str, sent: dict[str, str]) -> tuple[int, dict[str, str], str]:
        """Return what is at a path, 304 if the validator sent is the page's."""
        self.asked[path] += 1
        status, headers, body = self.pages.get(path, (404, {}, "gone"))
        tag, since = headers.get("ETag"), headers.get("Last-Modified")
        unchanged = (tag and sent.get("if-none-match") == tag) or (since and sent.get("if-modified-since", "") >= since)
        return (304, headers, "") if unchanged else (status, headers, body)


@pytest.fixture
def site() -> Iterator[Site]:
    """An empty site with a front page."""
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = made.answer(self.path, {k.lower(): v for k, v in self.headers.items()})
            self.send_response(status)
            for name, value in {
                "Content-Type": "text/html",
                "Content-Length": str(len(body.encode())),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.base = f"http://127.0.0.1:{server.server_address[1]}"
    made.pages["/"] = 200, {}, "<link rel=alternate type=application/rss+xml href=/feed.xml><title>Front</title>"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def crawl(site: Site, run: Run, tmp_path: Path) -> Crawl:
    """Crawl the site, expecting an exit code; return the newest run report."""

    def once(*arguments: str, code: int = 0, **extra: str) -> dict[str, Any]:
        given = ("crawl", "news", "-a", f"url={site.base}/", *QUICK, "-s", "RETRY_TIMES=0", *arguments)
        result = run(*given, **extra)
        assert result.returncode == code, result.stdout + result.stderr
        reports = [json.loads(p.read_text()) for p in (tmp_path / "archive" / "runs").rglob("*.json")]
        return dict(max(reports, key=lambda report: str(report["run_id"])))

    return once


ALWAYS = {"NEWSARCHIVE_REVISIT": "always"}


def states(tmp_path: Path) -> list[tuple[str, int]]:
    """Return (path, revision) of every archived record."""
    found = archived(str(tmp_path / "archive"), revisions="all")
    return sorted(("/" + a.url.split("/", 3)[3], a.revision) for a in found)


def test_articles_that_claim_one_canonical_address_stay_apart(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    """A site that gives every briefing the same canonical address loses none of them."""
    days = [f"/2026/11/{day}/morning-briefing" for day in (18, 19, 20)]
    for number, path in enumerate(days):
        site.article(path, title=f"Briefing {number}", words=f"item {number}", canonical="/morning-briefing")
    site.feed(*days)
    crawl()
    assert states(tmp_path) == [(path, 1) for path in days]


def test_two_addresses_of_one_article_are_one(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    """The second address is remembered, and an edit seen through it becomes a revision of the same article."""
    for path in ("/2026/11/20/harbour-story", "/live/2026/harbour-story-second-address"):
        site.article(path, title="Harbour", words="first")
    site.feed("/2026/11/20/harbour-story", "/live/2026/harbour-story-second-address")
    assert crawl()["dropped"] == {"duplicate": 1}
    for path in ("/2026/11/20/harbour-story", "/live/2026/harbour-story-second-address"):
        site.article(path, title="Harbour", words="corrected")
    report = crawl(**ALWAYS)
    assert (report["archived"], report["revised"], report["dropped"]) == (1, 1, {"unchanged": 1})
    assert len({a.id for a in archived(str(tmp_path / "archive"), revisions="all")}) == 1


def test_two_addresses_that_part_are_two_articles(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    """An address that once held a copy, and now another article, does not revise the first one."""
    first, second = "/2026/11/20/harbour-story", "/2026/11/20/harbour-story-second-address"
    for path in (first, second):
        site.article(path, title="Harbour", words="first")
    site.feed(first)
    crawl()
    site.feed(first, second)
    assert crawl()["dropped"] == {"duplicate": 1}
    site.article(second, title="Lighthouse", words="another matter")
    report = crawl(**ALWAYS)
    assert (report["archived"], report["revised"], report["dropped"]) == (1, 0, {"unchanged": 1})
    assert len({a.id for a in archived(str(tmp_path / "archive"))}) == 2


def test_a_page_is_not_hidden_by_anothers_validators(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    """The AMP page's Last-Modified is not sent for the canonical page, which would answer 304 for ever."""
    amp, page = "/2026/11/20/harbour-story/amp", "/2026/11/20/harbour-story"
    site.article(amp, title="Amp", words="short", canonical=page, Last_Modified="Fri, 20 Nov 2026 09:00:00 GMT")
    site.feed(amp)
    crawl()
    site.article(page, title="Whole", words="long", canonical=page, Last_Modified="Fri, 20 Nov 2026 08:00:00 GMT")
    site.feed(amp, page)
    report = crawl(**ALWAYS)
    assert report["archived"] == 1
    assert (page, 2) in states(tmp_path)


def test_a_page_without_an_article_is_asked_for_whole_again(site: Site, crawl: Crawl) -> None:
    """What was rejected once is not answered with 304 when it has become an article, or our extraction better."""
    path = "/2026/11/20/harbour-story"
    site.pages[path] = 200, {"ETag": '"same"'}, "<html><body><p>Please accept.</p></body></html>"
    site.feed(path)
    assert crawl()["rejected"]
    site.article(path, title="Harbour", words="whole", ETag='"same"')
    assert crawl(**ALWAYS)["archived"] == 1


def test_a_redirect_to_the_front_page_is_no_article(site: Site, crawl: Crawl) -> None:
    """Expired articles that lead home are counted, not archived."""
    paths = [f"/2026/11/20/expired-story-{n}" for n in range(2)]
    for path in paths:
        site.pages[path] = 302, {"Location": "/"}, ""
    site.article("/2026/11/20/harbour-story", title="Harbour", words="whole")
    site.feed(*paths, "/2026/11/20/harbour-story")
    report = crawl()
    assert (report["rejected"], report["archived"]) == ({"redirected-away": 2}, 1)


def test_old_pages_of_a_sitemap_are_not_fetched_for_a_window(site: Site, crawl: Crawl) -> None:
    """Without a publication date, `lastmod` decides what cannot be in the window."""
    paths = [f"/2019/01/01/old-harbour-story-{n}" for n in range(3)]
    urls = "".join(f"<url><loc>{site.base}{path}</loc><lastmod>2019-01-01</lastmod></url>" for path in paths)
    site.pages["/robots.txt"] = 200, {}, f"Sitemap: {site.base}/sitemap.xml"
    site.pages["/sitemap.xml"] = 200, {}, f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"
    site.article("/2026/11/20/harbour-story", title="Harbour", words="whole")
    site.feed("/2026/11/20/harbour-story")
    report = crawl("-a", "since=2026-01-01")
    assert report["skipped"] == {"out-of-window": 3}
    assert not any(site.asked[path] for path in paths)


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [(403, {}, "http-403"), (429, {"Retry-After": "3600"}, "http-429")],
    ids=["forbidden", "too-many"],
)
def test_a_site_that_gives_no_page_fails_the_run(
    status: int,
    headers: dict[str, str],
    reason: str,
    site: Site,
    crawl: Crawl,
) -> None:
    """Feeds that answer do not hide that every article is refused; a host that asks us to wait is left alone."""
    paths = [f"/2026/11/20/harbour-story-{n}" for n in range(30)]
    for path in paths:
        site.pages[path] = status, headers, "no"
    site.feed(*paths)
    report = crawl(code=3)
    assert report["failed"][reason] >= 1
    assert report["failed"][reason] + report["skipped"].get("backed-off", 0) == 30
    if status == 429:
        assert sum(site.asked[path] for path in paths) <= 16, (
            "those under way at the first answer, and those right behind"
        )
    assert any("could be fetched" in problem for problem in report["problems"])


@pytest.mark.parametrize("setting", ["SCHEDULER=nope.Nope", "DOWNLOAD_DELAY=fast"])
def test_a_crawler_that_cannot_start_fails_the_run(setting: str, site: Site, run: Run) -> None:
    """Scrapy logs it and goes on; the run does not end as if it had crawled."""
    result = run("crawl", "news", "-a", f"url={site.base}/", "-s", setting)
    assert result.returncode == 2, result.stdout + result.stderr
    assert "news could not be started" in result.stdout


PROMO = "Subscribe to our weekly letter for the best of the region, every Friday morning before breakfast."


def _promoted(site: Site, path: str, *, title: str, words: str) -> None:
    """Put an article at a path whose last paragraph is the site's own, in a box that nothing tells from the body."""
    site.article(path, title=title, words=words)
    status, headers, html = site.pages[path]
    body = "".join(
        f"<p>{words.capitalize()} {words} {n} {words}, as {words} told {words} of {words}.</p>" for n in range(6)
    )
    html = html[: html.index("<p>")] + f"{body}<p>{PROMO}</p></article></body></html>"
    site.pages[path] = status, headers, html


def test_a_line_on_every_page_is_left_out_and_makes_no_revision(site: Site, crawl: Crawl, tmp_path: Path) -> None:
    """From the third article on it is no text; the first ones stay as they were archived, and a correction is clean."""
    paths = {noun: f"/2026/11/20/{noun}-is-in-the-news" for noun in ("orchestra", "vineyard", "glacier")}
    for number, (noun, path) in enumerate(paths.items(), start=1):
        _promoted(site, path, title=noun.capitalize(), words=noun)
        site.feed(*list(paths.values())[:number])
        if number > 1:
            crawl()
    _promoted(site, paths["orchestra"], title="Orchestra", words="ensemble")
    report = crawl(**ALWAYS)
    assert (report["archived"], report["revised"], report["dropped"]) == (1, 1, {"unchanged": 2})
    found = {(a.title, a.revision): a for a in archived(str(tmp_path / "archive"), revisions="all")}
    held = {key: PROMO in article.text for key, article in found.items()}
    assert held == {("Orchestra", 1): True, ("Vineyard", 1): True, ("Glacier", 1): False, ("Orchestra", 2): False}
    assert json.loads(found["Glacier", 1].extra_json)["repeated"] == [PROMO]
    assert "text=trafilatura-repeated" in found["Glacier", 1].field_sources
