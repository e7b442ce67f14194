"""A news site that turns bad, and a server that takes messages."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.crawl.conftest import environment, free_port, run

__all__ = ["environment", "free_port", "run"]

Answer = tuple[int, str, str]
"""Status, content type and body; of a redirect the body is where it leads."""

_FOUND = 302
_LONG_AGO = '{"@type": "NewsArticle", "datePublished": "2020-01-02T03:04:05Z"}'
_BODY = " ".join(
    f"The council met for the {n}th time and spoke about the harbour, the bridge and school {n}." for n in range(20)
)


class Site:
    """A site of five new articles an edition; `mode` says what has become of it."""

    def __init__(self) -> None:
        self.mode = "fine"
        self.edition = 1
        self.base = ""
        self.asked: list[str] = []
        """Addresses of articles asked for."""

    @property
    def _elsewhere(self) -> str:
        return self.base.replace("127.0.0.1", "localhost")

    def answer(self, path: str) -> Answer:
        """Return what a path answers."""
        self.asked += [path] if path.startswith("/2026/") else []
        if path == "/robots.txt":
            rules = "User-agent: *\nDisallow: /2026/\n" if self.mode == "robots" else ""
            return 200, "text/plain", rules
        if path in ("/", "/feed.xml"):
            return self._listing(path)
        if self.mode == "403":
            return 403, "text/html", "<title>Forbidden</title>"
        if self.mode in ("home", "led off"):
            return 302, "text/html", "/" if self.mode == "home" else f"{self._elsewhere}{path}"
        return 200, "text/html", self._page(path)

    def _listing(self, path: str) -> Answer:
        if path == "/":
            return 200, "text/html", "<link rel=alternate type=application/rss+xml href=/feed.xml><title>Front</title>"
        numbers = range(0) if self.mode == "empty" else range(5)
        base = self._elsewhere if self.mode == "announced" else self.base
        links = (f"{base}/2026/11/20/harbour-news-of-edition-{self.edition}-number-{n}" for n in numbers)
        now = format_datetime(datetime.now(UTC))
        items = "".join(
            f"<item><title>Harbour</title><link>{link}</link><pubDate>{now}</pubDate></item>" for link in links
        )
        return 200, "text/xml", f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"

    def _page(self, path: str) -> str:
        if self.mode == "consent":
            return "<html lang=en><title>Before you continue</title><body><p>We and our partners ask.</p></body></html>"
        if self.mode == "error":
            return "<html lang=en><title>Page not found</title><body><p>Sorry, this is not there.</p></body></html>"
        if self.mode == "selector":
            return "<html lang=en><title>Harbour</title><body><div id=app></div><p>Harbour Daily</p></body></html>"
        name = path.rpartition("/")[2]
        dated = f'<script type="application/ld+json">{_LONG_AGO}</script>' if self.mode == "frozen" else ""
        return (
            f"<html lang=en><title>{name}</title><meta property='og:type' content=article>{dated}"
            f"<body><article><h1>{name}</h1><p>{name}. {_BODY}</p></article></body></html>"
        )


class Receiver:
    """Takes requests; answers with the statuses given, then with 200."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, str, dict[str, str]]] = []
        self.statuses: list[int] = []
        self.base = ""

    def paths(self, prefix: str) -> list[str]:
        """Return the paths asked for, without their queries, that begin with a prefix."""
        return [path.partition("?")[0] for _, path, _, _ in self.requests if path.startswith(prefix)]


def _serving(handle: Callable[[BaseHTTPRequestHandler], Answer]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = handle(self)
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            if status == _FOUND:
                self.send_header("Location", body)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_PUT = do_GET  # noqa: N815 - the server's names

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the server's signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that is fine at first."""
    made = Site()
    server = _serving(lambda request: made.answer(request.path))
    made.base = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that takes messages."""
    made = Receiver()

    def take(request: BaseHTTPRequestHandler) -> Answer:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0)).decode()
        made.requests.append((request.command, request.path, body, dict(request.headers.items())))
        return (made.statuses.pop(0) if made.statuses else 200), "text/plain", "ok"

    server = _serving(take)
    made.base = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()
