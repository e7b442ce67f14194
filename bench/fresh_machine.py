"""How long an empty machine takes until it may crawl into an archive that is already large.

    python -m bench.fresh_machine [--articles 1000000] [--days 100] [--folder FOLDER]
        [--uri s3://BUCKET/PREFIX --endpoint-url http://127.0.0.1:9000]

An archive is made that has its manifest entries and the snapshot of its index, with random keys and sketches, as if so
many articles had been archived evenly over the days; then a new process with an empty state folder starts from it, as
a crawl does before its first fetch. The archive is in a folder, or where `--uri` says. Printed are the process's time,
its processor time, its largest memory and the index's size.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.dedup_scale import synthetic_sketch
from newsarchive.archive import layout
from newsarchive.archive.segment import sha256
from newsarchive.neardup.window import first_day
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.snapshots import WORTH_A_PART, Row, encode
from newsarchive.storage import Storage, open_storage

NEWEST = date(2026, 11, 23)
SEGMENTS = 40  # manifest entries a part: segments of 500 articles


def _random(size: int) -> str:
    return os.urandom(size).hex()


def rows(day: str, count: int) -> Iterator[Row]:
    """Yield articles of a day, with a sketch where the band window needs one."""
    recent = day >= first_day(NEWEST.isoformat())
    for _ in range(count):
        yield Row(
            id=_random(12), revision=1, content_key=_random(16), headline_key=_random(16), fingerprint=_random(16),
            copy_key=_random(16), text_key=_random(16), url_keys=(_random(16), _random(16)), loose_keys=(_random(16),),
            crawled_at=f"{day}T06:00:00Z", cluster="", sketch=synthetic_sketch().encode() if recent else b"",
        )  # fmt: skip


def make(storage: Storage, articles: int, days: int) -> int:
    """Make the archive, a part of the snapshot for every 20,000 articles; return the bytes of the snapshot."""
    size = 0
    for first in range(0, articles, WORTH_A_PART):
        day = (NEWEST - timedelta(days=days - 1 - first * days // articles)).isoformat()
        keys = [layout.manifest_key(day, "w1", first + n) for n in range(SEGMENTS)]
        for key in keys:
            storage.put_new(key, b"{}")
        body = encode(keys, rows(day, min(WORTH_A_PART, articles - first)))
        storage.put_new(layout.index_key(day, sha256(body)), body)
        size += len(body)
    return size


def start(storage: Storage, state: Path) -> None:
    """Start from the archive as a crawl does, and print what it took."""
    begin = time.perf_counter()
    with contextlib.closing(Spool(state)) as spool:
        Delivery(spool, storage).level_index()
        ready, adopted = time.perf_counter() - begin, len(spool.adopted)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds until ready": round(ready, 1),
                "seconds of processor": round(usage.ru_utime + usage.ru_stime, 1),
                "largest memory, MB": usage.ru_maxrss // 1024,
                "index, MB": sum(p.stat().st_size for p in state.rglob("*") if p.is_file()) >> 20,
                "manifest entries known": adopted,
            }
        )
    )


def main() -> None:
    """Make an archive and start from it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where to work (a temporary folder)")
    parser.add_argument("--uri", help="where to make the archive (a temporary folder)")
    parser.add_argument("--endpoint-url", default="")
    parser.add_argument("--start", type=Path, metavar="STATE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.start:
        start(open_storage(options.uri, endpoint_url=options.endpoint_url, create=False), options.start)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        where = ["--uri", options.uri or str(Path(folder, "archive")), "--endpoint-url", options.endpoint_url]
        size = make(open_storage(where[1], endpoint_url=options.endpoint_url), options.articles, options.days)
        print(f"{options.articles} articles of {options.days} days; snapshot of {size >> 20} MB", flush=True)
        command = [sys.executable, "-m", "bench.fresh_machine", *where, "--start", str(Path(folder, "state"))]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[1])


if __name__ == "__main__":
    main()
