"""Whether so many of so many are more than a site's own past explains."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

from newsarchive.watch.past import binomial_tail

Share = tuple[int, int]
"""A count and the size of the sample it is from."""

_MOST_POOLED = 8
_MANY = 10
_TELLING = 5
_HIGHEST = 0.999
_ENOUGH_RUNS, _MANY_RUNS, _FREQUENT = 8, 30, 0.1
_RISE, _RISE_OF_MANY = 0.5, 0.3


@dataclass(frozen=True)
class Usual:
    """The shares of sound runs; `chance` is that of a false alarm which one run may take."""

    past: Sequence[Share]
    chance: float

    def is_unusual(self, share: Share) -> bool:
        """Tell whether a share is too high to come by chance, and higher than any bad streak of the past."""
        count, size = share
        rate = self._high_rate
        if sum(size > 0 for _, size in self.past) < (_MANY_RUNS if self.mean > _FREQUENT else _ENOUGH_RUNS):
            return False
        if count < size * (rate + _rise(size) * (1 - rate)) or count <= 1.5 * self._worst_streak + 1:
            return False
        return binomial_tail(count, size, rate) < self.chance

    def is_first(self, share: Share, *, at_most: float) -> bool:
        """Tell whether all of a sample is what not one has been so far, and so many have not that it is no chance."""
        count, size = share
        return 0 < count == size and not any(count for count, _ in self.past) and self._succession(count) < at_most

    def _succession(self, count: int) -> float:
        """Return the probability that so many in a row are what none of the past was (Jeffreys' rule)."""
        return prod((0.5 + n) / (self.seen + 1 + n) for n in range(count))

    @cached_property
    def seen(self) -> int:
        """The size of all samples of the past."""
        return sum(size for _, size in self.past)

    @cached_property
    def mean(self) -> float:
        """The rate over all of the past."""
        return sum(count for count, _ in self.past) / max(1, self.seen)

    @cached_property
    def _high_rate(self) -> float:
        """The rate over all of the past, or that of its worst twentieth, whichever is higher."""
        overall = (sum(count for count, _ in self.past) + 0.5) / (self.seen + 1)
        runs = sorted(count / size for count, size in self.past if size >= _TELLING)
        return min(_HIGHEST, max([overall, *runs[-1 - len(runs) // 20 : len(runs) - len(runs) // 20]]))

    @cached_property
    def _worst_streak(self) -> int:
        """The greatest count that bad runs in a row have had while all was well."""
        worst = streak = 0
        for share in self.past:
            if share[1]:
                streak = streak + share[0] if is_bad(share) else 0
                worst = max(worst, streak)
        return worst


def is_bad(share: Share) -> bool:
    """Tell whether a share is so high that it may mean something."""
    count, size = share
    return size > 0 and count >= size * _rise(size)


def _rise(size: int) -> float:
    return _RISE if size < _MANY else _RISE_OF_MANY


def without(share: Share, usual: float) -> Share:
    """Leave out what is there in every run."""
    count, size = share
    return max(0, count - int(usual)), max(0, size - int(usual))


def at_most(share: Share, size: int) -> Share:
    """Return a share of no more than so many, the count as great as it may have been among them."""
    return min(share[0], size), min(share[1], size)


def pooled(now: Share, before: Iterable[Share]) -> Share:
    """Return the share of a run and, while there is little to go by, of the bad ones before it."""
    count, size = now
    for more in before:
        if size >= _MOST_POOLED:
            break
        count, size = count + more[0], size + more[1]
    return count, size
