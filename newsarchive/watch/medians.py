"""Signals that are sizes: a median of lengths or times, compared with the site's own past on a logarithmic scale."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from newsarchive.archive.ledger import LedgerRow
from newsarchive.watch.past import Past, spread
from newsarchive.watch.verdict import Finding, State

_LEAST_RUNS, _ENOUGH_LIKE = 8, 15
_FAR, _FARTHER = 4.2, 1.25
_UNSURE = 3
_LONGEST = 8
_BAD = 1.5
_BUDGET = 2e-4
_MOST_CHANGES = 3
_TOGETHER = 1.6  # square root of 2 + 2 * 0.3, for the sum of two distances that have that correlation
_CLOSER = 2
_SHARED = 0.75  # between 0.5, for runs that have nothing in common, and 1, for runs that have all


@dataclass(frozen=True, slots=True)
class Size:
    """A median that should not grow (`sign` 1) or shrink (-1) by `factor`; `of` gives it with its sample size.

    The greater of the two sizes is at least `least`: what is small anyway does not matter. `few` is the least sample.
    Of a size of `articles` runs without a new one tell nothing more than those before them.
    `run` is the part of its variance that is the run's own, however large the sample. Its spread is at least
    `least_spread`, and that of articles that differ by `each`: the same few, fetched again and again, differ less.
    """

    signal: str
    state: State
    what: str
    sign: int
    factor: float
    least: float
    few: int
    of: Callable[[LedgerRow], tuple[float, int]]
    articles: bool = False
    run: float = 0.0
    least_spread: float = 0.2
    each: float = 0.0

    def finding(self, row: LedgerRow, past: Past) -> Finding | None:
        """Return what is wrong in a row, with the runs of the same kind that came right before it."""
        value, size = self.of(row)
        if not size or not self._may_be_far(value, past):
            return None
        streak: list[LedgerRow] = []
        left_out: set[str] = set()
        for _ in range(2):  # what is usual without the bad runs at the end, which the first pass finds
            samples = [s for r in past.healthy if r.run_id not in left_out and (s := self.of(r))[1]]
            if len(samples) < _LEAST_RUNS:
                return None
            scale = self._scale(samples, size)
            streak = past.streak(partial(self._is_bad, scale))
            left_out = {r.run_id for r in streak}
        recent = [(value, size), *map(self.of, streak)][:_LONGEST]
        if not self._is_far(value, scale) or sum(n for _, n in recent) < self.few:
            return None
        far = max(_FAR * (1 + _UNSURE / len(samples)), _FARTHER * _worst([scale.distance(*s) for s in samples]))
        distance = scale.distance(value, size)
        changed = self.articles and _tail(distance) * _chance_of_changes(row, past) < past.chance(_BUDGET)
        if _combined([scale.distance(*sample) for sample in recent]) < far and not changed:
            return None
        told = f"{value:.0f}, usually {scale.usual:.0f}"
        return Finding(signal=self.signal, state=self.state, reason=f"{self.what} ({told})")

    def distance(self, row: LedgerRow, past: Past) -> float:
        """Return how many standard deviations a row is on the bad side; 0 where little is known of what is usual."""
        value, size = self.of(row)
        samples = [sample for r in past.healthy if (sample := self.of(r))[1]]
        if not size or len(samples) < _LEAST_RUNS:
            return 0.0
        scale = self._scale(samples, size)
        return scale.distance(value, size) / (1 + _UNSURE / len(samples)) if self._is_far(value, scale) else 0.0

    def _scale(self, samples: Sequence[tuple[float, int]], size: int) -> "_Scale":
        least = max(self.least_spread, self.each / math.sqrt(size))
        return _Scale.of(_like(samples, size), self.sign, self.run, least)

    def _may_be_far(self, value: float, past: Past) -> bool:
        """Tell whether it is worth a closer look."""
        values = [sample[0] for r in past.healthy if (sample := self.of(r))[1]]
        bad, good = (value, median(values or [0])) if self.sign > 0 else (median(values or [0]), value)
        return bad * _CLOSER > self.factor * good

    def _is_bad(self, scale: "_Scale", row: LedgerRow) -> bool | None:
        sample = self.of(row)
        return scale.distance(*sample) > _BAD if sample[1] and (row.new or not self.articles) else None

    def _is_far(self, value: float, scale: "_Scale") -> bool:
        bad, good = (value, scale.usual) if self.sign > 0 else (scale.usual, value)
        return bad >= max(self.least, self.factor * good)


def _tail(distance: float) -> float:
    """Return the probability of a normal deviation of so many standard deviations or more."""
    return 0.5 * math.erfc(distance / math.sqrt(2))


def _chance_of_changes(row: LedgerRow, past: Past) -> float:
    """Return the probability that all articles fetched again have changed since, as they have; 1 if some have not."""
    if row.revised == 0 or row.revised < row.revisited - row.lost:
        return 1.0
    revised, revisited = (sum(getattr(r, name) for r in past.healthy) for name in ("revised", "revisited"))
    return float(((revised + 1) / (max(revised, revisited) + 2)) ** min(row.revised, _MOST_CHANGES))


def _like(samples: Sequence[tuple[float, int]], size: int) -> Sequence[tuple[float, int]]:
    """Return the samples that are no larger than one of this size; if those are few, than twice that; else all."""
    for largest in (size, 2 * size):
        like = [sample for sample in samples if sample[1] <= largest]
        if len(like) >= _ENOUGH_LIKE:
            return like
    return samples


@dataclass(frozen=True, slots=True)
class _Scale:
    usual: float
    spread: float
    size: float
    sign: int
    run: float

    @classmethod
    def of(cls, samples: Sequence[tuple[float, int]], sign: int, run: float, least: float) -> "_Scale":
        logs = [math.log(max(value, 1.0)) for value, _ in samples]
        sizes = median(size for _, size in samples)
        return cls(math.exp(median(logs)), max(spread(logs), least), sizes, sign, run)

    def distance(self, value: float, size: int) -> float:
        """Return how many standard deviations value is on the bad side; a small sample's is greater."""
        log = math.log(max(value, 1.0) / max(self.usual, 1.0))
        larger = self.run + (1 - self.run) * max(1.0, self.size / size)
        return self.sign * log / (self.spread * math.sqrt(larger))


def _combined(distances: Sequence[float]) -> float:
    """Return the distance of runs in a row; they share articles, so that each tells less than one alone."""
    return float(sum(distances) / len(distances) ** _SHARED) if distances else 0.0


def _worst(distances: Sequence[float]) -> float:
    """Return the greatest combined distance of bad runs in a row while all was well."""
    worst, streak = 0.0, list[float]()
    for distance in distances:
        streak = [*streak, distance][-_LONGEST:] if distance > _BAD else []
        worst = max(worst, _combined(streak))
    return worst


def _speed(row: LedgerRow) -> tuple[float, int]:
    return row.fetch_ms, row.fetched + row.not_modified


_PAGES = Size("slow", State.SUSPECT, "pages come slowly: ms", 1, 4.0, 500, 1, _speed, run=0.6, least_spread=0.35)
_LISTINGS = Size(
    "slow-listings",
    State.SUSPECT,
    "feeds and sitemaps come slowly: ms",
    1,
    4.0,
    500,
    1,
    lambda r: (r.listing_ms, r.listings),
    least_spread=0.45,
)
SIZES = (
    Size(
        "short",
        State.SUSPECT,
        "texts are short: characters",
        -1,
        2.5,
        200,
        1,
        lambda r: (r.text_length, r.with_text),
        articles=True,
        each=0.5,
    ),
    _PAGES,
    _LISTINGS,
    Size("late", State.SUSPECT, "articles come late: minutes", 1, 10.0, 1440, 8, lambda r: (r.lag_minutes, r.lagged)),
)


def slow_throughout(row: LedgerRow, past: Past) -> Finding | None:
    """Return the finding that pages and listings are both slower than usual, though neither would tell by itself."""
    distances = [size.distance(row, past) for size in (_PAGES, _LISTINGS)]
    if min(distances) < _BAD or sum(distances) < _TOGETHER * _FAR:
        return None
    told = f"pages and listings come slowly: ms ({row.fetch_ms} and {row.listing_ms})"
    return Finding(signal="slow", state=State.SUSPECT, reason=told)
