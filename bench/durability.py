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
import gzip
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

from bench.growing_site import GrowingSite
from newsarchive.archive import Archive
from newsarchive.article import Article, ArticleLink
from newsarchive.demo.server import DemoServer
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import extract
from newsarchive.neardup.parameters import PARAMETERS
from newsarchive.neardup.sketch import Sketch
from newsarchive.raw.capture import Capture, pack
from newsarchive.repetition import places
from newsarchive.spool import Spool, Submission
from newsarchive.spool.delivery import Delivery
from newsarchive.storage import Storage, open_storage
from newsarchive.traits import Traits, traits_of
from tests.conftest import article, started
from tests.proxy import Proxy, always, at_random, before
from tests.spool.conftest import submission
from tests.spool.trials import Looking, Worker, failpoint_trial, kill_trial, steps

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
_BUCKET = "news"
_QUICK = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
_DEMO = ("--all", *_QUICK, "-s", "SPIDER_MODULES=newsarchive.demo.spiders")
_PUBLISHED_AT_ONCE = 8
_COMMAND = (sys.executable, "-m", "newsarchive")


@dataclass(frozen=True, slots=True)
class Place:
    """The store: where it is, and the faulty proxy before it."""

    kind: str
    endpoint: str
    proxy: Proxy
    folder: Path

    def uri(self, name: str) -> str:
        """Return where the archive of this name is."""
        return str(self.folder / name / "archive") if self.kind == "folder" else f"s3://{_BUCKET}/{name}"

    def storage(self, name: str) -> Storage:
        """Return an archive of this name, without faults."""
        return open_storage(self.uri(name), endpoint_url=self.endpoint)

    @contextmanager
    def watched(self, name: str) -> Iterator[Looking]:
        """Have a reader look through an archive, without faults; it says what it has found."""
        reader = Looking(self.storage(name))
        reader.start()
        try:
            yield reader
        finally:
            reader.stop()

    @property
    def faultless(self) -> dict[str, str]:
        """What of the environment leads past the proxy."""
        return {"NEWSARCHIVE_ENDPOINT_URL": self.endpoint}

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of a crawl into the archive of this name, through the proxy."""
        return os.environ | {
            "NEWSARCHIVE_URI": self.uri(name),
            "NEWSARCHIVE_ENDPOINT_URL": self.proxy.endpoint,
            "NEWSARCHIVE_STATE": str(self.folder / f"state-{name}"),
            "NEWSARCHIVE_ALLOW_PRIVATE": "1",
            "NEWSARCHIVE_STORE_SECONDS": "5",
        }


def row(*cells: object) -> None:
    """Print a row of the table."""
    print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)


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
        told = shlex.join(["news", "-a", f"url={site.base}/", *_QUICK])
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
    feed = {f"s3://{_BUCKET}/{name}/{uri}.jsonl": {"format": "jsonlines", "batch_item_count": batch}}
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
    usual, place.proxy.fault = place.proxy.fault, always("500")
    name = f"down-{place.folder.name}"
    with DemoServer(now=datetime(2026, 11, 20, 12, tzinfo=UTC)) as server:
        environment = place.environment(name) | {"NEWSARCHIVE_DEMO_BASE": server.base}
        command = [sys.executable, "-m", "newsarchive"]
        crawled = _run([*command, "crawl", *_DEMO], environment)
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


def backlog(place: Place, options: argparse.Namespace) -> None:
    """Crawl with much in the spool."""
    state, archive = place.folder / "backlog-state", place.folder / "backlog"
    _fill(state, options.backlog_mb, kilobytes=options.article_kb)
    with DemoServer(now=datetime(2026, 11, 20, 12, tzinfo=UTC)) as server:
        environment = os.environ | {
            "NEWSARCHIVE_URI": str(archive),
            "NEWSARCHIVE_STATE": str(state),
            "NEWSARCHIVE_ALLOW_PRIVATE": "1",
            "NEWSARCHIVE_DEMO_BASE": server.base,
        }
        start = time.perf_counter()
        command = [sys.executable, "-m", "newsarchive", "crawl", *_DEMO]
        silent = subprocess.DEVNULL
        crawl = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=silent, stderr=silent)
        while not server.answers and crawl.poll() is None:
            time.sleep(0.05)
        first = time.perf_counter() - start
        _, status, used = os.wait4(crawl.pid, 0)
        crawl.returncode = os.waitstatus_to_exitcode(status)
    end, memory = time.perf_counter() - start, used.ru_maxrss / 1024
    print(f"backlog of {options.backlog_mb} MB: first fetch after {first:.0f} s, end after {end:.0f} s")
    print(f"backlog of {options.backlog_mb} MB: at most {memory:.0f} MB of memory, exit {crawl.returncode}")


def _fill(state: Path, megabytes: int, *, kilobytes: int) -> None:
    spool = Spool(state)
    number = 0
    while spool.waiting_bytes() < megabytes << 20:
        words = random.Random(number)  # noqa: S311 - text that does not compress away
        texts = [words.randbytes(kilobytes << 9).hex(" ", 16) for _ in range(64)]
        found = (article(number + k, text=text, site=f"site-{k % 4}") for k, text in enumerate(texts))
        spool.accept([replace(submission(a), traits=_any_traits(a, words)) for a in found])
        number += 64
    spool.close()


def _any_traits(of: Article, words: random.Random) -> Traits:
    """Return traits whose sketch resembles no other: making those of the texts would take most of the time."""
    minima = words.randbytes(2 * PARAMETERS.minima)
    sketch = Sketch(shingles=500, minima=minima, numbers=words.randbytes(24), names=words.randbytes(60))
    return Traits(sketch=sketch.encode(), lines=places(of))


def overhead(place: Place, options: argparse.Namespace) -> None:
    """Weigh keeping against extracting."""
    pages = _pages(options.pages)
    if not pages:
        print(f"overhead: no corpus at {CORPUS}")
        return
    start = time.process_time()
    found = [(_with_traits(article), page) for n, page in enumerate(pages) if (article := _extracted(n, page))]
    extracting = time.process_time() - start
    each = 1000 / len(found)
    for raw in ("none", "warc"):
        keeping = _keeping(place.folder / f"overhead-{raw}", found, raw=raw == "warc")
        share = keeping / (extracting + keeping)
        costs = f"extracting {extracting * each:.1f} ms, keeping {keeping * each:.2f} ms an article: {share:.1%}"
        print(f"overhead with NEWSARCHIVE_RAW={raw}: {costs}")


def _keeping(folder: Path, found: Sequence[tuple[Submission, bytes]], *, raw: bool) -> float:
    """Return the CPU seconds of accepting, sealing and delivering articles, with their pages or without."""
    spool = Spool(folder / "state")
    start = time.process_time()
    for first in range(0, len(found), 8):
        batch = found[first : first + 8]
        spool.accept([replace(s, page=pack(_capture(s.article, page))) if raw else s for s, page in batch])
    Delivery(spool, open_storage(str(folder / "archive"))).deliver()
    spent = time.process_time() - start
    spool.close()
    return spent


def _with_traits(article: Article) -> Submission:
    """Return what is handed over: a worker process makes the traits too."""
    return replace(submission(article), traits=traits_of(article))


def _capture(article: Article, page: bytes) -> Capture:
    return Capture(
        url=article.url,
        site=article.site,
        run_id=article.run_id,
        fetched_at=article.crawled_at,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=page,
        asked=(),
        link=ArticleLink(url=article.url, via="feed"),
    )


def _pages(count: int) -> list[bytes]:
    if not (CORPUS / "truth.jsonl").exists():
        return []
    with (CORPUS / "truth.jsonl").open(encoding="utf-8") as lines:
        paths = [json.loads(line)["html_path"] for line, _ in zip(lines, range(count), strict=False)]
    return [gzip.decompress((CORPUS / path).read_bytes()) for path in paths]


def _extracted(number: int, page: bytes) -> Article | None:
    try:
        found = extract(page, f"http://127.0.0.1/a/{number}.html")
    except NotAnArticleError:
        return None
    return article(number, title=found.title, text=found.text, tags=found.tags, description=found.description)


TRIALS: dict[str, Callable[[Place, argparse.Namespace], None]] = {
    "kills": kills,
    "crawls": crawls,
    "feeds": feeds,
    "steps": step_trial,
    "down": down,
    "backlog": backlog,
    "overhead": overhead,
}


@contextmanager
def store(kind: str, given: str, folder: Path) -> Iterator[str]:
    """Yield the endpoint of a store of this kind, with an empty bucket unless it was given."""
    if kind in ("given", "folder"):
        yield given
    elif kind == "moto":
        with _moto() as endpoint:
            yield endpoint
    else:
        with started(kind, folder / kind) as server:
            server.make_bucket()
            os.environ.update(AWS_ACCESS_KEY_ID=server.access_key, AWS_SECRET_ACCESS_KEY=server.secret_key)
            yield server.endpoint


@contextmanager
def _moto() -> Iterator[str]:
    os.environ.update(AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret")  # noqa: S106 - of a mock
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket=_BUCKET)
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


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
