"""How soon faults are noticed, and how often a sound site is suspected: simulated ledgers of thirty days.

Each seed draws 24 sites of four sizes and puts each of twelve faults into one of them at some moment of the last week.
A fault is found in its first run if the first run that meets it, be it by one page, changes the site's state with a
reason that names it. A false alarm is any change of state for the worse, suspicion included, at a site without a fault.

    python bench/watch.py [--seeds 20] [--first 5000] [--verbose]

Seeds below 5000 served to choose the thresholds; numbers are given for others.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from newsarchive.archive.ledger import LedgerRow
from newsarchive.watch.judgement import judge
from newsarchive.watch.verdict import State

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.watch_faults import FAULTS, Kind
from bench.watch_simulation import SITES, SIZES, START, Site, World, row_of


@dataclass(frozen=True)
class Injected:
    """A fault in a site from some moment on."""

    name: str
    form: int
    since: datetime

    @property
    def kind(self) -> Kind:
        """The kind of fault."""
        return FAULTS[self.name]


@dataclass(frozen=True)
class Run:
    """A ledger row, still to be judged, whether the fault was there by then, and whether the run met it."""

    row: LedgerRow
    faulty: bool = False
    meets: bool = False


@dataclass
class Outcome:
    """What became of one site's thirty days; `met_with` is how many pages the first run with the fault fetched."""

    site: Site
    injected: Injected | None
    met_after: int = 0
    met_with: int = 0
    found_after: int = 0
    found_by: str = ""
    false_alarms: list[tuple[datetime, State, dict[str, str]]] = field(default_factory=list)
    weeks: float = 0.0


def played(site: Site, injected: Injected | None, chance: random.Random) -> Iterator[Run]:
    """Yield the runs of a site."""
    for crawl in World(site, chance).runs():
        if injected is None or crawl.began < injected.since:
            yield Run(row_of(site.name, crawl))
            continue
        sound = row_of(site.name, crawl)
        injected.kind.forms[injected.form](crawl, chance)
        row = row_of(site.name, crawl)
        yield Run(row, faulty=True, meets=row != sound)


def judged(site: Site, injected: Injected | None, runs: Sequence[Run]) -> Outcome:
    """Judge a site's runs one by one, as they come, until its fault is found."""
    outcome = Outcome(site, injected)
    rows: list[LedgerRow] = []
    for run in runs:
        verdict = judge(run.row, rows)
        signals = json.dumps(dict(verdict.signals))
        rows.append(replace(run.row, state=verdict.state, state_since=verdict.since, signals_json=signals))
        is_alarm = verdict.is_change and verdict.state is not State.OK
        if not run.faulty:
            outcome.weeks += 1 / site.runs / 7
            if is_alarm:
                began = datetime.fromisoformat(run.row.started_at)
                outcome.false_alarms.append((began, verdict.state, dict(verdict.signals)))
            continue
        if run.meets and not outcome.met_after:
            outcome.met_with = run.row.extracted + run.row.rejected + run.row.failed + run.row.blocked
        outcome.met_after += run.meets
        if injected and is_alarm and outcome.met_after and injected.kind.named_by & set(verdict.signals):
            outcome.found_after, outcome.found_by = outcome.met_after, f"{verdict.state}: {verdict.sentence}"
            break
    return outcome


def drawn(seed: int) -> Iterator[tuple[Site, Injected | None, list[Run]]]:
    """Yield 24 sites with their runs, twelve of them with a fault."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    sizes = [size for size, count in SITES.items() for _ in range(count)]
    faults = dict(zip(chance.sample(range(len(sizes)), len(FAULTS)), FAULTS, strict=True))
    for n, size in enumerate(sizes):
        site = Site.drawn(f"{size}-{n}", size, chance)
        since = START + timedelta(hours=chance.uniform(22 * 24, 28 * 24))
        injected = Injected(faults[n], chance.randrange(len(FAULTS[faults[n]].forms)), since) if n in faults else None
        yield site, injected, list(played(site, injected, chance))


def world(seed: int) -> list[Outcome]:
    """Return what became of the sites of a seed."""
    return [judged(*site) for site in drawn(seed)]


def main() -> None:
    """Print what was found and what was suspected wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=5000)
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    for seed in range(given.first, given.first + given.seeds):
        some = world(seed)
        outcomes += some
        if given.verbose:
            print_troubles(seed, some)
    print_tables(outcomes)


def print_troubles(seed: int, outcomes: list[Outcome]) -> None:
    """Print each false alarm and each fault that was not found at once."""
    for o in outcomes:
        where = f"{seed} {o.site.name} ({o.site.daily:.1f} a day, {o.site.runs} runs)"
        for began, state, signals in o.false_alarms:
            print(f"false alarm, {where}: {began:%a %d %H:%M} {state}: {signals}")
        if o.injected and o.met_after and o.found_after != 1:
            what = f"{o.injected.name}/{o.injected.form}"
            print(f"{what}, {where}: {o.met_with} pages, found in run {o.found_after or '-'} {o.found_by}")


def print_tables(outcomes: list[Outcome]) -> None:
    """Print by kind, by size and by signal what was found and what was not."""
    print(f"\n{'':<18}injected  never met  first run  later  not found  false alarms")
    for name in FAULTS:
        _print_line(name, [o for o in outcomes if o.injected and o.injected.name == name])
    for size in SIZES:
        some = [o for o in outcomes if o.site.size == size]
        _print_line(size, [o for o in some if o.injected], f"{sum(len(o.false_alarms) for o in some):>14}")
    found, alarms = first_run_share(outcomes), false_alarms(outcomes)
    signals = Counter(next(iter(signals)) for o in outcomes for _, _, signals in o.false_alarms)
    print(f"\nfalse alarms by signal: {dict(signals.most_common())}")
    print(f"{found:.1%} of the faults met are found in the first run that meets them (bar: {11 / 12:.1%});")
    print(f"{alarms:.2f} false alarms per 100 site-weeks (bar: 1), in {sum(o.weeks for o in outcomes):.0f} site-weeks.")


def first_run_share(outcomes: Sequence[Outcome]) -> float:
    """Return the share of the faults met that were found in the first run that met them."""
    met = [o for o in outcomes if o.met_after]
    return sum(o.found_after == 1 for o in met) / len(met)


def false_alarms(outcomes: Sequence[Outcome]) -> float:
    """Return false alarms per 100 site-weeks."""
    return 100 * sum(len(o.false_alarms) for o in outcomes) / sum(o.weeks for o in outcomes)


def _print_line(name: str, some: list[Outcome], more: str = "") -> None:
    met = [o for o in some if o.met_after]
    found = [o.found_after for o in met]
    counts = (len(some), len(some) - len(met), found.count(1), sum(n > 1 for n in found), found.count(0))
    print(f"{name:<18}" + "".join(f"{n:>{width}}" for n, width in zip(counts, (8, 11, 11, 7, 11), strict=True)) + more)


if __name__ == "__main__":
    main()
