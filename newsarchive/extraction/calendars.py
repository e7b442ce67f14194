"""Days of the calendars of Thailand, Iran and Afghanistan, as Gregorian ones."""

from datetime import date, timedelta

from newsarchive.extraction.phrases import lines

_SOLAR = {name: int(number) for number, *names in map(str.split, lines("solar-months")) for name in names}
_THAI = {name: int(number) for number, *names in map(str.split, lines("thai-months")) for name in names}
_BUDDHIST = 543
_LATER = 2400
_YEARS = range(1370, 1480)
# The first day of 1370, and the years of a cycle of 33 that have a day more.
_FIRST = date(1991, 3, 21)
_LEAPS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_CYCLE = 33
_LONG = 6


def thai_month(name: str) -> int:
    """The number of a Thai month, written out or shortened with or without points, or nought."""
    return _THAI.get(name.replace(".", ""), 0)


def solar_month(name: str) -> int:
    """The number of a month of the Solar Hijri calendar, in Persian or Dari, or nought."""
    return _SOLAR.get(name, 0)


def from_buddhist(year: int) -> int:
    """The Gregorian year of a Buddhist one; a Gregorian one as it is."""
    return year - _BUDDHIST if year > _LATER else year


def is_solar(year: int) -> bool:
    """Whether a number may be a year of the Solar Hijri calendar since there is a web."""
    return year in _YEARS


def from_solar(year: int, month: int, day: int) -> date:
    """The Gregorian day of one of the Solar Hijri calendar: six months of 31 days, then of 30.

    Raises:
        ValueError: there is no such month or day.
    """
    if not (1 <= month <= 12 and 1 <= day <= 31 - (month > _LONG)):  # noqa: PLR2004 - a year of twelve months
        raise ValueError(f"no day of the Solar Hijri calendar: {year}-{month}-{day}")
    before = sum(366 if y % _CYCLE in _LEAPS else 365 for y in range(_YEARS[0], year))
    return _FIRST + timedelta(days=before + (month - 1) * 30 + min(month - 1, _LONG) + day - 1)
