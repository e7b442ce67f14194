"""What is said of a page, and what the policy makes of it."""

import json

import pytest

from newsarchive.errors import UsageError
from newsarchive.rights import aitxt, tdmrep
from newsarchive.rights.policy import SIGNALS, Policy
from newsarchive.rights.signals import Origin, Signals, of_article, signals

URL = "https://news.example/2026/harbour"
NOW = "2026-11-24T00:00:00Z"
RESERVED = Origin(tdm=tdmrep.read(b'[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://p.example"}]'))
Headers = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("headers", "page", "expected"),
    [
        ([], b"<p>Text", Signals()),
        ([("X-Robots-Tag", "noarchive")], b"", Signals(noarchive="header")),
        (
            [("x-robots-tag", "noai"), ("X-Robots-Tag", "newsarchive: noindex")],
            b"",
            Signals(noai="header", noindex="header"),
        ),
        ([], b"<meta name=robots content='noarchive, noimageai'>", Signals(noarchive="meta", noimageai="meta")),
        ([], b"<meta name=newsarchive content=noarchive>", Signals(noarchive="meta")),
        ([], b"<meta name=googlebot content=noarchive>", Signals()),
        ([], b"<meta name=robots content=none>", Signals(noindex="meta")),
        ([("X-Robots-Tag", "noarchive")], b"<meta name=robots content=noarchive>", Signals(noarchive="header+meta")),
        ([("TDM-Reservation", "1"), ("tdm-policy", "https://p.example")], b"", Signals(tdm="header", tdm_policy="https://p.example")),
        ([("tdm-reservation", "1")], b"<meta name=tdm-reservation content=0>", Signals()),
        ([("tdm-reservation", "0")], b"<meta name=TDM-Reservation content=1>", Signals(tdm="meta")),
        ([("tdm-reservation", "0"), ("tdm-reservation", "1")], b"", Signals(tdm="header")),
        ([("tdm-policy", "https://p.example")], b"", Signals()),
        ([("Content-Usage", "train-ai=n"), ("Content-Usage", "a=y")], b"", Signals(content_usage="train-ai=n, a=y")),
        (
            [("X-Robots-Tag", "unavailable_after: 2026-12-01")],
            b"<meta name=robots content='unavailable_after: 2026-11-30'>",
            Signals(unavailable_after="2026-11-30T00:00:00Z"),
        ),
    ],
)  # fmt: skip
def test_signals_of_a_page(headers: Headers, page: bytes, expected: Signals) -> None:
    """Each with the place that says it; of reservations the nearest to the page counts."""
    assert signals(URL, headers, page) == expected


@pytest.mark.parametrize(
    ("headers", "page", "tdm"),
    [
        ([], b"", "file"),
        ([("tdm-reservation", "0")], b"", ""),
        ([], b"<meta name=tdm-reservation content=0>", ""),
        ([("tdm-reservation", "1")], b"", "header"),
        ([("tdm-reservation", "x")], b"", "file"),
    ],
)
def test_header_and_meta_supersede_the_file(headers: Headers, page: bytes, tdm: str) -> None:
    """As the protocol has it."""
    assert signals(URL, headers, page, origin=RESERVED).tdm == tdm


SPAWNING = b"# ai.txt\nUser-Agent: *\nDisallow: *.txt\nDisallow: *.html\nDisallow: *.jpg\nDisallow: /\nDisallow: *\n"


@pytest.mark.parametrize(
    ("body", "path", "disallowed"),
    [
        (SPAWNING, "/2026/harbour", True),
        (SPAWNING, "/2026/harbour.html", True),
        (b"User-Agent: *\nDisallow: *.jpg\nDisallow: *.mp4\n", "/2026/harbour", False),
        (b"User-Agent: *\nDisallow: *.html\n", "/2026/harbour?page=2", True),
        (b"User-Agent: *\nDisallow: /\nAllow: *.html\n", "/2026/harbour", False),
        (b"User-Agent: *\nDisallow: /private/\n", "/private/harbour", True),
        (b"User-Agent: *\nDisallow: /private/\n", "/2026/harbour", False),
        (b"User-Agent: GPTBot\nDisallow: /\n", "/2026/harbour", False),
        (b"User-Agent: newsarchive\nDisallow: /\n", "/2026/harbour", True),
        (b"User-Agent: *\nAllow: /\n", "/2026/harbour", False),
        (b"# Our policy\n\nTraining: deny\nSpec-Version: 1.0\n", "/2026/harbour", False),
        (b"<html>Disallow: /</html>", "/2026/harbour", False),
        (b"", "/2026/harbour", False),
    ],
)
def test_ai_txt(body: bytes, path: str, disallowed: bool) -> None:  # noqa: FBT001 - the expected value
    """The text of a page is forbidden by its path, or as HTML; images and other crawlers do not concern us."""
    assert aitxt.disallows(aitxt.read(body), f"https://news.example{path}") is disallowed


def test_the_record_gives_back_what_was_said() -> None:
    """`rights` of `extra_json` holds what is said and nothing else; what later versions add is passed over."""
    said = Signals(noarchive="meta", tdm="file", tdm_policy="https://p.example")
    assert said.as_extra() == {"rights": {"noarchive": "meta", "tdm": "file", "tdm_policy": "https://p.example"}}
    assert Signals().as_extra() == {}
    assert of_article(json.dumps(said.as_extra() | {"agencies": ["AFP"]})) == said
    assert of_article('{"rights": {"noai": "meta", "nonsense": "x", "tdm": 1}}') == Signals(noai="meta")
    assert of_article("{}") == of_article('{"rights": []}') == Signals()


EVERY = Signals(noarchive="meta", noindex="meta", noai="meta", tdm="file", ai_txt="file", unavailable_after=NOW)


@pytest.mark.parametrize(
    ("setting", "said", "refusal", "copy"),
    [
        ("", EVERY, "", False),
        ("", Signals(tdm="meta"), "", True),
        ("none", EVERY, "", True),
        ("all", EVERY, "noarchive", False),
        ("all", Signals(content_usage="train-ai=n", noimageai="meta"), "", True),
        ("noarchive", EVERY, "noarchive", False),
        ("noarchive", Signals(tdm="meta"), "", True),
        ("TDM, ai-txt", EVERY, "tdm-reserved", False),
        ("ai-txt", EVERY, "ai-txt", False),
        ("noai", EVERY, "noai", False),
        ("noindex", EVERY, "noindex", False),
        ("unavailable-after", EVERY, "expired", False),
        ("unavailable-after", Signals(unavailable_after="2026-11-24T00:00:01Z"), "", True),
    ],
)
def test_policy(setting: str, said: Signals, refusal: str, copy: bool) -> None:  # noqa: FBT001 - the expected value
    """What is obeyed is refused; a page with noarchive is not kept as fetched unless told."""
    policy = Policy.parse(setting)
    assert (policy.refusal(said, now=NOW), policy.keeps_copy(said)) == (refusal, copy)


@pytest.mark.parametrize("setting", ["noarchiv", "all,tdm", "none,tdm", "yes"])
def test_a_misspelt_signal_is_refused_by_name(setting: str) -> None:
    """A policy that cannot be understood is no policy."""
    with pytest.raises(UsageError, match="NEWSARCHIVE_OBEY has"):
        Policy.parse(setting)
    assert len(set(SIGNALS.values())) == len(SIGNALS)
