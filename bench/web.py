"""How fast the web page answers on a large synthetic archive, beside Datasette on the same articles.

python bench/web.py make FOLDER --articles 1000000      an archive of synthetic articles
python bench/web.py index FOLDER                        build its index; articles a second, memory
python bench/web.py measure FOLDER                      8 readers at once; median and 95th percentile by page
python bench/web.py datasette FOLDER --python VENV/bin/python     the same questions to Datasette
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
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from newsarchive.archive import Archive, layout, line
from newsarchive.archive.segment import Origin, build, sha256
from newsarchive.article import Article
from newsarchive.dedup import identify
from newsarchive.storage import open_storage
from newsarchive.web.store import index_path

_PER_SEGMENT = 5_000
_SITES = 40
_TAGS = 5_000
_WORDS = 60_000
_LANGUAGES = ("en", "fr", "de", "es", "ar", "zh")
_FIRST = datetime(2021, 1, 1, 6, tzinfo=UTC)
_DAYS = 1_825
_READERS = 8
_SYLLABLES = ("ka", "ri", "mon", "te", "sul", "va", "or", "ben", "li", "dra", "shi", "po", "un", "ga", "fel", "no")


def word(number: int) -> str:
    """Return the number-th word of an invented language; low numbers are common ones."""
    base, parts = len(_SYLLABLES), [_SYLLABLES[number % len(_SYLLABLES)]]
    while number >= base:
        number //= base
        parts.append(_SYLLABLES[number % base])
    return "".join(parts)


class Synthesis:
    """Articles whose words and tags are distributed as Zipf found words to be."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._words = [word(n) for n in range(_WORDS)]
        self._tags = [word(7 * n + 3).title() for n in range(_TAGS)]
        self._word_odds = self._odds(_WORDS)
        self._tag_odds = self._odds(_TAGS)

    @staticmethod
    def _odds(size: int) -> list[float]:
        total, odds = 0.0, []
        for rank in range(1, size + 1):
            total += 1 / (rank + 10)
            odds.append(total)
        return odds

    def _some(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._word_odds, k=count)

    def article(self, number: int, site: int, day: int) -> Article:
        """Return one article of a site and day."""
        moment = _FIRST + timedelta(days=day, minutes=self._random.randrange(1_000))
        stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        url = f"https://site{site}.example/news/{number}"
        paragraphs = [" ".join(self._some(60)) + "." for _ in range(self._random.randrange(3, 7))]
        tags = dict.fromkeys(self._random.choices(self._tags, cum_weights=self._tag_odds, k=5))
        values = Article(
            url=url, canonical_url=url, site=f"site{site}", publisher=f"Site {site}",
            title=" ".join(self._some(9)).capitalize(), description=" ".join(self._some(18)).capitalize(),
            authors=(word(number % 900 + 40).title(),), date_published=stamp, date_precision="minute",
            language=_LANGUAGES[site % len(_LANGUAGES)], tags=tuple(tags), text="\n".join(paragraphs),
            word_count=60 * len(paragraphs), crawled_at=stamp, run_id=f"{moment:%Y%m%dt}000000z-aaaaaa",
            discovered_via="feed", http_status=200, extractor="synthesis", field_sources="date=json-ld;tags=meta",
        )  # fmt: skip
        return identify(values)


def make(folder: Path, articles: int) -> None:
    """Write an archive of articles, a site after the other, from the oldest to the newest."""
    storage, synthesis, previous = open_storage(str(folder)), Synthesis(), ""
    per_site = articles // _SITES
    for n in range(articles // _PER_SEGMENT):
        site, start = n * _PER_SEGMENT // per_site, n * _PER_SEGMENT % per_site
        batch = [
            synthesis.article(n * _PER_SEGMENT + i, site, (start + i) * _DAYS // per_site) for i in range(_PER_SEGMENT)
        ]
        day = (_FIRST + timedelta(days=(start + _PER_SEGMENT - 1) * _DAYS // per_site)).date().isoformat()
        origin = Origin(
            writer="bench", n=n + 1, previous_sha256=previous, site=f"site{site}", crawl_date=day,
            run_id=f"{day.replace('-', '')}t000000z-aaaaaa",
        )  # fmt: skip
        segment = build([line.encode(a) for a in batch], origin)
        entry = segment.manifest.encode()
        storage.put_new(segment.manifest.key, segment.body)
        storage.put_new(layout.manifest_key(day, "bench", n + 1), entry)
        previous = sha256(entry)


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
    tags = [word(7 * rank + 3).title() for rank in (0, 1, 3, 10, 30, 100, 300, 1000)]
    words = [word(rank) for rank in (20, 60, 200, 600, 2_000, 6_000, 20_000)]
    with closing(sqlite3.connect(index_path(str(folder)))) as connection:
        (most,) = connection.execute("SELECT max(n) FROM article").fetchone()
        numbers = [pick.randrange(1, most) for _ in range(40)]
        ids = [connection.execute("SELECT id FROM article WHERE n = ?", (n,)).fetchone()[0] for n in numbers]
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
        "search, filtered": [(f"/search?q={w}&site=site3&tag={tags[2]}&since=2022-01-01", "") for w in words],
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
        make(folder, options.articles)
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
