"""robots.txt as RFC 9309 has it, Crawl-delay, and addresses that are not public: over real sockets."""

import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsarchive.crawl.politeness import is_public

CRAWL = Path(__file__).with_name("polite.py")
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


def crawl(*urls: str, allow_private: bool = True) -> dict[str, str]:
    """Return what becomes of addresses that are asked for at once."""
    command = [sys.executable, str(CRAWL), str(int(allow_private)), *urls]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


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


def test_private_addresses_are_refused() -> None:
    """In whatever form they are written, and through names; none is asked for anything."""
    site = Site(1, Case(outcome=""))
    port = site.server_address[1]
    expected = {
        f"http://127.0.0.1:{port}/": "private-address",
        f"http://[::1]:{port}/": "private-address",
        f"http://[::ffff:127.0.0.1]:{port}/": "private-address",
        f"http://169.254.169.254:{port}/latest/meta-data/": "private-address",
        f"http://localhost:{port}/": "robots-dns",
        f"http://localhost.:{port}/": "robots-dns",
        f"http://2130706433:{port}/": "robots-dns",
        f"http://127.1:{port}/": "robots-dns",
        f"http://0x7f000001:{port}/": "robots-dns",
        f"http://0177.0.0.1:{port}/": "robots-dns",
    }
    try:
        assert crawl(*expected, allow_private=False) == expected
    finally:
        site.shutdown()
        site.server_close()
    assert site.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("1.1.1.1", True),
        ("2606:4700:4700::1111", True),
        ("0.0.0.0", False),  # noqa: S104 - an address to be refused
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("172.32.0.1", True),
        ("192.0.0.1", False),
        ("192.0.2.1", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("198.51.100.1", False),
        ("203.0.113.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::8.8.8.8", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("2002:7f00:1::", False),
        ("2002:a00:1::1", False),
        ("2001:0:0:0:0:0:80ff:fffe", False),
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:  # noqa: FBT001 - a table's column
    """Only those of the public Internet; an IPv4 address inside an IPv6 one counts."""
    assert is_public(address) is public


@pytest.mark.parametrize("name", ["", "localhost", "127.1", "2130706433", "0x7f000001", "example.org", "127.0.0.1 "])
def test_what_is_no_address_is_left_to_the_resolver(name: str) -> None:
    """A name is no address, however much it looks like one."""
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        is_public(name)
