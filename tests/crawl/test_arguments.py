"""`-a name=value`: what is taken, and the sentence for what is not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.crawl.arguments import COMMON, Arguments, parse
from newsarchive.discovery.window import Window
from newsarchive.errors import UsageError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KNOWN = COMMON | {"url", "edition"}


def test_nothing_asked_for_is_everything() -> None:
    """Without arguments there is no bound."""
    assert parse({}, known=KNOWN, now=NOW) == Arguments(window=Window())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"limit": "7"}, Arguments(window=Window(), limit=7)),
        ({"max_pages": "20"}, Arguments(window=Window(), max_pages=20)),
        ({"max_minutes": "1.5"}, Arguments(window=Window(), max_minutes=1.5)),
        ({"edition": "en"}, Arguments(window=Window(), edition="en")),
        ({"url": "https://example.org/"}, Arguments(window=Window(), urls=("https://example.org/",))),
        ({"since": "1d"}, Arguments(window=Window(since=datetime(2026, 11, 22, 12, tzinfo=UTC)))),
        ({"until": "2026-11-20"}, Arguments(window=Window(until=datetime(2026, 11, 21, tzinfo=UTC)))),
    ],
)
def test_what_is_taken(given: dict[str, str], expected: Arguments) -> None:
    """Each argument by itself."""
    assert parse(given, known=KNOWN, now=NOW) == expected


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"sicne": "1d"}, r"unknown argument 'sicne': did you mean 'since'\?"),
        ({"limits": "1"}, r"unknown argument 'limits': did you mean 'limit'\?"),
        (
            {"xyz": "1"},
            "unknown argument 'xyz': known: edition, limit, max_minutes, max_pages, since, until, url, urls",
        ),
        ({"": "1"}, "unknown argument ''"),
        ({"limit": "0"}, "argument limit is '0': write a whole number above 0"),
        ({"limit": "-1"}, "argument limit is '-1'"),
        ({"max_pages": "0"}, "argument max_pages is '0': write a whole number above 0"),
        ({"max_minutes": "0.0"}, "argument max_minutes is '0.0': write a number of minutes above 0"),
        ({"max_minutes": "1h"}, "argument max_minutes is '1h'"),
        ({"max_minutes": "inf"}, "argument max_minutes is 'inf'"),
        ({"limit": "1.5"}, "argument limit is '1.5'"),
        ({"limit": ""}, "argument limit is ''"),
        ({"limit": "²"}, "argument limit is '²'"),
        ({"limit": "\u0661"}, "argument limit is '\u0661'"),
        ({"since": "yesterday"}, "since='yesterday' is not a date: give it as 2026-11-01, .*7d"),
        ({"since": "2026-13-01"}, "since='2026-13-01' is not a date"),
        ({"until": "2026-02-30"}, "until='2026-02-30' is not a date"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "until='2026-11-01' is not after since='2026-11-02'"),
        ({"url": "example.org"}, "argument url is 'example.org': write a whole http:// or https:// address"),
        ({"url": "ftp://example.org/"}, "argument url is 'ftp://example.org/'"),
        ({"url": ""}, "argument url is ''"),
        ({"urls": "/nowhere/urls.txt"}, "argument urls: cannot read '/nowhere/urls.txt': .*No such file"),
        ({"urls": "/"}, "argument urls: cannot read '/': .*directory"),
    ],
)
def test_what_is_refused(given: dict[str, str], sentence: str) -> None:
    """The message names the argument and its value."""
    with pytest.raises(UsageError, match=sentence):
        parse(given, known=KNOWN, now=NOW)


def test_a_spider_takes_only_what_it_knows() -> None:
    """An argument of another spider is unknown."""
    with pytest.raises(UsageError, match="unknown argument 'edition'"):
        parse({"edition": "en"}, known=COMMON, now=NOW)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://a.example/\nhttps://b.example/\n", ("https://a.example/", "https://b.example/")),
        ("\ufeff# comment\r\n\r\n  https://a.example/  \r\nhttps://a.example/\r\n", ("https://a.example/",)),
        ("https://a.example/#fragment\n#https://b.example/", ("https://a.example/#fragment",)),
        ("https://münchen.example/ü", ("https://münchen.example/ü",)),
    ],
)
def test_a_list_of_addresses(tmp_path: Path, text: str, urls: tuple[str, ...]) -> None:
    """One a line, comments and blank lines left out, each once, in order."""
    (tmp_path / "urls.txt").write_bytes(text.encode())
    assert parse({"urls": str(tmp_path / "urls.txt")}, known=KNOWN, now=NOW).urls == urls


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "holds no URL"),
        (b"# nothing\n\n", "holds no URL"),
        (b"https://a.example/\nb.example\n", "urls.txt line 2 is 'b.example': write a whole"),
        (b"\xff\xfe", "cannot read .*utf-8"),
    ],
)
def test_a_list_that_is_refused(tmp_path: Path, body: bytes, sentence: str) -> None:
    """The message names the file and the line."""
    (tmp_path / "urls.txt").write_bytes(body)
    with pytest.raises(UsageError, match=sentence):
        parse({"urls": str(tmp_path / "urls.txt")}, known=KNOWN, now=NOW)
