"""Texts of dates become instants, or days where no zone is known."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newsarchive.extraction.calendars import from_solar
from newsarchive.extraction.moments import moment, plausible, zone
from newsarchive.extraction.months import month
from newsarchive.extraction.zones import of_domain


@pytest.mark.parametrize(
    ("raw", "text", "precision"),
    [
        ("2020-06-11T08:04:00+02:00", "2020-06-11T06:04:00Z", "second"),
        ("2020-06-11T06:04:00Z", "2020-06-11T06:04:00Z", "second"),
        ("2020-06-11T06:04:00.123456+0000", "2020-06-11T06:04:00Z", "second"),
        ("2020-06-11T06:04Z", "2020-06-11T06:04:00Z", "minute"),
        ("2020-06-11 08:04:00 +02:00", "2020-06-11T06:04:00Z", "second"),
        ("2020-06-11", "2020-06-11T00:00:00Z", "day"),
        ("2020/06/11", "2020-06-11T00:00:00Z", "day"),
        ("2020-06-11T08:04:00", "2020-06-11T00:00:00Z", "day"),
        ("20200611T060400Z", "2020-06-11T06:04:00Z", "second"),
        ("20200611", "2020-06-11T00:00:00Z", "day"),
        ("Thu, 11 Jun 2020 08:04:00 +0200", "2020-06-11T06:04:00Z", "second"),
        ("Thu Jun 11 08:04:00 CEST 2020", "2020-06-11T06:04:00Z", "second"),
        ("Thu Jun 11 2020 08:04:00 GMT+0200 (CEST)", "2020-06-11T06:04:00Z", "second"),
        ("1591855440", "2020-06-11T06:04:00Z", "second"),
        ("1591855440000", "2020-06-11T06:04:00Z", "second"),
        ("June 11, 2020", "2020-06-11T00:00:00Z", "day"),
        ("Published on 11 June 2020", "2020-06-11T00:00:00Z", "day"),
        ("11. Juni 2020, 8:04 Uhr", "2020-06-11T00:00:00Z", "day"),
        ("11.06.2020", "2020-06-11T00:00:00Z", "day"),
        ("11 juin 2020", "2020-06-11T00:00:00Z", "day"),
        ("11 de junio de 2020", "2020-06-11T00:00:00Z", "day"),
        ("11 июня 2020", "2020-06-11T00:00:00Z", "day"),
        ("2020年6月11日 08:04", "2020-06-11T00:00:00Z", "day"),
    ],
)
def test_moment(raw: str, text: str, precision: str) -> None:
    """Structured and written dates of many kinds are read; a time of no known zone gives its day."""
    found = moment(raw)
    assert found is not None
    assert (found.text, found.precision, found.raw) == (text, precision, raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2020-06-11 08:04:00 IST", "2020-06-11T08:04:00+05:30"),
        ("Thu, 11 Jun 2020 08:04 PM GMT", "2020-06-11T20:04:00+00:00"),
        ("8:04 PM PT, June 11, 2020", "2020-06-11T20:04:00-07:00"),
        ("11/06/2020 08:04 GMT+7", "2020-06-11T08:04:00+07:00"),
        ("June 11, 2020 12:04 a.m. EST", "2020-06-11T00:04:00-05:00"),
    ],
)
def test_a_written_zone(raw: str, expected: str) -> None:
    """A clock with its zone is an instant; what is kept of it is the publisher's clock."""
    found = moment(raw)
    assert found is not None
    assert found.raw == expected


@pytest.mark.parametrize(
    ("raw", "month_first", "expected"),
    [
        ("11/06/2020", False, "2020-06-11"),
        ("06/11/2020", True, "2020-06-11"),
        ("06/13/2020", False, "2020-06-13"),
        ("13/06/2020", True, "2020-06-13"),
        ("11.06.2020", True, "2020-06-11"),
    ],
)
def test_days_in_numbers(raw: str, month_first: bool, expected: str) -> None:  # noqa: FBT001 - a table of cases
    """The day comes first, but in American pages between slashes; a month has no number above twelve."""
    found = moment(raw, month_first=month_first)
    assert found is not None
    assert found.text[:10] == expected


@pytest.mark.parametrize(
    ("solar", "expected"),
    [
        ((1399, 3, 22), "2020-06-11"), ((1400, 1, 1), "2021-03-21"), ((1403, 12, 30), "2025-03-20"),
        ((1402, 10, 11), "2024-01-01"), ((1380, 7, 1), "2001-09-23"),
    ],
)  # fmt: skip
def test_solar_days(solar: tuple[int, int, int], expected: str) -> None:
    """Years with a day more come in cycles."""
    assert from_solar(*solar).isoformat() == expected


@pytest.mark.parametrize(
    ("domain", "known"),
    [("quay.de", True), ("quay.co.jp", True), ("quay.com.co", True), ("quay.co", False), ("quay.com", False),
     ("quay.com.au", False), ("quay.ru", False), ("localhost", False)],
)  # fmt: skip
def test_zone_of_a_country(domain: str, known: bool) -> None:  # noqa: FBT001 - a table of cases
    """Only a country with one clock tells the zone of a local time."""
    assert (of_domain(domain) is not None) is known


@pytest.mark.parametrize(
    "raw", ["", "yesterday", "2020-13-45", "0000-00-00", "{{date}}", "2020-06-11T25:61:00Z", "12345"]
)
def test_what_is_no_date(raw: str) -> None:
    """Nonsense is no moment and no error."""
    assert moment(raw) is None


def test_declared_zone_resolves_local_times() -> None:
    """A time without offset is the site's local time where the site declares its zone."""
    found = moment("2020-06-11T08:04:00", tz=ZoneInfo("Europe/Paris"))
    assert found is not None
    assert (found.text, found.precision) == ("2020-06-11T06:04:00Z", "second")


def test_unknown_zone_is_none() -> None:
    """A zone nobody knows resolves nothing."""
    assert zone("Europe/Atlantis") is None
    assert zone("../../etc/passwd") is None


@pytest.mark.parametrize(("raw", "expected"), [("2020-06-11", True), ("1969-01-01", False), ("2090-01-01", False)])
def test_plausible(raw: str, expected: bool) -> None:  # noqa: FBT001 - a table of cases
    """Dates before the web and in the future are refused."""
    found = moment(raw)
    assert found is not None
    assert plausible(found, now=datetime(2026, 11, 23, tzinfo=UTC)) is expected


@pytest.mark.parametrize(
    "text",
    [
        "5 maart 2026", "5. března 2026", "5 березня 2026", "5. maaliskuuta 2026", "2026. március 5.", "5 marca 2026",
        "5 Μαρτίου 2026", "5 مارس 2026", "5 آذار 2026", "5 tháng 3, 2026", "5 martie 2026", "2026 m. kovo 5 d.",
        "5 במרץ 2026", "5 сакавіка 2026", "5. ožujka 2026", "5 Maret 2026", "5 Mart 2026", "5 de març de 2026",
    ],
)  # fmt: skip
def test_months_of_many_languages(text: str) -> None:
    """The fifth of March, as bylines write it."""
    found = moment(text)
    assert found is not None
    assert found.text[:10] == "2026-03-05"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("lutego", 2), ("dubna", 4), ("травня", 5), ("czerwca", 6), ("červen", 6), ("července", 7), ("липня", 7),
        ("srpna", 8), ("elokuuta", 8), ("września", 9), ("října", 10), ("października", 10), ("listopadu", 11),
        ("marraskuuta", 11), ("грудня", 12), ("ديسمبر", 12), ("juin", 6), ("juillet", 7), ("junio", 6), ("julio", 7),
        ("senior", 0), ("machine", 0), ("discover", 0),
    ],
)  # fmt: skip
def test_month(name: str, number: int) -> None:
    """Genitives and abbreviations count by their beginning; other words are no month."""
    assert month(name) == number
