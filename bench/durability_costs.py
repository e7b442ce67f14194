"""What keeping costs, for bench/durability.py: time and memory of a backlog, CPU time of keeping an article."""

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.durability_place import Place
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
from newsarchive.storage import open_storage
from newsarchive.traits import Traits, traits_of
from tests.conftest import article
from tests.spool.conftest import submission

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
QUICK = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
DEMO = ("--all", *QUICK, "-s", "SPIDER_MODULES=newsarchive.demo.spiders")


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
        command = [sys.executable, "-m", "newsarchive", "crawl", *DEMO]
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
