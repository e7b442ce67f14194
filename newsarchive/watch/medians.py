"""Signals that are sizes: a median of lengths or times, compared with the site's own past on a logarithmic scale."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from newsarchive.archive.ledger import LedgerRow
from newsarchive.watch.past import Past, spread
from newsarchive.watch.verdict import Finding, State

_LEAST_RUNS = 15
_FAR, _FARTHER = 4.2, 1.25
_UNSURE = 5
_LEAST_SPREAD = 0.2
_LONGEST = 8
_BAD = 1.5
_SHARED = 0.75  # between 0.5, for runs that have nothing in common, and 1, for runs that have all


@dataclass(frozen=True, slots=True)
class Size:
    """A median that should not grow (`sign` 1) or shrink (-1) by `factor`; `of` gives it with its sample size.

    The greater of the two sizes is at least `least`: what is small anyway does not matter. `few` is the least sample.
    Of a size of `articles` runs without a new one tell nothing more than those before them.
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

    def finding(self, row: LedgerRow, past: Past) -> Finding | None:
        """Return what is wrong in a row, with the runs of the same kind that came right before it."""
        value, size = self.of(row)
        streak: list[LedgerRow] = []
        left_out: set[str] = set()
        for _ in range(2):  # what is usual without the bad runs at the end, which the first pass finds
            samples = [s for r in past.healthy if r.run_id not in left_out and (s := self.of(r))[1]]
            if len(samples) < _LEAST_RUNS or not size:
                return None
            scale = _Scale.of(_like(samples, size), self.sign)
            streak = past.streak(partial(self._is_bad, scale))
            left_out = {r.run_id for r in streak}
        recent = [(value, size), *map(self.of, streak)][:_LONGEST]
        distance = _combined([scale.distance(*sample) for sample in recent])
        if not self._is_far(value, scale) or sum(n for _, n in recent) < self.few:
            return None
        if distance < max(
            _FAR * (1 + _UNSURE / len(samples)), _FARTHER * _worst([scale.distance(*s) for s in samples])
        ):
            return None
        told = f"{value:.0f}, usually {scale.usual:.0f}"
        return Finding(signal=self.signal, state=self.state, reason=f"{self.what} ({told})")

    def _is_bad(self, scale: "_Scale", row: LedgerRow) -> bool | None:
        sample = self.of(row)
        return scale.distance(*sample) > _BAD if sample[1] and (row.new or not self.articles) else None

    def _is_far(self, value: float, scale: "_Scale") -> bool:
        bad, good = (value, scale.usual) if self.sign > 0 else (scale.usual, value)
        return bad >= max(self.least, self.factor * good)


def _like(samples: Sequence[tuple[float, int]], size: int) -> Sequence[tuple[float, int]]:
    """Return the samples that are no more than twice as large as one of this size, or all if those are few."""
    like = [sample for sample in samples if sample[1] <= 2 * size]
    return like if len(like) >= _LEAST_RUNS else samples


@dataclass(frozen=True, slots=True)
class _Scale:
    usual: float
    spread: float
    size: float
    sign: int

    @classmethod
    def of(cls, samples: Sequence[tuple[float, int]], sign: int) -> "_Scale":
        logs = [math.log(max(value, 1.0)) for value, _ in samples]
        sizes = median(size for _, size in samples)
        return cls(math.exp(median(logs)), max(spread(logs), _LEAST_SPREAD), sizes, sign)

    def distance(self, value: float, size: int) -> float:
        """Return how many standard deviations value is on the bad side; a small sample's is greater."""
        log = math.log(max(value, 1.0) / max(self.usual, 1.0))
        return self.sign * log / (self.spread * math.sqrt(max(1.0, self.size / size)))


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


SIZES = (
    Size(
        "short",
        State.SUSPECT,
        "texts are short: characters",
        -1,
        2.0,
        200,
        1,
        lambda r: (r.text_length, r.with_text),
        articles=True,
    ),
    Size("slow", State.SUSPECT, "pages come slowly: ms", 1, 3.0, 500, 1, lambda r: (r.fetch_ms, r.fetched)),
    Size(
        "slow-listings",
        State.SUSPECT,
        "feeds and sitemaps come slowly: ms",
        1,
        3.0,
        500,
        1,
        lambda r: (r.listing_ms, r.listings),
    ),
    Size("late", State.SUSPECT, "articles come late: minutes", 1, 10.0, 1440, 8, lambda r: (r.lag_minutes, r.lagged)),
)
