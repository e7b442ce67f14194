"""On which days an archive was crawled: what a gap in a chart means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from newsarchive import clock
from newsarchive.archive import layout
from newsarchive.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsarchive.archive.query import Query
    from newsarchive.archive.reader import Archive

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days asked for (`YYYY-MM-DD`, in UTC), and those of them on which a crawl found links."""

    asked: tuple[str, ...]
    crawled: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The days asked for that were not crawled."""
        crawled = set(self.crawled)
        return tuple(day for day in self.asked if day not in crawled)

    def __str__(self) -> str:
        if len(self.asked) < 2:  # noqa: PLR2004 - a single day has no span
            return f"{'' if self.crawled else 'not '}crawled on {''.join(self.asked) or 'any day'}"
        return f"crawled on {len(self.crawled)} of the {len(self.asked)} days from {self.asked[0]} to {self.asked[-1]}"


def covered(archive: Archive, query: Query) -> Coverage:
    """Return the coverage of the days a query asks for.

    Without `since` or `until`, from the first or to the last day that was crawled. Days to come are not asked for.
    """
    days = {m.crawl_date for _, m in archive.manifests() if not query.site or m.site == query.site}
    keys = list(archive.storage.keys(layout.RUNS))
    silent = [key for key in keys if _day(key) not in days]
    days |= {_day(key) for key, report in _read(archive, silent) if _has_looked(report, query.site)}
    if not days:
        return Coverage((), ())
    asked = tuple(_days(query.since[:10] or min(days), query.until or f"{max(days)}T23"))
    return Coverage(asked, tuple(day for day in asked if day in days))


def _days(first: str, end: str) -> Iterator[str]:
    day, today = date.fromisoformat(first), clock.now().date()
    while f"{day}T00:00:00Z" < end and day <= today:
        yield day.isoformat()
        day += _ONE_DAY


def _day(key: str) -> str:
    return key.removeprefix(f"{layout.RUNS}crawl_date=").partition("/")[0]


def _has_looked(report: dict[str, Any], site: str) -> bool:
    counted = report["sites"].get(site, {}) if site else report
    return bool(counted.get("discovered"))


def reports(archive: Archive) -> Iterator[dict[str, Any]]:
    """Yield the reports of an archive's runs, oldest first."""
    for _, report in _read(archive, list(archive.storage.keys(layout.RUNS))):
        yield report


def _read(archive: Archive, keys: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, body in archive.bodies([key for key in keys if key.endswith(".json")]):
        try:
            report = json.loads(body)
            report["sites"].items()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IntegrityError(f"{key} is not a run report: {error!r}") from error
        yield key, report
