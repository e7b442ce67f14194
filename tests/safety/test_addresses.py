"""Addresses that are more than http and a host: in feeds, sitemaps, pages and redirects, through a whole crawl."""

import json
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsarchive.archive import Archive
from tests.conftest import slow
from tests.crawl import asking
from tests.safety.serving import NOT_FOUND, Answer, article, crawl, serving

CANARY = "c4nary-of-a-file"
# `FILE` stands for a file with the canary, `HOST` for a listening host and port.
OTHER_SCHEMES = (
    *("file://FILE", "file:FILE", "FILE://localhostFILE", "ftp://HOST/2026/11/01/an-article-by-ftp", "sftp://HOST/x"),
    *("s3://bucket/2026/11/01/an-article-in-a-bucket", "data:text/html,<p>c4nary-of-data</p>", "javascript:alert(1)"),
    *("gopher://HOST/_x", "dict://HOST/x", "ldap://HOST/x", "jar:http://HOST!/x", "view-source:http://HOST/x"),
    *("about:blank", "blob:http://HOST/x", "mailto:desk@news.example", "unix:FILE", "\x01file://FILE", " file://FILE"),
    *("fi\nle://FILE", "http:", "http://", "http:///FILE", "http://:80/x", "http://[HOST/x"),
)
BREAKS = ("\r\n", "\n", "\r", "%0d%0a", "%0D%0A", "\u2028", "\u560d\u560a", "\x00", "\x0b")
SLUG = "/2026/11/01/ferries-of-pier-number"


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that nobody is to read."""
    path = tmp_path / "secrets" / "canary.txt"
    path.parent.mkdir()
    path.write_text(CANARY, encoding="utf-8")
    return path


def _feed(urls: list[str]) -> Answer:
    items = [{"title": "t", "url": url} for url in urls]  # JSON, since XML cannot hold every character
    return Answer(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode(), "application/json"
    )


def _page(urls: list[str]) -> Answer:
    links = "".join(f'<a href="{escape(url)}">a long title of an article that is linked to</a>' for url in urls)
    declared = "".join(f'<link rel=alternate type="application/rss+xml" href="{escape(url)}">' for url in urls)
    own = "<link rel=alternate type='application/json' href='/feed'>"
    return Answer(f"<html><head>{own}{declared}</head><body>{links}</body></html>".encode())


def _robots(urls: list[str]) -> Answer:
    maps = "".join(f"Sitemap: {url}\n" for url in urls if "\n" not in url)
    return Answer(f"User-agent: *\nAllow: /\n{maps}Sitemap: /map\n".encode(), "text/plain")


def _map(urls: list[str]) -> Answer:
    entries = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in urls)
    return Answer(f"<urlset>{entries}</urlset>".encode(), "application/xml")


def _tell(path: str, urls: list[str]) -> Answer:
    listings = {"/": _page, "/feed": _feed, "/robots.txt": _robots, "/map": _map}
    if path in listings:
        return listings[path](urls)
    number = path.rpartition("-")[2]
    return article(int(number)) if number.isdigit() else NOT_FOUND


def _kept(folder: Path, *, but: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path != but)


def test_other_schemes_lead_nowhere(canary: Path, tmp_path: Path) -> None:
    """Nothing is read and nobody is asked; the article beside them is archived."""
    with serving(lambda _: NOT_FOUND, "127.0.0.8") as listener, serving(lambda path: _tell(path, urls)) as site:
        urls = [url.replace("FILE", str(canary)).replace("HOST", listener.base[7:]) for url in OTHER_SCHEMES]
        urls.append(f"{site.base}{SLUG}-1")
        done = crawl(tmp_path, "-a", f"url={site.base}/")
    assert done.returncode in {0, 3}, done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert len(list(Archive.open(str(tmp_path / "archive")).articles())) == 1
    assert not listener.asked
    assert CANARY.encode() not in _kept(tmp_path, but=canary)
    assert CANARY not in done.stdout + done.stderr


def test_redirects_to_other_schemes_lead_nowhere(canary: Path) -> None:
    """Each ends as the redirect that it is, or with a reason."""

    def tell(path: str) -> Answer:
        number = path.rpartition("/")[2]
        return Answer(status=302, headers={"Location": urls[int(number)]}) if number.isdigit() else NOT_FOUND

    with serving(lambda _: Answer(), "127.0.0.8") as listener, serving(tell) as site:
        filled = (url.replace("FILE", str(canary)).replace("HOST", listener.base[7:]) for url in OTHER_SCHEMES)
        urls = [url for url in filled if url.isprintable()]
        outcomes = asking.crawl(*(f"{site.base}/to/{n}" for n in range(len(urls))))
    assert len(outcomes) == len(urls)
    assert "fetched" not in {outcomes[f"{site.base}/to/{n}"] for n, url in enumerate(urls) if url != "http:"}, outcomes
    assert not listener.asked


@slow
def test_no_address_writes_headers(tmp_path: Path) -> None:
    """Line breaks in paths, queries, users and hosts: no request has a header or a method of theirs."""
    with serving(lambda path: _tell(path, urls)) as site:
        host = urlsplit(site.base).netloc
        urls = [
            address.format(host=host, b=f"{b}X-Injected: yes{b}{b}GET /injected", slug=f"{SLUG}-{n}")
            for n, b in enumerate(BREAKS)
            for address in ("http://{host}{slug}?{b}", "http://{host}{b}{slug}", "http://u{b}:w@{host}{slug}")
        ]
        urls.append(f"{site.base}{SLUG}-100")
        done = crawl(tmp_path, "-a", f"url={site.base}/")
    assert done.returncode in {0, 3}, done.stdout + done.stderr
    assert f"{SLUG}-100" in site.asked
    assert "/injected" not in site.asked
    assert not [head for head in site.heads if "x-injected" in head]


@slow
def test_users_and_passwords_in_addresses_are_neither_sent_nor_kept(tmp_path: Path) -> None:
    """The article is archived under its address without them."""
    with serving(lambda path: _tell(path, urls)) as site:
        urls = [f"{site.base.replace('://', '://reader:c4nary-word@')}{SLUG}-1"]
        done = crawl(tmp_path, "-a", f"url={site.base}/")
    assert done.returncode in {0, 3}, done.stdout + done.stderr
    (found,) = Archive.open(str(tmp_path / "archive")).articles()
    assert found.url == found.canonical_url == f"{site.base}{SLUG}-1"
    assert not [head for head in site.heads if "authorization" in head]
    assert "c4nary-word" not in done.stdout + done.stderr
    assert b"c4nary-word" not in _archived(tmp_path)


def _archived(folder: Path) -> bytes:
    archive = Archive.open(str(folder / "archive"))
    return repr(list(archive.articles())).encode() + b"".join(
        path.read_bytes() for path in (folder / "archive").rglob("*.json")
    )
