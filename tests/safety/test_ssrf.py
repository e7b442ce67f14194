"""No page, feed, sitemap or redirect leads a crawl to an address that is not public, however it is written."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from newsarchive.cli import main
from tests.claims import ROOT
from tests.crawl import asking
from tests.safety.serving import NOT_FOUND, QUICK, Answer, Serving, Telling, article, feed, front, serving

SITE = "127.0.0.9"
DOTTED = (
    *("127.0.0.1", "127.1", "127.0.1", "127.0.0.01", "127.000.000.001", "2130706433", "017700000001", "0177.0.0.1"),
    *("00000177.0.0.1", "0x7f000001", "0x7F000001", "0x7f.0.0.1", "0x7f.1", "0x7f.0x0.0x0.0x1", "127.0xffff"),
    *("127.0.0.2", "127.255.255.254", "0", "0x0", "0.0.0.0"),  # noqa: S104 - to be refused
)
NAMES = ("localhost", "LOCALHOST")
SIX = (
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[0000::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[fe80::1]"),
    *("[fe80::1%25lo]", "[::1%25lo]", "[fc00::1]", "[fec0::1]", "[2001:0:0:0:0:0:80ff:fffe]", "[2001:db8::1]"),
    *("[ff02::1]", "[3fff::1]"),
)
METADATA = (
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.170.2", "192.0.0.192"),
    *("100.100.100.200", "168.63.129.16", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]"),
)
OTHERS = (
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "192.0.0.8", "192.88.99.1", "198.18.0.1", "224.0.0.1"),
    *("240.0.0.1", "255.255.255.255", "user:word@127.0.0.1", "example.org@127.0.0.1", "127.0.0.1:1@127.0.0.1"),
)
PERHAPS_NO_NAMES = (
    *("127.0.0.1.", "127.0.0.1..", "localhost.", "localhost.localdomain", "ip6-localhost", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *("\uff11\uff12\uff17.0.0.1", "127\uff0e0\uff610\uff0e1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "local\u00adhost", "⑯⑨。②⑤④。⑯⑨。②⑤④"),
    *("%31%32%37.0.0.1", "127%2e0%2e0%2e1", "%6cocalhost", "127.0.0.1%00.example.org", "127.0.0.1%20", "%5b::1%5d"),
    *("example.org%40127.0.0.1", "127.0.0.1%23.example.org", "4294967297"),
)  # what becomes of them depends on the resolver
SURE = (*DOTTED, *NAMES, *SIX, *METADATA, *OTHERS)
FORMS = (*SURE, *PERHAPS_NO_NAMES)


class Traps:
    """Listening sockets on loopback, in both families, that count who connects."""

    def __init__(self) -> None:
        self.connections: list[str] = []
        self._sockets = [self._listen(socket.AF_INET, "127.0.0.1", 0)]
        self.port: int = self._sockets[0].getsockname()[1]
        self._sockets.append(self._listen(socket.AF_INET, "127.0.0.2", self.port))
        if socket.has_ipv6:
            self._sockets.append(self._listen(socket.AF_INET6, "::1", self.port))
        for listening in self._sockets:
            threading.Thread(target=self._count, args=(listening,), daemon=True).start()

    @staticmethod
    def _listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
        listening = socket.socket(family)
        listening.bind((host, port))
        listening.listen(64)
        return listening

    def _count(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:  # closed
                return
            self.connections.append(connection.recv(300).decode(errors="replace"))
            connection.close()

    def close(self) -> None:
        """Close the sockets."""
        for listening in self._sockets:
            listening.shutdown(socket.SHUT_RDWR)
            listening.close()


ROUTES = ("feed", "sitemap", "index", "redirect", "feed-redirect", "map-redirect", "canonical")
"""Ways on which a declared site leads to traps."""
PROJECT = """
from newsarchive.crawl.site import SiteSpider

class EverywhereSpider(SiteSpider):
    name, publisher, country, language = "everywhere", "Everywhere", "FR", "en"
    allowed_domains, article_pattern = ("example.org",), "/"
    feeds = {feeds!r}
    sitemaps = {sitemaps!r}

    def site_of(self, url):
        return self.name
"""


def _traps(port: int, path: str) -> list[str]:
    return [f"http://{form}:{port}/2026/11/01/through-the-{path}-{n}" for n, form in enumerate(FORMS)]


def _page(trap: str) -> Answer:
    """Return an article that names a trap wherever a page can name an address."""
    url = escape(trap, quote=True)
    head = (
        f"<base href='{url}'><link rel=canonical href='{url}'><link rel=amphtml href='{url}'>"
        f"<link rel=stylesheet href='{url}'><link rel=preload as=image href='{url}'>"
        f"<meta property='og:url' content='{url}'>"
        f"<meta property='og:image' content='{url}'><meta http-equiv=refresh content='0;url={url}'>"
        f"<meta name='tdm-policy' content='{url}'><meta name='tdm-reservation' content='1'>"
    )
    body = "".join(f"<{tag} src='{url}'></{tag}>" for tag in ("img", "iframe", "script", "video", "audio"))
    text = "".join(
        f"<p>The harbour office said in its {n}th report that nothing had been decided.</p>" for n in range(9)
    )
    return Answer(f"<html><head><title>Harbour</title>{head}</head><article>{text}{body}</article></html>".encode())


class Leading:
    """A site that is allowed, and whose every way on leads to a trap."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.base = ""

    def __call__(self, path: str) -> Answer:
        """Answer by path: /redirect/3 leads to the third trap, /canonical/3 names it, the rest lists traps."""
        kind, _, number = path.strip("/").partition("/")
        traps = _traps(self._port, kind)
        if number.isdigit() and kind in {"canonical", "index"}:
            trap = traps[int(number)]
            return _page(trap) if kind == "canonical" else _map([trap], tag="sitemap")
        if number.isdigit():
            return Answer(status=302, headers={"Location": quote(traps[int(number)], safe=":/@[]%.")})
        own = feed(f"{self.base}/{kind}/{n}" for n in range(len(FORMS)))
        listings = {
            "": _front(traps), "robots.txt": _robots(traps), "feed": feed(map(escape, traps)), "redirect": own,
            "canonical": own, "sitemap": _map(traps, tag="url"),
        }  # fmt: skip
        return listings.get(kind, NOT_FOUND)


def _front(urls: list[str]) -> Answer:
    links = (f"<link rel=alternate type='application/rss+xml' href='{escape(url, quote=True)}'>" for url in urls)
    return Answer(f"<html><head>{''.join(links)}</head><body>front page</body></html>".encode())


def _robots(urls: list[str]) -> Answer:
    maps = "".join(f"Sitemap: {url}\n" for url in urls)
    return Answer(f"User-agent: *\nAllow: /\n{maps}".encode(), "text/plain")


def _map(urls: list[str], *, tag: str) -> Answer:
    entries = "".join(f"<{tag}><loc>{escape(url)}</loc></{tag}>" for url in urls)
    root = "urlset" if tag == "url" else "sitemapindex"
    return Answer(
        f"<{root} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</{root}>".encode(), "text/xml"
    )


@pytest.fixture(scope="module")
def traps() -> Iterator[Traps]:
    """The listening sockets."""
    listening = Traps()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def site(traps: Traps) -> Iterator[Serving]:
    """The site."""
    leading = Leading(traps.port)
    with serving(leading, SITE) as running:
        leading.base = running.base
        yield running


@pytest.mark.parametrize("route", ["direct", "redirect"])
def test_no_way_of_writing_an_address_reaches_it(route: str, traps: Traps, site: Serving) -> None:
    """Asked for outright, or at the end of a redirect: refused, or no address at all; nobody is connected to."""
    direct = _traps(traps.port, "asking")
    urls = direct if route == "direct" else [f"{site.base}/redirect/{n}" for n in range(len(FORMS))]
    outcomes = asking.crawl(*urls, allow_private=SITE)
    by_form = {form: outcomes[url] for form, url in zip(FORMS, urls, strict=True)}
    assert traps.connections == []
    assert "fetched" not in by_form.values(), by_form
    assert {form for form, outcome in by_form.items() if outcome == "private-address"} >= set(SURE), by_form


def _crawl(folder: Path, *arguments: str) -> dict[str, Any]:
    """Crawl in a folder that may be a project; return the run's report."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NEWSARCHIVE_", "AWS_"))}
    environment |= {"NEWSARCHIVE_URI": str(folder / "archive"), "NEWSARCHIVE_ALLOW_PRIVATE": SITE}
    environment |= {"NEWSARCHIVE_OBEY": "ai-txt", "NEWSARCHIVE_WORKERS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "newsarchive", "crawl", *arguments, *QUICK]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode in (0, 3), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    (path,) = (folder / "archive" / "runs").rglob("*.json")
    report: dict[str, Any] = json.loads(path.read_text())
    return report


def test_nothing_a_declared_site_leads_to_is_private(traps: Traps, site: Serving, tmp_path: Path) -> None:
    """Its feeds, sitemaps and pages may lead anywhere by its declaration: each trap is met by each way, and refused."""
    feeds = [f"{site.base}/{path}" for path in ("feed", "redirect", "canonical")]
    feeds += [f"{site.base}/feed-redirect/{n}" for n in range(len(FORMS))]
    sitemaps = [f"{site.base}/sitemap"]
    sitemaps += [f"{site.base}/{kind}/{n}" for kind in ("index", "map-redirect") for n in range(len(FORMS))]
    (tmp_path / "spiders").mkdir()
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = newsarchive.settings\n")
    (tmp_path / "spiders" / "__init__.py").touch()
    (tmp_path / "spiders" / "everywhere.py").write_text(PROJECT.format(feeds=tuple(feeds), sitemaps=tuple(sitemaps)))
    tally = _crawl(tmp_path, "everywhere")["sites"]["everywhere"]
    assert traps.connections == []
    articles = {"feed", "sitemap", "redirect"}
    assert tally["skipped"]["private-address"] >= len(articles) * len(SURE), tally
    assert tally["listings"]["failed/private-address"] >= len(set(ROUTES) - articles - {"canonical"}) * len(SURE), tally
    assert all(site.asked[f"/{kind}/{n}"] for kind in ("redirect", "canonical") for n in range(len(FORMS)))
    assert tally["fetched"] == len(FORMS)


def test_nothing_that_a_front_page_and_robots_txt_name_is_private(traps: Traps, site: Serving, tmp_path: Path) -> None:
    """Of a site that nobody has declared."""
    report = _crawl(tmp_path, "news", "-a", f"url={site.base}/")
    assert traps.connections == []
    assert sum(tally["listings"]["failed/private-address"] for tally in report["sites"].values()) >= 2 * len(SURE)


TELLING = ("127.0.0.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "localhost", "user@127.1", "169.254.169.254")


@pytest.mark.parametrize("files", [("/robots.txt",), ("/ai.txt", "/.well-known/tdmrep.json")])
def test_the_files_of_a_host_lead_nowhere(files: tuple[str, ...], traps: Traps, tmp_path: Path) -> None:
    """robots.txt, ai.txt and tdmrep.json that redirect to a trap; without a robots.txt nothing of a host is fetched."""
    with ExitStack() as stack:
        sites = [
            stack.enter_context(serving(_leading_by(files, f"http://{form}:{traps.port}/x"), SITE)) for form in TELLING
        ]
        listed = tmp_path / "urls.txt"
        listed.write_text("".join(f"{running.base}/\n" for running in sites))
        report = _crawl(tmp_path, "news", "-a", f"urls={listed}")
        assert all(running.asked[file] for running in sites for file in files)
    assert traps.connections == []
    archived = 0 if "/robots.txt" in files else 1
    assert [tally["archived"] for tally in report["sites"].values()] == [archived] * len(TELLING)


def _leading_by(files: tuple[str, ...], trap: str) -> Telling:
    def tell(path: str) -> Answer:
        if path in files:
            return Answer(status=302, headers={"Location": trap})
        listed = {"/": front(), "/feed": feed(["/2026/11/01/ferries-of-pier-1"])}
        return listed.get(path) or (article(1) if path.endswith("-1") else NOT_FOUND)

    return tell


@pytest.mark.slow
@pytest.mark.parametrize("command", ["add", "check"])
def test_looking_at_a_site_leads_nowhere(command: str, traps: Traps, site: Serving, tmp_path: Path) -> None:
    """The commands that look at a site have the same guard."""
    assert main(["init", str(tmp_path)]) == 0
    declared = PROJECT.format(feeds=(f"{site.base}/feed",), sitemaps=(f"{site.base}/sitemap",))
    (tmp_path / "spiders" / "everywhere.py").write_text(declared)
    what = [f"{site.base}/", "--country", "FR"] if command == "add" else ["everywhere"]
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", command, *what],
        cwd=tmp_path, env=os.environ | {"NEWSARCHIVE_ALLOW_PRIVATE": SITE, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode in (2, 3), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert traps.connections == []
