"""What a run reads off the articles of one site, beside the counters: fill, length, lag, languages, hosts, speed."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from newsarchive import clock
from newsarchive.archive.ledger import FILLS
from newsarchive.article import Article

_MOST_EXAMPLES = 3
_MOST_HOSTS = 20
_SLOWEST = 10
_AT_ONCE, _HOUR, _TWO_DAYS = timedelta(minutes=2), timedelta(hours=1), timedelta(days=2)


@dataclass(slots=True)
class Readings:
    """Readings of one site in one run; they only grow."""

    fills: Counter[str] = field(default_factory=Counter)
    paywalled: int = 0
    lengths: list[int] = field(default_factory=list)
    texts: Counter[int] = field(default_factory=Counter)
    lags: list[timedelta] = field(default_factory=list)
    dates: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    misdated: int = 0
    revisited: int = 0
    lost: int = 0
    barren: int = 0
    milliseconds: list[int] = field(default_factory=list)
    listing_milliseconds: list[int] = field(default_factory=list)
    slowest: list[tuple[int, str]] = field(default_factory=list)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def article(self, article: Article, *, new: bool) -> None:
        """Read an extracted article; the lag is measured on new ones whose date has a time of day."""
        self.fills.update(name for name in FILLS if getattr(article, name))
        self.paywalled += article.access == "paywalled"
        self.lengths.append(len(article.text))
        self.texts[hash(article.text)] += bool(article.text)
        self.languages[article.language] += 1
        if new and article.date_precision in ("minute", "second"):
            self._date(article)

    def _date(self, article: Article) -> None:
        published, crawled = clock.parse(article.date_published), clock.parse(article.crawled_at)
        if published and crawled:
            self.lags.append(crawled - published)
            self.dates[article.date_published] += 1

    def compare(self, article: Article, published: str) -> None:
        """Compare an article's date with the one that the link to it gave."""
        own, linked, crawled = map(clock.parse, (article.date_published, published, article.crawled_at))
        if not own or not linked or not crawled:
            return
        self.compared += 1
        off = abs(own - linked)
        is_of_fetch = crawled - own < _AT_ONCE and len(published) > len("2026-11-20") and off > _HOUR
        self.misdated += off > _TWO_DAYS or is_of_fetch

    def again(self, *, before: bool, now: bool) -> None:
        """Read a page that is fetched again: whether it gave an article before, and whether it gives one now."""
        self.revisited += before
        self.lost += before and not now
        self.barren += not before and not now

    def page(self, url: str) -> None:
        """Read a fetched page's address."""
        self.hosts[urlsplit(url).hostname or ""] += 1

    def answered(self, url: str, seconds: float) -> None:
        """Read how long a page took from request to answer."""
        self.milliseconds.append(round(seconds * 1000))
        self.slowest = sorted([*self.slowest, (round(seconds * 1000), url)], reverse=True)[:_SLOWEST]

    def listed(self, seconds: float) -> None:
        """Read how long a listing took from request to answer."""
        self.listing_milliseconds.append(round(seconds * 1000))

    def led_off(self, url: str) -> None:
        """Note an address off the site, where a link or redirect led."""
        self.elsewhere[urlsplit(url).hostname or ""] += 1

    def example(self, reason: str, url: str) -> None:
        """Keep an address as an example of a reason such as `failed/http-403`, if there are few."""
        kept = self.examples.setdefault(reason, [])
        if len(kept) < _MOST_EXAMPLES:
            kept.append(url)

    def as_columns(self) -> dict[str, Any]:
        """Return the ledger columns that are read off articles and pages."""
        lags = list(self.lags)
        times = sorted(self.milliseconds)
        return {
            **{f"with_{name}": self.fills[name] for name in FILLS},
            "paywalled": self.paywalled,
            "text_length": _median([n for n in list(self.lengths) if n]),
            "repeated": sum(n - 1 for n in list(self.texts.values()) if n),
            "lagged": len(lags),
            "lag_minutes": _median([round(lag.total_seconds() / 60) for lag in lags]),
            "dated_now": sum(lag < _AT_ONCE for lag in lags),
            "dates": len(self.dates),
            "compared": self.compared,
            "misdated": self.misdated,
            "revisited": self.revisited,
            "lost": self.lost,
            "barren": self.barren,
            "languages_json": _object(self.languages),
            "hosts_json": _object(self.hosts),
            "elsewhere_json": _object(self.elsewhere),
            "examples_json": json.dumps({k: list(v) for k, v in sorted(self.examples.copy().items())}),
            "fetch_ms": _median(times),
            "fetch_ms_p90": round(quantiles(times, n=10)[-1]) if len(times) > 1 else _median(times),
            "listing_ms": _median(self.listing_milliseconds),
        }


def _median(numbers: list[int]) -> int:
    return round(median(numbers)) if numbers else 0


def _object(counts: Counter[str]) -> str:
    return json.dumps(dict(Counter(counts.copy()).most_common(_MOST_HOSTS)))
