"""No page, feed, sitemap or redirect leads a crawl to an address that is not public, however it is written."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from tests.crawl.asking import crawl

SITE = "127.0.0.9"
FORMS = (
    *("127.0.0.1", "127.1", "127.0.1", "127.0.0.01", "127.0.0.1.", "2130706433", "017700000001", "0177.0.0.1"),
    *("0x7f000001", "0x7f.0.0.1", "0x7f.1", "127.0.0.2", "127.255.255.254", "0", "0.0.0.0"),  # noqa: S104 - to be refused
    *("localhost", "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost"),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[0000::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00:ec2::254]"),
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *("198.18.0.1", "224.0.0.1", "255.255.255.255", "user:word@127.0.0.1", "example.org@127.0.0.1"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "\uff11\uff12\uff17.0.0.1", "%31%32%37.0.0.1"),
)
PERHAPS_NO_NAMES = (
    *("127.0.0.1.", "localhost.", "localhost.localdomain", "ip6-localhost", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *("\uff11\uff12\uff17.0.0.1", "%31%32%37.0.0.1"),
)  # what becomes of them depends on the resolver


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


def _listing(path: str, port: int) -> tuple[str, str]:
    """Return media type and body of a feed or sitemap whose every link leads to a trap."""
    urls = [f"http://{form}:{port}/2026/11/01/through-the-{path}-{n}" for n, form in enumerate(FORMS)]
    if path == "feed":
        items = "".join(f"<item><title>t</title><link>{escape(u)}</link></item>" for u in urls)
        return "application/rss+xml", f"<rss version='2.0'><channel>{items}</channel></rss>"
    tag = "sitemap" if path == "sitemap-child" else "url"
    entries = "".join(f"<{tag}><loc>{escape(u)}</loc></{tag}>" for u in urls)
    root = "sitemapindex" if tag == "sitemap" else "urlset"
    return "application/xml", f"<{root} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</{root}>"


class _Site(BaseHTTPRequestHandler):
    """A site that is allowed, and whose every way on leads to a trap."""

    def __init__(self, port: int, *arguments: object) -> None:
        self._trap = port
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer by path: /to/<form> redirects there, /canonical/<form> names it, the rest lists traps."""
        kind, _, form = unquote(self.path.strip("/")).partition("/")
        if kind in {"to", "feed-to"}:
            self._send(302, "text/plain", "", f"http://{quote(form, safe='[]:@%.')}:{self._trap}/gone")
        elif kind == "canonical":
            url = escape(f"http://{form}:{self._trap}/canonical", quote=True)
            self._send(
                200, "text/html", f"<html><head><link rel=canonical href='{url}'></head><p>{'word ' * 300}</html>"
            )
        elif kind in {"feed", "sitemap", "sitemap-child"}:
            self._send(200, *_listing(kind, self._trap))
        elif kind == "robots.txt":
            maps = "".join(f"Sitemap: http://{form}:{self._trap}/map.xml\n" for form in FORMS)
            self._send(200, "text/plain", f"User-agent: *\nAllow: /\n{maps}Sitemap: http://{SITE}/sitemap\n")
        else:
            links = "".join(
                f"<link rel='alternate' type='application/rss+xml' href='http://{form}:{self._trap}/feed{n}'>"
                for n, form in enumerate(FORMS)
            )
            self._send(200, "text/html", f"<html><head>{links}</head><body>front page</body></html>")

    def _send(self, status: int, kind: str, text: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def traps() -> Iterator[Traps]:
    """The listening sockets."""
    listening = Traps()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def site(traps: Traps) -> Iterator[str]:
    """The base address of the site."""
    with ThreadingHTTPServer((SITE, 0), partial(_Site, traps.port)) as serving:
        threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield f"http://{SITE}:{serving.server_address[1]}"
        serving.shutdown()


@pytest.mark.parametrize("route", ["direct", "redirect"])
def test_no_way_of_writing_an_address_reaches_it(route: str, traps: Traps, site: str) -> None:
    """Asked for outright, or at the end of a redirect: refused, or no address at all; nobody is connected to."""
    urls = {
        form: f"http://{form}:{traps.port}/page" if route == "direct" else f"{site}/to/{quote(form, safe='')}"
        for form in FORMS
    }
    outcomes = crawl(*urls.values(), allow_private=SITE)
    by_form = {form: outcomes[url] for form, url in urls.items()}
    assert traps.connections == []
    refused = {form for form, outcome in by_form.items() if outcome == "private-address"}
    assert refused >= set(FORMS) - set(PERHAPS_NO_NAMES), by_form


@pytest.mark.parametrize("start", ["", "feed", "sitemap"])
def test_nothing_a_site_lists_leads_to_a_private_address(start: str, traps: Traps, site: str, tmp_path: Path) -> None:
    """Feeds in a front page, sitemaps in robots.txt, links in both, canonical addresses: nobody is connected to."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NEWSARCHIVE_", "AWS_"))}
    environment |= {"NEWSARCHIVE_URI": str(tmp_path / "archive"), "NEWSARCHIVE_ALLOW_PRIVATE": SITE}
    quick = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "RETRY_TIMES=0")
    command = [sys.executable, "-m", "newsarchive", "crawl", "news", "-a", f"url={site}/{start}", *quick]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode in (0, 3), done.stderr
    assert traps.connections == []
