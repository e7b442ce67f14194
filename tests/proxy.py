"""An HTTP proxy that stands before an S3 server and fails as it is told, on 127.0.0.1."""

import http.client
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Fault = Callable[[str, str], str]

ANSWERS = {
    "500": (500, "InternalError"),
    "503": (503, "SlowDown"),
    "429": (429, "TooManyRequests"),
    "403": (403, "AccessDenied"),
    "missing-bucket": (404, "NoSuchBucket"),
}
BROKEN = ("reset-before", "reset-after", "stall", "truncated", "slow")
CONDITIONS = ("refuse-condition", "ignore-condition")
FAULTS = (*ANSWERS, *BROKEN)
_SLOW_BYTES_A_SECOND = 1000
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "expect"})


def never(method: str, path: str) -> str:  # noqa: ARG001 - a Fault
    """Let everything pass."""
    return ""


def always(fault: str, *methods: str) -> Fault:
    """Let every request of these methods (none: all) fail."""
    return lambda method, _: fault if not methods or method in methods else ""


def first(fault: str, count: int, *methods: str) -> Fault:
    """Let the first requests of these methods (none: all) fail."""
    met: Counter[bool] = Counter()

    def choose(method: str, _: str) -> str:
        fits = not methods or method in methods
        met[fits] += 1
        return fault if fits and met[True] <= count else ""

    return choose


def at_random(seed: int, *, failed: float = 0.1, lost: float = 0.1) -> Fault:
    """Let this share of the puts fail before storing, and lose the answer of that share after it."""
    chance = random.Random(seed)  # noqa: S311 - faults, repeatable

    def choose(method: str, _: str) -> str:
        drawn = chance.random() if method == "PUT" else 1.0
        if drawn < failed:
            return chance.choice(["500", "503", "reset-before"])
        return chance.choice(["reset-after", "truncated"]) if drawn < failed + lost else ""

    return choose


class Proxy(ThreadingHTTPServer):
    """The proxy; `fault` may be set anew at any time, `requests` counts what came by method."""

    daemon_threads = True

    def __init__(self, upstream: str, fault: Fault = never, *, stall_seconds: float = 3.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream).netloc
        self.fault = fault
        self.stall_seconds = stall_seconds
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        self.requests: Counter[str] = Counter()
        self._lock = threading.Lock()

    def choose(self, method: str, path: str) -> str:
        """Return the fault of the next request."""
        with self._lock:
            self.requests[method] += 1
            return self.fault(method, path)

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that the other side has broken."""


@contextmanager
def before(upstream: str, fault: Fault = never, *, stall_seconds: float = 3.0) -> Iterator[Proxy]:
    """A running proxy before the server at upstream."""
    with Proxy(upstream, fault, stall_seconds=stall_seconds) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"  # with the 100 that boto3 waits for

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.choose(self.command, self.path)
        if fault == "refuse-condition" and self.headers.get("If-None-Match"):
            self._answer(501, "NotImplemented")
        elif fault in ANSWERS:
            self._answer(*ANSWERS[fault])
        elif fault == "reset-before":
            self._reset()
        elif fault == "stall":
            time.sleep(self.server.stall_seconds)
            self._reset()
        else:
            self._pass_on(body, fault)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _serve  # noqa: N815 - names of the standard library

    def _pass_on(self, body: bytes, fault: str) -> None:
        dropped = _HOP | ({"if-none-match"} if fault == "ignore-condition" else set())
        headers = {k: v for k, v in self.headers.items() if k.lower() not in dropped}
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=60)
        try:
            upstream.request(self.command, self.path, body, headers | {"Content-Length": str(len(body))})
            response = upstream.getresponse()
            raw = _raw(response, response.read())
        except (OSError, http.client.HTTPException):
            self._answer(502, "BadGateway")
            return
        finally:
            upstream.close()
        self._send(raw, fault)

    def _send(self, raw: bytes, fault: str) -> None:
        if fault == "reset-after":
            self._reset()
        elif fault == "truncated":
            self.wfile.write(raw[: len(raw) // 2])
            self._reset()
        elif fault == "slow":
            for start in range(0, len(raw), _SLOW_BYTES_A_SECOND // 10):
                self.wfile.write(raw[start : start + _SLOW_BYTES_A_SECOND // 10])
                time.sleep(0.1)
        else:
            self.wfile.write(raw)

    def _answer(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>as told</Message></Error>".encode()
        head = f"HTTP/1.1 {status} {code}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + (b"" if self.command == "HEAD" else body))

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _raw(response: http.client.HTTPResponse, body: bytes) -> bytes:
    length = response.getheader("Content-Length") if not body else None  # of a HEAD's answer
    headers = [(k, v) for k, v in response.getheaders() if k.lower() not in _HOP]
    lines = [f"HTTP/1.1 {response.status} {response.reason}", *(f"{k}: {v}" for k, v in headers)]
    return "\r\n".join([*lines, f"Content-Length: {length or len(body)}", "", ""]).encode("latin-1") + body
