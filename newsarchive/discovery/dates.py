"""Dates as feeds and sitemaps write them, made one."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = 64
_EARLIEST_YEAR = 1600  # below lie the defaults of unset database columns
_DAY = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})|(\d{4})([-/.])(\d{1,2})\6(\d{1,2})")
_DOTTED = re.compile(r"\A(\d{1,2})\.(\d{1,2})\.(\d{4})\b")  # day first wherever it is written
_DAY_IN_WORDS = ("%d %B %Y", "%d %b %Y", "%a, %d %b %Y", "%A, %d %B %Y", "%B %d, %Y", "%b %d, %Y")
_ISO = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T ]")
_ISO_PARTS = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[T ]"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d+)?"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?|)",
    re.IGNORECASE,
)
_ZONE_NAME = re.compile(r" ([A-Z]{3,5})$")
# email.utils knows the zones of North America only.
_ZONES = {
    "WET": "+0000",
    "WEST": "+0100",
    "BST": "+0100",
    "CET": "+0100",
    "CEST": "+0200",
    "MEZ": "+0100",
    "MESZ": "+0200",
    "EET": "+0200",
    "EEST": "+0300",
    "MSK": "+0300",
    "IST": "+0530",
    "HKT": "+0800",
    "SGT": "+0800",
    "JST": "+0900",
    "KST": "+0900",
    "AEST": "+1000",
    "AEDT": "+1100",
    "NZST": "+1200",
    "NZDT": "+1300",
}


def moment(text: str) -> str:
    """RFC 3339 in UTC of a written date, `YYYY-MM-DD` where it is only a day, or empty where it is no date.

    Understands ISO 8601, RFC 822 and their common variants; a time without a zone is taken as UTC.
    """
    text = _DOTTED.sub(r"\3-\2-\1", " ".join(text.split()))
    if not text or len(text) > _LONGEST:
        return ""
    try:
        if numbers := _DAY.fullmatch(text):
            return _day(*(int(part) for part in numbers.groups() if part and part.isdigit()))
        return _instant(_parsed_iso(text) if _ISO.match(text) else _parsed_mail(text))
    except (ValueError, OverflowError, TypeError, IndexError):
        return _day_in_words(text)


def _day(year: int, month: int, day: int) -> str:
    return _plausible(date(year, month, day))


def _day_in_words(text: str) -> str:
    for form in _DAY_IN_WORDS if text[-4:].isdigit() else ():
        try:
            return _plausible(datetime.strptime(text, form).replace(tzinfo=UTC).date())
        except ValueError:
            continue
    return ""


def _plausible(day: date) -> str:
    return day.isoformat() if day.year >= _EARLIEST_YEAR else ""


def _instant(found: datetime) -> str:
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ") if found.year >= _EARLIEST_YEAR else ""


def _parsed_iso(text: str) -> datetime:
    parts = _ISO_PARTS.fullmatch(text)
    if not parts:
        return datetime.fromisoformat(text)
    year, month, day = int(parts["year"]), int(parts["month"]), int(parts["day"])
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    start = datetime(year, month, day, tzinfo=UTC) - _offset(parts["zone"])
    return start + timedelta(hours=hour, minutes=minute, seconds=second)


def _offset(zone: str) -> timedelta:
    if zone[:1] not in {"+", "-"} or not zone:
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return offset if zone[0] == "+" else -offset


def _parsed_mail(text: str) -> datetime:
    return parsedate_to_datetime(_ZONE_NAME.sub(lambda zone: f" {_ZONES.get(zone[1], zone[1])}", text))
