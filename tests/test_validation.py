"""The record's rules."""

from dataclasses import replace
from typing import Any

import pytest

from newsarchive.archive.line import encode
from newsarchive.validation import clean, problem
from tests.conftest import article


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("text", "a\ud800b", "a?b"),
        ("text", "a\x00b\nc", "ab\nc"),
        ("title", "\x00", ""),
        ("text", "emoji 🦆 stays", "emoji 🦆 stays"),
        ("tags", ("Iraq", " Iraq ", "", "\x00", "iraq"), ("Iraq", "iraq")),
        ("authors", ("A\udfff", "A?"), ("A?",)),
        ("word_count", 7, 7),
    ],
)
def test_what_no_record_may_hold_is_mended(field: str, value: object, expected: object) -> None:
    """No lone surrogates, no NUL, no empty or repeated list entries; then the line can be encoded."""
    found = clean(replace(article(1), **{field: value}))  # type: ignore[arg-type]  # a table's column
    assert getattr(found, field) == expected
    assert b"\x00" not in encode(found)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"date_published": "", "date_modified": ""}, ""),
        ({"language": "und"}, ""),
        ({"access": "paywalled", "extra_json": '{"a": [1]}'}, ""),
        ({"text": ""}, "no-text"),
        ({"text": " \n "}, "no-text"),
        ({"url": "ftp://example.org/a"}, "bad-url"),
        ({"canonical_url": ""}, "bad-url"),
        ({"canonical_url": "/relative"}, "bad-url"),
        ({"date_published": "2026-11-23"}, "bad-date"),
        ({"date_published": "2026-11-23T06:00:00+01:00"}, "bad-date"),
        ({"date_modified": "yesterday"}, "bad-date"),
        ({"language": ""}, "bad-language"),
        ({"language": "en-GB"}, "bad-language"),
        ({"language": "EN"}, "bad-language"),
        ({"access": ""}, "bad-access"),
        ({"access": "premium"}, "bad-access"),
        ({"extra_json": ""}, "bad-extra"),
        ({"extra_json": "[]"}, "bad-extra"),
        ({"extra_json": "{"}, "bad-extra"),
    ],
)
def test_what_cannot_be_a_record_has_a_reason(change: dict[str, Any], reason: str) -> None:
    """The reason is short enough for a counter."""
    assert problem(replace(article(1), **change)) == reason
