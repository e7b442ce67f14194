#!/usr/bin/env python3
"""What the index costs as the archive grows: articles a second, memory and disk, at rising sizes, in one run.

    python bench/dedup_scale.py [--articles 10000000] [--window 1000000] [--sample 3000] [--rounds 5] [--plot FILE.svg]

The exact keys (`article`, `state`, `copy`, `text`, `variant` and two `seen` rows an article) are random and written by
SQL; the band index holds a full window of 14 days of synthetic sketches (random minima, 15 figures, 30 names). At each
size a sample of new articles is accepted as a crawl does it, in commits of 64: their addresses looked up, then judged,
compared, labelled, appended, remembered, on the disk. One in three is a wire copy of an article in the window, which
keeps 85 % of its minima. Printed are medians over the commits: first with none of the index's files in memory (`cold`),
then with all of them that memory holds, in several rounds of which the fastest counts: what else runs on the machine
only slows. At the end commits on the full index alternate with commits on a copy made at
the first size, so that both meet the same noise. Linux only.
"""

import argparse
import contextlib
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from newsarchive.article import Article
from newsarchive.dedup import identify
from newsarchive.neardup.member import Member
from newsarchive.neardup.parameters import PARAMETERS
from newsarchive.neardup.sketch import Sketch
from newsarchive.neardup.window import Window
from newsarchive.repetition import places
from newsarchive.spool import Spool, Submission
from newsarchive.spool.seen import Seen
from newsarchive.traits import Traits
from newsarchive.urls import url_key

COMMIT, FILL = 64, 4_096
COPIED, KEPT = 3, 0.85
ORIGINALS = 5_000
PORTIONS = 8  # in which the first size is written: a tree that has grown has room in its pages
NEWEST = date(2026, 11, 23)
SHARES = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
KEYS = """
BEGIN;
CREATE TEMP TABLE made AS
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {count})
    SELECT lower(hex(randomblob(12))) AS id, lower(hex(randomblob(16))) AS a, lower(hex(randomblob(16))) AS b,
        lower(hex(randomblob(16))) AS c, lower(hex(randomblob(16))) AS d FROM n;
INSERT INTO article SELECT id, 1, a, b, c FROM made ORDER BY id;
INSERT INTO copy SELECT d, id FROM made ORDER BY d;
INSERT INTO text SELECT c, id FROM made ORDER BY c;
INSERT OR IGNORE INTO seen SELECT a, id, '"5f2c1d"', '', '', 1.0, 1.0, 0 FROM made ORDER BY a;
INSERT OR IGNORE INTO seen SELECT b, id, '', '', '', 1.0, 1.0, 0 FROM made ORDER BY b;
INSERT INTO state SELECT id, a, 1, '', 0 FROM made ORDER BY id;
INSERT INTO variant SELECT b, id FROM made ORDER BY b;
DROP TABLE made;
COMMIT;
"""
_chance = np.random.default_rng(5)
_originals: list[Sketch] = []


def synthetic_sketch() -> Sketch:
    """Return a sketch that is like no other."""
    figures, names = (np.sort(_chance.integers(0, 1 << 16, count, dtype=np.uint16)) for count in (15, 30))
    minima = _chance.integers(0, 1 << 16, PARAMETERS.minima, dtype=np.uint16)
    return Sketch(400, minima.tobytes(), figures.tobytes(), names.tobytes())


def copied_sketch() -> Sketch:
    """Return a sketch that is like one in the window."""
    original = _originals[_chance.integers(len(_originals))]
    other = np.frombuffer(synthetic_sketch().minima, dtype=np.uint16)
    kept = _chance.random(PARAMETERS.minima) < KEPT
    minima = np.where(kept, np.frombuffer(original.minima, dtype=np.uint16), other)
    return replace(original, minima=minima.tobytes())


def fill_window(folder: Path, articles: int) -> None:
    """Enter a full window of synthetic members, as many every day."""
    window = Window(folder)
    days = PARAMETERS.window_days + 1
    for back in reversed(range(days)):
        day = (NEWEST - timedelta(days=back)).isoformat()
        for start in range(0, articles // days, FILL):
            window.add(_members(day, min(FILL, articles // days - start)))
    window.close()


def _members(day: str, count: int) -> list[Member]:
    ids = _chance.integers(0, 1 << 62, count)
    found = [Member(id=f"{n:024x}", crawled_at=f"{day}T06:00:00Z", sketch=synthetic_sketch()) for n in ids]
    _originals.extend(member.sketch for member in found[:: max(1, FILL * ORIGINALS // 1_000_000)])
    return found


def grow(folder: Path, articles: int) -> None:
    """Add exact keys of so many articles."""
    with contextlib.closing(sqlite3.connect(folder / "spool.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.executescript(KEYS.format(count=articles))


def submissions(first: int, count: int) -> list[Submission]:
    """Return new articles with the traits that extraction workers make beside them."""
    return [_submission(number) for number in range(first, first + count)]


def _submission(number: int) -> Submission:
    url = f"https://example.org/{number}-{_chance.integers(1 << 62)}"
    lines = (" ".join(f"word{n}" for n in _chance.integers(0, 50_000, 20)) for _ in range(15))
    sketch = synthetic_sketch() if number % COPIED else copied_sketch()
    article = identify(
        Article(
            url=url, canonical_url=url, site="example", title=f"Article {number}", text="\n".join(lines),
            word_count=300, date_published="2026-11-23T06:00:00Z", crawled_at=f"{NEWEST.isoformat()}T07:00:00Z",
            run_id="20261123t061502z-1",
        )
    )  # fmt: skip
    seen = Seen(url_key=url_key(url), id="", first_at=1.0, checked_at=1.0)
    traits = Traits(sketch=sketch.encode(), lines=places(article))
    return Submission(article=article, seen=(seen,), traits=traits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one size costs: seconds of processor and of time an article (medians), bytes an article and of memory."""

    articles: int
    cold: float
    cpu: float
    wall: float
    keys: float
    memory: int


def commit_costs(spool: Spool, batch: Sequence[Submission]) -> tuple[float, float]:
    """Return the seconds of processor and of time that an article of a commit takes."""
    cpu, wall = time.process_time(), time.perf_counter()
    spool.look_up(seen.url_key for submission in batch for seen in submission.seen)
    spool.accept(batch)
    return (time.process_time() - cpu) / len(batch), (time.perf_counter() - wall) / len(batch)


def _batches(sample: int) -> Iterator[list[Submission]]:
    for first in range(0, sample, COMMIT):
        yield submissions(first, COMMIT)


def measure(folder: Path, articles: int, sample: int, rounds: int) -> Point:
    """Return what accepting a sample costs, cold and, in the fastest of some rounds, warm."""
    keys = (folder / "spool.sqlite").stat().st_size / articles
    with contextlib.closing(Spool(folder)) as spool:
        forget(folder)
        _, cold = medians([commit_costs(spool, batch) for batch in _batches(sample)])
        load(folder)
        warm = [medians([commit_costs(spool, batch) for batch in _batches(sample)]) for _ in range(rounds)]
        cpu, wall = min(warm, key=lambda costs: costs[1])
        memory = resident()
    return Point(articles=articles, cold=cold, cpu=cpu, wall=wall, keys=keys, memory=memory)


def medians(costs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the medians of processor and time."""
    cpu, wall = (statistics.median(column) for column in zip(*costs, strict=True))
    return cpu, wall


def forget(folder: Path) -> None:
    """Take the files of an index out of the system's cache."""
    for path in filter(Path.is_file, folder.rglob("*")):
        with path.open("rb") as file:
            os.fdatasync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def load(folder: Path) -> None:
    """Bring the files of an index into the system's cache."""
    for path in filter(Path.is_file, folder.rglob("*")):
        with path.open("rb") as file:
            while file.read(1 << 20):
                pass


def resident() -> int:
    """Return the bytes of memory that the process holds now."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


def side_by_side(small: Path, large: Path, sample: int, prepare: Callable[[Path], None]) -> tuple[float, float]:
    """Return the ratios of large to small: processor and time an article, from alternating commits."""
    costs: dict[Path, list[tuple[float, float]]] = {small: [], large: []}
    for folder in costs:
        prepare(folder)
    with contextlib.ExitStack() as stack:
        spools = {folder: stack.enter_context(contextlib.closing(Spool(folder))) for folder in costs}
        for number, batch in enumerate(_batches(2 * sample)):
            folder = (small, large)[number % 2]
            costs[folder].append(commit_costs(spools[folder], batch))
    (cpu, wall), (large_cpu, large_wall) = medians(costs[small]), medians(costs[large])
    return large_cpu / cpu, large_wall / wall


def plot(points: Sequence[Point], path: Path, window: int) -> None:
    """Draw the growth curve."""
    import matplotlib as mpl  # noqa: PLC0415 - only needed for the plot

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "newsarchive"
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of its output

    figure, left = plt.subplots(figsize=(7, 4))
    millions = [p.articles / 1e6 for p in points]
    left.plot(millions, [p.cpu * 1000 for p in points], "o-", color="#1a5fb4")
    left.set_ylim(0, 2 * max(p.cpu * 1000 for p in points))
    left.set_xlabel("articles in the index, millions")
    left.set_ylabel("ms of CPU an article, median", color="#1a5fb4")
    right = left.twinx()
    right.plot(millions, [p.memory / 2**20 for p in points], "s--", color="#c64600")
    right.set(ylim=(0, 1024))
    right.set_ylabel("memory, MB (dashed)", color="#c64600")
    left.set_title(f"Look-up, label, insert and commit; {window / 1e6:g} million in the band window")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def run(folder: Path, articles: int, window: int, sample: int, rounds: int) -> list[Point]:
    """Grow an index and print what it costs at each size."""
    large, small = folder / "large", folder / "small"
    Spool(large).close()
    fill_window(large / "near", window)
    near = sum(path.stat().st_size for path in (large / "near").iterdir()) / window
    print(f"{window} articles in the window of {PARAMETERS.window_days + 1} days, {near:.0f} bytes each", flush=True)
    print("| articles | CPU ms | articles/CPU s | clock ms | articles/s | cold: ms | articles/s | bytes each | MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    points: list[Point] = []
    for portion in [int(SHARES[0] * articles) // PORTIONS] * PORTIONS:
        grow(large, portion)
    for before, share in zip(SHARES[:1] + SHARES, SHARES, strict=False):
        size = int(share * articles)
        if share > before:
            grow(large, size - int(before * articles))
        points.append(measure(large, size, sample, rounds))
        print(_row(points[-1]), flush=True)
        if not small.exists():
            shutil.copytree(large, small)
    sizes = f"{points[-1].articles} against {points[0].articles}, alternating"
    for name, prepare in (("warm", load), ("cold", forget)):
        cpu, wall = side_by_side(small, large, sample, prepare)
        print(f"{sizes}, {name}: CPU {cpu:.2f} x, by the clock {wall:.2f} x", flush=True)
    return points


def _row(p: Point) -> str:
    return (
        f"| {p.articles} | {p.cpu * 1000:.2f} | {1 / p.cpu:.0f} | {p.wall * 1000:.2f} | {1 / p.wall:.0f} | "
        f"{p.cold * 1000:.2f} | {1 / p.cold:.0f} | {p.keys:.0f} | {p.memory / 2**20:.0f} |"
    )


def main() -> None:
    """Run, print and plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000_000)
    parser.add_argument("--window", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work (a temporary folder)")
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        points = run(Path(folder), options.articles, options.window, options.sample, options.rounds)
    if options.plot:
        plot(points, options.plot, options.window)


if __name__ == "__main__":
    main()
