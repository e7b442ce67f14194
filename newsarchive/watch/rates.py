"""Signals that are shares: so many of so many pages, links or articles, compared with the site's own past."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from newsarchive.archive.ledger import FILLS, LedgerRow, is_blocked
from newsarchive.watch.past import Past
from newsarchive.watch.shares import Share, Usual, at_most, is_bad, pooled, without
from newsarchive.watch.verdict import Finding, State

_BUDGET = 2e-4
_LEAST_PAST = 10
_SOUND, _LONG_SOUND = 25, 100
_NEARLY_ALL = 0.8
_FIRST = 1e-3
_ENOUGH_CHANGED = 10
_MARKUP = ("authors", "tags", "section", "description")
_MOSTLY = 5
_USUALLY = 0.7
_ENOUGH_FIELDS = 2
_USUAL_LANGUAGE = 0.15
_FIELD_STATES = {"text": State.BROKEN, "date_published": State.BROKEN}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that should not rise: `of` gives count and sample size of a row.

    Of a `rare` one even a single page is suspect, if so many before it have not shown it. A `standing` one may have a
    count that is there in every run, such as a link that has been dead for weeks. One of `articles` counts those that
    are fetched again with the new ones: what an article was before tells nothing new, that it has changed does.
    Of a `passing` one only nearly all matter: what some pages show for a while is asked for again in the next run.
    Fewer than `few` tell nothing.
    """

    signal: str
    state: State
    what: str
    of: Callable[[LedgerRow], Share]
    rare: int = 0
    standing: bool = False
    articles: bool = False
    passing: bool = False
    few: int = 0

    def finding(self, row: LedgerRow, past: Past) -> Finding | None:
        """Return what is wrong in a row, with the runs of the same kind that came right before it."""
        if not is_bad(self.of(row)) and not (self.articles and is_bad(self._of_new(row))):
            return None
        streak = past.streak(lambda r: _bad_or_silent(self.of(r)))
        left_out = {r.run_id for r in streak}
        healthy = [r for r in past.healthy if r.run_id not in left_out]
        every = median(self.of(r)[0] for r in healthy) if healthy and self.standing else 0.0
        usual = Usual([without(self.of(r), every) for r in healthy], past.chance(_BUDGET))
        if usual.seen < _LEAST_PAST:
            return None
        before = [self._of_new(r) if self.articles else without(self.of(r), every) for r in streak]
        now = without(self.of(row), every)
        if finding := self._judged(now, before, usual):
            return finding
        if self.articles:
            return self._of_articles(row, past, usual)
        return self._rare(now, usual) if past.is_long else None

    def _judged(self, now: Share, before: Iterable[Share], usual: Usual) -> Finding | None:
        share = pooled(now, before)
        if not is_bad(now) or not usual.is_unusual(share) or share[0] < self.few:
            return None
        if share[0] >= _NEARLY_ALL * share[1]:
            return self._found(share, usual, self.state)
        return None if self.passing else self._found(share, usual, State.SUSPECT)

    def _of_articles(self, row: LedgerRow, past: Past, usual: Usual) -> Finding | None:
        """Judge by the new articles alone, and by those that have changed."""
        streak = past.streak(lambda r: _bad_or_silent(self._of_new(r)))
        left_out = {r.run_id for r in streak}
        new = Usual([self._of_new(r) for r in past.healthy if r.run_id not in left_out], usual.chance)
        share = self._of_new(row)
        before = [self._of_new(r) for r in streak]
        mostly_new = share[0] == share[1] and row.new * _MOSTLY >= row.extracted
        if new.seen >= _LEAST_PAST and mostly_new and (finding := self._judged(share, before, new)):
            return finding
        if not self.rare or not past.is_long:
            return None
        whole, ever = self.of(row), Usual([self.of(r) for r in past.rows], usual.chance)
        if whole[0] > share[1] and ever.seen >= _ENOUGH_CHANGED and ever.is_first(whole, at_most=1.0):
            return self._found(whole, ever, State.SUSPECT, ", for the first time")
        if mostly_new and new.is_first(share, at_most=_FIRST):
            return self._found(share, new, State.SUSPECT, ", for the first time")
        return None

    def _rare(self, now: Share, usual: Usual) -> Finding | None:
        if self.rare and usual.seen >= self.rare and usual.is_first(now, at_most=1.0):
            return self._found(now, usual, State.SUSPECT, ", for the first time")
        return None

    def _of_new(self, row: LedgerRow) -> Share:
        return at_most(self.of(row), row.new)

    def _found(self, share: Share, usual: Usual, state: State, more: str = "") -> Finding:
        reason = f"{self.what} ({share[0]} of {share[1]}, usually {usual.mean:.0%}){more}"
        return Finding(signal=self.signal, state=state, reason=reason)


def _bad_or_silent(share: Share) -> bool | None:
    return share[0] >= _NEARLY_ALL * share[1] if share[1] else None


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
    """Return how many pages gave no article, those left out that had given none before."""
    rejected = sum(n for reason, n in _of_kind(row, "rejected") if not is_blocked(reason))
    return max(0, rejected - row.barren), row.fetched - row.barren


def _rejected_as(reason: str) -> Callable[[LedgerRow], Share]:
    return lambda row: (row.reasons.get(f"rejected/{reason}", 0), row.fetched)


def led_off(row: LedgerRow) -> Share:
    """Return how many links and redirects led off the site, of all."""
    offsite = sum(n for reason, n in row.reasons.items() if reason == "ignored/offsite")
    redirected = sum(n for reason, n in row.reasons.items() if reason == "skipped/offsite")
    return offsite + redirected, _answered(row) + offsite + redirected


def _lost(row: LedgerRow) -> Share:
    return row.lost, row.revisited + row.new


def _lacking(name: str) -> Callable[[LedgerRow], Share]:
    return lambda row: (row.extracted - getattr(row, f"with_{name}"), row.extracted)


RATES = (
    Rate("blocked", State.BLOCKED, "pages are refused", _blocked, rare=_SOUND, standing=True),
    Rate("failed", State.BROKEN, "pages cannot be fetched", _failed, standing=True, passing=True),
    Rate("rejected", State.BROKEN, "pages give no article", _rejected),
    Rate("led-off", State.MOVED, "links and redirects lead to another site", led_off, rare=_SOUND, standing=True),
    Rate("redirected", State.BROKEN, "pages lead to the front page", _rejected_as("redirected-away"), rare=_LONG_SOUND),
    Rate("error-page", State.BROKEN, "pages are error pages", _rejected_as("error-page"), rare=_SOUND),
    Rate("lost", State.BROKEN, "articles archived before are none any more", _lost, rare=_LONG_SOUND),
    Rate("listings", State.SUSPECT, "feeds and sitemaps cannot be fetched", lambda r: (r.listings_failed, r.listings)),
    Rate(
        "paywalled",
        State.BLOCKED,
        "articles are behind a paywall",
        lambda r: (r.paywalled, r.extracted),
        rare=_SOUND,
        articles=True,
    ),
    Rate("repeated", State.BROKEN, "pages all give the same text", lambda r: (r.repeated, max(0, r.extracted - 1))),
    Rate(
        "same-date", State.SUSPECT, "articles all have one date", lambda r: (r.lagged - r.dates, max(0, r.lagged - 1))
    ),
    Rate("dated-now", State.SUSPECT, "articles are dated by the fetch", lambda r: (r.dated_now, r.lagged)),
    Rate(
        "misdated",
        State.SUSPECT,
        "articles have another date than the links to them",
        lambda r: (r.misdated, r.compared),
        rare=_SOUND,
        articles=True,
    ),
    *(
        Rate(
            f"no-{name}",
            _FIELD_STATES.get(name, State.SUSPECT),
            f"articles lack {name}",
            _lacking(name),
            articles=True,
            few=3,
        )
        for name in FILLS
    ),
)


def language_rates(row: LedgerRow, past: Past, declared: Collection[str]) -> Iterator[Rate]:
    """Yield the signals of articles in a language that is neither declared nor usual, and in one never met before."""
    if not row.languages.keys() - {*declared}:
        return
    totals = Counter[str]()
    for sound in past.healthy:
        totals.update(sound.languages)
    usual = {name for name, count in totals.items() if count >= _USUAL_LANGUAGE * totals.total()}
    what = "articles are in another language"
    for expected in (usual, set(totals)):
        yield Rate("language", State.BROKEN, what, _not_in(expected | {*declared, "und"}), rare=_SOUND, articles=True)


def _not_in(languages: Collection[str]) -> Callable[[LedgerRow], Share]:
    return lambda row: (sum(n for name, n in row.languages.items() if name not in languages), row.extracted)


def bare_rate(row: LedgerRow, past: Past) -> Rate | None:
    """Return the signal of articles that lack at once all that the site's articles usually have, if that is much."""
    if sum(getattr(row, f"with_{name}") < row.extracted for name in _MARKUP) < _ENOUGH_FIELDS:
        return None
    total = sum(row.extracted for row in past.healthy)
    fields = [
        name for name in _MARKUP if sum(getattr(row, f"with_{name}") for row in past.healthy) > _USUALLY * total > 0
    ]
    if len(fields) < _ENOUGH_FIELDS:
        return None

    def of(row: LedgerRow) -> Share:
        lacking = sum(row.extracted - getattr(row, f"with_{name}") for name in fields)
        return max(0, lacking - (len(fields) - 1) * row.extracted), row.extracted

    return Rate("bare", State.SUSPECT, f"articles lack {', '.join(fields)} all at once", of, rare=_SOUND, articles=True)
