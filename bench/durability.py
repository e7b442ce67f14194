"""What is lost and what is stored twice, under the same faults: newsarchive, and Scrapy's FEEDS to S3.

    python -m bench.durability [--trials kills,crawls,feeds,steps,down,backlog,overhead] [--stores moto,ceph20] …

Before each store (a mock one, those that `../shared/s3` starts, or `--endpoint` with AWS_* credentials and a bucket
`news`) stands a proxy that fails 10 % of the puts and loses the answer of another 10 %; not before `folder`. Beside
`kills` and `crawls` a reader looks through the archive again and again: every state must be whole, with no article
twice, and none that was there before gone.

- `kills`: a stand-in for a crawler (tests/spool/worker.py: the spool and its delivery, no fetching), killed at random;
- `crawls`: `newsarchive crawl` of a site that publishes eight articles before each run, killed at a random moment of
  the time that one takes (it is forked with its libraries loaded), then run to its end: lost is what the site has
  published and the archive lacks;
- `feeds`: Scrapy with FEEDS to S3, one file a run or batches of ten, killed at random, then run to its end;
- `steps`: runs that end at each named step of newsarchive, with `--seeds` orders of them;
- `down`: the store down for a whole crawl, then back: the crawl's exit code, what is lost before and after `flush`;
- `backlog`: the seconds to the first fetch and the memory of a crawl that finds `--backlog-mb` in its spool;
- `overhead`: CPU time of accepting, sealing and delivering an article, beside that of extracting one.
"""

import argparse
import json
import logging
import os
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.durability_costs import DEMO, QUICK, ROOT, backlog, overhead
from bench.durability_place import BUCKET, Place, row, store
from bench.growing_site import GrowingSite
from newsarchive.archive import Archive
from newsarchive.demo.server import DemoServer
from tests.proxy import always, at_random, before
from tests.spool.trials import Looking, Worker, failpoint_trial, kill_trial, steps

_PUBLISHED_AT_ONCE = 8
_COMMAND = (sys.executable, "-m", "newsarchive")


def kills(place: Place, options: argparse.Namespace) -> None:
    """Kill the stand-in."""
    name = f"kills-{place.folder.name}"
    endpoints = (place.proxy.endpoint, place.endpoint)
    with place.watched(name) as reader:
        found = kill_trial(place.folder / name, place.uri(name), endpoints, options.kills, seconds=options.seconds)
    runs = f"{found.endings['killed']} kills in {found.endings.total()} runs"
    what = f"{runs}; {_seen(reader)}"
    row(place.kind, "newsarchive, spool and delivery", what, found.acknowledged, found.lost, found.twice)


def crawls(place: Place, options: argparse.Namespace) -> None:
    """Kill whole crawls of a site that has published more before each."""
    name = f"crawls-{place.folder.name}"
    environment = place.environment(name) | {"NEWSARCHIVE_WORKERS": "1"}
    chance = random.Random(options.crawl_kills)  # noqa: S311 - a trial, repeatable
    endings: Counter[str] = Counter()
    command, log = [sys.executable, "-m", "bench.warm_crawl"], place.folder / "log"
    worker = Worker(command, log=log, environment=environment | {"PYTHONPATH": str(ROOT)})
    with GrowingSite().served() as site, place.watched(name) as reader, closing(worker):
        told = shlex.join(["news", "-a", f"url={site.base}/", *QUICK])
        start = time.monotonic()
        worker.run(told)
        longest, end = 1.1 * (time.monotonic() - start), start + options.seconds
        while endings["killed"] < options.crawl_kills and time.monotonic() < end:
            site.published += _PUBLISHED_AT_ONCE
            endings[worker.run(told, kill_after=chance.uniform(0, longest))] += 1
        code = _until_fine([*_COMMAND, "crawl", *shlex.split(told)], environment)
    checked = _run([*_COMMAND, "verify", "--deep"], environment | place.faultless)
    found = Counter(a.url for a in Archive(place.storage(name)).articles(revisions="all", duplicates=True))
    missing = {f"{site.base}/news/{n}" for n in range(1, site.published + 1)} - found.keys()
    runs = f"{endings['killed']} kills in {endings.total()} runs, then exit {code}, verify --deep exit {checked}"
    twice = sum(count > 1 for count in found.values())
    row(place.kind, "newsarchive, whole crawls", f"{runs}; {_seen(reader)}", site.published, len(missing), twice)


def _seen(reader: Looking) -> str:
    return f"reader: {reader.looks} looks, {'; '.join(reader.problems) or 'all whole'}"


def _answered(server: DemoServer) -> int:
    return server.answers.total()


def _until_fine(command: list[str], environment: Mapping[str, str]) -> int:
    """Run again, as cron would, while the store fails."""
    for _ in range(10):
        code = _run(command, environment)
        if code == 0:
            break
    return code


def _killed(
    command: list[str],
    environment: Mapping[str, str],
    progress: Callable[[], int],
    seconds: float,
    *,
    where: Path = ROOT,
) -> bool:
    """Start a process, wait for it to make progress and some seconds, kill it; tell whether it was still there."""
    start = progress()
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, cwd=where, stdout=silent, stderr=silent) as process:
        while process.poll() is None and progress() == start:
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def _run(command: list[str], environment: Mapping[str, str], *, where: Path = ROOT) -> int:
    return subprocess.run(command, env=environment, cwd=where, capture_output=True, check=False).returncode


def feeds(place: Place, options: argparse.Namespace) -> None:
    """Kill Scrapy, with its two ways to write to S3."""
    if place.kind == "folder":
        return
    for kind, uri, batch in (("one file", "%(time)s", 0), ("batches of 10", "%(time)s-%(batch_id)d", 10)):
        name = f"feed-{batch}-{place.folder.name}"
        note = place.folder / name
        note.touch()
        chance = random.Random(options.feed_kills)  # noqa: S311 - a trial, repeatable
        killed = 0
        for _ in range(options.feed_kills):
            command = _feed(place, name, uri, batch, note)
            killed += _killed(command, os.environ, partial(_size, note), chance.uniform(0, 0.8), where=place.folder)
        code = _run(_feed(place, name, uri, batch, note), os.environ, where=place.folder)
        _feed_row(place, f"Scrapy FEEDS, {kind}", f"{killed} kills, then exit {code}", name)


def _feed(place: Place, name: str, uri: str, batch: int, note: Path) -> list[str]:
    feed = {f"s3://{BUCKET}/{name}/{uri}.jsonl": {"format": "jsonlines", "batch_item_count": batch}}
    first = max(_noted(note), default=0) + 1
    given = [f"first={first}", f"acknowledged={note}"]
    settings = [f"FEEDS={json.dumps(feed)}", f"AWS_ENDPOINT_URL={place.proxy.endpoint}", "AWS_REGION_NAME=us-east-1"]
    keys = [f"{name}={os.environ[name]}" for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")]
    words = [word for text in given for word in ("-a", text)]
    words += [word for text in (*settings, *keys) for word in ("-s", text)]
    return [sys.executable, "-m", "scrapy", "runspider", str(Path(__file__).with_name("feed_spider.py")), *words]


def _size(note: Path) -> int:
    return note.stat().st_size


def _noted(note: Path) -> set[int]:
    return {int(line) for line in note.read_text().splitlines() if line}


def _feed_row(place: Place, who: str, what: str, name: str) -> None:
    storage = place.storage(name)
    lines = [line for key in storage.keys("") for line in storage.read(key).splitlines()]
    stored = [json.loads(line)["number"] for line in lines]
    noted = _noted(place.folder / name)
    row(place.kind, who, what, len(noted), len(noted - set(stored)), len(stored) - len(set(stored)))


def step_trial(place: Place, options: argparse.Namespace) -> None:
    """End runs at each step."""
    names = steps()
    for seed in range(options.seeds):
        name = f"steps-{seed}"
        found = failpoint_trial(place.folder / name, names, seed, uri=place.uri(name), endpoint=place.endpoint)
        missed = [step for step in names if not found.endings[step]]
        rest = f" (not {', '.join(missed)})" if missed else ""
        what = f"ends at {len(names) - len(missed)} of {len(names)} steps{rest}, seed {seed}"
        row(place.kind, "newsarchive, spool and delivery", what, found.acknowledged, found.lost, found.twice)


def down(place: Place, options: argparse.Namespace) -> None:
    """Have the store down for a whole crawl."""
    del options
    if place.kind == "folder":
        return
    usual, place.proxy.fault = place.proxy.fault, always("500")
    name = f"down-{place.folder.name}"
    with DemoServer(now=datetime(2026, 11, 20, 12, tzinfo=UTC)) as server:
        environment = place.environment(name) | {"NEWSARCHIVE_DEMO_BASE": server.base}
        command = [sys.executable, "-m", "newsarchive"]
        crawled = _run([*command, "crawl", *DEMO], environment)
    feed = f"feed-down-{place.folder.name}"
    note = place.folder / feed
    note.touch()
    fed = _run(_feed(place, feed, "%(time)s", 0, note), os.environ, where=place.folder)
    place.proxy.fault = always("")
    flushed = _run([*command, "flush"], environment)
    archived = [a.id for a in Archive(place.storage(name)).articles(revisions="all", duplicates=True)]
    what = f"store down, exit {crawled}; flush, exit {flushed}"
    row(place.kind, "newsarchive, demo crawl", what, 21, 21 - len(set(archived)), len(archived) - len(set(archived)))
    _feed_row(place, "Scrapy FEEDS, one file", f"store down, exit {fed}", feed)
    place.proxy.fault = usual


TRIALS: dict[str, Callable[[Place, argparse.Namespace], None]] = {
    "kills": kills,
    "crawls": crawls,
    "feeds": feeds,
    "steps": step_trial,
    "down": down,
    "backlog": backlog,
    "overhead": overhead,
}


def main() -> None:
    """Carry out the trials and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", default=",".join(TRIALS), help="which, by comma (%(default)s)")
    parser.add_argument("--stores", default="moto", help="moto, folder, swift, rclone, ceph20, by comma (%(default)s)")
    parser.add_argument("--endpoint", default="", help="a running S3 store with a bucket `news`, in their place")
    for name, number in (("kills", 500), ("crawl-kills", 30), ("feed-kills", 15), ("seeds", 10)):
        parser.add_argument(f"--{name}", type=int, default=number, help="(%(default)s)")
    parser.add_argument("--seconds", type=float, default=3600, help="at most so long for kills (%(default)s)")
    parser.add_argument("--backlog-mb", type=int, default=1024, help="(%(default)s)")
    parser.add_argument("--article-kb", type=int, default=7, help="each in the backlog (%(default)s)")
    parser.add_argument("--pages", type=int, default=300, help="of the corpus (%(default)s)")
    options = parser.parse_args()
    row("store", "who", "what", "acknowledged", "lost", "twice")
    row(*["---"] * 6)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for kind in ["given"] if options.endpoint else options.stores.split(","):
        with (
            tempfile.TemporaryDirectory() as folder,
            store(kind, options.endpoint, Path(folder)) as endpoint,
            before(endpoint, at_random(options.kills)) as proxy,
        ):
            for name in options.trials.split(","):
                TRIALS[name](Place(kind, endpoint, proxy, Path(folder)), options)


if __name__ == "__main__":
    main()
