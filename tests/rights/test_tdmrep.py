"""The TDM Reservation Protocol's file."""

import json
from typing import Any

import pytest

from newsarchive.rights import tdmrep
from newsarchive.rights.tdmrep import Reservation, read, reservation, value

HOST = "https://news.example"
POLICY = "https://news.example/policies/1.json"


def rule(location: Any, reserved: Any = 1, policy: Any = "") -> dict[str, Any]:  # noqa: ANN401 - whatever a file may hold
    """Return a rule of a file."""
    return {"location": location, "tdm-reservation": reserved} | ({"tdm-policy": policy} if policy else {})


@pytest.mark.parametrize(
    ("rules", "path", "reserved"),
    [
        ([rule("/")], "/2026/a", True),
        ([rule("/", 0)], "/2026/a", False),
        ([rule("/a/")], "/b/", None),
        ([rule("/a/", 0), rule("/")], "/a/x", False),
        ([rule("/"), rule("/a/", 0)], "/a/x", True),
        ([rule("/a/*.jpg", 0), rule("/a/")], "/a/b/c.jpg", False),
        ([rule("/a/*.html$")], "/a/b.html?x", None),
        ([rule("/a$")], "/a", True),
        ([rule("/A")], "/a", None),
        ([rule("/caf%C3%A9")], "/café", True),
        ([rule("/foo-%24")], "/foo-$", True),
        ([rule("*")], "/a", True),
        ([rule("/", "1")], "/a", True),
        ([rule("/", 2), rule("/", 0)], "/a", False),
        ([rule("/", reserved=True)], "/a", None),
        ([rule("/", None), rule("/", [1]), rule("/", {})], "/a", None),
        ([rule("a")], "/a", None),
        ([rule("/\nUser-agent: *")], "/a", None),
        ([rule(7), 7, None, [], "x", {}], "/a", None),
        ([rule("/a#b")], "/a", None),
        ([], "/a", None),
    ],
)
def test_the_first_rule_that_matches_counts(rules: list[Any], path: str, reserved: bool | None) -> None:  # noqa: FBT001 - the expected value
    """Patterns are those of robots.txt; what is no rule is passed over."""
    assert reservation(read(json.dumps(rules).encode()), HOST + path).reserved is reserved


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"location": "/", "tdm-reservation": 1}', b"1" * 9999],
)
def test_what_is_no_such_file_reserves_nothing(body: bytes) -> None:
    """A page of HTML, an object without its list, bombs: no rules."""
    assert read(body) == ()


def test_a_policy_goes_with_its_rule() -> None:
    """Its address is kept, unless it is none."""
    found = read(json.dumps([rule("/a", 1, POLICY), rule("/b", 1, "x\ny"), rule("/c", 1, 7)]).encode())
    said = [reservation(found, HOST + path).policy for path in ("/a", "/b", "/c")]
    assert said == [POLICY, "", "7"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), (" 0 ", False), ("2", None), ("true", None), ("", None), ("1, 1", None)],
)
def test_values_of_headers(text: str, expected: bool | None) -> None:  # noqa: FBT001 - the expected value
    """Only 0 and 1 say something."""
    assert value(text) == Reservation(expected)
    assert tdmrep.PATH == "/.well-known/tdmrep.json"
