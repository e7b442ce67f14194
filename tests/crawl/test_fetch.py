"""How pages are fetched: bounded, identified, and only from where they should be."""

import json
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.conftest import QUICK, Run

WORDS = " ".join(f"word{n} of a plain paragraph about the harbour" for n in range(40))
PAGE = f"<html lang=en><title>Harbour</title><body><article><h1>Harbour</h1><p>{WORDS}</p></article></body></html>"
CASES = {
    "/2026/11/20/plain-page-of-news": "archived",
    "/2026/11/20/page-beyond-ten-mebibytes": "too-large",
    "/2026/11/20/page-that-never-comes": "timeout",
    "/2026/11/20/page-with-six-redirects-0": "redirects",
    "/2026/11/20/page-sent-to-another-host": "offsite",
    "/2026/11/20/page-sent-to-a-local-file": "http-302",
    "/2026/11/20/page-that-is-a-picture": "not-html",
    "/2026/11/20/page-that-is-gone": "http-410",
    "/2026/11/20/page-cut-off-halfway": "truncated",
}


class Handler(BaseHTTPRequestHandler):
    """A site with one page for each way to go wrong."""

    protocol_version = "HTTP/1.1"
    asked: list[dict[str, str]]

    def do_GET(self) -> None:
        """Answer by the path's name."""
        self.asked.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
        base = f"http://{self.headers['Host']}"
        if self.path == "/feed.xml":
            items = "".join(f"<item><title>t</title><link>{base}{path}</link></item>" for path in CASES)
            return self._send(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>", kind="text/xml")
        if self.path in ("/", "/news/"):
            return self._send("<link rel=alternate type=application/rss+xml href=/feed.xml><title>Front</title>")
        if "six-redirects" in self.path:
            return self._redirect(f"{self.path[:-1]}{int(self.path[-1]) + 1}")
        if "another-host" in self.path:
            return self._redirect(base.replace("127.0.0.1", "localhost") + "/2026/11/20/elsewhere-entirely")
        if "local-file" in self.path:
            return self._redirect("file:///etc/hostname")
        if "never-comes" in self.path:
            time.sleep(4)
        return self._page()

    def _page(self) -> None:
        if "gone" in self.path or "robots" in self.path:
            return self._send("gone", status=410)
        if "mebibytes" in self.path:
            return self._send("x" * (11 << 20))
        if "picture" in self.path:
            return self._send("GIF89a", kind="image/gif")
        if "halfway" in self.path:
            return self._send(PAGE, promised=len(PAGE) + 1000)
        return self._send(PAGE.replace("harbour", self.path), cookie="session=1")

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(
        self, text: str, *, status: int = 200, kind: str = "text/html", promised: int = 0, cookie: str = ""
    ) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(promised or len(body)))
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:  # the crawler has had enough
            self.close_connection = True
        if promised:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The site's base URL, and what it is asked."""
    asked: list[dict[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Site", (Handler,), {"asked": asked}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def report(archive: Path) -> dict[str, Any]:
    """Return the run report of an archive with one run."""
    (path,) = (archive / "runs").rglob("*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_each_page_is_archived_or_has_its_reason(
    site: tuple[str, list[dict[str, str]]], run: Run, tmp_path: Path
) -> None:
    """Size, time, redirects, hosts and schemes are bounded; each page that fails costs itself only."""
    base, asked = site
    result = run("crawl", "news", "-a", f"url={base}/", *QUICK, "-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=0")
    assert result.returncode == 0, result.stdout + result.stderr
    found = report(tmp_path / "archive")
    reasons = {**found["skipped"], **found["failed"], **found["rejected"]}
    assert reasons == {reason: 1 for reason in CASES.values() if reason != "archived"}
    assert found["archived"] == 1
    assert "/2026/11/20/elsewhere-entirely" not in {request["path"] for request in asked}


def test_the_crawler_says_who_it_is(site: tuple[str, list[dict[str, str]]], run: Run) -> None:
    """The user agent names us and the contact; no cookie is kept, no page tells another where we came from."""
    base, asked = site
    contact = "https://news.example/contact"
    quick = (*QUICK, "-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=0")
    run("crawl", "news", "-a", f"url={base}/", *quick, NEWSARCHIVE_CONTACT=contact, NEWSARCHIVE_REVISIT="always")
    again = run(
        "crawl", "news", "-a", f"url={base}/", *quick, NEWSARCHIVE_CONTACT=contact, NEWSARCHIVE_REVISIT="always"
    )
    assert "cannot reach you" not in again.stdout
    assert all(request["user-agent"].startswith("newsarchive/") for request in asked)
    assert all(f"(+{contact})" in request["user-agent"] for request in asked)
    assert not [request for request in asked if "cookie" in request or "referer" in request]


def test_a_certificate_nobody_signed_is_refused(run: Run, tmp_path: Path) -> None:
    """TLS is verified: a site with a certificate of its own making is not crawled."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[dict[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Site", (Handler,), {"asked": asked}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"https://127.0.0.1:{server.server_address[1]}/"
        result = run("crawl", "news", "-a", f"url={url}", *QUICK, "-s", "RETRY_TIMES=0")
    finally:
        server.shutdown()
        server.server_close()
    assert result.returncode == 3, result.stdout
    assert asked == []
