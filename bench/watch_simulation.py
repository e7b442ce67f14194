"""A simulated world of news sites: the articles they publish, the runs that crawl them, the ledger rows of those runs.

Sites differ in size, hours, weekends, holidays, trend, bursts, listings, fields and sloppiness; links are fetched again
as the real crawler does it (`newsarchive/spool/seen.py`), so that a small site shows more pages than it publishes.
"""

import json
import math
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from newsarchive import clock
from newsarchive.archive.ledger import FILLS, LedgerRow, is_blocked
from newsarchive.article import ArticleLink
from newsarchive.spool.seen import Revisit, Seen

START = datetime(2026, 11, 2, tzinfo=UTC)
DAYS = 30
SIZES = {"large": (120, 400), "medium": (25, 100), "small": (5, 20), "tiny": (0.3, 3)}
SITES = {"large": 5, "medium": 7, "small": 6, "tiny": 6}

_MANY = 50
_SATURDAY, _DAWN, _LATE = 5, 6, 23
_MISSED_RUN, _MISSED_DAY, _BAD_RUN = 0.02, 0.003, 0.03
_JITTER = timedelta(minutes=10)
_AT_ONCE, _HOUR, _DAY = 120, 3600, 86_400.0
_FAR_OFF = 2 * _DAY
_FIELDS = tuple(name for name in FILLS if name != "text")
_ROUNDED = 0.02
_LINK = ArticleLink(url="https://news.example/1", via="feed")
_OFTEN_LACKING = (0.0, 0.002, 0.02, 0.1, 0.4, 1.0)


@dataclass(frozen=True)
class Article:
    """An article and what is read off its page: times in seconds since 1970, `date` as the page gives it."""

    published: float
    date: float
    text: int
    length: int
    language: str
    paywalled: bool
    lacking: frozenset[str]
    no_article: bool

    def is_misdated(self, began: datetime) -> bool:
        """Tell whether its page's date is far from that of the link to it, or just that of the fetch."""
        off = abs(self.date - self.published)
        return off > _FAR_OFF or (off > _HOUR and began.timestamp() - self.date < _AT_ONCE)


@dataclass(frozen=True)
class Visit:
    """A page asked for in a run; `reason` says why it gave no article, or `not-modified`."""

    article: Article
    new: bool
    ms: float
    reason: str = ""
    revised: bool = False
    host: str = ""


@dataclass
class Crawl:
    """What a run meets at a site."""

    began: datetime
    listed: int
    visits: list[Visit]
    listing_ms: float
    listings: Counter[str] = field(default_factory=lambda: Counter({"fetched": 1}))
    ignored: Counter[str] = field(default_factory=Counter)
    dead: int = 0


@dataclass(frozen=True)
class Site:
    """A sound site: how much it publishes when, and what its articles are like."""

    name: str
    size: str
    daily: float
    runs: int
    dispersion: float
    trend: float
    weekend: float
    night: float
    feed: int
    lacking: dict[str, float]
    clustered: float
    paywalled: float
    foreign: float
    misdated: float
    dead_links: int
    failing: float
    no_article: float
    refusing: float
    taken_down: float
    validates: float
    revising: float
    length: float
    lag: float
    milliseconds: float
    holidays: frozenset[int]
    breaking: int
    redesign: tuple[int, float, float]
    clock_change: int
    offset: float

    @classmethod
    def drawn(cls, name: str, size: str, chance: random.Random) -> "Site":
        """Return a site of a size."""
        low, high = SIZES[size]
        return cls(
            name=name,
            size=size,
            daily=math.exp(chance.uniform(math.log(low), math.log(high))),
            runs=chance.choice((1, 2, 4, 8, 12)),
            dispersion=chance.choice((1.0, 1.5, 3.0, 6.0)),
            trend=chance.uniform(-0.02, 0.02),
            weekend=chance.uniform(0.05, 1.1),
            night=chance.uniform(0.02, 0.8),
            feed=chance.choice((10, 20, 30, 50, 100)),
            lacking={n: chance.choice(_OFTEN_LACKING) for n in _FIELDS if n != "date_published"}
            | {"date_published": chance.choice((0.0, 0.001, 0.02))},
            clustered=chance.choice((0.0, 0.2, 0.5)),
            paywalled=chance.choice((0.0, 0.0, 0.05, 0.4, 0.7)),
            foreign=chance.choice((0.0, 0.0, 0.001, 0.02)),
            misdated=chance.choice((0.0, 0.0, 0.001, 0.01, 0.05)),
            dead_links=chance.choice((0, 0, 0, 1, 3)),
            failing=chance.choice((0.0, 0.001, 0.01, 0.04)),
            no_article=chance.choice((0.0, 0.002, 0.02, 0.1)),
            refusing=chance.choice((0.0, 0.0, 0.0, 0.0002, 0.001)),
            taken_down=chance.choice((0.0, 0.0, 0.0005, 0.002)),
            validates=chance.choice((0.0, 0.0, 0.5, 0.95)),
            revising=chance.choice((0.01, 0.05, 0.15)),
            length=chance.uniform(1200, 6000),
            lag=chance.uniform(5, 200),
            milliseconds=chance.uniform(60, 900),
            holidays=frozenset(chance.sample(range(DAYS), chance.choice((0, 1, 2)))),
            breaking=chance.choice((-1, -1, chance.randrange(DAYS))),
            redesign=(chance.choice((99, 99, 99, chance.randrange(DAYS))), chance.uniform(0.75, 1.3), chance.random()),
            clock_change=chance.choice((99, chance.randrange(DAYS))),
            offset=chance.uniform(0, 120),
        )

    def published(self, began: datetime, until: datetime, chance: random.Random) -> int:
        """Return how many articles came between two instants."""
        hours = (until - began).total_seconds() / 3600
        parts = max(1, round(hours))
        middles = (began + (until - began) * ((n + 0.5) / parts) for n in range(parts))
        rate = sum(self._rate(moment) * hours / parts for moment in middles)
        return _poisson(_gamma(rate, self.dispersion, chance), chance)

    def _rate(self, moment: datetime) -> float:
        """Return articles an hour at a moment."""
        day = (moment - START).days
        local = moment + timedelta(hours=day >= self.clock_change)
        rate = self.daily / 24 * (1 + self.trend * day)
        rate *= self.weekend if local.weekday() >= _SATURDAY else 1.0
        rate *= 0.3 if day in self.holidays else 1.0
        rate *= 4.0 if day == self.breaking else 1.0
        return rate * (1.0 if _DAWN <= local.hour < _LATE else self.night)


def _gamma(mean: float, dispersion: float, chance: random.Random) -> float:
    if dispersion <= 1 or mean <= 0:
        return mean
    scale = dispersion - 1
    return chance.gammavariate(mean / scale, scale)


def _poisson(mean: float, chance: random.Random) -> int:
    if mean > _MANY:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    count, product = 0, chance.random()
    while product > math.exp(-mean):
        count, product = count + 1, product * chance.random()
    return count


class World:
    """The runs of one site, one after the other; what a caller makes of a run has its consequences in the next."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self._site = site
        self._chance = chance
        self._texts = 0
        self._listed: list[tuple[Article, Seen | None]] = []
        for number in range(min(site.feed, round(site.daily * 40))):
            self._listed.append((self._article(START - timedelta(days=number / site.daily), ()), None))

    def runs(self) -> Iterator[Crawl]:
        """Yield what each run of thirty days meets; some runs are missed, by themselves or for a day."""
        site, chance = self._site, self._chance
        before = away_until = START
        for number in range(DAYS * site.runs):
            planned = START + timedelta(hours=24 / site.runs * number, minutes=site.offset)
            if chance.random() < _MISSED_DAY:
                away_until = planned + timedelta(days=1)
            if planned < away_until or chance.random() < _MISSED_RUN:
                continue
            began = planned + _JITTER * chance.random()
            crawl = self._run(before, began)
            yield crawl
            self._remember(crawl)
            before = began

    def _run(self, before: datetime, began: datetime) -> Crawl:
        """Return what a run meets: new articles, and those of which the crawler asks again while they are listed."""
        site, chance = self._site, self._chance
        loose = {name for name in site.lacking if chance.random() < site.clustered * site.lacking[name]}
        fresh = [self._article(began, loose) for _ in range(site.published(before, began, chance))]
        speed = math.exp(chance.gauss(0, 0.25)) * site.milliseconds * self._redesigned(began)[1]
        old = self._listed[: max(0, site.feed - len(fresh))]
        self._listed = [*((article, None) for article in fresh), *old]
        failing = min(0.6, site.failing * (chance.uniform(3, 8) if chance.random() < _BAD_RUN else 1))
        return Crawl(
            began=began,
            listed=len(self._listed),
            visits=[
                self._visit(article, failing, speed, new=seen is None)
                for article, seen in self._listed
                if seen is None or seen.is_due(_LINK, began.timestamp(), Revisit.AUTO)
            ],
            listing_ms=speed * 0.7 * math.exp(chance.gauss(0, 0.4)),
            dead=site.dead_links,
        )

    def _remember(self, crawl: Crawl) -> None:
        """Note which articles have been fetched; those that have not are asked for again."""
        fetched = {v.article.text for v in crawl.visits if not v.reason.startswith(("failed/", "skipped/"))}
        self._listed = [
            (article, _seen(crawl.began, seen) if article.text in fetched else seen) for article, seen in self._listed
        ]

    def _redesigned(self, moment: datetime) -> tuple[float, float]:
        day, length, speed = self._site.redesign
        return (length, 0.7 + 0.7 * speed) if (moment - START).days >= day else (1.0, 1.0)

    def _article(self, found: datetime, loose: Collection[str]) -> Article:
        """Return an article found at a moment; fields that are `loose` are lacking more often."""
        site, chance = self._site, self._chance
        self._texts += 1
        published = found.timestamp() - 60 * site.lag * math.exp(chance.gauss(0, 1.0))
        hurried = 0.6 if (found - START).days == site.breaking else 1.0
        length = site.length * math.exp(chance.gauss(0, 0.6)) * self._redesigned(found)[0] * hurried
        misdated = chance.random() < site.misdated
        return Article(
            published=published,
            date=published - (10 * _DAY if misdated else 0) if chance.random() > _ROUNDED else published // _DAY * _DAY,
            text=self._texts,
            length=round(length),
            language="en" if chance.random() < site.foreign else "fr",
            paywalled=chance.random() < site.paywalled,
            lacking=frozenset(n for n, p in site.lacking.items() if chance.random() < _rate(p, loose=n in loose)),
            no_article=chance.random() < site.no_article,
        )

    def _visit(self, article: Article, failing: float, speed: float, *, new: bool) -> Visit:
        """Return a visit to a page: a failure, no article, not modified, or the article."""
        site, chance = self._site, self._chance
        ms = speed * math.exp(chance.gauss(0, 0.4))
        drawn = chance.random()
        if drawn < site.refusing:
            return Visit(article, new, ms, "failed/http-403")
        if drawn < site.refusing + failing:
            return Visit(article, new, ms, "failed/http-503")
        if article.no_article:
            return Visit(article, new, ms, "rejected/no-body")
        if not new and chance.random() < site.taken_down:
            return Visit(article, new, ms, chance.choice(("failed/http-404", "rejected/redirected-away")))
        if not new and chance.random() < site.validates:
            return Visit(article, new, ms, "not-modified")
        return Visit(article, new, ms, revised=not new and chance.random() < site.revising)


def _rate(rate: float, *, loose: bool) -> float:
    return max(rate, min(0.75, rate * 3)) if loose else rate


def _seen(checked: datetime, before: Seen | None) -> Seen:
    now = checked.timestamp()
    return Seen(url_key="", id="a", first_at=before.first_at if before else now, checked_at=now)


def row_of(site: str, crawl: Crawl) -> LedgerRow:
    """Return the ledger row of a run, as `newsarchive/archive/ledger.py` and `watch/readings.py` would write it."""
    reasons = Counter(v.reason for v in crawl.visits if v.reason and v.reason != "not-modified")
    reasons["failed/http-404"] += crawl.dead
    unvisited = crawl.listed - len(crawl.visits)
    reasons["skipped/known"] = max(0, unvisited)
    sums: dict[str, Any] = {kind: _sum(reasons, kind) for kind in ("skipped", "failed", "rejected")}
    got = [v for v in crawl.visits if not v.reason]
    fetched = [v for v in crawl.visits if not v.reason or v.reason.startswith("rejected/")]
    told = reasons + Counter({f"listings/{k}": n for k, n in crawl.listings.items()}) + crawl.ignored
    return LedgerRow(
        run_id=f"{crawl.began:%Y%m%dt%H%M%Sz}-{site}",
        site=site,
        started_at=clock.stamp(crawl.began),
        finished_at=clock.stamp(crawl.began + timedelta(minutes=3)),
        finish_reason="finished",
        discovered=max(0, unvisited) + len(crawl.visits) + (crawl.dead if crawl.listed else 0),
        extracted=len(got),
        fetched=len(fetched),
        not_modified=sum(v.reason == "not-modified" for v in crawl.visits),
        new=sum(v.new for v in got),
        revised=sum(v.revised for v in got),
        dropped=sum(not v.new and not v.revised for v in got),
        known=max(0, unvisited),
        blocked=sum(n for reason, n in reasons.items() if is_blocked(reason.partition("/")[2])),
        **sums,
        listings=crawl.listings.total(),
        listings_failed=_sum(crawl.listings, "failed"),
        listings_blocked=sum(n for r, n in crawl.listings.items() if is_blocked(r.removeprefix("failed/"))),
        listing_ms=round(crawl.listing_ms),
        reasons_json=json.dumps(dict(+told)),
        elsewhere_json=json.dumps(dict(Counter(v.host for v in crawl.visits if v.host) + _hosts(crawl.ignored))),
        **_readings(got, crawl.began),
        **_memories(fetched),
        fetch_ms=_middle(v.ms for v in crawl.visits if not v.reason.startswith(("failed/", "skipped/"))),
    )


def _sum(reasons: Counter[str], kind: str) -> int:
    return sum(n for reason, n in reasons.items() if reason.startswith(f"{kind}/"))


def _hosts(ignored: Counter[str]) -> Counter[str]:
    return Counter({"new.example": ignored["ignored/offsite"]})


def _readings(got: Sequence[Visit], began: datetime) -> dict[str, Any]:
    """Return the columns that are read off articles."""
    dated = [v for v in got if "date_published" not in v.article.lacking]
    fresh = [v.article for v in dated if v.new]
    lags = [began.timestamp() - article.date for article in fresh]
    return {
        **{f"with_{name}": sum(name not in v.article.lacking for v in got) for name in _FIELDS},
        "with_text": len(got),
        "paywalled": sum(v.article.paywalled for v in got),
        "text_length": _middle(v.article.length for v in got),
        "repeated": sum(n - 1 for n in Counter(v.article.text for v in got).values()),
        "lagged": len(fresh),
        "dates": len({article.date for article in fresh}),
        "dated_now": sum(lag < _AT_ONCE for lag in lags),
        "lag_minutes": _middle(lag / 60 for lag in lags),
        "compared": len(dated),
        "misdated": sum(v.article.is_misdated(began) for v in dated),
        "languages_json": json.dumps(Counter(v.article.language for v in got)),
    }


def _memories(fetched: Sequence[Visit]) -> dict[str, Any]:
    """Return the columns of pages that gave an article before."""
    again = [v for v in fetched if not v.new]
    barren = sum(v.article.no_article and v.reason.startswith("rejected/") for v in again)
    known = [v for v in again if not v.article.no_article]
    lost = sum(v.reason.startswith("rejected/") for v in known)
    return {"revisited": len(known), "lost": lost, "barren": barren}


def _middle(values: Iterable[float]) -> int:
    found = list(values)
    return round(median(found)) if found else 0
