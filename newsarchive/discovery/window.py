"""The span of publication dates a crawl was asked for."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newsarchive.discovery.dates import moment
from newsarchive.errors import UsageError

_FORMS = "2026-11-01, 2026-11, 2026-11-01T06:00:00Z, 24h, 7d or 2w"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_SPAN = re.compile(r"(\d{1,6})\s*([hdw])", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_ONE_DAY = timedelta(days=1)
_OVER_A_MONTH = timedelta(days=31)


def parse_moment(text: str, now: datetime, *, argument: str = "since") -> datetime:
    """The instant in UTC a user means by a day, a month, an ISO 8601 date and time, or a span back from `now`.

    A day or month means its first instant; a time without offset is UTC.

    Raises:
        UsageError: it is none of these; the message names `argument`, the value and the accepted forms.
    """
    text = text.strip()
    try:
        if span := _SPAN.fullmatch(text):
            return now.astimezone(UTC) - int(span[1]) * _UNITS[span[2].lower()]
        found = datetime.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{argument}={text!r} is not a date: give it as {_FORMS}.") from None


def _end_of(moment: datetime, text: str) -> datetime:
    """The instant after the day or month a text names, or the moment itself; at most the last one there is."""
    try:
        if _MONTH.fullmatch(text):
            return (moment + _OVER_A_MONTH).replace(day=1)
        return moment + _ONE_DAY if _DAY.fullmatch(text) else moment
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Publication dates from `since` up to but not including `until`; None leaves that side open."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def parse(cls, since: str, until: str, now: datetime) -> "Window":
        """The window of two arguments as the user wrote them, either of which may be empty.

        An `until` that is a day or a month includes all of it.

        Raises:
            UsageError: one of them is malformed, or `until` is not after `since`.
        """
        start = parse_moment(since, now, argument="since") if since.strip() else None
        end = parse_moment(until, now, argument="until") if until.strip() else None
        if end:
            end = _end_of(end, until.strip())
        if start and end and start >= end:
            raise UsageError(f"until={until!r} is not after since={since!r}: no article can be between them.")
        return cls(since=start, until=end)

    def admits(self, published: str) -> bool:
        """Whether a publication date, or any instant of a bare day, lies within; without a date, yes."""
        known = moment(published)
        if not known:
            return True
        first = datetime.fromisoformat(known).replace(tzinfo=UTC)
        last = first + _ONE_DAY if _DAY.fullmatch(known) else first + timedelta(microseconds=1)
        return (self.since is None or last > self.since) and (self.until is None or first < self.until)
