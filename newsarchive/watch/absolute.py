"""Signals that need no past: nothing at all came, or not what the site's declaration promises."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsarchive.archive.ledger import LedgerRow, is_blocked
from newsarchive.watch.rates import attempts, led_off
from newsarchive.watch.verdict import Finding, State

_ENOUGH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a site's declaration promises: languages, and fields that most articles have; empty promises nothing."""

    languages: tuple[str, ...] = ()
    expects: tuple[str, ...] = ()


def absolute(
    row: LedgerRow, declared: Declared, *, usual_failures: float = 0.0, explained: bool = False
) -> Iterator[Finding]:
    """Yield what is wrong in a row whatever the past was, but for links that have been dead all the time.

    It is `explained` where so many pages of the site give no article that none of a run's may be chance.
    """
    if failed := row.reasons.get("rejected/extraction-error"):
        reason = f"our extraction failed on {failed} pages; the log says where"
        yield Finding(signal="extraction", state=State.BROKEN, reason=reason)
    yield from _nothing_listed(row)
    yield from _nothing_fetched(row, usual_failures)
    if not explained:
        yield from _no_article(row)
    yield from _not_as_declared(row, declared)


def _nothing_listed(row: LedgerRow) -> Iterator[Finding]:
    if row.discovered or not row.listings:
        return
    if row.listings_failed == row.listings:
        state = State.BLOCKED if row.listings_blocked == row.listings else State.BROKEN
        reasons = _named(row, "listings", "failed/")
        reason = f"none of its feeds, sitemaps and pages could be fetched ({reasons})"
        yield Finding(signal="listed", state=state, reason=reason)
    elif led_off(row)[0] >= _ENOUGH:
        yield Finding(signal="led-off", state=_by_host(row), reason=f"its links lead to {_main_host(row)}")


def _nothing_fetched(row: LedgerRow, usual_failures: float) -> Iterator[Finding]:
    tried = attempts(row)
    if row.fetched + row.not_modified or tried - usual_failures < _ENOUGH or row.known > tried:
        return
    off = led_off(row)[0]
    if off >= _ENOUGH and off * 2 > tried:
        yield Finding(signal="led-off", state=_by_host(row), reason=f"its pages lead to {_main_host(row)}")
        return
    reasons = ", ".join(filter(None, (_named(row, "failed"), _named(row, "skipped", only_blocked=True))))
    state = State.BLOCKED if row.blocked * 2 > tried else State.BROKEN
    signal = "blocked" if state is State.BLOCKED else "failed"
    yield Finding(signal=signal, state=state, reason=f"none of {tried} articles could be fetched ({reasons})")


def _no_article(row: LedgerRow) -> Iterator[Finding]:
    if row.fetched - row.barren < _ENOUGH or row.extracted:
        return
    refused = sum(n for reason, n in row.reasons.items() if _is_refusal(reason))
    state = State.BLOCKED if refused * 2 > row.fetched else State.BROKEN
    signal = "blocked" if state is State.BLOCKED else "rejected"
    reason = f"no article on any of {row.fetched} pages ({_named(row, 'rejected')})"
    yield Finding(signal=signal, state=state, reason=reason)


def _is_refusal(reason: str) -> bool:
    kind, _, bare = reason.partition("/")
    return kind == "rejected" and is_blocked(bare)


def _not_as_declared(row: LedgerRow, declared: Declared) -> Iterator[Finding]:
    if row.extracted < _ENOUGH:
        return
    if declared.languages and not set(row.languages) & {*declared.languages, "und"}:
        told = f"{', '.join(row.languages)} instead of {', '.join(declared.languages)}"
        yield Finding(signal="language", state=State.BROKEN, reason=f"articles are in another language: {told}")
    for name in declared.expects:
        if not getattr(row, f"with_{name}"):
            reason = f"none of {row.extracted} articles has {name}, which its declaration expects"
            yield Finding(signal=f"no-{name}", state=State.BROKEN, reason=reason)


def _named(row: LedgerRow, kind: str, within: str = "", *, only_blocked: bool = False) -> str:
    prefix = f"{kind}/{within}"
    names = sorted(reason.removeprefix(prefix) for reason in row.reasons if reason.startswith(prefix))
    return ", ".join(name for name in names if not only_blocked or is_blocked(name))


def _main_host(row: LedgerRow) -> str:
    return max(row.elsewhere, key=lambda host: row.elsewhere[host], default="elsewhere")


def _by_host(row: LedgerRow) -> State:
    return State.BLOCKED if is_consent_host(_main_host(row)) else State.MOVED


def is_consent_host(host: str) -> bool:
    """Tell whether a host's name says that it asks for consent: `consent.example.org`."""
    return any(part.startswith(("consent", "cmp", "privacy")) for part in host.split("."))
