"""The demo site on 127.0.0.1, over plain HTTP, with conditional requests and a page that fails once."""

from collections import Counter
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from newsarchive.demo.site import Page, Pages, build

Answers = Counter[tuple[str, int]]


class DemoServer:
    """Serves the demo from a thread of its own while the context lasts.

    `base` is its address without a slash at the end. Setting `edition` to 2 publishes the second edition.
    """

    def __init__(self, *, now: datetime, port: int = 0) -> None:
        self._now = now
        self._http = _Http(port)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.base = f"http://127.0.0.1:{self._http.server_port}"
        self.edition = 1

    @property
    def edition(self) -> int:
        """Which edition is being served, 1 or 2."""
        return self._edition

    @edition.setter
    def edition(self, edition: int) -> None:
        self._edition = edition
        self._http.pages = build(self.base, self._now, edition=edition)

    @property
    def answers(self) -> Answers:
        """How often each (path, status) has been answered so far: a copy."""
        with self._http.lock:
            return Counter(self._http.answers)

    def count(self, path: str) -> int:
        """How often `path` has been requested so far."""
        return sum(times for (asked, _), times in self.answers.items() if asked == path)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.pages: Pages = {}
        self.answers: Answers = Counter()
        self.lock = Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def record(self, path: str, status: HTTPStatus) -> None:
        with self.lock:
            self.answers[path, status.value] += 1

    def failed_before(self, path: str) -> bool:
        with self.lock:
            return self.answers[path, HTTPStatus.INTERNAL_SERVER_ERROR.value] > 0


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        page = self.server.pages.get(path)
        status = self._status(path, page)
        self.server.record(path, status)
        self._send(status, page)

    do_HEAD = do_GET  # noqa: N815 - the name http.server looks for

    def _status(self, path: str, page: Page | None) -> HTTPStatus:
        if page is None:
            return HTTPStatus.NOT_FOUND
        if page.flaky and not self.server.failed_before(path):
            return HTTPStatus.INTERNAL_SERVER_ERROR
        return HTTPStatus.NOT_MODIFIED if self._is_known(page) else HTTPStatus.OK

    def _is_known(self, page: Page) -> bool:
        """Whether the client holds this state already; an entity tag outranks a date (RFC 9110, 13.2.2)."""
        tags, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        if tags is not None:
            return tags.strip() == "*" or page.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return since == page.last_modified

    def _send(self, status: HTTPStatus, page: Page | None) -> None:
        found = page if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED} else None
        body = found.body if found else f"{status.value} {status.phrase}\n".encode()
        self.send_response(status)
        if found:
            self.send_header("ETag", found.etag)
            self.send_header("Last-Modified", found.last_modified)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", found.content_type if found else "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status is not HTTPStatus.NOT_MODIFIED and self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: what was asked is in `answers`."""
