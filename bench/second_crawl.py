#!/usr/bin/env python3
"""How many pages a second crawl of unchanged sites fetches whole, as a share of the first's.

    python bench/second_crawl.py [--sites 100] [--corpus ../shared/corpus] [--hours 0 6 12 24]

The corpus's sites are served on loopback by its own server, and crawled into a local folder; then once more for each of
the hours, with everything the spool remembers moved so far into the past, from a copy of the state that the first crawl
left. Pages that answer 304 are not fetched whole; feeds and front pages are not counted.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
COUNTS = ("discovered", "fetched", "not_modified", "archived")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def served(corpus: Path, sites: int) -> Iterator[str]:
    """Serve so many sites of a corpus; give the base URL."""
    command = [sys.executable, str(corpus / "serve.py"), "--port", str(free_port()), "--sites", str(sites)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().split()[0].rstrip("/")
        finally:
            server.terminate()


def addresses(corpus: Path, sites: int, base: str) -> list[str]:
    """Return the front pages of the first sites."""
    names = (json.loads(line)["site"] for line in (corpus / "truth.jsonl").open(encoding="utf-8"))
    return [f"{base}/{name}/" for name in list(dict.fromkeys(names))[:sites]]


def crawl(urls: Path, archive: Path) -> dict[str, int]:
    """Crawl the sites; return the run's counts over all of them."""
    before = set(archive.glob("runs/*/*.json"))
    quick = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
    command = [
        sys.executable,
        "-m",
        "newsarchive",
        "crawl",
        "news",
        "-a",
        f"urls={urls}",
        *quick,
        "--uri",
        str(archive),
    ]
    environment = {**os.environ, "NEWSARCHIVE_ALLOW_PRIVATE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(done.stderr)
    (report,) = set(archive.glob("runs/*/*.json")) - before
    tallies = json.loads(report.read_text("utf-8"))["sites"].values()
    return {name: sum(tally[name] for tally in tallies) for name in COUNTS}


def move_back(state: Path, hours: float) -> None:
    """Let everything that the spool remembers of its fetches lie so many hours further in the past."""
    with contextlib.closing(sqlite3.connect(state / "spool.sqlite")) as connection, connection:
        connection.execute("UPDATE seen SET first_at = first_at - ?1, checked_at = checked_at - ?1", (hours * 3600,))


def main() -> None:
    """Crawl once, then once more after each of the times; print the counts and shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--hours", type=float, nargs="+", default=[0, 6, 12, 24])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(options.corpus, options.sites) as base:
        urls, work, kept = Path(folder, "urls.txt"), Path(folder, "work"), Path(folder, "kept")
        urls.write_text("\n".join(addresses(options.corpus, options.sites, base)), "utf-8")
        counts = crawl(urls, work / "archive")
        print(f"first crawl: {counts}", flush=True)
        work.rename(kept)
        for hours in options.hours:
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(kept, work)
            move_back(work / "archive-state", hours)
            later = crawl(urls, work / "archive")
            print(f"after {hours:g} hours: {later}; {later['fetched'] / counts['fetched']:.1%} of the first's fetches")


if __name__ == "__main__":
    main()
