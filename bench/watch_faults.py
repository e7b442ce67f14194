"""The twelve faults of bench/watch.py, each in a few of the forms that sites have given them."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bench.watch_simulation import START, Article, Crawl, Visit

_MARKUP = frozenset({"authors", "tags", "section", "description"})
_MOST = 0.9
_SLOWER = 8
_STUB = 400
_SORRY = 260

Fault = Callable[[Crawl, random.Random], None]
"""Changes what a run meets."""


Change = Callable[[Visit, datetime], Visit]
"""Returns a visit to a page as it is in a run that began then."""


def pages(change: Change, *, most: bool = False, new: bool = False) -> Fault:
    """Return the fault by which every page, most of them, or only new ones are changed."""

    def fault(crawl: Crawl, chance: random.Random) -> None:
        crawl.visits = [
            v
            if v.reason.startswith("failed/") or (most and chance.random() > _MOST) or (new and not v.new)
            else change(v, crawl.began)
            for v in crawl.visits
        ]

    return fault


def ending(reason: str, host: str = "") -> Change:
    """Return the change by which a page gives no article, for a reason."""
    return lambda visit, _: replace(visit, reason=reason, host=host)


def reading(**values: Callable[[Article, datetime], Any]) -> Change:
    """Return the change by which something else is read off an article; it is no longer as it was before."""

    def change(visit: Visit, began: datetime) -> Visit:
        if visit.reason not in ("", "not-modified"):
            return visit
        article = replace(visit.article, **{name: value(visit.article, began) for name, value in values.items()})
        return replace(visit, article=article, reason="", revised=not visit.new)

    return change


def unlisted(**listings: int) -> Fault:
    """Return the fault by which nothing is listed any more."""

    def fault(crawl: Crawl, _chance: random.Random) -> None:
        crawl.visits, crawl.listed, crawl.dead = [], 0, 0
        crawl.listings = Counter({name.replace("_", "/", 1).replace("_", "-"): n for name, n in listings.items()})

    return fault


def moved(crawl: Crawl, chance: random.Random) -> None:
    """Let the feed list articles of another domain."""
    crawl.ignored["ignored/offsite"] = crawl.listed
    unlisted(fetched=1)(crawl, chance)


def slow(crawl: Crawl, _chance: random.Random) -> None:
    """Let pages and listings take much longer."""
    crawl.visits = [replace(v, ms=v.ms * _SLOWER) for v in crawl.visits]
    crawl.listing_ms *= _SLOWER


@dataclass(frozen=True)
class Kind:
    """A kind of fault: its forms, and the signals that name it."""

    forms: tuple[Fault, ...]
    named_by: frozenset[str]


def _kind(signals: str, *forms: Fault) -> Kind:
    return Kind(forms, frozenset(signals.split()))


FAULTS = {
    "selector change": _kind(
        "rejected lost bare no-authors no-tags no-section no-description",
        pages(ending("rejected/no-body")),
        pages(reading(lacking=lambda a, _: a.lacking | _MARKUP)),
    ),
    "403 wall": _kind(
        "blocked listed",
        pages(ending("failed/http-403")),
        pages(ending("failed/http-403"), most=True),
        unlisted(failed_http_403=1),
    ),
    "consent page": _kind(
        "blocked led-off rejected lost",
        pages(ending("rejected/consent-page")),
        pages(ending("skipped/offsite", "consent.example")),
    ),
    "paywall stub": _kind(
        "paywalled short",
        pages(reading(paywalled=lambda *_: True, length=lambda a, _: a.length // 5)),
        pages(reading(length=lambda a, _: min(_STUB, a.length))),
    ),
    "empty feed": _kind("listed little-listed", unlisted(fetched=1)),
    "frozen date": _kind(
        "same-date dated-now late misdated",
        pages(reading(date=lambda *_: (START + timedelta(days=18)).timestamp())),
        pages(reading(date=lambda *_: (START - timedelta(days=280)).timestamp())),
        pages(reading(date=lambda _, began: began.timestamp())),
    ),
    "redirect to home": _kind("redirected rejected lost", pages(ending("rejected/redirected-away"))),
    "200-error page": _kind(
        "error-page rejected lost repeated short",
        pages(ending("rejected/error-page")),
        pages(ending("rejected/no-body")),
        pages(reading(text=lambda *_: 0, length=lambda *_: _SORRY)),
    ),
    "robots disallow": _kind("blocked listed", pages(ending("skipped/robots")), unlisted(failed_robots=1)),
    "language switch": _kind(
        "language", pages(reading(language=lambda *_: "es")), pages(reading(language=lambda *_: "es"), new=True)
    ),
    "slow-down": _kind("slow slow-listings", slow),
    "domain move": _kind("led-off listed", pages(ending("skipped/offsite", "new.example")), moved),
}
