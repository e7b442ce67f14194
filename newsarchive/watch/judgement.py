"""Judging a run of a site: every signal, the strongest of them, and what is left standing from the run before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median

from newsarchive.archive.ledger import LedgerRow
from newsarchive.rights.optout import OPTED_OUT
from newsarchive.watch.absolute import Declared, absolute, is_consent_host
from newsarchive.watch.medians import SIZES, Size, slow_throughout
from newsarchive.watch.past import Past
from newsarchive.watch.rates import RATES, Rate, bare_rate, language_rates
from newsarchive.watch.verdict import Finding, State, Verdict
from newsarchive.watch.volume import little_listed, nothing_listed, silence

_ENOUGH_RUNS = 5
_ENOUGH_PAGES = 30
_BUDGET = 2e-4
_OFTENER, _HIGHEST = 3, 0.75
_NOTHING_DECLARED = Declared()


def judge(row: LedgerRow, rows: Sequence[LedgerRow], declared: Declared = _NOTHING_DECLARED) -> Verdict:
    """Return the verdict on a run of a site; `rows` are its earlier ledger rows, oldest first.

    A run that was cut short is not judged, nor a site that has been opted out. What was wrong before and cannot be told
    from this run is still wrong.
    """
    past = Past.of(row, rows)
    before = State(past.last.state) if past.last else State.UNJUDGED
    opted_out = not row.discovered and f"listings/{OPTED_OUT}" in row.reasons
    if row.finish_reason != "finished" or opted_out:
        return Verdict(state=State.UNJUDGED, before=before)
    found = {f.signal: f for f in _findings(row, past, declared)}
    found |= {f.signal: f for f in _standing(row, past, found)}
    state = max((f.state for f in found.values()), key=lambda s: s.severity, default=State.OK)
    since = past.last.state_since if past.last and state == before else row.started_at
    ranked = sorted(found.values(), key=lambda f: -f.state.severity)
    return Verdict(state=state, before=before, since=since, signals={f.signal: f.reason for f in ranked})


def _findings(row: LedgerRow, past: Past, declared: Declared) -> Iterator[Finding]:
    """Yield what is wrong; of two findings of one signal the later counts."""
    if finding := nothing_listed(row, past):
        yield finding
    known = len(past.healthy) >= _ENOUGH_RUNS and sum(r.fetched for r in past.healthy) >= _ENOUGH_PAGES
    if len(past.healthy) >= _ENOUGH_RUNS:
        yield from _compared(row, past, declared)
    usual = median(r.failed for r in past.healthy) if past.healthy else 0.0
    explained = known and _barren_by_chance(row, past) >= past.chance(_BUDGET)
    yield from absolute(row, declared, usual_failures=usual, explained=explained)


def _barren_by_chance(row: LedgerRow, past: Past) -> float:
    """Return the chance that no page of a run gives an article, were a page to give none so much oftener than usual."""
    pages = sum(r.fetched - r.barren for r in past.healthy)
    rate = (sum(r.rejected - r.barren for r in past.healthy) + 0.5) / (pages + 1)
    return float(min(_HIGHEST, _OFTENER * rate) ** (row.fetched - row.barren))


def _compared(row: LedgerRow, past: Past, declared: Declared) -> Iterator[Finding]:
    bare = filter(None, (bare_rate(row, past),))
    signals: tuple[Rate | Size, ...] = (*RATES, *language_rates(row, past, declared.languages), *bare, *SIZES)
    own = (slow_throughout(row, past), little_listed(row, past), silence(row, past))
    for finding in (*(signal.finding(row, past) for signal in signals), *own):
        if finding and finding.signal == "led-off" and any(map(is_consent_host, row.elsewhere)):
            yield replace(finding, state=State.BLOCKED)
        elif finding:
            yield finding


def _standing(row: LedgerRow, past: Past, found: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield what was wrong after the last run and has left no trace in this one to tell by."""
    last = past.last
    if last is None or last.state == State.OK:
        return
    for signal, reason in last.signals.items():
        if signal not in found and not _can_tell(signal, row):
            yield Finding(signal=signal, state=_state_of(signal, last), reason=reason)


def _state_of(signal: str, last: LedgerRow) -> State:
    known = {rate.signal: rate.state for rate in RATES} | {size.signal: size.state for size in SIZES}
    return min(known.get(signal, State(last.state)), State(last.state), key=lambda state: state.severity)


def _can_tell(signal: str, row: LedgerRow) -> bool:
    """Tell whether a run has looked at what a signal is about."""
    if signal in ("listed", "little-listed", "silent", "extraction"):
        return True
    samples = {rate.signal: rate.of for rate in RATES} | {size.signal: size.of for size in SIZES}
    if signal in samples:
        return samples[signal](row)[1] > 0
    return row.extracted > 0
