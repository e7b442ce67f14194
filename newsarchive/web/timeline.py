"""Days gathered into periods: how often something was published, out of how much, and when nobody looked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from newsarchive.web.store import UNDATED
from newsarchive.web.writing import date_of, day_of

UNITS = {"day": 10, "month": 7, "year": 4}
"""What periods may be, and how much of a date names one."""
_BY_DAY = 120
_BY_MONTH = 12 * 366
_MOST_PERIODS = 400
_FEW = 100


@dataclass(frozen=True, slots=True)
class Period:
    """A day, month or year as RFC 3339 begins it; `of` counts all articles there."""

    name: str
    first: int
    last: int
    articles: int
    of: int
    crawled: bool

    @property
    def share(self) -> float:
        """What part of all articles they are."""
        return self.articles / self.of if self.of else 0.0

    @property
    def known(self) -> bool:
        """Whether anything is known of it: an article, or that a crawl found none."""
        return self.crawled or bool(self.of)


def crawls(spans: Sequence[Period], crawled: AbstractSet[int]) -> str:
    """Return the sentence that explains a chart's shading, or why there is none; `""` if crawls ran in every period."""
    if all(p.crawled for p in spans):
        return ""
    if any(p.crawled for p in spans):
        return "Shaded: no crawl ran."
    first = min((day for day in crawled if day != UNDATED), default=UNDATED)
    if first > spans[-1].last:
        return f"All published before the first crawl, of {date_of(first)}."
    return "By date of publication; crawls ran on other days."


def drawn(whole: Mapping[int, int]) -> tuple[int, int] | None:
    """Return the first and last day worth drawing; None if no article has a date.

    One article in a hundred at either end is left out where those few would take up more than half of the time.
    """
    dated = sorted((day, count) for day, count in whole.items() if day != UNDATED and count)
    if not dated:
        return None
    few = sum(count for _, count in dated) // _FEW
    first, last = _after(dated, few), _after(dated[::-1], few)
    earliest, latest = dated[0][0], dated[-1][0]
    return (first, last) if 2 * (last - first) < latest - earliest else (earliest, latest)


def _after(dated: Sequence[tuple[int, int]], few: int) -> int:
    """Return the day that comes after so many articles."""
    for day, count in dated:
        few -= count
        if few < 0:
            return day
    return dated[-1][0]


def fitting(first: int, last: int) -> str:
    """Return the unit that a span of days is told in, where none is asked for."""
    span = last - first
    if span <= _BY_DAY:
        return "day"
    return "month" if span <= _BY_MONTH else "year"


def periods(
    counts: Mapping[int, int], whole: Mapping[int, int], crawled: AbstractSet[int], *, by: str = ""
) -> list[Period]:
    """Return the periods of the time of `whole` that is worth drawing, each counted, empty ones included.

    `by` is one of UNITS, `""` for the one that fits. A period counts as crawled if a crawl ran on any of its days. Of
    more than 400 periods the newest are returned.
    """
    span = drawn(whole)
    if span is None:
        return []
    size = UNITS[by or fitting(*span)]
    mine, all_of = _gathered(counts, size), _gathered(whole, size)
    looked = {date_of(day).isoformat()[:size] for day in crawled if day != UNDATED}
    spans = list(_spans(*span, size))[-_MOST_PERIODS:]
    return [Period(name, first, last, mine[name], all_of[name], name in looked) for name, first, last in spans]


def _gathered(counts: Mapping[int, int], size: int) -> Counter[str]:
    result: Counter[str] = Counter()
    for day, count in counts.items():
        if day != UNDATED:
            result[date_of(day).isoformat()[:size]] += count
    return result


def _spans(first: int, last: int, size: int) -> Iterator[tuple[str, int, int]]:
    day = _start(first, size)
    while day <= last:
        following = _following(day, size)
        yield date_of(day).isoformat()[:size], day, following - 1
        day = following


def _start(day: int, size: int) -> int:
    return day_of((date_of(day).isoformat()[:size] + "-01-01")[:10])


def _following(day: int, size: int) -> int:
    if size == len("2026-11-23"):
        return day + 1
    now = date_of(day)
    months = 1 if size == len("2026-11") else 12
    year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
    return day_of(date(year, month + 1, 1).isoformat())
