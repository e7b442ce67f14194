"""Dates as they are written in the wild."""

import pytest

from newsarchive.discovery.dates import moment


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-01T06:05:04Z", "2026-11-01T06:05:04Z"),
        ("2026-11-01T06:05:04.123456789Z", "2026-11-01T06:05:04Z"),
        ("2026-11-01T06:05:04+02:00", "2026-11-01T04:05:04Z"),
        ("2026-11-01T06:05:04-0530", "2026-11-01T11:35:04Z"),
        ("2026-11-01T06:05+01", "2026-11-01T05:05:00Z"),
        ("2026-11-01 06:05:04 +0100", "2026-11-01T05:05:04Z"),
        ("2026-11-01 06:05:04 UTC", "2026-11-01T06:05:04Z"),
        ("2026-11-01T24:00:00Z", "2026-11-02T00:00:00Z"),
        ("2026-11-01T06:05:04", "2026-11-01T06:05:04Z"),
        ("2026/11/1 6:05:04", "2026-11-01T06:05:04Z"),
        ("01.11.2026 06:05:04", "2026-11-01T06:05:04Z"),
        ("Sun, 01 Nov 2026 06:05:04 GMT", "2026-11-01T06:05:04Z"),
        ("Sun, 1 Nov 2026 06:05:04 +0100", "2026-11-01T05:05:04Z"),
        ("Sun,  01 Nov 2026\n 06:05:04 EST ", "2026-11-01T11:05:04Z"),
        ("Wed, 01 Jul 2026 06:05:04 CEST", "2026-07-01T04:05:04Z"),
        ("1 Nov 26 06:05 +0000", "2026-11-01T06:05:00Z"),
        ("2026-11-01", "2026-11-01"),
        ("20261101", "2026-11-01"),
        ("2026-11-1", "2026-11-01"),
        ("1 November 2026", "2026-11-01"),
        ("November 1, 2026", "2026-11-01"),
        ("01.11.2026", "2026-11-01"),
    ],
)
def test_a_written_date_becomes_one_form(written: str, expected: str) -> None:
    """Instants become UTC to the second, days stay days."""
    assert moment(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "yesterday",
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "2026-11",
        "2026",
        "Sun, 01 Nov 2026 25:61:00 GMT",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-10:00",
        "2026-11-01T06:05:04+99:99" * 9,
        "١٢ نوفمبر",
    ],
)
def test_what_is_no_date_is_empty(written: str) -> None:
    """Nonsense, missing days, database defaults and overflows give nothing, and never raise."""
    assert moment(written) == ""
