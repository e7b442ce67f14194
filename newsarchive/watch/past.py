"""The past of a site: which of its ledger rows a run is compared with."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from statistics import median

from newsarchive import clock
from newsarchive.archive.ledger import LedgerRow
from newsarchive.errors import IntegrityError
from newsarchive.watch.verdict import State

DAYS = 35
_WEEK = timedelta(days=7)
_ENOUGH_TO_COUNT = 5
_SCALE = 1.4826  # makes the median absolute deviation of a normal distribution its standard deviation


@dataclass(frozen=True)
class Past:
    """Ledger rows of one site before a run, oldest first: `rows` are all that were judged."""

    rows: Sequence[LedgerRow]

    @classmethod
    def of(cls, row: LedgerRow, rows: Sequence[LedgerRow]) -> "Past":
        """Return what row is to be compared with: whole runs of the same scope in the five weeks before it."""
        began = began_at(row) - timedelta(days=DAYS)
        kept = [r for r in rows if r.scope == row.scope and r.run_id != row.run_id and r.state != State.UNJUDGED]
        return cls([r for r in kept if began <= began_at(r) < began_at(row)])

    @cached_property
    def healthy(self) -> list[LedgerRow]:
        """Return the rows of runs after which the site was ok, or suspect for a while that ended by itself."""
        last_ok = max((n for n, row in enumerate(self.rows) if row.state == State.OK), default=0)
        return [row for n, row in enumerate(self.rows) if row.state == State.OK or _passed(row, n, last_ok)]

    @cached_property
    def last(self) -> LedgerRow | None:
        """Return the row of the last judged run."""
        return self.rows[-1] if self.rows else None

    @cached_property
    def is_long(self) -> bool:
        """Whether it is a week at least: before, much is met for the first time."""
        return len(self.rows) > 1 and began_at(self.rows[-1]) - began_at(self.rows[0]) >= _WEEK

    def chance(self, weekly: float) -> float:
        """Return the chance of a false alarm that one run may take, for so many of them in a week."""
        if len(self.rows) < _ENOUGH_TO_COUNT:
            return weekly / _WEEK.days
        weeks = (began_at(self.rows[-1]) - began_at(self.rows[0])) / _WEEK
        return weekly * min(1.0, weeks / (len(self.rows) - 1))

    def streak(self, is_bad: Callable[[LedgerRow], bool | None]) -> list[LedgerRow]:
        """Return the rows at the end that are bad, newest first; rows of which that cannot be told are left out."""
        found = []
        for row in reversed(self.rows):
            if (bad := is_bad(row)) is False:
                break
            if bad:
                found.append(row)
        return found


def _passed(row: LedgerRow, number: int, last_ok: int) -> bool:
    return row.state == State.SUSPECT and number < last_ok


def began_at(row: LedgerRow) -> datetime:
    """Return when the run of a row started."""
    return _instant(row.started_at)


@lru_cache(maxsize=4096)
def _instant(text: str) -> datetime:
    moment = clock.parse(text)
    if moment is None:
        raise IntegrityError(f"the ledger has a run that started at {text!r}")
    return moment


def spread(values: Sequence[float]) -> float:
    """Return the standard deviation of values as their median absolute deviation tells it: outliers do not count."""
    middle = median(values)
    return _SCALE * median(abs(value - middle) for value in values)


def binomial_tail(count: int, of: int, rate: float) -> float:
    """Return the probability of at least `count` of `of` at a rate."""
    logs = (math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1) for k in range(count, of + 1))
    odds = (math.log(rate), math.log1p(-rate))
    powers = (k * odds[0] + (of - k) * odds[1] for k in range(count, of + 1))
    return math.fsum(math.exp(choose + power) for choose, power in zip(logs, powers, strict=True))
