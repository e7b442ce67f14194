"""What an S3 store may answer, and what the user is told: over real sockets."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from newsarchive.errors import (
    ArchiveError,
    NewsarchiveError,
    StorageRefusedError,
    StorageUnavailableError,
    UsageError,
)
from newsarchive.storage import Storage, open_storage
from tests.conftest import Server, Servers, slow

OPERATIONS: dict[str, Callable[[Storage], object]] = {
    "put_new": lambda store: store.put_new("key", b"body"),
    "replace": lambda store: store.replace("key", b"body"),
    "read": lambda store: store.read("key"),
    "keys": lambda store: list(store.keys("")),
    "probe": lambda store: store.probe(),
}
HTML = "<html><p>Welcome<br>to the hotel's network</html>"


class Answering(ThreadingHTTPServer):
    """A server with one answer to everything: status, body, and headers."""

    def __init__(self, status: int, body: str, headers: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = (status, body, headers)


class _Handler(BaseHTTPRequestHandler):
    server: Answering
    protocol_version = "HTTP/1.1"  # with the 100 that boto3 waits for

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, body, headers = self.server.answer
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_GET = do_PUT = do_HEAD = do_DELETE = _answer  # noqa: N815 - names of the standard library

    def log_message(self, *_: object) -> None:
        """Say nothing."""


Answer = Callable[..., Storage]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answer]:
    """Start a server with one answer; return a storage on it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    without_pauses = SimpleNamespace(sleep=lambda _: None)
    monkeypatch.setattr("botocore.endpoint.time", without_pauses)
    running: list[Answering] = []

    def start(status: int, body: str, **headers: str) -> Storage:
        server = Answering(status, body, headers)
        running.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return open_storage("s3://news/archive", endpoint_url=f"http://127.0.0.1:{server.server_port}")

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def errors(store: Storage) -> dict[str, NewsarchiveError]:
    """Return what each operation raises; one that succeeds is a failure of the test."""
    raised = {}
    for name, operation in OPERATIONS.items():
        with pytest.raises(NewsarchiveError) as caught:
            operation(store)
        raised[name] = caught.value
    return raised


def check(raised: dict[str, NewsarchiveError], kind: type[Exception], sentence: str) -> None:
    """Check that every operation raised this kind of error with one sentence that names the archive."""
    assert [name for name, error in raised.items() if not isinstance(error, kind)] == []
    texts = {str(error) for error in raised.values()}
    assert [text for text in texts if not text.startswith("s3://") or sentence not in text or "\n" in text] == []


@pytest.mark.parametrize(
    ("status", "code", "kind", "sentence"),
    [
        (404, "NoSuchBucket", StorageRefusedError, "the bucket does not exist"),
        (400, "InvalidBucketName", StorageRefusedError, "the bucket's name is not valid"),
        (403, "InvalidAccessKeyId", StorageRefusedError, "the access key is not known there"),
        (403, "SignatureDoesNotMatch", StorageRefusedError, "the secret key is wrong"),
        (403, "AccessDenied", StorageRefusedError, "access is denied"),
        (400, "ExpiredToken", StorageRefusedError, "the credentials have expired"),
        (405, "MethodNotAllowed", StorageRefusedError, "it refuses (405 MethodNotAllowed)"),
        (501, "NotImplemented", StorageUnavailableError, "answers 501 NotImplemented"),
        (409, "OperationAborted", StorageUnavailableError, "answers 409 OperationAborted"),
        (429, "TooManyRequests", StorageUnavailableError, "answers 429 TooManyRequests"),
        (500, "InternalError", StorageUnavailableError, "answers 500 InternalError"),
        (503, "SlowDown", StorageUnavailableError, "answers 503 SlowDown"),
    ],
)
def test_an_answer_becomes_the_right_error(
    *, answer: Answer, status: int, code: str, kind: type[ArchiveError], sentence: str
) -> None:
    """Try later, or correct something first."""
    body = f"<Error><Code>{code}</Code><Message>why</Message></Error>"
    check(errors(answer(status, body)), kind, sentence)


@pytest.mark.parametrize(
    ("status", "kind"), [(200, StorageUnavailableError), (403, StorageRefusedError), (502, StorageUnavailableError)]
)
def test_what_is_no_s3_store_is_an_archive_error(answer: Answer, status: int, kind: type[ArchiveError]) -> None:
    """A page of HTML where an S3 store should be is no traceback, and never a success of a put."""
    store = answer(status, HTML)
    for name in ("put_new", "replace", "keys", "probe"):
        with pytest.raises(kind, match=r"^s3://news/archive"):
            OPERATIONS[name](store)


def test_a_redirecting_endpoint_is_an_archive_error(answer: Answer) -> None:
    """An http endpoint that redirects to https is no endless search for a region."""
    check(errors(answer(301, "", Location="https://127.0.0.1:9/")), ArchiveError, "redirect")


def test_a_truncated_body_is_unavailable(answer: Answer) -> None:
    """Less than the announced length is no body."""
    store = answer(200, "abc", **{"Content-Length": "1000"})
    with pytest.raises(StorageUnavailableError, match=r"^s3://news/archive does not answer"):
        store.read("key")


@pytest.fixture
def dead_port() -> int:
    """A port that refuses connections."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_refused_connection_is_unavailable(answer: Answer, dead_port: int) -> None:
    """A store that is down may be up later."""
    answer(200, "")  # for its environment
    store = open_storage("s3://news/archive", endpoint_url=f"http://127.0.0.1:{dead_port}")
    check(errors(store), StorageUnavailableError, f":{dead_port}/")


def test_without_credentials_the_user_is_told_which() -> None:
    """No credentials anywhere: the names of the variables to set."""
    store = open_storage("s3://news/archive", endpoint_url="http://127.0.0.1:9")
    check(errors(store), StorageRefusedError, "no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")


def test_half_of_the_credentials_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key without its secret is told as soon as it is known."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    with pytest.raises((UsageError, StorageRefusedError), match=r"(?i)credentials"):
        open_storage("s3://news/archive", endpoint_url="http://127.0.0.1:9").probe()


@pytest.mark.parametrize(
    ("uri", "endpoint", "sentence"),
    [
        ("s3://news/a", "localhost:9000", "Invalid endpoint: localhost:9000"),
        ("s3://My Bucket!/a", "http://127.0.0.1:9", "'My Bucket!' is no valid bucket name"),
    ],
)
def test_a_malformed_place_is_a_usage_error(answer: Answer, uri: str, endpoint: str, sentence: str) -> None:
    """The message holds the malformed value, on one line."""
    answer(200, "")  # for its environment
    with pytest.raises(UsageError, match=f"{uri}.*{sentence}$"):
        open_storage(uri, endpoint_url=endpoint).probe()


def test_a_wrong_bucket_is_refused(server: Server) -> None:
    """A store that has no such bucket: named, and not taken for a missing object."""
    store = open_storage("s3://no-such-bucket/archive", endpoint_url=server.endpoint)
    check(errors(store), StorageRefusedError, "s3://no-such-bucket/archive: the bucket does not exist")


@slow
@pytest.mark.parametrize("kind", ["ceph20", "swift", "rclone"])
@pytest.mark.parametrize("variable", ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"])
def test_wrong_credentials_are_refused_by_real_stores(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, kind: str, variable: str
) -> None:
    """One sentence says what is wrong, as far as the store tells."""
    server = servers.get(kind)
    server.announce(monkeypatch)
    monkeypatch.setenv(variable, "wrong")
    store = open_storage("s3://news/archive", endpoint_url=server.endpoint)
    raised = errors(store)
    check(raised, StorageRefusedError, "")
    told = {str(error).partition(": ")[2].partition(" (")[0] for error in raised.values()}
    assert told <= {"the secret key is wrong", "the access key is not known there", "access is denied"}
