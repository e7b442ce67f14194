"""The demo server is honest HTTP: conditional requests, one failure, one missing page, two editions."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import NamedTuple

import pytest

from newsarchive.demo.content import articles
from newsarchive.demo.outcomes import expected
from newsarchive.demo.server import DemoServer
from newsarchive.demo.site import build

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PATHS = list(build("http://127.0.0.1:8000", NOW))
FLAKY = next(article.path for article in articles(NOW) if article.fault == "flaky")
CHANGING = next(row.path for row in expected(NOW) if row.second == "revised")
GONE = next(row.path for row in expected(NOW) if row.first == "gone")


class Answer(NamedTuple):
    """What came back for one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """A running demo site, first edition."""
    with DemoServer(now=NOW) as running:
        yield running


def ask(server: DemoServer, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """One request on a connection of its own; underscores in header names become hyphens."""
    connection = HTTPConnection(server.base.removeprefix("http://"), timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def test_every_link_answers(server: DemoServer) -> None:
    """Each page answers 200 after the flaky one's failure; what is gone answers 404."""
    assert ask(server, FLAKY).status == 500
    assert {ask(server, path).status for path in PATHS} == {200}
    assert ask(server, GONE).status == 404


def test_flaky_page_fails_once(server: DemoServer) -> None:
    """The flaky page answers 500, then 200 for good, also in the second edition."""
    statuses = [ask(server, FLAKY).status for _ in range(3)]
    server.edition = 2
    assert [*statuses, ask(server, FLAKY).status] == [500, 200, 200, 200]
    assert server.count(FLAKY) == 4
    assert server.answers[FLAKY, 500] == 1


@pytest.mark.parametrize(
    ("header", "template"),
    [
        ("If_None_Match", "{ETag}"),
        ("If_None_Match", "W/{ETag}"),
        ("If_None_Match", '"other", {ETag}'),
        ("If_None_Match", "*"),
        ("If_Modified_Since", "{Last-Modified}"),
    ],
)
@pytest.mark.parametrize("path", ["/fr/rss", CHANGING])
def test_not_modified(server: DemoServer, path: str, header: str, template: str) -> None:
    """A client that holds the current state is told so, without a body."""
    first = ask(server, path)
    value = template.replace("{ETag}", first.headers["ETag"]).replace("{Last-Modified}", first.headers["Last-Modified"])
    again = ask(server, path, **{header: value})
    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", ["/en/atom.xml", CHANGING])
def test_second_edition_is_modified(server: DemoServer, path: str) -> None:
    """Neither the first edition's tag nor its date matches what the second edition changed."""
    first = ask(server, path)
    server.edition = 2
    by_tag = ask(server, path, If_None_Match=first.headers["ETag"])
    by_date = ask(server, path, If_Modified_Since=first.headers["Last-Modified"])
    assert (by_tag.status, by_date.status) == (200, 200)
    assert by_tag.body == by_date.body != first.body


def test_tag_outranks_date(server: DemoServer) -> None:
    """With a tag that does not match, a matching date does not count."""
    first = ask(server, CHANGING)
    again = ask(server, CHANGING, If_None_Match='"old"', If_Modified_Since=first.headers["Last-Modified"])
    assert again.status == 200


def test_head_has_no_body(server: DemoServer) -> None:
    """HEAD answers like GET, length included, without the body."""
    head, get = (ask(server, CHANGING, method=method) for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.body))


def test_query_is_ignored(server: DemoServer) -> None:
    """A tracking parameter leads to the same page."""
    assert ask(server, f"{CHANGING}?utm_source=feed").body == ask(server, CHANGING).body


def test_connection_is_kept(server: DemoServer) -> None:
    """Several requests share one connection."""
    connection = HTTPConnection(server.base.removeprefix("http://"), timeout=10)
    try:
        for path in ("/", "/no-such-page", CHANGING):
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            assert not response.will_close
    finally:
        connection.close()


def test_two_servers_do_not_meet(server: DemoServer) -> None:
    """A second server has its own port and its own counts."""
    with DemoServer(now=NOW) as other:
        assert other.base != server.base
        ask(other, "/")
        assert (other.count("/"), server.count("/")) == (1, 0)
