"""Lines, the Parquet sidecar and DuckDB's views answer every question alike, whatever is archived, merged or hidden."""

import itertools
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, line
from newsarchive.archive.answers import Answer
from newsarchive.archive.counting import BY
from newsarchive.archive.schema import furniture
from newsarchive.archive.segment import Origin, build, sha256
from newsarchive.archive.tombstones import Tombstone, of_url
from newsarchive.article import Article
from newsarchive.storage import Storage, open_storage
from newsarchive.upkeep import parquet
from newsarchive.upkeep.compaction import compact
from tests.conftest import article, slow

NUMBERS = range(1, 9)
LISTS = st.lists(st.sampled_from(["Irak", "irak", "العراق", "Öl", "öl", "Iran", "x"]), max_size=3, unique=True)
IDS = {"Irak": "country:IQ", "العراق": "country:IQ", "Iran": "country:IR"}
DATES = st.sampled_from(
    ["", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-15T12:00:00Z", "2026-02-01T00:00:00Z"]
)


@st.composite
def states(draw: st.DrawFn) -> Article:
    """Return an article of one of a few numbers, without its revision."""
    number, tags = draw(st.sampled_from(NUMBERS)), draw(LISTS)
    copied = draw(st.sampled_from(["", "", article(1).id]))
    return article(
        number,
        site=("one", "two")[number % 2],
        tags=tuple(tags),
        tag_ids=tuple(dict.fromkeys(IDS[tag] for tag in tags if tag in IDS)),
        date_published=draw(DATES),
        language=draw(st.sampled_from(["en", "ar"])),
        section=draw(st.sampled_from(["", "World"])),
        authors=tuple(draw(st.lists(st.sampled_from(["A", "B"]), max_size=2, unique=True))),
        title=draw(st.sampled_from(["", "Title", "titel"])),
        duplicate_of=copied,
        cluster=copied,
    )


RUNS = st.lists(st.lists(states(), min_size=1, max_size=5), min_size=1, max_size=4)
STEPS = st.sampled_from(["update", "compact", "merge", "hide site", "hide", "hide address", "erase", "nothing"])
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "site": st.sampled_from(["one", "none"]),
        "tag": st.sampled_from(["Irak", "ÖL", "country:IR", "nowhere"]),
        "language": st.just("ar"),
        "since": st.sampled_from(["2026-01", "2026-01-15T12:00:00Z"]),
        "until": st.sampled_from(["2026-01", "2026-01-15T12:00:01Z", "2026-02"]),
        "duplicates": st.booleans(),
        "text": st.just("tit"),
    },
)
WAYS = st.lists(st.lists(st.sampled_from(BY), min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=2)


class Writer:
    """Archives runs of articles, a segment for each run and site, each article's revisions in order."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._revisions: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._previous = ""
        for key, body in furniture().items():
            storage.replace(key, body)

    def archive(self, run: list[Article]) -> None:
        """Write the segments of a run and their manifest entries."""
        by_site: dict[str, list[bytes]] = {}
        for state in run:
            self._revisions[state.id] += 1
            revised = line.to_mapping(state) | {"revision": self._revisions[state.id]}
            by_site.setdefault(state.site, []).append(line.encode(line.from_mapping(revised)))
        for site, lines in by_site.items():
            self._put(site, lines)

    def _put(self, site: str, lines: list[bytes]) -> None:
        n = next(self._numbers)
        origin = Origin(
            writer="w", n=n, previous_sha256=self._previous, site=site, crawl_date="2026-02-02", run_id="20260202t0-a"
        )
        segment = build(lines, origin)
        self.storage.put_new(segment.manifest.key, segment.body)
        entry = segment.manifest.encode()
        self.storage.put_new(f"manifest/crawl_date=2026-02-02/w-{n:08d}.json", entry)
        self._previous = sha256(entry)


def take(storage: Storage, step: str) -> None:
    """Do one thing to an archive that its readers must not notice, or must all notice."""
    hidden = {
        "hide": Tombstone(kind="id", value=article(2).id, ids=(article(2).id,)),
        "hide site": Tombstone(kind="site", value="two"),
        "hide address": of_url(article(3).url),
    }
    if step in hidden:
        storage.replace(hidden[step].key, hidden[step].encode())
    if step in ("update", "compact"):
        parquet.update(storage)
    if step in ("merge", "compact"):
        compact(storage, grace=0)
    if step == "erase":
        parquet.erase(storage, Archive(storage).hidden())


@contextmanager
def without_sidecar(storage: Storage) -> Iterator[Archive]:
    """Give the archive as lines alone."""
    folder = Path(storage.uri) / "parquet"
    aside = folder.with_name("aside")
    if folder.exists():
        folder.rename(aside)
    try:
        yield Archive(storage)
    finally:
        if aside.exists():
            aside.rename(folder)


def answers(archive: Archive, asked: dict[str, Any], revisions: str, ways: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """Return everything that can be told of a question, in an order of its own."""

    def fresh() -> Answer:
        return archive.articles(**asked, revisions=revisions)

    read = fresh()
    found = {"articles": sorted(map(line.encode, read)), "copies": read.copies_left_out}
    found["table"] = fresh().to_arrow().sort_by([("id", "ascending"), ("revision", "ascending")]).to_pylist()
    for by in ways:
        counter = fresh()
        found[str(by)] = list(counter.count(by).items())
        assert counter.copies_left_out == read.copies_left_out
    return found


def in_duckdb(storage: Storage, table: str) -> list[tuple[str, int]]:
    """Return what a view of the archive has."""
    here = Path.cwd()
    os.chdir(storage.uri)
    try:
        with duckdb.connect() as connection:
            connection.execute(Path("schema/views.sql").read_text(encoding="utf-8"))
            rows: list[tuple[str, int]] = connection.execute(f"SELECT id, revision FROM {table}").fetchall()  # noqa: S608 - a view's name
    finally:
        os.chdir(here)
    return sorted(rows)


def same(
    runs: list[list[Article]], steps: list[str], last: str, queries: list[dict[str, Any]], ways: list[tuple[str, ...]]
) -> None:
    """Archive runs with a step after each, and compare the answers."""
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(f"{folder}/archive")
        writer = Writer(storage)
        for run, step in zip(runs, [*steps, *["nothing"] * len(runs)], strict=False):
            writer.archive(run)
            take(storage, step)
        take(storage, last)
        for asked, revisions in itertools.product([{}, *queries], ("latest", "all")):
            with without_sidecar(storage) as lines:
                expected = answers(lines, asked, revisions, ways)
            assert answers(Archive(storage), asked, revisions, ways) == expected
        for table, revisions in (("articles", "all"), ("latest", "latest")):
            whole = Archive(storage).articles(duplicates=True, revisions=revisions)
            assert in_duckdb(storage, table) == sorted((a.id, a.revision) for a in whole)


def many(examples: int) -> settings:
    """Return settings under which the same examples are tried every time."""
    return settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=examples)


@many(10)
@given(RUNS, st.lists(STEPS, max_size=4), STEPS, st.lists(QUERIES, max_size=1), WAYS)
def test_answers_are_equal(
    runs: list[list[Article]], steps: list[str], last: str, queries: list[dict[str, Any]], ways: list[tuple[str, ...]]
) -> None:
    """A few archives and questions."""
    same(runs, steps, last, queries, ways)


@slow
@many(int(os.environ.get("NEWSARCHIVE_ANSWERS", "60")))
@given(RUNS, st.lists(STEPS, max_size=4), STEPS, st.lists(QUERIES, max_size=1), WAYS)
def test_many_answers_are_equal(
    runs: list[list[Article]], steps: list[str], last: str, queries: list[dict[str, Any]], ways: list[tuple[str, ...]]
) -> None:
    """Many: NEWSARCHIVE_ANSWERS of them."""
    same(runs, steps, last, queries, ways)
