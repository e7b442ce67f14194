"""Reading: filters, revisions, snapshots by manifest, damage; and what a reader does not need."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.errors import IntegrityError, UsageError
from newsarchive.spool import Spool, Submission
from newsarchive.spool.delivery import Delivery
from newsarchive.storage import open_storage
from tests.conftest import article

RUNS: list[list[Article]] = [
    [
        article(1, tags=("Irak", "États-Unis")),
        article(2, tags=("irak",), language="fr", site="other"),
        article(3, date_published="", tags=("Iran",)),
    ],
    [
        article(1, tags=("Irak",), title="Revised"),
        article(4, language="ar", date_published="2026-11-05T23:59:59Z"),
        article(5, site="other", tags=("STRASSE",)),
    ],
    [article(1, tags=("Irak",), title="Revised again"), article(3, date_published="2026-11-04T00:00:00Z", title="New")],
]


def archive_into(folder: Path, runs: list[list[Article]]) -> None:
    """Archive articles, a segment for each run and site."""
    spool = Spool(folder.with_name(f"{folder.name}-state"))
    for articles in runs:
        spool.accept([Submission(article=a, seen=()) for a in articles])
        Delivery(spool, open_storage(str(folder))).deliver()
    spool.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three runs; for reading only."""
    made = tmp_path_factory.mktemp("reader") / "archive"
    archive_into(made, RUNS)
    return made


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The same archive, to be damaged."""
    archive_into(tmp_path / "archive", RUNS)
    return tmp_path / "archive"


def found(folder: Path, **query: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - the reader's arguments
    """Return number and revision of the articles read, sorted."""
    articles = Archive.open(str(folder)).articles(**query)
    return sorted((int(a.url.rpartition("/")[2]), a.revision) for a in articles)


LATEST = [(1, 3), (2, 1), (3, 2), (4, 1), (5, 1)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, LATEST),
        ({"revisions": "all"}, sorted([*LATEST, (1, 1), (1, 2), (3, 1)])),
        ({"site": "other"}, [(2, 1), (5, 1)]),
        ({"site": "nowhere"}, []),
        ({"language": "ar"}, [(4, 1)]),
        ({"language": "xx"}, []),
        ({"tag": "IRAK"}, [(1, 3), (2, 1)]),
        ({"tag": "straße"}, [(5, 1)]),
        ({"tag": "États-Unis"}, []),
        ({"tag": "États-Unis", "revisions": "all"}, [(1, 1)]),
        ({"tag": "Ira"}, []),
        ({"since": "2026-11-04"}, [(3, 2), (4, 1), (5, 1)]),
        ({"since": "2026-11-05T23:59:59Z"}, [(4, 1), (5, 1)]),
        ({"since": "2026-11-06T00:00:00Z"}, [(5, 1)]),
        ({"until": "2026-11-03"}, [(1, 3)]),
        ({"until": "2026-11-03T06:04:00Z"}, [(1, 3)]),
        ({"until": "2026-11-03T06:04:01Z"}, [(1, 3), (2, 1)]),
        ({"until": "2026-11-05", "revisions": "all"}, [(1, 1), (1, 2), (1, 3), (2, 1), (3, 2)]),
        ({"since": "2026-11-04", "until": "2026-11-06"}, [(3, 2), (4, 1)]),
        ({"since": "2027-01-01"}, []),
        ({"until": "2020-01-01"}, []),
        ({"tag": "irak", "language": "fr", "site": "other", "since": "2026-11-03", "until": "2026-11-04"}, [(2, 1)]),
        ({"limit": 0}, []),
    ],
)
def test_what_is_asked_for_is_found(folder: Path, query: dict[str, Any], expected: list[tuple[int, int]]) -> None:
    """Filters hold for the latest revision; undated articles are left out as soon as a date is asked for."""
    assert found(folder, **query) == expected


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 100, None])
def test_a_limit_is_a_limit(folder: Path, limit: int | None) -> None:
    """At most so many."""
    assert len(found(folder, limit=limit)) == min(5, limit if limit is not None else 5)


def test_articles_come_whole(folder: Path) -> None:
    """Every field as archived, in the order of archiving within a site."""
    articles = list(Archive.open(str(folder)).articles(site="other"))
    assert [(a.title, a.tags, a.text) for a in articles] == [
        (a.title, a.tags, a.text) for a in (RUNS[0][1], RUNS[1][2])
    ]


def test_an_unknown_way_to_treat_revisions_is_refused(folder: Path) -> None:
    """The message holds the value."""
    with pytest.raises(UsageError, match="revisions is 'newest': write latest or all"):
        Archive.open(str(folder)).articles(revisions="newest")


def test_only_what_a_manifest_names_is_the_archive(own: Path) -> None:
    """A segment without its entry, and other files, are not read."""
    (own / "articles" / "site=other" / "crawl_date=2026-11-23" / "stray.jsonl.gz").write_bytes(b"stray")
    (own / "notes.txt").write_text("mine")
    assert found(own) == LATEST


def segments(folder: Path, site: str) -> list[Path]:
    """Return the segment files of a site."""
    return sorted((folder / "articles" / f"site={site}").rglob("*.gz"))


def test_a_missing_segment_is_named(own: Path) -> None:
    """And only those who ask for its articles are told."""
    lost = segments(own, "other")[0]
    lost.unlink()
    with pytest.raises(IntegrityError, match=f"{lost.name} is missing"):
        found(own)
    assert found(own, site="example") == [(1, 3), (3, 2), (4, 1)]


def test_a_damaged_segment_is_named(own: Path) -> None:
    """Nothing of it is read."""
    damaged = segments(own, "other")[1]
    damaged.write_bytes(damaged.read_bytes()[:-4])
    read = Archive.open(str(own)).articles(site="other", limit=2)
    assert next(read).url == article(2).url
    with pytest.raises(IntegrityError, match=f"{damaged.name} is damaged"):
        next(read)


def test_a_damaged_entry_is_named(own: Path) -> None:
    """A manifest that cannot be read stops the reader: it cannot know what it would leave out."""
    entry = min((own / "manifest").rglob("*.json"))
    entry.write_bytes(b"{")
    with pytest.raises(IntegrityError, match=f"{entry.name} is not a manifest entry"):
        found(own)


def test_segments_that_cannot_match_are_left_unopened(own: Path) -> None:
    """By site, language and dates of the manifest."""
    for path in segments(own, "other"):
        path.unlink()
    assert found(own, site="example", language="ar") == [(4, 1)]
    assert found(own, until="2026-11-03", revisions="all") == [(1, 1), (1, 2), (1, 3)]
    assert found(own, language="xx") == []


def test_a_reader_may_stop_at_any_time(folder: Path) -> None:
    """An iterator that is given up leaves no thread behind that would not end."""
    read = Archive.open(str(folder)).articles()
    next(read)
    del read


def test_many_segments_are_read_in_order(tmp_path: Path) -> None:
    """More segments than are read ahead."""
    archive_into(tmp_path / "archive", [[article(n)] for n in range(1, 31)])
    urls = [a.url for a in Archive.open(str(tmp_path / "archive")).articles()]
    assert urls == [article(n).url for n in range(1, 31)]


def test_an_archive_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """The message names the folder; none is made."""
    with pytest.raises(UsageError, match=f"no archive at {tmp_path}/nothing"):
        Archive.open(str(tmp_path / "nothing"))
    assert list(tmp_path.iterdir()) == []


def test_reading_imports_neither_scrapy_nor_the_extractor() -> None:
    """`newsarchive read | jq` starts at once."""
    heavy = ["scrapy", "twisted", "trafilatura", "boto3", "lxml", "rich"]
    code = f"import sys, newsarchive.archive; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_views_work_in_duckdb(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The views that come with an archive give typed columns, the latest revisions and the tags."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        connection.execute((folder / "schema" / "views.sql").read_text())
        rows = connection.execute("SELECT url, revision FROM latest").fetchall()
        tags = connection.execute("SELECT count(*) FROM article_tags WHERE lower(tag) = 'irak'").fetchall()
        dated = connection.execute("SELECT count(*) FROM articles WHERE date_published >= '2026-11-04'").fetchall()
    assert sorted((int(url.rpartition("/")[2]), revision) for url, revision in rows) == LATEST
    assert (tags, dated) == ([(2,)], [(3,)])


def test_what_two_crawlers_archived_at_once_is_read_once(tmp_path: Path) -> None:
    """Neither could know of the other: of a repeated revision the first by its entry's key is read, always."""
    one, two = (Spool(tmp_path / name) for name in ("one", "two"))
    storage = open_storage(str(tmp_path / "archive"))
    deliveries = [Delivery(spool, storage) for spool in (one, two)]
    for spool, delivery, crawled_at in zip((one, two), deliveries, ("06:15:02", "07:15:02"), strict=True):
        delivery.level_index()
        crawled = [article(n, crawled_at=f"2026-11-23T{crawled_at}Z") for n in (1, 2)]
        spool.accept([Submission(article=a, seen=()) for a in crawled])
        spool.seal()
    for spool in (one, two):
        storage.put_new(spool.sealed(1)[0].key, spool.sealed_body(spool.sealed(1)[0]))
        storage.put_new(spool.sealed(1)[0].manifest_key, spool.sealed(1)[0].manifest)
    first = min((one, two), key=lambda spool: spool.writer)
    expected = "06" if first is one else "07"
    for revisions in ("latest", "all"):
        read = list(Archive(storage).articles(revisions=revisions))
        assert [a.url for a in read] == [article(1).url, article(2).url]
        assert {a.crawled_at[11:13] for a in read} == {expected}
    for spool in (one, two):
        spool.close()
