"""A site on loopback that answers as a test tells it: slowly, endlessly, packed, with any header."""

import contextlib
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

QUICK = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "RETRY_TIMES=0")
SENTENCES = (
    "The harbour office said on Monday that nothing of the kind number {n} had been decided before the spring.",
    "Two of the {n} ferries are older than the pier at which they land, and the third has been in dock for months.",
    "A spokesman for the {n} islanders called the answer disappointing; the council meets again in three weeks.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `wait` seconds pass before it and `pause` seconds after each piece of an iterable body.

    Where `raw` is set the body is all of it, status line and headers included.
    """

    body: bytes | Iterable[bytes] = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    pause: float = 0.0
    raw: bool = False


Telling = Callable[[str], Answer]
NOT_FOUND = Answer(status=404)


def article(number: int, *, more: str = "") -> Answer:
    """Return a page with an article."""
    text = "".join(f"<p>{sentence.format(n=number)}</p>" for sentence in SENTENCES * 2)
    title = f"The ferries of pier number {number} stay in dock"
    meta = "<meta property='article:published_time' content='2026-11-01T06:00:00Z'>"
    page = f"<html><head><title>{title}</title>{meta}</head><article><h1>{title}</h1>{text}</article>{more}</html>"
    return Answer(page.encode())


def feed(urls: Iterable[str]) -> Answer:
    """Return an RSS feed of addresses."""
    items = "".join(f"<item><title>t</title><link>{url}</link></item>" for url in urls)
    return Answer(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), "application/rss+xml")


def front(feed: str = "/feed") -> Answer:
    """Return a front page that names a feed."""
    return Answer(f"<html><head><link rel=alternate type=application/rss+xml href='{feed}'></head></html>".encode())


class Serving(ThreadingHTTPServer):
    """The running site: `asked` counts requests by path, `heads` has their headers, `released` frees slow answers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, telling: Telling) -> None:
        super().__init__((host, 0), _Handler)
        self.telling = telling
        self.asked: Counter[str] = Counter()
        self.heads: list[dict[str, str]] = []
        self.released = threading.Event()
        self.base = f"http://{host}:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that the crawl has cut."""


class _Handler(BaseHTTPRequestHandler):
    server: Serving

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        self.server.heads.append({name.lower(): value for name, value in self.headers.items()})
        answer = self.server.telling(self.path)
        self.server.released.wait(answer.wait)
        if not answer.raw:
            self._send_head(answer)
        pieces = [answer.body] if isinstance(answer.body, bytes) else answer.body
        for piece in pieces:
            self.wfile.write(piece)
            self.server.released.wait(answer.pause)

    do_POST = do_GET  # noqa: N815 - the server's name

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in ({"Content-Type": answer.kind} | dict(answer.headers)).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(telling: Telling, host: str = "127.0.0.9") -> Iterator[Serving]:
    """A running site."""
    with Serving(host, telling) as site:
        thread = threading.Thread(target=partial(site.serve_forever, poll_interval=0.05))
        thread.start()
        try:
            yield site
        finally:
            site.released.set()
            site.shutdown()
            thread.join()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment whose archive is in folder, and which reaches loopback."""
    own = {"NEWSARCHIVE_URI": str(folder / "archive"), "NEWSARCHIVE_ALLOW_PRIVATE": "127.0.0.0/8"}
    return os.environ | own | {"NEWSARCHIVE_WORKERS": "1", "COLUMNS": "200"} | more


def command(*arguments: str) -> list[str]:
    """Return the command of a quick crawl."""
    return [sys.executable, "-m", "newsarchive", "crawl", "news", *arguments, *QUICK]


def crawl(folder: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a quick crawl to its end."""
    return subprocess.run(
        command(*arguments), env=environment(folder, **more), capture_output=True, text=True, check=False, timeout=100
    )


@contextmanager
def crawling(folder: Path, *arguments: str, **more: str) -> "Iterator[subprocess.Popen[str]]":
    """A quick crawl that is under way, in a process group of its own; killed when the context ends."""
    environ = environment(folder, **more)
    with subprocess.Popen(
        command(*arguments), env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
