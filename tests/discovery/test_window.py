"""The window of publication dates."""

from datetime import UTC, datetime

import pytest

from newsarchive.discovery.window import Window, parse_moment
from newsarchive.errors import UsageError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01", "2026-11-01T00:00:00+00:00"),
        (" 2026-11-01T06:00:00Z ", "2026-11-01T06:00:00+00:00"),
        ("2026-11-01T06:00:00+02:00", "2026-11-01T04:00:00+00:00"),
        ("2026-11-01 06:00", "2026-11-01T06:00:00+00:00"),
        ("2026-11", "2026-11-01T00:00:00+00:00"),
        ("24h", "2026-11-22T12:00:00+00:00"),
        ("7d", "2026-11-16T12:00:00+00:00"),
        ("2w", "2026-11-09T12:00:00+00:00"),
        ("2W", "2026-11-09T12:00:00+00:00"),
    ],
)
def test_a_moment_is_read_as_the_user_means_it(text: str, expected: str) -> None:
    """Days, instants and spans back from now."""
    assert parse_moment(text, NOW).isoformat() == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "7", "7m", "-7d", "2026-13-01", "2026-13", "2026", "01/11/2026", "999999w", "d"]
)
def test_a_malformed_moment_is_refused_by_name(text: str) -> None:
    """The sentence names the argument, the value and what would be accepted."""
    with pytest.raises(UsageError) as caught:
        parse_moment(text, NOW, argument="until")
    assert f"until={text!r}" in str(caught.value)
    assert "2026-11-01" in str(caught.value)
    assert "7d" in str(caught.value)


@pytest.mark.parametrize(
    ("since", "until", "published", "admitted"),
    [
        ("", "", "2020-01-01", True),
        ("7d", "", "", True),
        ("7d", "", "not a date", True),
        ("2026-11-02", "", "2026-11-01T23:59:59Z", False),
        ("2026-11-02", "", "2026-11-02T00:00:00Z", True),
        ("2026-11-02", "", "2026-11-02", True),
        ("2026-11-02T12:00:00Z", "", "2026-11-02", True),
        ("2026-11-02", "", "2026-11-01", False),
        ("", "2026-11-02", "2026-11-02T23:59:59Z", True),
        ("", "2026-11-02", "2026-11-03T00:00:00Z", False),
        ("", "2026-11-02", "2026-11-02", True),
        ("", "2026-11-02", "2026-11-03", False),
        ("", "2026-11-02T06:00:00Z", "2026-11-02T06:00:00Z", False),
        ("2026-11-02", "2026-11-02", "2026-11-02T12:00:00Z", True),
        ("2026-10", "2026-11", "2026-11-30T23:59:59Z", True),
        ("2026-10", "2026-12", "2026-12-31T23:59:59Z", True),
        ("2026-10", "2026-11", "2026-12-01T00:00:00Z", False),
        ("", "9999-12-31", "2026-11-02", True),
        ("", "9999-12", "2026-11-02", True),
        ("2026-10", "2026-11", "2026-09-30T23:59:59Z", False),
    ],
)
def test_a_window_admits_what_lies_in_it(since: str, until: str, published: str, *, admitted: bool) -> None:
    """Both days or months of a window are in it; what has no date is admitted."""
    assert Window.parse(since, until, NOW).admits(published) is admitted


def test_a_window_that_can_hold_nothing_is_refused() -> None:
    """An end before the beginning is a mistake, not an empty crawl."""
    with pytest.raises(UsageError, match="until='2026-10-01' is not after since='7d'"):
        Window.parse("7d", "2026-10-01", NOW)
