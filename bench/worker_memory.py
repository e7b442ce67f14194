"""Memory of one extraction worker over many pages: `python bench/worker_memory.py [--pages 10000] [--corpus FOLDER]`.

The corpus's pages are sent to one worker again and again. Every so many pages its resident memory is printed in MiB:
of the child that extracts (largest since the last line, and the pages after which it is recycled) and of the process
that forks it. With `--limit-mb` the run fails where the child's memory has ever been above that. Linux only.
"""

import argparse
import asyncio
import gzip
import itertools
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsarchive.article import Hints
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction.pool import Limits, Pool

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident memory in MiB after so many pages: of the child at its largest since the last sample, and its parent."""

    pages: int
    child: float
    parent: float


def resident(pid: int) -> float:
    """Resident memory of a process in MiB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / _KIB for line in lines if line.startswith("VmRSS:")), 0.0)


def children(pid: int) -> list[int]:
    """The children of a process."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def pages(corpus: Path) -> Iterator[tuple[bytes, str]]:
    """Bytes and address of the corpus's pages, again and again."""
    records = [json.loads(line) for line in (corpus / "truth.jsonl").open(encoding="utf-8")]
    for record in itertools.cycle(records):
        yield gzip.decompress((corpus / record["html_path"]).read_bytes()), record["url"] or "https://example.org/"


async def samples(given: Iterator[tuple[bytes, str]], *, count: int, every: int, recycle: int) -> list[Sample]:
    """Print and return the memory of one worker while it extracts `count` pages, recycled after `recycle`."""
    pool = Pool(1, Limits(pages=recycle))
    found, largest = [], 0.0
    try:
        await pool.start()
        (parent,) = children(os.getpid())
        for number, (html, url) in enumerate(itertools.islice(given, count), 1):
            await _extracted(pool, html, url)
            largest = max([largest, *map(resident, children(parent))])
            if number % every == 0:
                found.append(Sample(number, largest, resident(parent)))
                print(f"{number:6} pages: child {largest:6.1f} MiB, parent {found[-1].parent:6.1f} MiB", flush=True)
                largest = 0.0
    finally:
        await pool.close()
    return found


async def _extracted(pool: Pool, html: bytes, url: str) -> None:
    """Extract a page; a refusal is fine unless the page was too much for the worker."""
    try:
        await pool.extract(html, url, Hints())
    except NotAnArticleError as refused:
        if refused.reason.startswith("extraction-"):
            raise


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--every", type=int, default=1_000)
    parser.add_argument("--recycle", type=int, default=Limits().pages, help="pages after which a child is recycled")
    parser.add_argument("--limit-mb", type=float, default=0)
    args = parser.parse_args()
    if not (args.corpus / "truth.jsonl").exists():
        sys.exit(f"No truth.jsonl in {args.corpus}: name a folder of pages with --corpus.")
    found = asyncio.run(samples(pages(args.corpus), count=args.pages, every=args.every, recycle=args.recycle))
    if args.limit_mb and max(sample.child for sample in found) > args.limit_mb:
        sys.exit(f"A worker took more than {args.limit_mb} MiB.")


if __name__ == "__main__":
    main()
