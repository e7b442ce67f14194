"""Dates as bylines write them: in words, in a national order or calendar, with a clock and a zone beside them."""

import re
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from itertools import islice

from newsarchive.extraction import calendars, zones
from newsarchive.extraction.months import month

Day = tuple[int, int, int]
Place = tuple[Day, int, int]

# Letters with the signs that many scripts write above, below and beside them.
_NAME = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0b80-\u0dff]){1,13}"
_YEAR = r"((?:19|20)\d\d)"
_ORDINAL = r"(?:st|nd|rd|th|er|\.?º|\.)?"
_OF = r"(?: of| de| d['\u2019]| del)?"
_WRITTEN = (
    (re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]"), "ymd"),
    (re.compile(rf"\b{_YEAR}([-/.])\s?(\d{{1,2}})\2\s?(\d{{1,2}})(?!\d|T\d)"), "y-md"),
    (re.compile(rf"\b(\d{{1,2}})([-/.])\s?(\d{{1,2}})\2\s?{_YEAR}(?!\d)"), "d-my"),
    (re.compile(rf"\b(\d{{1,2}}){_ORDINAL}{_OF}[ .-]+({_NAME})\.?\s?,?{_OF}[ .-]*{_YEAR}(?!\d)"), "dmy"),
    (re.compile(rf"\b(\d{{1,2}}) tháng (\d{{1,2}}),?(?: năm)? {_YEAR}"), "dmy"),
    (re.compile(rf"\b{_YEAR}\.?(?: m\.)? ({_NAME})\.? (\d{{1,2}})\b(?!:)"), "ymd"),
    (re.compile(rf"\b({_NAME})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}"), "mdy"),
)
_THAI = re.compile(r"(\d{1,2})\s+([\u0e00-\u0e7f.]{3,12})\s+(?:พ\.?ศ\.?\s*)?(2[05]\d\d)")
_SOLAR = re.compile(r"(\d{1,2})(?: |\u200c)+([\u0600-\u06ff]{2,8})(?: ماه)?[ ،,]+(1[34]\d\d)(?!\d)")
_SOLAR_NUMBERS = re.compile(r"(?<!\d)(1[34]\d\d)/(\d{1,2})/(\d{1,2})(?!\d)")

_HALF = r"[ap]\.?\s?m\b\.?|[صم](?!\w)"
_CLOCK = (
    rf"(?P<before>오전|오후|上午|下午|午前|午後)?\s*(?<!\d)(?P<hour>\d{{1,2}})(?:\s?[:.時时시點点]\s?|\s?h\s?)(?P<minute>\d{{2}})(?!\d)"
    rf"(?::(?P<second>\d\d)(?!\d))?\s*(?P<half>{_HALF})?"
    r"\s*[(|,]?\s*(?P<zone>[^\W\d_]{1,5})?(?![^\W\d_])\s*(?:(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?!\d))?"
)
_AFTER = re.compile(rf"\D{{0,12}}?{_CLOCK}", re.IGNORECASE)
_BEFORE = re.compile(rf"{_CLOCK}[^\d\n]{{0,24}}$", re.IGNORECASE)
_ZONE = re.compile(r"[\s,(|]{0,3}([^\W\d_]{2,5})\b")
_LATER = frozenset({"오후", "下午", "午後", "م"})
_EARLIER = frozenset({"오전", "上午", "午前", "ص"})
_FEW = 3
_WITHIN = 48


@dataclass(frozen=True, slots=True)
class Written:
    """A day, with the clock and the zone beside it where there are any."""

    day: Day
    clock: tuple[int, int, int | None] | None = None
    zone: tzinfo | None = None


def read(text: str, *, month_first: bool = False, language: str = "", home: tzinfo | None = None) -> Written | None:
    """The first date written in a text, or nothing.

    `month_first` says how days in numbers between slashes are meant, `home` whose zone a name means that several use.
    """
    for day, start, end in _days(text, month_first=month_first, language=language):
        if match := _AFTER.match(text, end) or _BEFORE.search(text, max(0, start - _WITHIN), start):
            clock, zone = _clock(match), _zone(match, home) or _zone_after(text[end:], home)
            return Written(day, clock, zone if clock else None)
        return Written(day)
    return None


def _days(text: str, *, month_first: bool, language: str) -> list[Place]:
    """The days that each way of writing finds, the surest way first."""
    found = [*_eastern(text)]
    for pattern, order in _WRITTEN:
        for match in islice(pattern.finditer(text), _FEW):
            if day := _day(match, order, month_first=month_first, language=language):
                found.append((day, match.start(), match.end()))
                return found
    return found


def _day(match: re.Match[str], order: str, *, month_first: bool, language: str) -> Day | None:
    parts = dict(zip(order, match.groups(), strict=True))
    year, day = int(parts["y"]), int(parts["d"])
    name = parts["m"]
    number = int(name) if name.isdigit() else month(name, language)
    if order == "d-my" and ((month_first and parts["-"] == "/" and day <= 12) or number > 12):  # noqa: PLR2004 - months of a year
        day, number = number, day
    return (year, number, day) if 1 <= number <= 12 else None  # noqa: PLR2004 - months of a year


def _eastern(text: str) -> list[Place]:
    """A day of the Thai or the Solar Hijri calendar."""
    if (match := _THAI.search(text)) and (number := calendars.thai_month(match[2])):
        return [((calendars.from_buddhist(int(match[3])), number, int(match[1])), match.start(), match.end())]
    if match := _SOLAR.search(text):
        return _solar(match, int(match[3]), calendars.solar_month(match[2]), int(match[1]))
    if match := _SOLAR_NUMBERS.search(text):
        return _solar(match, *map(int, match.groups()))
    return []


def _solar(match: re.Match[str], year: int, number: int, day: int) -> list[Place]:
    if not number or not calendars.is_solar(year):
        return []
    try:
        found = calendars.from_solar(year, number, day)
    except ValueError:
        return []
    return [((found.year, found.month, found.day), match.start(), match.end())]


def _clock(match: re.Match[str]) -> tuple[int, int, int | None] | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    half = (match["before"] or match["half"] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half[0] == "p" or half in _LATER else 0)
    second = int(match["second"]) if match["second"] else None
    return (hour, minute, second) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a clock


def _zone_after(text: str, home: tzinfo | None) -> tzinfo | None:
    """The zone that stands after a day whose clock stood before it."""
    match = _ZONE.match(text)
    return zones.named(match[1], home) if match else None


def _zone(match: re.Match[str], home: tzinfo | None) -> tzinfo | None:
    name = (match["zone"] or "") if (match["zone"] or "").isupper() else ""
    if match["sign"] and name in {"", "GMT", "UTC", "Z"}:
        shift = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        return timezone(-shift if match["sign"] == "-" else shift) if shift < timedelta(hours=16) else None
    return zones.named(name, home) if name else None
