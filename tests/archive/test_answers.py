"""Questions to an archive: tags in any language, words, copies, counts, coverage; the same from lines and Parquet."""

import datetime as dt
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pyarrow as pa
import pytest
from botocore.awsrequest import AWSPreparedRequest

from newsarchive.archive import Archive
from newsarchive.archive.cache import Cache
from newsarchive.archive.sidecar import Sidecar
from newsarchive.article import Article
from newsarchive.errors import UsageError
from newsarchive.storage import open_storage
from newsarchive.storage.s3 import S3Storage
from newsarchive.upkeep import parquet
from newsarchive.upkeep.compaction import compact
from tests.archive.test_reader import archive_into
from tests.conftest import Server, article

IRAQ = ("country:IQ",)
RUNS: list[list[Article]] = [
    [
        article(1, tags=("Irak", "Öl"), tag_ids=IRAQ, language="fr", authors=("Zoé",), title="Un titre"),
        article(2, tags=("العراق",), tag_ids=IRAQ, language="ar", site="other", title="Straße nach Bagdad"),
        article(3, tags=("öl", "Iraq news"), date_published="", section="World"),
        article(4, tags=("Georgia",), date_published="2026-12-05T23:59:59Z", access="paywalled"),
    ],
    [
        replace(
            article(5, tags=("Irak",), tag_ids=IRAQ, site="other", text=article(1).text),
            duplicate_of=article(1).id,
            cluster=article(1).id,
        ),
        article(1, tags=("Irak",), tag_ids=IRAQ, language="fr", title="Un autre titre"),
    ],
    [
        article(6, tags=("Iran",), tag_ids=("country:IR",)),
        article(3, tags=("öl",), date_published="2025-01-01T00:00:00Z", text="new words"),
    ],
]
DUPLICATE = 5


def _lines_only(folder: Path) -> None:
    assert not (folder / "parquet").exists()


def _all_in_parquet(folder: Path) -> None:
    compact(open_storage(str(folder)), grace=0)
    parquet.update(open_storage(str(folder)))


def _part_in_parquet(folder: Path) -> None:
    """The last run came after the sidecar, and is merged with what it covers."""
    everything = open_storage(str(folder))
    last = sorted((folder / "manifest").rglob("*.json"))[-2:]
    for path in last:
        path.rename(path.with_suffix(".later"))
    hidden = [path.with_suffix(".later") for path in last]
    for path in hidden:
        path.rename(folder.parent / path.name)
    parquet.update(everything)
    for path in hidden:
        (folder.parent / path.name).rename(path.with_suffix(".json"))
    compact(everything, grace=0)


FORMS = {"lines": _lines_only, "parquet": _all_in_parquet, "both": _part_in_parquet}


@pytest.fixture(scope="module", params=list(FORMS))
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of three runs: as lines, as Parquet too, or as Parquet that lacks the last run."""
    folder = tmp_path_factory.mktemp(request.param) / "archive"
    archive_into(folder, RUNS)
    FORMS[request.param](folder)
    return Archive.open(str(folder))


def numbers(found: Any) -> list[int]:  # noqa: ANN401 - any iterator of articles
    """Return the numbers of articles, sorted."""
    return sorted(int(a.url.rpartition("/")[2]) for a in found)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [1, 2, 3, 4, 6]),
        ({"duplicates": True}, [1, 2, 3, 4, 5, 6]),
        ({"duplicates": True, "revisions": "all"}, [1, 1, 2, 3, 3, 4, 5, 6]),
        ({"tag": "Irak"}, [1, 2]),
        ({"tag": "iraq"}, [1, 2]),
        ({"tag": "伊拉克", "duplicates": True}, [1, 2, 5]),
        ({"tag": "country:IQ", "language": "ar"}, [2]),
        ({"tag": "country:XX"}, []),
        ({"tag": "ÖL"}, [3]),
        ({"tag": "O\u0308l", "revisions": "all"}, [1, 3, 3]),
        ({"tag": "Georgia"}, [4]),
        ({"tag": "Iraq News", "revisions": "all"}, [3]),
        ({"text": "UN AUTRE"}, [1]),
        ({"text": "strasse"}, [2]),
        ({"text": "new words"}, [3]),
        ({"text": "nowhere"}, []),
        ({"since": "2026-12"}, [4]),
        ({"until": "2026"}, None),
        ({"since": "2025", "until": "2026-01"}, None),
        ({"until": "2026-01"}, [3]),
        ({"since": "2026-11-03", "until": "2026-11-04", "tag": "Irak"}, [2]),
        ({"since": dt.date(2026, 11, 3), "until": "2026-11-03T06:04:01Z"}, [2]),
        ({"since": dt.datetime(2026, 12, 5, 23, 59, 59, tzinfo=dt.UTC)}, [4]),
        ({"since": dt.datetime(2026, 12, 6, tzinfo=dt.UTC)}, []),
        ({"site": "other", "duplicates": True}, [2, 5]),
        ({"limit": 0}, []),
    ],
)
def test_what_is_asked_for_is_found(archive: Archive, asked: dict[str, Any], expected: list[int] | None) -> None:
    """The same whether lines or Parquet answer; a year alone is no date."""
    if expected is None:
        with pytest.raises(UsageError, match="is no date: write 2026-11"):
            archive.articles(**asked)
        return
    assert numbers(archive.articles(**asked)) == expected


def test_articles_come_whole(archive: Archive) -> None:
    """Every field as archived, from whichever file."""
    given = {(a.id, a.title, a.section): a for run in RUNS for a in run}
    for found in archive.articles(revisions="all", duplicates=True):
        assert replace(found, revision=0) == given[found.id, found.title, found.section]


def test_questions_do_not_import_pandas(archive: Archive) -> None:
    """Nor what addresses are resolved with: the imports would take longer than the answer."""
    code = (
        "import sys; from newsarchive.archive import Archive; archive = Archive.open(sys.argv[1]);"
        "assert len(list(archive.articles(tag='Irak', since='2026-11', site='example', language='fr'))) == 1;"
        "assert archive.count(('month', 'country', 'tag'), until='2027-01');"
        "assert archive.cluster(next(archive.articles(tag='Irak')).id);"
        "print([m for m in ('pandas', 'requests', 'tldextract', 'boto3', 'scrapy', 'lxml') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, archive.storage.uri]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize("archive", ["parquet"], indirect=True)
@pytest.mark.parametrize(("chosen", "used"), [("", "jemalloc"), ("system", "system")])
def test_the_users_choice_of_an_allocator_stands(
    chosen: str, used: str, monkeypatch: pytest.MonkeyPatch, archive: Archive
) -> None:
    """Reading a sidecar has Arrow allocate with jemalloc, unless its environment variable says otherwise."""
    if used not in pa.supported_memory_backends():
        pytest.skip(f"pyarrow has no {used} here")
    if chosen:
        monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", chosen)
    code = (
        "import sys, pyarrow; from newsarchive.archive import Archive;"
        "assert list(Archive.open(sys.argv[1]).articles(tag='Irak'));"
        "print(pyarrow.default_memory_pool().backend_name)"
    )
    command = [sys.executable, "-c", code, archive.storage.uri]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == used


def test_copies_left_out_are_counted(archive: Archive) -> None:
    """So that a command can say so."""
    answer = archive.articles(tag="Irak")
    assert len(list(answer)) == 2
    assert answer.copies_left_out == 1
    for text, left_out in (("new words", 0), ("autre", 0), ("harbour1", 1)):
        answer = archive.articles(text=text)
        list(answer)
        assert answer.copies_left_out == left_out, text


@pytest.mark.parametrize(
    ("by", "asked", "expected"),
    [
        ("month", {}, {"2025-01": 1, "2026-11": 3, "2026-12": 1}),
        ("year", {}, {"2025": 1, "2026": 4}),
        ("day", {"tag": "Irak"}, {"2026-11-02": 1, "2026-11-03": 1}),
        ("site", {"duplicates": True}, {"example": 4, "other": 2}),
        ("language", {}, {"en": 3, "ar": 1, "fr": 1}),
        ("tag", {}, {"Georgia": 1, "Irak": 1, "Iran": 1, "öl": 1, "العراق": 1}),
        ("country", {}, {"IQ": 2, "IR": 1}),
        ("access", {}, {"unknown": 4, "paywalled": 1}),
        ("author", {}, {}),
        ("month", {"text": "titre"}, {"2026-11": 1}),
        (("month", "site"), {"tag": "Irak"}, {("2026-11", "example"): 1, ("2026-11", "other"): 1}),
        ("site", {"tag": "Irak", "spelling": "exact"}, {"example": 1}),
        ("site", {"tag": "country:iq"}, {"example": 1, "other": 1}),
    ],
)
def test_counts(archive: Archive, by: Any, asked: dict[str, Any], expected: dict[Any, int]) -> None:  # noqa: ANN401 - a name or several
    """Periods in order, the rest by frequency."""
    assert list(archive.count(by, **asked).items()) == list(expected.items())


def test_an_unknown_way_to_count_is_refused(archive: Archive) -> None:
    """The message names what may be meant."""
    with pytest.raises(UsageError, match="cannot count by 'mnth': did you mean 'month'"):
        archive.count("mnth")
    with pytest.raises(UsageError, match=r"cannot count by 'month,site': write \('month', 'site'\)"):
        archive.count("month,site")
    with pytest.raises(UsageError, match="spelling is 'Exact': write any or exact"):
        archive.count("month", spelling="Exact")


def test_one_article_its_history_and_its_cluster(archive: Archive) -> None:
    """By id."""
    one = archive.get(article(1).id)
    assert one is not None
    assert (one.title, one.revision) == ("Un autre titre", 2)
    assert [state.article.revision for state in archive.history(one.id)] == [1, 2]
    assert numbers(archive.cluster(article(DUPLICATE).id)) == [1, 5]
    assert numbers(archive.cluster(one.id)) == [1, 5]
    assert archive.get("nothing") is None
    assert archive.history("0" * 24) == []
    assert archive.cluster("nothing") == []


def test_tags_and_sites(archive: Archive) -> None:
    """What there is to ask for."""
    assert list(archive.tags(site="other")) == ["العراق"]
    assert [(s.name, s.revisions, s.languages) for s in archive.sites()] == [
        ("example", 6, ("en", "fr")),
        ("other", 2, ("ar", "en")),
    ]


@pytest.mark.parametrize("kind", ["arrow", "pandas", "polars", "duckdb"])
def test_tables_have_types(archive: Archive, kind: str) -> None:
    """Unknown is missing, instants are timestamps with a zone, lists are lists."""
    made = getattr(archive.articles(tag="Irak"), f"to_{kind}")()
    if kind == "duckdb":
        rows = made.execute("SELECT title, tags, year(date_published), section FROM articles ORDER BY site").fetchall()
        assert rows == [("Un autre titre", ["Irak"], 2026, None), ("Straße nach Bagdad", ["العراق"], 2026, None)]
        made.close()
        return
    assert len(made) == 2
    if kind == "arrow":
        assert made["section"].null_count == 2
        assert str(made["date_published"].type) == "timestamp[us, tz=UTC]"
        return
    assert sorted(list(tags) for tags in made["tags"].to_list()) == [["Irak"], ["العراق"]]


def test_an_empty_answer_has_a_schema(archive: Archive) -> None:
    """So that a script that found nothing runs on."""
    assert archive.articles(tag="Nowhere").to_arrow().column_names[:2] == ["schema_version", "id"]


def test_a_sidecar_that_lacks_a_file_is_not_believed(tmp_path: Path) -> None:
    """Lines answer instead."""
    archive_into(tmp_path / "archive", RUNS)
    _all_in_parquet(tmp_path / "archive")
    archive = Archive.open(str(tmp_path / "archive"))
    assert Sidecar.of(archive) is not None
    next((tmp_path / "archive" / "parquet").rglob("2026*.parquet")).unlink()
    assert Sidecar.of(archive) is None
    assert numbers(archive.articles()) == [1, 2, 3, 4, 6]


@pytest.fixture
def bucket(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path]:
    """The URI of an archive in a bucket, and the folder of the cache."""
    monkeypatch.setenv("NEWSARCHIVE_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("NEWSARCHIVE_CACHE", str(tmp_path / "cache"))
    archive_into(tmp_path / "archive", RUNS)
    uri = f"s3://news/{tmp_path.name}"
    storage = open_storage(uri)
    for path in sorted((tmp_path / "archive").rglob("*")):
        if path.is_file():
            storage.put_new(path.relative_to(tmp_path / "archive").as_posix(), path.read_bytes())
    return uri, tmp_path / "cache"


def test_a_bucket_is_read_once(bucket: tuple[str, Path]) -> None:
    """Segments and entries come from the cache afterwards, and a damaged cache is mended."""
    uri, cache = bucket
    assert numbers(Archive.open(uri).articles()) == [1, 2, 3, 4, 6]
    kept = sorted((cache / "objects").glob("*/*"))
    assert kept
    for segment in open_storage(uri).keys("articles/"):
        open_storage(uri).delete(segment)
    assert numbers(Archive.open(uri).articles()) == [1, 2, 3, 4, 6]


def test_a_compacted_bucket_is_asked_little(bucket: tuple[str, Path]) -> None:
    """No manifest entry and no segment is fetched: a month's heads, and the files of the days with a hit."""
    uri, _ = bucket
    compact(open_storage(uri), grace=0)
    parquet.update(open_storage(uri))
    assert requests(uri, month="2026-11") == [
        *(f"GET parquet/{name}" for name in ("_coverage.json", "_revised.json")),
        *(
            f"GET parquet/published_month=2026-11/{name}"
            for name in ("2026-11-02.parquet", "2026-11-03.parquet", "_heads.pq")
        ),
        "GET tombstones/none-none.json",
        *(f"LIST {prefix}/" for prefix in ("compactions", "manifest", "parquet", "tombstones")),
    ]
    assert [r for r in requests(uri, month="2026-11") if "/published_month" in r] == []


def requests(uri: str, *, month: str) -> list[str]:
    """Return what is asked of a bucket to find the articles of a month tagged Irak, sorted."""
    archive, made = Archive.open(uri), list[str]()
    storage = archive.storage
    assert isinstance(storage, S3Storage)

    def note(request: AWSPreparedRequest, **_: object) -> None:
        parts = urlsplit(request.url)
        asked = parse_qs(parts.query).get("prefix")
        key = asked[0] if asked else unquote(parts.path).removeprefix("/news/")
        made.append(f"{'LIST' if asked else 'GET'} {key.removeprefix(storage.prefix)}")

    storage._client.meta.events.register("before-send.s3", note)
    assert numbers(archive.articles(tag="Irak", since=month, until="2026-12")) == [1, 2]
    return sorted(made)


@pytest.mark.parametrize("damage", [b"", b"damaged"])
def test_a_damaged_cache_is_mended(bucket: tuple[str, Path], damage: bytes) -> None:
    """Whatever is found in it."""
    uri, cache = bucket
    compact(open_storage(uri), grace=0)
    parquet.update(open_storage(uri))
    assert numbers(Archive.open(uri).articles()) == [1, 2, 3, 4, 6]
    for path in [p for p in cache.rglob("*") if p.is_file()]:
        path.write_bytes(damage)
    assert numbers(Archive.open(uri).articles()) == [1, 2, 3, 4, 6]
    assert numbers(Archive.open(uri).articles()) == [1, 2, 3, 4, 6]


def test_a_cache_stays_within_its_bounds(tmp_path: Path) -> None:
    """What was used least recently goes first."""
    cache = Cache(tmp_path, limit=1000)
    for number in range(8):
        cache.put(f"{number:02}", b"x" * 200)
        os.utime(cache.path(f"{number:02}"), (number, number))
    cache.sweep()
    assert [number for number in range(8) if cache.get(f"{number:02}")] == [4, 5, 6, 7]


def test_coverage_counts_days(tmp_path: Path) -> None:
    """Days asked for, days crawled; a site's own days where it is asked for."""
    day = "2026-11-20T06:15:02Z"
    archive_into(
        tmp_path / "archive", [[article(1), article(2, site="other", crawled_at=day, run_id="20261120t061502z-1f3a9c")]]
    )
    archive = Archive.open(str(tmp_path / "archive"))
    found = archive.coverage(since="2026-11-19", until="2026-11-22")
    assert (found.crawled, found.missing) == (("2026-11-20",), ("2026-11-19", "2026-11-21"))
    assert str(archive.coverage()) == "crawled on 2 of the 4 days from 2026-11-20 to 2026-11-23"
    assert archive.articles(site="example").coverage().crawled == ("2026-11-23",)
    assert archive.coverage(site="nowhere").asked == ()
