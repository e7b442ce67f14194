"""How fast the web page answers on a large synthetic archive, beside Datasette on the same articles.

python -m bench.web make FOLDER --articles 1000000      an archive of synthetic articles
python -m bench.web index FOLDER                        build its index; articles a second, memory
python -m bench.web measure FOLDER                      8 readers at once; median and 95th percentile by page
python -m bench.web datasette FOLDER --python VENV/bin/python     the same questions to Datasette
"""

import argparse
import random
import resource
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

from bench.synthesis import Plan, make, tag, word
from newsarchive.archive import Archive
from newsarchive.web.store import index_path

_READERS = 8


def index(folder: Path) -> None:
    """Build the index as `serve` does, and tell how fast."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "newsarchive", "serve", "--uri", str(folder), "--index-only"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    path = index_path(str(folder))
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM record").fetchone()
    print(
        f"{count:,} articles: {time.perf_counter() - started:.0f} s, {cpu:.0f} s CPU, {count / cpu:,.0f} a CPU second"
    )
    print(f"{path.stat().st_size / 1e9:.2f} GB, {after.ru_maxrss / 1e3:.0f} MB memory")


def questions(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Return addresses by kind of page: ours, and Datasette's for the same question."""
    pick = random.Random(3)  # noqa: S311 - no secret
    tags = [tag(rank) for rank in (0, 1, 3, 10, 30, 100, 300, 1000)]
    words = [word(rank) for rank in (20, 60, 200, 600, 2_000, 6_000, 20_000)]
    with closing(sqlite3.connect(index_path(str(folder)))) as connection:
        (most,) = connection.execute("SELECT max(n) FROM article").fetchone()
        numbers = [pick.randrange(1, most * 9 // 10) for _ in range(40)]
        original = "SELECT id FROM article WHERE n >= ? AND latest AND duplicate_of = '' LIMIT 1"
        ids = [connection.execute(original, (n,)).fetchone()[0] for n in numbers]
    month = "select substr(date_published,1,7) m, count(*) from article group by m"
    with_tag = "select count(*), site from tag join article using (id) where tag = :t group by site"
    seen = "select substr(date_published,1,7) m, count(*) from tag join article using (id) where tag = :t group by m"
    found = "select a.* from words join article a on a.rowid = words.rowid where words match :q order by rank limit 20"
    pairs = [f"{a}+{b}" for a, b in pairwise(words)]
    return {
        "overview": [("/", sql(month))],
        "tag": [(f"/tag?name={t}", sql(seen, t=t)) for t in tags],
        "tag, by site": [(f"/export/tag-sites.json?name={t}", sql(with_tag, t=t)) for t in tags],
        "search, one word": [(f"/search?q={w}", sql(found, q=w)) for w in words],
        "search, two words": [(f"/search?q={p}", sql(found, q=p)) for p in pairs],
        "search, filtered": [(f"/search?q={w}&site=site3&tag={tags[2]}&since=2025-09-01", "") for w in words],
        "site, page 20": [(f"/search?site=site{n}&page=20", "") for n in range(8)],
        "article": [(f"/article/{i}", f"/news/article/{i}.json") for i in ids],
    }


def sql(query: str, **given: str) -> str:
    """Return Datasette's address of a query's answer; a `+` in what is given is a blank."""
    values = "".join(f"&{name}={value}" for name, value in given.items())
    return f"/news.json?sql={urllib.parse.quote(query)}{values}"


@contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until it is no longer needed."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def ask(address: str) -> float:
    """Return the milliseconds an answer takes."""
    started = time.perf_counter()
    with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 - our own server
        answer.read()
    return 1000 * (time.perf_counter() - started)


def measure(command: list[str], port: int, asked: dict[str, list[str]], seconds: float) -> None:
    """Let 8 readers ask for pages at random, and print how long answers take."""
    times: dict[str, list[float]] = defaultdict(list)
    with running(command, port) as process:

        def reader(seed: int) -> None:
            pick, end = random.Random(seed), time.perf_counter() + seconds  # noqa: S311 - no secret
            while time.perf_counter() < end:
                kind = pick.choice(list(asked))
                times[kind].append(ask(f"http://127.0.0.1:{port}{pick.choice(asked[kind])}"))

        with ThreadPoolExecutor(_READERS) as readers:
            list(readers.map(reader, range(_READERS)))
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    print("| page | answers | median ms | 95 % ms |\n|---|---|---|---|")
    for kind in asked:
        print(row(kind, times[kind]))
    print(row("all", [t for some in times.values() for t in some]))
    print(
        "memory at most:", next(line for line in status.splitlines() if line.startswith("VmHWM")).split(":")[1].strip()
    )


def row(kind: str, times: list[float]) -> str:
    """Return a row of the table."""
    if len(times) < 2:  # noqa: PLR2004 - quantiles need two
        return f"| {kind} | {len(times)} | {times[0] if times else 0:.0f} | |"
    return f"| {kind} | {len(times)} | {statistics.median(times):.0f} | {statistics.quantiles(times, n=20)[18]:.0f} |"


def datasette_database(folder: Path, path: Path) -> None:
    """Write the articles as a Datasette user would: a table, a table of tags, full-text search, indexes."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE article(id TEXT PRIMARY KEY, site, language, date_published, title, description, text, url);"
            "CREATE TABLE tag(tag, id); CREATE VIRTUAL TABLE words USING fts5(title, text, content='article');"
        )
        for a in Archive.open(str(folder)).articles():
            values = (a.id, a.site, a.language, a.date_published, a.title, a.description, a.text, a.url)
            connection.execute("INSERT OR IGNORE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            connection.executemany("INSERT INTO tag VALUES (?, ?)", ((t, a.id) for t in a.tags))
        connection.executescript(
            "INSERT INTO words(words) VALUES ('rebuild'); CREATE INDEX tag_tag ON tag(tag, id);"
            "CREATE INDEX article_site ON article(site, date_published);"
        )


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "index", "measure", "datasette"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--python", default=sys.executable, help="a Python that has Datasette")
    options = parser.parse_args()
    folder = options.folder.absolute()
    if options.what == "make":
        make(folder, Plan(options.articles))
    elif options.what == "index":
        index(folder)
    elif options.what == "measure":
        command = [sys.executable, "-m", "newsarchive", "serve", "--uri", str(folder), "--port", str(options.port)]
        asked = {kind: [ours for ours, _ in pairs] for kind, pairs in questions(folder).items()}
        measure(command, options.port, asked, options.seconds)
    else:
        database = folder.with_name(f"{folder.name}-datasette") / "news.db"
        database.parent.mkdir(exist_ok=True)
        if not database.exists():
            datasette_database(folder, database)
        command = [options.python, "-m", "datasette", "serve", str(database), "--port", str(options.port)]
        asked = {kind: [theirs for _, theirs in pairs if theirs] for kind, pairs in questions(folder).items()}
        limits = ["--setting", "sql_time_limit_ms", "100000"]
        measure([*command, *limits], options.port, {k: v for k, v in asked.items() if v}, options.seconds)


if __name__ == "__main__":
    main()
