"""Signals of quantity: listings that shrink, news that stops, measured against the same hour of the same weekday."""

import math
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby, pairwise
from statistics import median

from newsarchive.archive.ledger import LedgerRow
from newsarchive.watch.past import Past, began_at, spread
from newsarchive.watch.verdict import Finding, State

_LEAST_RUNS = 8
_CHANCE = 1e-8
_WEEK = timedelta(days=7)
_NEAR = timedelta(minutes=100)
_FEW = 3
_SHRUNK = 0.12
_LEAST_LINKS = 12
_LONGER_GAP = 2.0
_ENOUGH_WEEKS = 3


def nothing_listed(row: LedgerRow, past: Past) -> Finding | None:
    """Return the finding that a site lists nothing, if that is not what it does at times."""
    if row.discovered or not row.listings:
        return None
    listed = [r.discovered for r in past.healthy]
    silent = 1 + len(past.streak(lambda r: not r.discovered))
    if listed and min(listed) < _FEW and not _too_empty(listed, silent):
        return None
    return Finding(signal="listed", state=State.BROKEN, reason="no article link found")


def _too_empty(listed: Sequence[int], silent: int) -> bool:
    """Tell whether so many runs without a link are too many for a site that lists little at the best of times."""
    longest = max((len(list(group)) for links, group in groupby(map(bool, listed)) if not links), default=0)
    share = (listed.count(0) + 1) / (len(listed) + 1)
    return silent > _LONGER_GAP * longest + 1 and share**silent < _CHANCE


def little_listed(row: LedgerRow, past: Past) -> Finding | None:
    """Return the finding that a site lists far less than it ever did."""
    listed = [r.discovered for r in past.healthy]
    if len(listed) < _LEAST_RUNS or not row.discovered or min(listed) < _LEAST_LINKS:
        return None
    if row.discovered >= _SHRUNK * min(listed):
        return None
    told = f"{row.discovered}, usually {median(listed):.0f}"
    return Finding(signal="little-listed", state=State.SUSPECT, reason=f"few article links ({told})")


def silence(row: LedgerRow, past: Past) -> Finding | None:
    """Return the finding that nothing new has come for longer than the site's weekly rhythm explains."""
    healthy = past.healthy
    if row.new or len(healthy) < _LEAST_RUNS or began_at(row) - began_at(healthy[0]) < _WEEK:
        return None
    silent = [row, *past.streak(lambda r: not r.new)]
    if began_at(row) - began_at(silent[-1]) < _LONGER_GAP * _longest_gap(healthy):
        return None
    expected = sum(_usual_new(r, healthy) for r in silent)
    if _chance_of_none(expected, _dispersion(row, healthy)) > _CHANCE:
        return None
    told = f"usually {expected:.0f} in such a time"
    return Finding(signal="silent", state=State.SUSPECT, reason=f"nothing new in {len(silent)} runs ({told})")


def _near(row: LedgerRow, healthy: Sequence[LedgerRow]) -> list[LedgerRow]:
    """Return the runs at about the same time of day, or all where there are none."""
    return [r for r in healthy if _hours_apart(row, r) <= _NEAR] or list(healthy)


def _usual_new(row: LedgerRow, healthy: Sequence[LedgerRow]) -> float:
    """Return the number of new articles that is usual at the time of a run on its weekday; 0 if that is not known."""
    near = _near(row, healthy)
    same_day = [r.new for r in near if began_at(r).weekday() == began_at(row).weekday()]
    if not same_day:
        return 0.0
    usual = median(same_day)
    return usual if len(same_day) >= _ENOUGH_WEEKS else min(usual, median(r.new for r in near))


def _dispersion(row: LedgerRow, healthy: Sequence[LedgerRow]) -> float:
    """Return variance over mean of the number of new articles at the time of a run: 1 where they come at random."""
    counts = [r.new for r in _near(row, healthy)]
    return max(1.0, spread(counts) ** 2 / max(1.0, median(counts)))


def _chance_of_none(expected: float, dispersion: float) -> float:
    """Return the probability of no article where some are expected (negative binomial of that dispersion)."""
    if dispersion <= 1.0:
        return math.exp(-expected)
    return math.exp(-expected * math.log(dispersion) / (dispersion - 1))


def _hours_apart(one: LedgerRow, other: LedgerRow) -> timedelta:
    gap = (began_at(one) - began_at(other)) % timedelta(days=1)
    return min(gap, timedelta(days=1) - gap)


def _longest_gap(healthy: Sequence[LedgerRow]) -> timedelta:
    """Return the longest time without anything new while all was well."""
    news = [began_at(r) for r in healthy if r.new]
    return max((later - earlier for earlier, later in pairwise(news)), default=timedelta())
