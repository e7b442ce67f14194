#!/usr/bin/env python3
"""Articles per second from end to end: newsarchive, plain Scrapy, and extraction alone, in one run.

    python bench/crawl.py [--corpus ../shared/corpus] [--rounds 3] [--pages N]

The pages of a corpus (`truth.jsonl` beside `pages/*.html.gz`) are served on loopback as one site with one feed. In each
round, in rotating order:

- `newsarchive`: `newsarchive crawl news` with its defaults but no delay, into a local folder;
- `with pages`: the same, keeping the pages as WARC;
- `scrapy`: a plain Scrapy spider with trafilatura in the callback and a JSONL feed, as its documentation has it;
- `limit`: our extraction of the same pages from memory, in one process a core, without any crawl.

The clock runs from the first request a crawl makes (the first page, for the limit) to the end of its process, so that
the time programs take to start is left out. Printed: pages per second, and ratios within each round and at the median.
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
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
Pages = list[tuple[str, bytes]]


def load(corpus: Path, limit: int | None) -> Pages:
    """Return (id, bytes) of the corpus's pages."""
    records = [json.loads(line) for line in (corpus / "truth.jsonl").open(encoding="utf-8")][:limit]
    return [(r["id"], gzip.decompress((corpus / r["html_path"]).read_bytes())) for r in records]


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


def crawl_seconds(command: list[str], pages: Pages, lines: Callable[[Path], int]) -> float:
    """Return the seconds a crawl takes.

    `{base}` and `{out}` in its command are filled in; `lines` counts the articles in its output.
    """
    with tempfile.TemporaryDirectory() as folder, Server(pages) as server:
        filled = [word.format(base=server.base, out=folder) for word in command]
        environment = {**os.environ, "NEWSARCHIVE_ALLOW_PRIVATE": "1", "NEWSARCHIVE_STATE": ""}
        subprocess.run(filled, env=environment, cwd=folder, check=True, capture_output=True)
        taken = time.perf_counter() - server.first_request
        found = lines(Path(folder))
        if found < 0.9 * len(pages):
            raise SystemExit(f"{command[2]} gave only {found} articles of {len(pages)} pages")
        return taken


def ours(pages: Pages, raw: str = "none") -> float:
    """Return the seconds newsarchive takes; `raw` is its NEWSARCHIVE_RAW."""
    quick = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", f"NEWSARCHIVE_RAW={raw}"]
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
    return crawl_seconds(command, pages, lambda folder: _segment_lines(folder / "archive"))


def _segment_lines(archive: Path) -> int:
    entries = (json.loads(path.read_bytes()) for path in (archive / "manifest").rglob("*.json"))
    return sum(entry["count"] for entry in entries if entry["kind"] == "articles")


def plain_scrapy(pages: Pages) -> float:
    """Return the seconds plain Scrapy takes."""
    spider = str(Path(__file__).with_name("plain_scrapy.py"))
    command = [sys.executable, "-m", "scrapy", "runspider", spider, "-a", "base={base}", "-o", "{out}/out.jsonl"]
    return crawl_seconds(command, pages, lambda folder: len((folder / "out.jsonl").read_bytes().splitlines()))


_shared: Pages = []


def _extract(index: int) -> int:
    from newsarchive.errors import NotAnArticleError  # noqa: PLC0415 - in the worker, after the fork
    from newsarchive.extraction import extract  # noqa: PLC0415 - as above

    name, body = _shared[index]
    try:
        return len(extract(body, f"http://127.0.0.1/a/{name}.html").text)
    except NotAnArticleError:
        return 0


def limit(pages: Pages) -> float:
    """Return the seconds that extraction alone takes on every core, with warm workers."""
    _shared[:] = pages
    with multiprocessing.get_context("fork").Pool() as pool:
        pool.map(_extract, range(8), chunksize=1)
        start = time.perf_counter()
        for _ in pool.imap_unordered(_extract, range(len(pages)), chunksize=1):
            pass
        return time.perf_counter() - start


CONTESTANTS: dict[str, Callable[[Pages], float]] = {
    "newsarchive": ours,
    "with pages": lambda pages: ours(pages, raw="warc"),
    "scrapy": plain_scrapy,
    "limit": limit,
}


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int)
    options = parser.parse_args()
    if not (options.corpus / "truth.jsonl").exists():
        raise SystemExit(f"no corpus at {options.corpus}: give a folder with truth.jsonl and pages/ by --corpus")
    pages = load(options.corpus, options.pages)
    print(f"{len(pages)} pages, {os.cpu_count()} cores, {options.rounds} rounds; pages per second")
    print("| round | newsarchive | with pages | plain Scrapy | limit | of Scrapy | of the limit | with pages |")
    print("|---|---|---|---|---|---|---|---|")
    rounds = []
    for number in range(options.rounds):
        names = list(CONTESTANTS)
        turn = number % len(names)
        rate = {name: len(pages) / CONTESTANTS[name](pages) for name in names[turn:] + names[:turn]}
        rounds.append(rate)
        print(f"| {number + 1} | {_row(rate)} |", flush=True)
    median = {name: statistics.median(r[name] for r in rounds) for name in CONTESTANTS}
    print(f"| median | {_row(median)} |")


def _row(rate: dict[str, float]) -> str:
    ratios = [rate["newsarchive"] / rate[name] for name in ("scrapy", "limit")]
    ratios.append(rate["with pages"] / rate["newsarchive"])
    rates = " | ".join(f"{rate[name]:.1f}" for name in CONTESTANTS)
    return f"{rates} | {ratios[0]:.2f} x | {ratios[1]:.2f} | {ratios[2]:.2f}"


if __name__ == "__main__":
    main()
