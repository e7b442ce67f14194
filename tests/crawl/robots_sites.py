"""Hosts on loopback, each with one robots.txt, a front page and a feed of articles; and the table of what to expect."""

import gzip
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

AT_ONCE = 3
WORDS = " ".join(f"word{n} of a plain paragraph about the harbour" for n in range(40))
FORBIDDEN = b"User-agent: *\nDisallow: /\n"
ALLOWED = b"User-agent: *\nAllow: /\n"
PRIVATE = "http://127.0.1.1:9/robots.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A robots.txt, the pages beside it (`{n}` is a number), what becomes of each, and of the front page."""

    outcome: str
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    path: str = "/page-{n}"
    front: str = "fetched"


def _all_forbidden(**kwargs: object) -> Case:
    return Case(outcome="robots", front="robots", **{"body": FORBIDDEN, **kwargs})  # type: ignore[arg-type]


def _unreachable(why: str, **kwargs: object) -> Case:
    return Case(outcome=f"robots-{why}", front=f"robots-{why}", **kwargs)  # type: ignore[arg-type]


def _forbids(body: bytes | str, path: str = "/page-{n}") -> Case:
    return Case(outcome="robots", body=body if isinstance(body, bytes) else body.encode(), path=path)


def _allows(body: bytes | str, path: str = "/page-{n}") -> Case:
    return Case(outcome="fetched", body=body if isinstance(body, bytes) else body.encode(), path=path)


RULES = {
    "allows": _allows("User-agent: *\nDisallow: /private\n"),
    "forbids the path": _forbids("User-agent: *\nDisallow: /private\n", "/private/{n}"),
    "forbids everything": _all_forbidden(),
    "allows within what it forbids": _allows("User-agent: *\nDisallow: /page\nAllow: /page-\n"),
    "forbids within what it allows": _forbids("User-agent: *\nAllow: /page\nDisallow: /page-\n"),
    "allows and forbids by rules of one length": _allows("User-agent: *\nDisallow: /page\nAllow: /page\n"),
    "forbids by wildcard": _forbids("User-agent: *\nDisallow: /*?print=\n", "/page?print={n}"),
    "forbids by a wildcard in the middle": _forbids("User-agent: *\nDisallow: /p*-\n"),
    "forbids an ending": _forbids("User-agent: *\nDisallow: /*.php$\n", "/{n}.php"),
    "forbids another ending": _allows("User-agent: *\nDisallow: /*.php$\n", "/{n}.php?page"),
    "forbids the path in capitals": _allows("User-agent: *\nDisallow: /PAGE\n"),
    "forbids a path by its escapes": _forbids("User-agent: *\nDisallow: /caf%c3%a9/\n", "/café/{n}"),
    "forbids a path by its letters": _forbids("User-agent: *\nDisallow: /café/\n", "/caf%C3%A9/{n}"),
    "forbids a path in Latin-1": _forbids(b"User-agent: *\nDisallow: /caf\xe9/\n", "/caf%E9/{n}"),
    "forbids an escaped slash": _allows("User-agent: *\nDisallow: /a%2Fb\n", "/a/b-{n}"),
    "forbids nothing": _allows("User-agent: *\nDisallow:\n"),
    "is empty": _allows(""),
}  # fmt: skip
GROUPS = {
    "forbids us by name": _all_forbidden(body=b"User-agent: newsarchive\nDisallow: /\n\n" + ALLOWED),
    "allows us by name": _allows(FORBIDDEN + b"\nUser-agent: NewsArchive\nDisallow: /other\n"),
    "forbids us by name and version": _forbids("User-agent: newsarchive/0.1.0\nDisallow: /page\n"),
    "allows one whose name begins ours": _all_forbidden(body=b"User-agent: news\nAllow: /\n\n" + FORBIDDEN),
    "forbids one whose name begins ours": _allows("User-agent: news\nDisallow: /\n"),
    "forbids one whose name ends in ours": _allows("User-agent: my-newsarchive\nDisallow: /\n"),
    "has two groups for us": _forbids(
        "User-agent: newsarchive\nDisallow: /a\n\nUser-agent: x\nAllow: /\n\nUser-agent: newsarchive\nDisallow: /page\n"
    ),
    "has a group for us and others": _forbids("User-agent: x\nUser-agent: newsarchive\nDisallow: /page\n"),
    "has unknown lines in a group's head": _forbids(
        "User-agent: newsarchive\nNoindex: /a\nSitemap: ftp://127.0.0.1/s.xml\nUser-agent: x\nDisallow: /page\n"
    ),
    "has rules before any group": _allows("Disallow: /\nUser-agent: *\nAllow: /\n"),
    "is about others only": _allows("User-agent: x\nDisallow: /\n"),
}  # fmt: skip
FORMS = {
    "begins with a mark": _all_forbidden(body=b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n"),
    "has old line ends": _all_forbidden(body=b"User-agent: *\rDisallow: /\r"),
    "has comments and spaces": _all_forbidden(body=b"\t User-AGENT : * # all\n # \xff\n dISALLOW :/# nothing\n"),
    "is a page of HTML": _allows(b"<html><p>User-agent: *<p>Disallow: /</html>"),
    "is binary": _allows(bytes(range(256))),
    "has a rule at 499 KiB": _forbids(b"User-agent: *\n" + b"# padding\n" * 51000 + b"Disallow: /page\n"),
    "has a rule at 520 KiB": _allows(b"User-agent: *\n" + b"# padding\n" * 53250 + b"Disallow: /page\n"),
    "is sent as gzip": _all_forbidden(body=gzip.compress(FORBIDDEN), headers={"Content-Encoding": "gzip"}),
    "is a gzip file": _all_forbidden(body=gzip.compress(FORBIDDEN)),
}  # fmt: skip
ANSWERS = {
    "is not there": Case(outcome="fetched", status=404, body=FORBIDDEN),
    "is gone": Case(outcome="fetched", status=410, body=FORBIDDEN),
    "is forbidden itself": Case(outcome="fetched", status=403, body=FORBIDDEN),
    "needs a password": Case(outcome="fetched", status=401, body=FORBIDDEN),
    "has no content": Case(outcome="fetched", status=204),
    "comes too often": _unreachable("http-429", status=429),
    "has an error": _unreachable("http-500", status=500),
    "is unavailable": _unreachable("http-503", status=503),
    "never comes": _unreachable("timeout", wait=2.5),
    "is cut off": _unreachable("connection", status=0),
    "has moved": _all_forbidden(status=301, headers={"Location": "/hop/0"}),
    "has moved five times": _all_forbidden(status=302, headers={"Location": "/hop/4"}),
    "has moved six times": _unreachable("redirects", status=307, headers={"Location": "/hop/5"}),
    "moves for ever": _unreachable("redirects", status=302, headers={"Location": "/robots.txt?again"}),
    "is on another host": _all_forbidden(status=308, headers={"Location": "{elsewhere}/hop/0"}),
    "is on a private host": _unreachable("private-address", status=302, headers={"Location": PRIVATE}),
}  # fmt: skip
CASES = RULES | GROUPS | FORMS | ANSWERS


class Site(ThreadingHTTPServer):
    """A host of its own on loopback; it notes when it is asked for what.

    `first` is its answer to the first request for a path that begins with `first_path`; pages take `wait` seconds.
    """

    daemon_threads = True

    def __init__(
        self, number: int, case: Case, *, first: Case | None = None, first_path: str = "/page", wait: float = 0.0
    ) -> None:
        super().__init__((f"127.0.0.{number}", 0), _Handler)
        self.case = case
        self.elsewhere = ""
        self.first, self.first_path, self.wait = first, first_path, wait
        self.asked: list[tuple[float, str]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()

    @property
    def base(self) -> str:
        """The site's address."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def pages(self, count: int = AT_ONCE) -> list[str]:
        """Return the addresses of pages."""
        return [self.base + self.case.path.replace("{n}", str(n)) for n in range(count)]

    def asked_for(self, *beginnings: str) -> list[str]:
        """Return the paths asked for that begin so."""
        return [path for _, path in self.asked if path.startswith(beginnings)]

    def close(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        """Answer."""
        self.server.asked.append((time.monotonic(), self.path))
        case = self._case()
        time.sleep(case.wait)
        if not case.status:
            return
        try:
            self.send_response(case.status)
            for name, value in case.headers.items():
                self.send_header(name, value.format(elsewhere=self.server.elsewhere))
            self.end_headers()
            self.wfile.write(case.body)
        except ConnectionError:  # the crawler has had enough
            self.close_connection = True

    def _case(self) -> Case:
        first, path = self.server.first, self.server.first_path
        if first and self.path.startswith(path) and len(self.server.asked_for(path)) == 1:
            return first
        if self.path.startswith("/robots.txt"):
            return self.server.case
        if self.path.startswith("/hop/"):
            left = int(self.path.rpartition("/")[2])
            hop = {"Location": f"/hop/{left - 1}"}
            return Case(outcome="", status=302, headers=hop) if left else Case(outcome="", body=FORBIDDEN)
        if self.path in ("/ai.txt", "/.well-known/tdmrep.json"):
            return Case(outcome="", status=404)
        wait = self.server.wait
        return Case(outcome="", wait=wait, body=self._page(), headers={"Content-Type": "text/html; charset=utf-8"})

    def _page(self) -> bytes:
        if self.path == "/":
            return b"<title>Front</title><link rel=alternate type=application/rss+xml href=/feed.xml>"
        if self.path == "/feed.xml":
            items = "".join(f"<item><title>t</title><link>{url}</link></item>" for url in self.server.pages())
            return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()
        words = WORDS.replace("harbour", self.path)
        return f"<html lang=en><title>T</title><article><h1>Of {self.path}</h1><p>{words}</p></article></html>".encode()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
