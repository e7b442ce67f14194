"""The publisher's local time behind an instant in UTC."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from newsarchive.extraction.moments import Moment

_STEP = timedelta(minutes=30)
_FARTHEST = timedelta(hours=14)


def localised(found: Moment, others: Iterable[Moment | None]) -> Moment:
    """The same instant with the offset that another date of the page gives it; unchanged where none does.

    A page that says `2020-02-25T02:25:54Z` and elsewhere `2020-02-24 21:25:54` was published on the 24th, at -05:00.
    """
    if found.precision == "day" or found.wall is None or found.wall != found.instant.replace(tzinfo=None):
        return found
    for other in others:
        if other is not None and (offset := _offset(found.instant, other)):
            local = found.instant.astimezone(timezone(offset))
            return replace(found, raw=local.isoformat(), wall=local.replace(tzinfo=None))
    return found


def _offset(instant: datetime, other: Moment) -> timedelta | None:
    """How far the other's clock is from UTC, where both mean one instant and it is not UTC itself."""
    if other.wall is None or (
        other.precision != "day" and not other.assumed and abs(other.instant - instant) >= timedelta(minutes=1)
    ):
        return None
    shift = other.wall - instant.replace(tzinfo=None)
    if not other.wall.second:
        shift = other.wall - instant.replace(tzinfo=None, second=0)
    steps = round(shift / _STEP)
    return steps * _STEP if steps and shift == steps * _STEP and abs(shift) <= _FARTHEST else None


def days(found: Iterable[Moment | None]) -> set[datetime]:
    """The days, as clocks at the publisher's showed them or else in UTC, that these moments name."""
    return {(m.wall or m.instant).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC) for m in found if m}
