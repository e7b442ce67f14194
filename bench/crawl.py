#!/usr/bin/env python3
"""Articles per second from end to end: newsarchive, plain Scrapy, and extraction alone, in one run.

    python bench/crawl.py [--corpus ../shared/corpus] [--rounds 3] [--pages N] [--only NAME,NAME] [--turns SECONDS]

The pages of a corpus (`truth.jsonl` beside `pages/*.html.gz`) are served on loopback as one site with one feed. In each
round, in rotating order:

- `newsarchive`: `newsarchive crawl news` with its defaults but no delay, into a local folder;
- `with pages`: the same, keeping the pages as WARC;
- `nothing`: the first again, with articles dropped in place of being judged, spooled and delivered;
- `scrapy`: a plain Scrapy spider with trafilatura in the callback and a JSONL feed, as its documentation has it;
- `limit`: our extraction of the same pages from memory, in one process a core, without any crawl.

The clock runs from the first request a crawl makes (the first page, for the limit) to the end of its process, so that
the time programs take to start is left out. Printed: pages per second, and ratios within each round and at the median.

With `--turns` the crawls of a round are under way at the same time and run by turns of so many seconds, the clock of
each in its own turns only: a machine whose speed drifts by the minute then slows all of them alike.
"""

import argparse
import asyncio
import gzip
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Self

from bench.turns import Turns

ROOT = Path(__file__).resolve().parents[1]
_LOOK_SECONDS = 0.1
CORPUS = ROOT.parent / "shared" / "corpus"
Pages = list[tuple[str, bytes]]


def load(corpus: Path, limit: int | None) -> Pages:
    """Return (id, bytes) of the corpus's pages."""
    records = [json.loads(line) for line in (corpus / "truth.jsonl").open(encoding="utf-8")][:limit]
    return [(r["id"], gzip.decompress((corpus / r["html_path"]).read_bytes())) for r in records]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a contestant has taken: seconds from its first request on, and CPU seconds of all its processes."""

    seconds: float
    cpu: float


class Server:
    """Serves pages from memory as one site, in a thread; knows when the first request came."""

    def __init__(self, pages: Pages) -> None:
        self._pages = {f"/a/{name}.html": body for name, body in pages}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.first_request = 0.0
        self.base = ""

    def __enter__(self) -> Self:
        """Start serving."""
        self._thread.start()
        serving = asyncio.start_server(self._handle, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _body(self, path: str) -> tuple[int, str, bytes]:
        if path in self._pages:
            return 200, "text/html", self._pages[path]
        if path == "/":
            return (
                200,
                "text/html",
                b'<link rel=alternate type="application/rss+xml" href="/feed.xml"><title>Bench</title>',
            )
        if path == "/feed.xml":
            items = "".join(f"<item><title>{escape(p)}</title><link>{self.base}{p}</link></item>" for p in self._pages)
            return (
                200,
                "application/xml",
                f'<rss version="2.0"><channel><title>B</title>{items}</channel></rss>'.encode(),
            )
        return 404, "text/plain", b""

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                self.first_request = self.first_request or time.perf_counter()
                status, kind, body = self._body(request.split(b" ", 2)[1].decode())
                head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def crawl_cost(command: list[str], pages: Pages, turns: Turns, lines: Callable[[Path], int]) -> Cost:
    """Return what a crawl takes.

    `{base}` and `{out}` in its command are filled in; `lines` counts the articles in its output.
    """
    with tempfile.TemporaryDirectory() as folder, Server(pages) as server:
        filled = [word.replace("{base}", server.base).replace("{out}", folder) for word in command]
        environment = {**os.environ, "NEWSARCHIVE_ALLOW_PRIVATE": "1", "NEWSARCHIVE_STATE": "", "PYTHONPATH": str(ROOT)}
        cost = _run(filled, environment, folder, turns, server)
        found = lines(Path(folder))
        if found < 0.9 * len(pages):
            raise SystemExit(f"{command[2]} gave only {found} articles of {len(pages)} pages")
        return cost


def _run(command: list[str], environment: Mapping[str, str], folder: str, turns: Turns, server: Server) -> Cost:
    """Return what a command and all its descendants take; their CPU seconds are looked up while they run."""
    used: dict[str, float] = {}
    log = Path(folder) / "log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, env=environment, cwd=folder, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        ) as process,
    ):
        turns.join(process.pid)
        while process.poll() is None:
            used |= _cpu_seconds(process.pid)
            time.sleep(_LOOK_SECONDS)
        taken = time.perf_counter() - server.first_request - turns.leave(process.pid, server.first_request)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}: {log.read_text()[-2000:]}")
    return Cost(taken, sum(used.values()))


def _cpu_seconds(session: int) -> dict[str, float]:
    """Return the CPU seconds of the processes of a session, by process id."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="latin-1").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session:
            found[path.parent.name] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def ours(pages: Pages, turns: Turns, raw: str = "none", *, keeping: bool = True) -> Cost:
    """Return what newsarchive takes; `raw` is its NEWSARCHIVE_RAW. Without keeping, it drops its articles."""
    quick = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", f"NEWSARCHIVE_RAW={raw}"]
    if not keeping:
        pipelines = {"pipelines.validate.ValidatePipeline": 100, "bench.write_nothing.WriteNothing": 200}
        quick += ["-s", f"ITEM_PIPELINES={json.dumps(pipelines)}"]
    command = [
        sys.executable,
        "-m",
        "newsarchive",
        "crawl",
        "news",
        "-a",
        "url={base}/",
        "--uri",
        "{out}/archive",
        *quick,
    ]
    count = _segment_lines if keeping else _extracted
    return crawl_cost(command, pages, turns, lambda folder: count(folder / "archive"))


def _extracted(archive: Path) -> int:
    reports = (json.loads(path.read_bytes()) for path in (archive / "runs").rglob("*.json"))
    return sum(site["extracted"] for report in reports for site in report["sites"].values())


def _segment_lines(archive: Path) -> int:
    entries = (json.loads(path.read_bytes()) for path in (archive / "manifest").rglob("*.json"))
    return sum(entry["count"] for entry in entries if entry["kind"] == "articles")


def plain_scrapy(pages: Pages, turns: Turns) -> Cost:
    """Return what plain Scrapy takes."""
    spider = str(Path(__file__).with_name("plain_scrapy.py"))
    command = [sys.executable, "-m", "scrapy", "runspider", spider, "-a", "base={base}", "-o", "{out}/out.jsonl"]
    return crawl_cost(command, pages, turns, lambda folder: len((folder / "out.jsonl").read_bytes().splitlines()))


_shared: Pages = []


def _extract(index: int) -> tuple[int, float]:
    """Return the length of a page's text, and the CPU seconds it took to find it."""
    from newsarchive.errors import NotAnArticleError  # noqa: PLC0415 - in the worker, after the fork
    from newsarchive.extraction import extract  # noqa: PLC0415 - as above

    name, body = _shared[index]
    start = time.process_time()
    try:
        length = len(extract(body, f"http://127.0.0.1/a/{name}.html").text)
    except NotAnArticleError:
        length = 0
    return length, time.process_time() - start


def limit(pages: Pages, _turns: Turns) -> Cost:
    """Return what extraction alone takes on every core, with warm workers; it takes no turns."""
    _shared[:] = pages
    with multiprocessing.get_context("fork").Pool() as pool:
        pool.map(_extract, range(8), chunksize=1)
        start = time.perf_counter()
        cpu = sum(spent for _, spent in pool.imap_unordered(_extract, range(len(pages)), chunksize=1))
        return Cost(time.perf_counter() - start, cpu)


CONTESTANTS: dict[str, Callable[[Pages, Turns], Cost]] = {
    "newsarchive": ours,
    "with pages": lambda pages, turns: ours(pages, turns, raw="warc"),
    "nothing": lambda pages, turns: ours(pages, turns, keeping=False),
    "scrapy": plain_scrapy,
    "limit": limit,
}


def costs(names: Sequence[str], pages: Pages, turns: Turns, *, together: bool) -> dict[str, Cost]:
    """Return what contestants take, begun in this order; one after the other unless together."""
    with ThreadPoolExecutor(len(names) if together else 1) as threads:
        return dict(zip(names, threads.map(lambda name: CONTESTANTS[name](pages, turns), names), strict=True))


RATIOS = (
    ("newsarchive", "scrapy"),
    ("newsarchive", "limit"),
    ("with pages", "newsarchive"),
    ("newsarchive", "nothing"),
    ("with pages", "nothing"),
)


def main() -> None:
    """Run the rounds and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int)
    parser.add_argument("--only", default=",".join(CONTESTANTS), help="contestants, by comma (%(default)s)")
    parser.add_argument("--turns", type=float, metavar="SECONDS", help="run the crawls of a round by turns")
    options = parser.parse_args()
    if not (options.corpus / "truth.jsonl").exists():
        raise SystemExit(f"no corpus at {options.corpus}: give a folder with truth.jsonl and pages/ by --corpus")
    pages, names = load(options.corpus, options.pages), options.only.split(",")
    turns, together = Turns(options.turns), options.turns is not None
    if together and "limit" in names:
        raise SystemExit("limit is no crawl and takes no turns: leave it out by --only")
    print(f"{len(pages)} pages, {os.cpu_count()} cores, {options.rounds} rounds; pages per second, CPU ms per page")
    ratios = [pair for pair in RATIOS if set(pair) <= set(names)]
    heads = [*names, *(f"{one} / {other}" for one, other in ratios)]
    print(f"| round | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
    rounds = []
    for number in range(options.rounds):
        turn = number % len(names)
        rounds.append(costs(names[turn:] + names[:turn], pages, turns, together=together))
        _print(str(number + 1), {name: rounds[-1][name] for name in names}, len(pages), ratios)
    _print("median", {name: _median([r[name] for r in rounds]) for name in names}, len(pages), ratios)
    for one, other in ratios:
        seconds = statistics.median(r[one].seconds / r[other].seconds for r in rounds)
        cpu = statistics.median(r[one].cpu / r[other].cpu for r in rounds)
        print(f"{one} / {other}, median of the ratios: {seconds:.3f} of the time, {cpu:.3f} of the CPU time")


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(statistics.median(c.seconds for c in costs), statistics.median(c.cpu for c in costs))


def _print(name: str, costs: Mapping[str, Cost], pages: int, ratios: Sequence[tuple[str, str]]) -> None:
    cells = [f"{pages / c.seconds:.1f}/s, {1000 * c.cpu / pages:.1f} ms" for c in costs.values()]
    cells += [f"{costs[other].seconds / costs[one].seconds:.2f}" for one, other in ratios]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
