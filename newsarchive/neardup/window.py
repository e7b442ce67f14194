"""The days of the near-duplicate index: a rolling window, so that its cost does not grow with the archive."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from newsarchive.errors import ArchiveError
from newsarchive.neardup import days
from newsarchive.neardup.bands import Wanted, entries
from newsarchive.neardup.comparison import compare
from newsarchive.neardup.days import Day
from newsarchive.neardup.member import Match, Member
from newsarchive.neardup.parameters import PARAMETERS
from newsarchive.neardup.sketch import Sketch, band_keys

_MOST = 64  # members of one day that a text is compared with


class Window:
    """The band index in a folder. Not safe in several threads at a time; may raise sqlite3.Error and OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._days: dict[str, Day] = {}
        for path in days.paths(folder):
            self._days[path.stem] = Day(path)
        self._forget_old()

    def close(self) -> None:
        """Close the files."""
        while self._days:
            self._days.popitem()[1].close()

    def counts(self) -> dict[str, int]:
        """Return how many members each day has."""
        return {name: day.count() for name, day in sorted(self._days.items())}

    def members(self, day: str) -> Iterable[Member]:
        """Return the members of a day."""
        return self._days[day].members() if day in self._days else ()

    def add(self, members: Iterable[Member]) -> None:
        """Enter members; those of days before the window are left out."""
        for name, group in groupby(sorted(members, key=lambda m: m.order), key=lambda m: m.day):
            if not self._days or name >= first_day(max(self._days)):
                self._day(name).add(group)
        self._forget_old()

    def _day(self, name: str) -> Day:
        if name not in self._days:
            self._days[name] = Day(days.path_of(self._folder, name))
        return self._days[name]

    def _forget_old(self) -> None:
        if self._days:
            first = first_day(max(self._days))
            for name in [name for name in self._days if name < first]:
                self._days.pop(name).remove()

    def look_up(self, sketch: Sketch, *, crawled_at: str) -> list[Match]:
        """Return the near-duplicates of a text among the members, and those that it abridges or extends."""
        wanted = Wanted(entries(band_keys(sketch))[0])
        first, last = first_day(crawled_at[:10]), last_day(crawled_at[:10])
        near = (day for name, day in self._days.items() if first <= name <= last)
        return related(sketch, (member for day in near for member in day.sharing(wanted, _MOST)))

    def sketch(self, article_id: str, crawled_at: str) -> bytes:
        """Return the encoded sketch of the text that an article had when it was crawled; empty if it is not known."""
        day = self._days.get(crawled_at[:10])
        return day.sketch(article_id, crawled_at) if day else b""

    def forget(self, ids: Collection[str]) -> None:
        """Remove what is known of these articles."""
        for day in self._days.values():
            day.forget(ids)

    def make_durable(self) -> None:
        """Bring everything to the disk."""
        for day in self._days.values():
            day.make_durable()

    def check(self, counts: dict[str, int]) -> None:
        """Raise ArchiveError if the window has lost members that it had."""
        newest = max([*counts, *self._days], default="")
        for name, count in counts.items():
            if name >= first_day(newest) and (name not in self._days or self._days[name].count() < count):
                raise ArchiveError(
                    f"the near-duplicate index {self._folder} lacks articles of {name}: run newsarchive rebuild-index"
                )


def related(sketch: Sketch, members: Iterable[Member]) -> list[Match]:
    """Return those of the members that are near-duplicates of a text, abridge or extend it."""
    matches = (Match(member, compare(sketch, member.sketch)) for member in members)
    return [m for m in matches if m.comparison.near or m.comparison.abridges or m.comparison.extends]


def first_day(day: str) -> str:
    """Return the first day that is compared with this one."""
    return (date.fromisoformat(day) - timedelta(days=PARAMETERS.window_days)).isoformat()


def last_day(day: str) -> str:
    """Return the last day that is compared with this one."""
    return (date.fromisoformat(day) + timedelta(days=PARAMETERS.window_days)).isoformat()
