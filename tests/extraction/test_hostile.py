"""Hostile pages: no crash, no page over its time, nothing but a record or a refusal."""

import contextlib
import time

import pytest

from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import extract
from tests.extraction.making import PROSE, news, page

URL = "https://news.example.org/closed"
LIMIT = 10.0
GOOD = page(node=news(datePublished="2020-06-11T06:04:00Z", author={"name": "Anna Bell"}))


def survive(html: bytes, charset: str = "") -> None:
    """Extract within the limit; a refusal is an answer too."""
    start = time.process_time()
    with contextlib.suppress(NotAnArticleError):
        assert extract(html, URL, charset=charset).text.encode()
    assert time.process_time() - start < LIMIT


HOSTILE = {
    "deep divs": b"<html><body>" + b"<div>" * 100_000 + PROSE[0].encode() + b"</body></html>",
    "deep inline": b"<html><body><p>" + b"<b><i><font>" * 20_000 + PROSE[0].encode(),
    "deep lists": b"<body>" + b"<ul><li>" * 5_000 + PROSE[0].encode(),
    "deep tables": b"<body>" + b"<table><tr><td>" * 3_000 + PROSE[0].encode(),
    "one long line": page(body="<p>" + "harbour " * 150_000 + "</p>"),
    "many paragraphs": page(body="<p>short line of prose, no more</p>" * 8_000),
    "many links": page(after="<ul>" + "<li><a href='/tag/x'>x</a></li>" * 6_000 + "</ul>"),
    "many blocks": page(
        head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"x"}</script>' * 10_000
    ),
    "deep json": page(node='{"a":' * 50_000 + "1" + "}" * 50_000),
    "long json string": page(node='{"@type":"NewsArticle","headline":"' + "a" * 2_000_000 + '"}'),
    "broken json": page(node='{"@type":"NewsArticle","headline":"a" "b", "keywords": [1,2,{}], author: Anna'),
    "json of wrong types": page(
        node=news(author=7, keywords={"a": 1}, datePublished=[None], image=[[1]], publisher="x", articleBody=[1])
    ),
    "comments in json": page(node="/* */ " * 300_000),
    "long byline": page(head='<meta name="author" content="' + "by " * 300_000 + '">'),
    "many keywords": page(head='<meta name="keywords" content="' + "x," * 500_000 + '">'),
    "long date": page(head='<meta name="date" content="' + "11 June " * 20_000 + '">'),
    "long title": page(title="harbour - " * 50_000),
    "nuls": GOOD.replace(b"harbour", b"har\0bour").replace(b"<p>", b"<p\0>"),
    "no html": PROSE[0].encode() * 3,
    "only tags": b"<" * 100_000,
    "only attributes": b"<div " + b"a=b " * 50_000 + b">",
    "long attribute": b'<div class="' + b"related-" * 30_000 + b'"><p>' + PROSE[0].encode() + b"</p></div>",
    "xml as html": b'<?xml version="1.0" encoding="utf-8"?><rss><channel><item><title>x</title></item></channel></rss>',
    "xhtml": b'<?xml version="1.0" encoding="iso-8859-1"?>' + GOOD,
    "binary": bytes(range(256)) * 2_000,
    "image": b"\x89PNG\r\n\x1a\n" + bytes(50_000),
    "comment without end": b"<html><body><p>" + PROSE[0].encode() + b"<!-- " + b"x" * 200_000,
    "script without end": b"<html><body><p>" + PROSE[0].encode() + b"</p><script>" + b"x" * 200_000,
    "entities": page(body="<p>" + "&amp;" * 200_000 + "&#0;&#x110000;&bogus;" * 1_000 + "</p>"),
    "odd blanks": page(body=f"<p>{PROSE[0]}</p>" + "\u2028\u2029\u00a0\u3000\t\r\n" * 50_000),
    "dates": page(
        head='<meta name="date" content="' + "9" * 5_000 + '"><meta name="pubdate" content="-0001-99-99T99:99:99">'
    ),
    "odd links": page(
        head='<link rel="canonical" href="http://[::1"><meta property="og:image" content="data:image/png;base64,x">'
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page(name: str) -> None:
    """The page is answered for in bounded time."""
    survive(HOSTILE[name])


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-7", "shift_jis", "x-user-defined", "iso-2022-jp", "hz", "big5", "base64", "idna", "\0"]
)
def test_lying_charset(charset: str) -> None:
    """A charset that is not the page's is not believed."""
    assert extract(GOOD, URL, charset=charset).text == "\n".join(PROSE)


@pytest.mark.parametrize("part", range(50))
def test_truncated_page(part: int) -> None:
    """A page cut anywhere gives what it holds."""
    survive(GOOD[: len(GOOD) * part // 50])


def test_bytes_of_another_kind() -> None:
    """UTF-16 without a mark, and a page in two charsets at once."""
    survive(GOOD.decode().encode("utf-16-le"))
    survive(GOOD + "Ирак".encode("cp1251") + "伊拉克".encode("gb18030"))


@pytest.mark.slow
def test_fifty_megabytes_in_one_line() -> None:
    """What lies beyond the limit is not read."""
    survive(page(body="<p>" + "harbour " * 6_500_000 + "</p>"))
