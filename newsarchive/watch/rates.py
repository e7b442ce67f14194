"""Signals that are shares: so many of so many pages, links or articles, compared with the site's own past."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from newsarchive.archive.ledger import FILLS, LedgerRow, is_blocked
from newsarchive.watch.past import Past, binomial_tail
from newsarchive.watch.verdict import Finding, State

_CHANCE = 1e-5
_LEAST_PAST = 10
_SOUND, _LONG_SOUND = 10, 100
_MOST_POOLED = 8
_MANY = 10
_TELLING = 5
_HIGHEST = 0.999
_NEARLY_ALL = 0.8
_RISE, _RISE_OF_MANY = 0.5, 0.3
_MARKUP = ("authors", "tags", "section", "description")
_USUALLY = 0.7
_ENOUGH_FIELDS = 2
_USUAL_LANGUAGE = 0.15
_FIELD_STATES = {"text": State.BROKEN, "date_published": State.BROKEN}

Share = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that should not rise: `of` gives count and sample size of a row.

    Of a `rare` one even a single page is suspect, if so many before it have not shown it. A `standing` one may have a
    count that is there in every run, such as a link that has been dead for weeks.
    """

    signal: str
    state: State
    what: str
    of: Callable[[LedgerRow], Share]
    rare: int = 0
    standing: bool = False

    def finding(self, row: LedgerRow, past: Past) -> Finding | None:
        """Return what is wrong in a row, with the runs of the same kind that came right before it."""
        if not _is_bad(self.of(row)):
            return None
        streak = past.streak(lambda r: _bad_or_silent(self.of(r)))
        left_out = {r.run_id for r in streak}
        shares = [self.of(r) for r in past.healthy if r.run_id not in left_out]
        usual = median(count for count, _ in shares) if shares and self.standing else 0.0
        excess = [_without(share, usual) for share in shares]
        now = _without(self.of(row), usual)
        if sum(size for _, size in excess) < _LEAST_PAST or not _is_bad(now):
            return None
        count, size = pooled = _pooled(now, [_without(self.of(r), usual) for r in streak])
        reason = f"{self.what} ({_told(count, size, excess)})"
        if _is_unusual(pooled, excess):
            state = self.state if count >= _NEARLY_ALL * size else State.SUSPECT
            return Finding(signal=self.signal, state=state, reason=reason)
        if self.rare and count == size and _is_first(excess, self.rare):
            return Finding(signal=self.signal, state=State.SUSPECT, reason=f"{reason}, for the first time")
        return None


def _pooled(now: Share, before: Iterable[Share]) -> Share:
    """Return the share of a run and, while there is little to go by, of the bad ones before it."""
    count, size = now
    for more in before:
        if size >= _MOST_POOLED:
            break
        count, size = count + more[0], size + more[1]
    return count, size


def _without(share: Share, usual: float) -> Share:
    """Leave out what is there in every run."""
    count, size = share
    return max(0, count - int(usual)), max(0, size - int(usual))


def _is_bad(share: Share) -> bool:
    count, size = share
    return size > 0 and count >= size * (_RISE if size < _MANY else _RISE_OF_MANY)


def _bad_or_silent(share: Share) -> bool | None:
    return share[0] >= _NEARLY_ALL * share[1] if share[1] else None


def _is_unusual(pooled: Share, past: Sequence[Share]) -> bool:
    count, size = pooled
    rate = _high_rate(past)
    rise = _RISE if size < _MANY else _RISE_OF_MANY
    if count < size * (rate + rise * (1 - rate)) or count <= 1.5 * _worst_streak(past) + 1:
        return False
    return binomial_tail(count, size, rate) < _CHANCE


def _high_rate(past: Sequence[Share]) -> float:
    """Return the rate over all of the past, or that of its worst twentieth, whichever is higher."""
    overall = (sum(c for c, _ in past) + 0.5) / (sum(n for _, n in past) + 1)
    runs = sorted(count / size for count, size in past if size >= _TELLING)
    return min(_HIGHEST, max([overall, *runs[-1 - len(runs) // 20 : len(runs) - len(runs) // 20]]))


def _is_first(past: Sequence[Share], enough: int) -> bool:
    return sum(size for _, size in past) >= enough and not any(count for count, _ in past)


def _worst_streak(past: Iterable[Share]) -> int:
    """Return the greatest count that bad runs in a row have had while all was well."""
    worst = streak = 0
    for share in past:
        if not share[1]:
            continue
        streak = streak + share[0] if _is_bad(share) else 0
        worst = max(worst, streak)
    return worst


def _told(count: int, size: int, past: Sequence[Share]) -> str:
    usual = sum(c for c, _ in past) / max(1, sum(n for _, n in past))
    return f"{count} of {size}, usually {usual:.0%}"


def attempts(row: LedgerRow) -> int:
    """Return how many pages were asked for or, being forbidden, would have been."""
    refused = sum(n for reason, n in _of_kind(row, "skipped") if is_blocked(reason) or reason == "offsite")
    return _answered(row) + row.failed + refused


def _answered(row: LedgerRow) -> int:
    return row.fetched + row.not_modified


def _blocked(row: LedgerRow) -> Share:
    fetched = sum(n for reason, n in _of_kind(row, "rejected") if is_blocked(reason))
    return row.blocked, _answered(row) - fetched + row.blocked


def _of_kind(row: LedgerRow, kind: str) -> list[tuple[str, int]]:
    pairs = ((reason.partition("/"), count) for reason, count in row.reasons.items())
    return [(reason, count) for (found, _, reason), count in pairs if found == kind]


def _failed(row: LedgerRow) -> Share:
    failed = sum(n for reason, n in _of_kind(row, "failed") if not is_blocked(reason))
    return failed, _answered(row) + failed


def _rejected(row: LedgerRow) -> Share:
    return sum(n for reason, n in _of_kind(row, "rejected") if not is_blocked(reason)), row.fetched


def _rejected_as(reason: str) -> Callable[[LedgerRow], Share]:
    return lambda row: (row.reasons.get(f"rejected/{reason}", 0), row.fetched)


def led_off(row: LedgerRow) -> Share:
    """Return how many links and redirects led off the site, of all."""
    offsite = sum(n for reason, n in row.reasons.items() if reason == "ignored/offsite")
    redirected = sum(n for reason, n in row.reasons.items() if reason == "skipped/offsite")
    return offsite + redirected, _answered(row) + offsite + redirected


def _lacking(name: str) -> Callable[[LedgerRow], Share]:
    return lambda row: (row.extracted - getattr(row, f"with_{name}"), row.extracted)


RATES = (
    Rate("blocked", State.BLOCKED, "pages are refused", _blocked, rare=_SOUND, standing=True),
    Rate("failed", State.BROKEN, "pages cannot be fetched", _failed, standing=True),
    Rate("rejected", State.BROKEN, "pages give no article", _rejected),
    Rate("led-off", State.MOVED, "links and redirects lead to another site", led_off, rare=_SOUND, standing=True),
    Rate("redirected", State.BROKEN, "pages lead to the front page", _rejected_as("redirected-away"), rare=_SOUND),
    Rate("error-page", State.BROKEN, "pages are error pages", _rejected_as("error-page"), rare=_SOUND),
    Rate("listings", State.SUSPECT, "feeds and sitemaps cannot be fetched", lambda r: (r.listings_failed, r.listings)),
    Rate(
        "paywalled",
        State.BLOCKED,
        "articles are behind a paywall",
        lambda r: (r.paywalled, r.extracted),
        rare=_LONG_SOUND,
    ),
    Rate("repeated", State.BROKEN, "pages all give the same text", lambda r: (r.repeated, max(0, r.extracted - 1))),
    Rate(
        "same-date", State.SUSPECT, "articles all have one date", lambda r: (r.lagged - r.dates, max(0, r.lagged - 1))
    ),
    Rate("dated-now", State.SUSPECT, "articles are dated by the fetch", lambda r: (r.dated_now, r.lagged)),
    *(
        Rate(f"no-{name}", _FIELD_STATES.get(name, State.SUSPECT), f"articles lack {name}", _lacking(name))
        for name in FILLS
    ),
)


def language_rate(past: Past, declared: Iterable[str]) -> Rate:
    """Return the signal of articles in a language that is neither declared nor usual for the site."""
    totals: dict[str, int] = {}
    for row in past.healthy:
        for language, count in row.languages.items():
            totals[language] = totals.get(language, 0) + count
    usual = {name for name, count in totals.items() if count >= _USUAL_LANGUAGE * sum(totals.values())}
    expected = usual | set(declared) | {"und"}

    def of(row: LedgerRow) -> Share:
        return sum(n for language, n in row.languages.items() if language not in expected), row.extracted

    return Rate("language", State.BROKEN, "articles are in another language", of, rare=_LONG_SOUND)


def bare_rate(past: Past) -> Rate | None:
    """Return the signal of articles that lack at once all that the site's articles usually have, if that is much."""
    total = sum(row.extracted for row in past.healthy)
    fields = [
        name for name in _MARKUP if sum(getattr(row, f"with_{name}") for row in past.healthy) > _USUALLY * total > 0
    ]
    if len(fields) < _ENOUGH_FIELDS:
        return None

    def of(row: LedgerRow) -> Share:
        lacking = sum(row.extracted - getattr(row, f"with_{name}") for name in fields)
        return max(0, lacking - (len(fields) - 1) * row.extracted), row.extracted

    return Rate("bare", State.SUSPECT, f"articles lack {', '.join(fields)} all at once", of, rare=_LONG_SOUND)
