"""Text of a date to a moment: an instant, or a day where no time zone is known."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from newsarchive.extraction import written_dates, zones
from newsarchive.extraction.months import month

EARLIEST = datetime(1994, 1, 1, tzinfo=UTC)
_LONGEST = 200
_LEEWAY = timedelta(days=2)
_ISO = re.compile(
    r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:(?:\s*[T,]\s*|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*"
    r"(?:(Z|UTC|GMT)|([+-])\s?(\d{1,2}):?(\d{2})?)?)?(?:\[[^\]]*\])?\s*$",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?$")
_CTIME = re.compile(r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) ([A-Z]{1,5}) (\d{4})$")
_SCRIPTED = re.compile(r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d?) (\d{4}) (\d\d):(\d\d):(\d\d) GMT([+-])(\d\d):?(\d\d)")
# The digits of Arabic, Persian, Hindi, Bengali and Thai.
_DIGITS = {first + i: str(i) for first in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50) for i in range(10)}
_HALVES = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$|^[4-9]\d{8}$")


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was published: the instant or the day in UTC, its precision, the text it was read from.

    `wall` is what a clock at the publisher's showed, where the text names a time; `assumed` says that its zone is the
    site's, not the text's own.
    """

    instant: datetime
    precision: str
    raw: str
    wall: datetime | None = None
    assumed: bool = False

    def __str__(self) -> str:
        return f"{self.text} ({self.raw})"

    @property
    def text(self) -> str:
        """RFC 3339 in UTC to the second."""
        return self.instant.strftime("%Y-%m-%dT%H:%M:%SZ")


class Reader(Protocol):
    """What reads the moment a text of one page names."""

    def __call__(self, raw: str, /) -> Moment | None:
        """The moment, or nothing."""


def zone(name: str) -> tzinfo | None:
    """The time zone of that IANA name, or nothing."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def moment(
    raw: str,
    *,
    tz: tzinfo | None = None,
    home: tzinfo | None = None,
    month_first: bool = False,
    language: str = "",
) -> Moment | None:
    """The moment a text names, or nothing; `tz` is for times that name no zone of their own.

    `home` is whose zone an abbreviation means that several countries use.

    A time of which no zone is known gives its day only: `precision` is `day` and the instant that day's
    midnight in UTC. `month_first` and `language` say how the page writes days.
    """
    text = raw.strip()[:_LONGEST]
    text = text if text.isascii() else text.translate(_DIGITS)
    for read in (_iso, _compact, _ctime, _scripted, _mail, _epoch):
        if found := read(text):
            return _resolved(*found, raw=text, tz=tz)
    written = written_dates.read(text, month_first=month_first, language=language, home=tz or home)
    found = _of_written(written) if written else None
    return _resolved(*found, raw=found[0].isoformat() if found[0].tzinfo else text, tz=tz) if found else None


def plausible(found: Moment, *, now: datetime | None = None) -> bool:
    """Whether a web page can have been published then: neither before the web nor in the future."""
    return EARLIEST <= found.instant <= (now or datetime.now(UTC)) + _LEEWAY


Reading = tuple[datetime, str]


def _resolved(when: datetime, precision: str, *, raw: str, tz: tzinfo | None) -> Moment | None:
    wall = None if precision == "day" else when.replace(tzinfo=None)
    assumed = bool(wall and when.tzinfo is None)
    if wall and when.tzinfo is None:
        when, precision = (when.replace(tzinfo=tz), precision) if tz else (when, "day")
        raw = when.isoformat() if tz else raw
    if precision == "day":
        return Moment(datetime(when.year, when.month, when.day, tzinfo=UTC), "day", raw, wall)
    try:
        return Moment(when.astimezone(UTC), precision, raw, wall, assumed)
    except (OverflowError, ValueError):
        return None


def _iso(text: str) -> Reading | None:
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, half, utc, sign, hours, minutes = match.groups()
    offset = _offset(utc, sign, hours, minutes)
    return _built((year, month, day), (_hour(hour, half), minute, second), offset)


def _compact(text: str) -> Reading | None:
    match = _COMPACT.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, utc, sign, hours, minutes = match.groups()
    return _built((year, month, day), (hour, minute, second), _offset(utc, sign, hours, minutes))


def _mail(text: str) -> Reading | None:
    if ":" not in text or _HALVES.search(text) or not re.match(r"[A-Za-z]{3,9},? |\d{1,2} [A-Za-z]{3} ", text):
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return (found, "second") if found.tzinfo else None


def _of_written(found: written_dates.Written) -> Reading | None:
    year, number, day = map(str, found.day)
    hour, minute, second = found.clock or (None, None, None)
    clock = tuple(None if part is None else str(part) for part in (hour, minute, second))
    return _built((year, number, day), (clock[0], clock[1], clock[2]), found.zone)


def _ctime(text: str) -> Reading | None:
    """As C's `ctime` writes it, with a zone's name: `Fri Apr 28 19:20:36 CEST 2023`."""
    match = _CTIME.match(text)
    zone_ = zones.named(match[4]) if match else None
    if not match or zone_ is None:
        return None
    hour, minute, second = match[3].split(":")
    return _built((match[5], _month(match[1]) or "0", match[2]), (hour, minute, second), zone_)


def _scripted(text: str) -> Reading | None:
    """As JavaScript writes it: `Tue Feb 20 2018 01:00:00 GMT+0100 (Central European Standard Time)`."""
    match = _SCRIPTED.match(text)
    if not match:
        return None
    month, day, year, hour, minute, second, *offset = match.groups()
    return _built((year, _month(month) or "0", day), (hour, minute, second), _offset(None, *offset))


def _epoch(text: str) -> Reading | None:
    if not _EPOCH.match(text):
        return None
    seconds = int(text[:10]) if len(text) == 13 else int(text)  # noqa: PLR2004 - milliseconds have 13 digits
    return datetime.fromtimestamp(seconds, UTC), "second"


def _offset(utc: str | None, sign: str | None, hours: str | None, minutes: str | None) -> tzinfo | None:
    if utc:
        return UTC
    if not sign or not hours:
        return None
    shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-shift if sign == "-" else shift) if shift < timedelta(hours=16) else None


def _hour(hour: str | None, half: str | None) -> str | None:
    if hour is None or not half:
        return hour
    return str(int(hour) % 12 + (12 if half.casefold().startswith("p") else 0))


def _built(
    day: tuple[str, str, str], clock: tuple[str | None, str | None, str | None], offset: tzinfo | None
) -> Reading | None:
    hour, minute, second = clock
    precision = "day" if hour is None else "minute" if second is None else "second"
    try:
        year, month, dom = map(int, day)
        return datetime(year, month, dom, int(hour or 0), int(minute or 0), int(second or 0), tzinfo=offset), precision
    except ValueError:
        return None


def _month(name: str) -> str:
    return str(found) if (found := month(name)) else ""
