"""How soon faults are noticed, and how often a sound site is suspected: simulated ledgers of thirty days.

Each seed draws 24 sites of four sizes with rhythms of their own (runs a day, hours, weekdays, holidays, trend, bursts,
share of articles without authors …), and puts each of twelve faults into one of them at some moment of the last week.
A fault is found if the first run that meets a page of it (or an empty listing) changes the site's state.

    python bench/watch.py [--seeds 20] [--first 1]
"""

import argparse
import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from newsarchive import clock
from newsarchive.archive.ledger import FILLS, LedgerRow, is_blocked
from newsarchive.watch.judgement import judge
from newsarchive.watch.verdict import State

_SATURDAY, _DAWN, _LATE, _HALF_A_DAY = 5, 6, 23, 12
_MANY = 50
_BAD_RUNS, _MISSED_RUNS, _AT_ONCE = 0.03, 0.02, 2
START = datetime(2026, 11, 2, tzinfo=UTC)
DAYS = 30
SIZES = {"large": (120, 400), "medium": (25, 100), "small": (5, 20), "tiny": (0.3, 3)}
SITES = {"large": 5, "medium": 7, "small": 6, "tiny": 6}


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
    dead_links: int
    failing: float
    rejected: float
    sporadic: float
    length: float
    lag: float
    milliseconds: float
    holidays: frozenset[int]
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
            feed=chance.choice((10, 20, 30, 50, 0)),
            lacking={
                name: chance.choice((0.0, 0.002, 0.02, 0.1, 0.4, 1.0))
                for name in (n for n in FILLS if n not in ("text", "date_published"))
            }
            | {"date_published": chance.choice((0.0, 0.001, 0.02))},
            clustered=chance.choice((0.0, 0.2, 0.5)),
            paywalled=chance.choice((0.0, 0.0, 0.05, 0.4, 0.7)),
            foreign=chance.choice((0.0, 0.0, 0.001, 0.02)),
            dead_links=chance.choice((0, 0, 0, 1, 3)),
            failing=chance.choice((0.0, 0.001, 0.01, 0.04)),
            rejected=chance.choice((0.0, 0.002, 0.02, 0.1)),
            sporadic=chance.choice((0.0, 0.0, 0.001, 0.004)),
            length=chance.uniform(1200, 6000),
            lag=chance.uniform(5, 200),
            milliseconds=chance.uniform(60, 900),
            holidays=frozenset(chance.sample(range(DAYS), chance.choice((0, 1, 2)))),
            offset=chance.uniform(0, 120),
        )

    def times(self) -> Iterator[datetime]:
        """Yield when the site is crawled."""
        for run in range(DAYS * self.runs):
            yield START + timedelta(hours=24 / self.runs * run, minutes=self.offset)

    def published(self, began: datetime, until: datetime, chance: random.Random) -> int:
        """Return how many articles came between two instants."""
        hours = max(0.0, (until - began).total_seconds() / 3600)
        middle = began + (until - began) / 2
        day = (middle - START).days
        rate = self.daily / 24 * hours * (1 + self.trend * day)
        rate *= self.weekend if middle.weekday() >= _SATURDAY else 1.0
        rate *= chance.uniform(0.1, 0.5) if day in self.holidays else 1.0
        if hours <= _HALF_A_DAY and not _DAWN <= middle.hour < _LATE:
            rate *= self.night
        return _poisson(_gamma(rate, self.dispersion, chance), chance)


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


def _binomial(of: int, rate: float, chance: random.Random) -> int:
    return sum(chance.random() < rate for _ in range(of))


@dataclass
class Page:
    """What a run counts at a site, before it is made a ledger row."""

    links: int
    attempted: int
    reasons: Counter[str] = field(default_factory=Counter)
    extracted: int = 0
    columns: dict[str, Any] = field(default_factory=dict)
    discovered: int = 0
    listings: Counter[str] = field(default_factory=lambda: Counter({"fetched": 1}))
    elsewhere: Counter[str] = field(default_factory=Counter)

    def lose(self, count: int) -> None:
        """Leave out articles; what was read off the others is kept in proportion."""
        left = self.extracted - count
        kept = {n: v * left // max(1, self.extracted) for n, v in self.columns.items() if _is_count(n)}
        self.columns = (self.columns | kept | {"languages_json": json.dumps({"fr": left})}) if left else {}
        self.extracted = left


def _is_count(column: str) -> bool:
    return column.startswith("with_") or column in ("lagged", "dates", "dated_now", "paywalled")


def healthy(site: Site, fresh: int, chance: random.Random) -> Page:
    """Return what a run meets at a sound site that has published so many articles since the last run."""
    listed = max(site.feed, fresh) if site.feed else max(fresh, _poisson(site.daily * 2, chance))
    run = Page(links=listed, attempted=fresh + site.dead_links, discovered=listed + site.dead_links)
    failing = site.failing * (chance.uniform(3, 8) if chance.random() < _BAD_RUNS else 1)
    failed = _binomial(fresh, min(0.6, failing), chance)
    rejected = _binomial(fresh - failed, site.rejected, chance)
    run.reasons += Counter(
        {"failed/http-404": site.dead_links, "failed/http-503": failed, "rejected/no-body": rejected}
    )
    run.extracted = fresh - failed - rejected
    run.columns = _readings(site, run.extracted, chance)
    return run


def _readings(site: Site, count: int, chance: random.Random) -> dict[str, Any]:
    def lacking(name: str) -> float:
        rate = site.lacking[name]
        return min(0.75, rate * 3) if 0 < rate < 1 and chance.random() < site.clustered * rate else rate

    foreign = _binomial(count, site.foreign, chance)
    lags = sorted(site.lag * math.exp(chance.gauss(0, 1.0)) for _ in range(count))
    lengths = sorted(site.length * math.exp(chance.gauss(0, 0.6)) for _ in range(count))
    slow = site.milliseconds * math.exp(chance.gauss(0, 0.25))
    times = sorted(slow * math.exp(chance.gauss(0, 0.4)) for _ in range(count))
    dated = count - _binomial(count, lacking("date_published"), chance)
    return {
        **{
            f"with_{name}": count - _binomial(count, lacking(name), chance)
            for name in FILLS
            if name not in ("text", "date_published")
        },
        "with_date_published": dated,
        "lagged": dated,
        "dates": dated - _binomial(dated, 0.02, chance),
        "dated_now": sum(lag < _AT_ONCE for lag in lags[:dated]),
        "lag_minutes": round(_middle(lags)),
        "paywalled": _binomial(count, site.paywalled, chance),
        "text_length": round(_middle(lengths)),
        "fetch_ms": round(_middle(times)),
        "languages_json": json.dumps({k: n for k, n in (("fr", count - foreign), ("en", foreign)) if n}),
    }


def _middle(values: list[float]) -> float:
    return values[len(values) // 2] if values else 0.0


Fault = Callable[[Page, random.Random, float], None]


def losing(reason: str, *, whole: bool = True) -> Fault:
    """Return the fault by which every page, or all but a few, ends with a reason and no article."""

    def fault(run: Page, chance: random.Random, _hours: float) -> None:
        lost = run.extracted if whole else run.extracted - _binomial(run.extracted, 0.1, chance)
        run.reasons[reason] += lost
        run.lose(lost)
        if reason.endswith("offsite"):
            run.elsewhere["elsewhere.example"] += lost

    return fault


def changing(**columns: Callable[[Page, float], Any]) -> Fault:
    """Return the fault by which articles come, but with other columns."""

    def fault(run: Page, _chance: random.Random, hours: float) -> None:
        run.columns |= {name: value(run, hours) for name, value in columns.items()}

    return fault


def unlisted(**listings: int) -> Fault:
    """Return the fault by which nothing is listed any more."""

    def fault(run: Page, _chance: random.Random, _hours: float) -> None:
        run.reasons.clear()
        run.lose(run.extracted)
        run.discovered = 0
        run.listings = Counter({name.replace("_", "/", 1).replace("_", "-"): n for name, n in listings.items()})

    return fault


def moved(run: Page, _chance: random.Random, _hours: float) -> None:
    """The feed lists articles of another domain."""
    links = run.discovered
    unlisted(fetched=1)(run, _chance, _hours)
    run.reasons["ignored/offsite"] = links
    run.elsewhere["new.example"] = links


FAULTS: dict[str, tuple[Fault, ...]] = {
    "selector change": (
        losing("rejected/no-body"),
        changing(
            with_authors=lambda *_: 0, with_tags=lambda *_: 0, with_section=lambda *_: 0, with_description=lambda *_: 0
        ),
    ),
    "403 wall": (losing("failed/http-403"), losing("failed/http-403", whole=False), unlisted(failed_http_403=1)),
    "consent page": (losing("rejected/consent-page"), losing("skipped/offsite")),
    "paywall stub": (
        changing(
            paywalled=lambda run, _: run.extracted, text_length=lambda run, _: run.columns.get("text_length", 0) // 5
        ),
        changing(text_length=lambda run, _: min(400, run.columns.get("text_length", 0))),
    ),
    "empty feed": (unlisted(fetched=1),),
    "frozen date": (
        changing(
            dates=lambda run, _: min(1, run.columns.get("lagged", 0)),
            lag_minutes=lambda _, hours: round(hours * 60) + 300,
            dated_now=lambda *_: 0,
        ),
        changing(
            dates=lambda run, _: min(1, run.columns.get("lagged", 0)),
            lag_minutes=lambda *_: 400_000,
            dated_now=lambda *_: 0,
        ),
        changing(dated_now=lambda run, _: run.columns.get("lagged", 0), lag_minutes=lambda *_: 0),
    ),
    "redirect to home": (losing("rejected/redirected-away"),),
    "200-error page": (
        losing("rejected/error-page"),
        losing("rejected/no-body"),
        changing(repeated=lambda run, _: max(0, run.extracted - 1), text_length=lambda *_: 260),
    ),
    "robots disallow": (losing("skipped/robots"), unlisted(failed_robots=1)),
    "language switch": (changing(languages_json=lambda run, _: json.dumps({"es": run.extracted})),),
    "slow-down": (changing(fetch_ms=lambda run, _: run.columns.get("fetch_ms", 0) * 8),),
    "domain move": (losing("skipped/offsite"), moved),
}


def row_of(site: Site, run: Page, began: datetime) -> LedgerRow:
    """Return the ledger row of a run."""
    counts = {kind: _sum(run.reasons, kind) for kind in ("skipped", "failed", "rejected")}
    refused = sum(n for reason, n in run.reasons.items() if is_blocked(reason.partition("/")[2]))
    pages = run.extracted + counts["rejected"]
    known = run.discovered - pages - counts["skipped"] - counts["failed"]
    reasons = run.reasons + Counter({"skipped/known": max(0, known)})
    columns = run.columns if run.extracted else {}
    return LedgerRow(
        run_id=f"{began:%Y%m%dt%H%M%Sz}-{site.name}",
        site=site.name,
        started_at=clock.stamp(began),
        finished_at=clock.stamp(began + timedelta(minutes=3)),
        finish_reason="finished",
        discovered=run.discovered,
        extracted=run.extracted,
        fetched=pages,
        new=run.extracted,
        known=max(0, known),
        blocked=refused,
        failed=counts["failed"],
        rejected=counts["rejected"],
        skipped=counts["skipped"] + max(0, known),
        listings=run.listings.total(),
        listings_failed=_sum(run.listings, "failed"),
        listings_blocked=sum(n for r, n in run.listings.items() if is_blocked(r.removeprefix("failed/"))),
        with_text=run.extracted,
        reasons_json=json.dumps(dict(reasons + Counter({f"listings/{k}": n for k, n in run.listings.items()}))),
        elsewhere_json=json.dumps(dict(run.elsewhere)),
        **columns,
    )


def _sum(reasons: Counter[str], kind: str) -> int:
    return sum(n for reason, n in reasons.items() if reason.startswith(f"{kind}/"))


@dataclass(frozen=True)
class Injected:
    """A fault in a site from some moment on."""

    name: str
    fault: Fault
    since: datetime


@dataclass
class Outcome:
    """What became of one site's thirty days."""

    site: Site
    fault: str = ""
    met_after: int = 0
    found_after: int = 0
    found_by: str = ""
    false_alarms: list[str] = field(default_factory=list)
    weeks: float = 0.0


def simulate(site: Site, injected: Injected | None, chance: random.Random) -> Outcome:
    """Judge a site's runs one by one, as they come."""
    outcome = Outcome(site, fault=injected.name if injected else "")
    rows: list[LedgerRow] = []
    before = START - timedelta(hours=24 / site.runs)
    backlog = 0
    for began in site.times():
        fresh = site.published(before, began, chance)
        before = began
        if chance.random() < _MISSED_RUNS:  # the machine was off: the next run finds more
            backlog += fresh
            continue
        run = healthy(site, fresh + backlog, chance)
        backlog = 0
        faulty = injected is not None and began >= injected.since
        if injected and faulty:
            meets, listed = run.extracted > 0, run.discovered
            hours = (began - injected.since).total_seconds() / 3600
            injected.fault(run, chance, hours)
            meets = meets or (listed > 0 and not run.discovered) or "fetched" not in run.listings
        row = row_of(site, run, began)
        verdict = judge(row, rows)
        rows.append(
            replace(row, state=verdict.state, state_since=verdict.since, signals_json=json.dumps(dict(verdict.signals)))
        )
        if not faulty:
            outcome.weeks += 1 / site.runs / 7
            if verdict.is_change and verdict.state != State.OK:
                outcome.false_alarms.append(f"{began:%a %d %H} {verdict.state}: {verdict.sentence}")
            continue
        outcome.met_after += meets
        if verdict.state != State.OK and outcome.met_after:
            outcome.found_after, outcome.found_by = outcome.met_after, f"{verdict.state}: {verdict.sentence}"
            break
    return outcome


def world(seed: int) -> list[Outcome]:
    """Return what became of 24 sites, twelve of them with a fault."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    sizes = [size for size, count in SITES.items() for _ in range(count)]
    sites = [Site.drawn(f"{size}-{n}", size, chance) for n, size in enumerate(sizes)]
    faults = dict(zip(chance.sample(range(len(sites)), len(FAULTS)), FAULTS, strict=True))
    outcomes = []
    for n, site in enumerate(sites):
        since = START + timedelta(hours=chance.uniform(22 * 24, 28 * 24))
        injected = Injected(faults[n], chance.choice(FAULTS[faults[n]]), since) if n in faults else None
        outcomes.append(simulate(site, injected, chance))
    return outcomes


def main() -> None:
    """Print what was found and what was suspected wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    for seed in range(given.first, given.first + given.seeds):
        drawn = world(seed)
        outcomes += drawn
        at_once = sum(o.found_after == 1 for o in drawn if o.fault)
        print(f"seed {seed}: {at_once} of 12 in the first run, {sum(len(o.false_alarms) for o in drawn)} false alarms")
        if given.verbose:
            _print_troubles(drawn)
    _print_table(outcomes)


def _print_troubles(outcomes: list[Outcome]) -> None:
    for o in outcomes:
        where = f"{o.site.name} ({o.site.daily:.0f} a day, {o.site.runs} runs)"
        for alarm in o.false_alarms:
            print(f"   false alarm, {where}: {alarm}")
        if o.fault and o.found_after != 1:
            print(f"   {o.fault}, {where}: met in {o.met_after} runs, found in run {o.found_after or '-'} {o.found_by}")


def _print_table(outcomes: list[Outcome]) -> None:
    print(f"\n{'':<18}injected  never met  first run  later  not found")
    for name in FAULTS:
        _print_line(name, [o for o in outcomes if o.fault == name])
    for size in SIZES:
        _print_line(size, [o for o in outcomes if o.fault and o.site.size == size])
    met = [o for o in outcomes if o.met_after]
    weeks = sum(o.weeks for o in outcomes)
    alarms = sum(len(o.false_alarms) for o in outcomes)
    found = sum(o.found_after == 1 for o in met)
    print(f"\n{found / len(met):.1%} of the faults met are found in the first run that meets them;")
    print(f"{alarms} false alarms in {weeks:.0f} site-weeks: {100 * alarms / weeks:.2f} per 100.")


def _print_line(name: str, some: list[Outcome]) -> None:
    met = [o for o in some if o.met_after]
    found = [o.found_after for o in met]
    counts = (len(some), len(some) - len(met), found.count(1), sum(n > 1 for n in found), found.count(0))
    print(f"{name:<18}" + "".join(f"{n:>{width}}" for n, width in zip(counts, (8, 11, 11, 7, 11), strict=True)))


if __name__ == "__main__":
    main()
