"""How a fetched page becomes WARC records."""

import pytest

from newsarchive.raw.capture import Original, about_segment, pack
from newsarchive.raw.kinds import charset, is_html
from tests.conftest import article
from tests.raw.conftest import capture, packed, read_warc

ARTICLE = article(1)


def test_a_page_is_a_response_a_request_and_metadata() -> None:
    """Warcio reads all three, finds their digests right, and the page as it was."""
    page = packed(ARTICLE)
    info, response, request, metadata = read_warc(
        about_segment(page.run_id, page.fetched_at, name="w 1") + page.whole("no-body")
    )
    assert [r["type"] for r in (info, response, request, metadata)] == ["warcinfo", "response", "request", "metadata"]
    assert response["payload"] == capture(ARTICLE).body
    assert (response["WARC-Target-URI"], response["WARC-Date"]) == (ARTICLE.url, ARTICLE.crawled_at)
    assert response["WARC-Payload-Digest"] == page.digest
    assert request["WARC-Concurrent-To"] == metadata["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert b"outcome: no-body\r\n" in metadata["payload"]


def test_the_same_capture_gives_the_same_bytes() -> None:
    """Nothing random or of the present moment is in a record."""
    assert packed(ARTICLE).whole("") == packed(ARTICLE).whole("")


@pytest.mark.parametrize("name", ["Set-Cookie", "SET-COOKIE2", "Authentication-Info", "Proxy-Authentication-Info"])
def test_no_secret_of_an_answer_is_kept(name: str) -> None:
    """Cookies and what follows from credentials stay out; other headers stay in."""
    page = packed(ARTICLE, headers=((name, "hidden=1"), ("Server", "nginx")))
    (response,) = read_warc(page.response)
    assert response["http"]["Server"] == "nginx"
    assert "hidden" not in str(response)


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key"])
def test_no_secret_of_a_request_is_kept(name: str) -> None:
    """Only headers that are known to be harmless are kept, and no credentials of an address."""
    page = packed(ARTICLE, url="https://me:hidden@example.org/a?b=1", asked=((name, "hidden"), ("user-agent", "us")))
    (request,) = read_warc(page.request)
    assert request["http"] == {"Host": "example.org", "user-agent": "us"}
    assert request["WARC-Target-URI"] == page.url == "https://example.org/a?b=1"


def test_a_body_is_kept_as_decoded() -> None:
    """The headers say what the body is, and under other names what it was."""
    given = (("Content-Encoding", "br"), ("Transfer-Encoding", "chunked"), ("Content-Length", "7"))
    (response,) = read_warc(packed(ARTICLE, headers=given, body=b"decoded body").response)
    assert response["payload"] == b"decoded body"
    assert response["http"] == {
        "X-Crawler-Content-Encoding": "br",
        "X-Crawler-Transfer-Encoding": "chunked",
        "X-Crawler-Content-Length": "7",
        "Content-Length": "12",
    }


@pytest.mark.parametrize(
    ("status", "profile"), [(200, "identical-payload-digest"), (304, "server-not-modified")], ids=["same", "304"]
)
def test_a_revisit_names_the_page_it_repeats(status: int, profile: str) -> None:
    """A page as before, by its digest or by the server's word, is a record without a body."""
    page = packed(ARTICLE, status=status)
    original = Original(url="https://example.org/before", fetched_at="2026-11-20T00:00:00Z", digest=page.digest)
    revisit = read_warc(page.revisit(original, ""))[0]
    assert (revisit["type"], revisit["payload"]) == ("revisit", b"")
    assert revisit["WARC-Profile"].endswith(profile)
    assert revisit["WARC-Refers-To-Target-URI"] == original.url
    assert revisit["WARC-Refers-To-Date"] == original.fetched_at
    assert revisit["WARC-Payload-Digest"] == page.digest


@pytest.mark.parametrize("value", ["naïve", "日本", "a\tb", ""])
def test_any_header_value_is_bearable(value: str) -> None:
    """A header that is not ASCII costs neither the page nor the record."""
    (response,) = read_warc(pack(capture(ARTICLE, headers=(("X-Name", value),))).response)
    assert response["payload"] == capture(ARTICLE).body


@pytest.mark.parametrize(
    ("content_type", "html", "named"),
    [
        ("text/html; charset=windows-1252", True, "windows-1252"),
        ('Application/XHTML+XML; Charset="utf-8"', True, "utf-8"),
        ("", True, ""),
        ("application/pdf", False, ""),
        ("text/plain;charset=x", False, "x"),
    ],
)
def test_content_types(content_type: str, *, html: bool, named: str) -> None:
    """A page is HTML if its type says so or says nothing."""
    assert (is_html(content_type), charset(content_type)) == (html, named)
