"""robots.txt as RFC 9309 has it, Crawl-delay; over real sockets."""

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.crawl.asking import crawl

AT_ONCE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A robots.txt, and what becomes of the pages beside it."""

    outcome: str
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    path: str = "/page"


FORBIDDEN = b"User-agent: *\nDisallow: /\n"
ALLOWED = b"User-agent: *\nAllow: /\n"
CASES = {
    "allows": Case(outcome="fetched", body=b"User-agent: *\nDisallow: /private\n"),
    "forbids the path": Case(outcome="robots", body=b"User-agent: *\nDisallow: /private\n", path="/private/"),
    "forbids everything": Case(outcome="robots", body=FORBIDDEN),
    "forbids us by name": Case(outcome="robots", body=b"User-agent: newsarchive\nDisallow: /\n\n" + ALLOWED),
    "allows us by name": Case(outcome="fetched", body=FORBIDDEN + b"\nUser-agent: NewsArchive\nAllow: /\n"),
    "allows within what it forbids": Case(outcome="fetched", body=b"User-agent: *\nDisallow: /\nAllow: /page\n"),
    "forbids by wildcard": Case(outcome="robots", body=b"User-agent: *\nDisallow: /*?print=\n", path="/page?print="),
    "begins with a mark": Case(outcome="robots", body=b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n"),
    "is empty": Case(outcome="fetched"),
    "is a page of HTML": Case(outcome="fetched", body=b"<html><p>Disallow: nothing</html>"),
    "is binary": Case(outcome="fetched", body=bytes(range(256))),
    "is not there": Case(outcome="fetched", status=404, body=FORBIDDEN),
    "is gone": Case(outcome="fetched", status=410, body=FORBIDDEN),
    "is forbidden itself": Case(outcome="fetched", status=403, body=FORBIDDEN),
    "needs a password": Case(outcome="fetched", status=401, body=FORBIDDEN),
    "has an error": Case(outcome="robots-http-500", status=500),
    "is unavailable": Case(outcome="robots-http-503", status=503),
    "comes too often": Case(outcome="robots-http-429", status=429),
    "never comes": Case(outcome="robots-timeout", wait=6),
    "is cut off": Case(outcome="robots-connection", status=0),
    "has moved": Case(outcome="robots", status=301, headers={"Location": "/moved/robots.txt"}),
    "moves for ever": Case(outcome="robots-redirects", status=302, headers={"Location": "/robots.txt?again"}),
}  # fmt: skip


class Site(ThreadingHTTPServer):
    """A host of its own on loopback, with one robots.txt; it notes when it is asked for what."""

    def __init__(self, number: int, case: Case) -> None:
        super().__init__((f"127.0.0.{number}", 0), _Handler)
        self.case = case
        self.asked: list[tuple[float, str]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()

    @property
    def base(self) -> str:
        """The site's address."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def pages(self, count: int = AT_ONCE) -> list[str]:
        """Return the addresses of pages."""
        return [f"{self.base}{self.case.path}{n}" for n in range(count)]


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        """Answer."""
        self.server.asked.append((time.monotonic(), self.path))
        case = self.server.case if self.path.startswith("/robots.txt") else Case(outcome="", body=b"a page")
        if self.path == "/moved/robots.txt":
            case = Case(outcome="", body=FORBIDDEN)
        time.sleep(case.wait)
        if not case.status:
            return
        try:
            self.send_response(case.status)
            for name, value in case.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(case.body)
        except ConnectionError:  # the crawler has had enough
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Site]]:
    """A site for each case, on a host of its own."""
    try:
        running = {name: Site(number, case) for number, (name, case) in enumerate(CASES.items(), 2)}
    except OSError:
        pytest.skip("only one loopback address can be bound here")
    yield running
    for site in running.values():
        site.shutdown()
        site.server_close()


@pytest.fixture(scope="module")
def outcomes(sites: dict[str, Site]) -> dict[str, str]:
    """One crawl of all sites, six pages of each at once."""
    return crawl(*(url for site in sites.values() for url in site.pages()))


@pytest.mark.parametrize("name", CASES)
def test_robots(sites: dict[str, Site], outcomes: dict[str, str], name: str) -> None:
    """The robots.txt that … decides for every page that waited for it, and pages it forbids are not asked for."""
    site, expected = sites[name], CASES[name].outcome
    assert [outcomes[url] for url in site.pages()] == [expected] * AT_ONCE
    pages = [path for _, path in site.asked if not path.endswith("robots.txt") and "?again" not in path]
    assert len(pages) == (AT_ONCE if expected == "fetched" else 0)
    assert [path for _, path in site.asked].count("/robots.txt") == 1


def test_crawl_delay_is_applied() -> None:
    """One page at a time, at least so many seconds apart, from the first page on."""
    site = Site(1, Case(outcome="fetched", body=b"User-agent: *\nCrawl-delay: 0.5\n"))
    try:
        assert set(crawl(*site.pages(3)).values()) == {"fetched"}
    finally:
        site.shutdown()
        site.server_close()
    times = [moment for moment, path in site.asked if path != "/robots.txt"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(gaps) == 2
    assert min(gaps) > 0.45
