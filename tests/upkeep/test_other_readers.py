"""What DuckDB and Parquet readers see: each article once, with real types, nothing replaced, orphaned or taken down."""

import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import pytest
from pyarrow import parquet as pq

from newsarchive.archive import Archive
from newsarchive.archive.tombstones import of_url
from newsarchive.errors import IntegrityError
from newsarchive.storage import Storage
from newsarchive.upkeep import parquet
from newsarchive.upkeep.compaction import compact
from tests.conftest import article
from tests.upkeep.conftest import Command, deaths, deliver, keys

Revisions = Counter[tuple[str, int]]


def archived(storage: Storage) -> Revisions:
    """Return every revision that our own reader gives."""
    return Counter((a.id, a.revision) for a in Archive(storage).articles(revisions="all", duplicates=True))


def seen_by_duckdb(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Revisions:
    """Return every revision that the archive's views give."""
    monkeypatch.chdir(storage.uri)
    connection = duckdb.connect()
    connection.execute(Path("schema/views.sql").read_text(encoding="utf-8"))
    return Counter(connection.execute("SELECT id, revision FROM articles").fetchall())


def in_sidecar(storage: Storage) -> Revisions:
    """Return every revision in the Parquet files."""
    files = [pq.read_table(io.BytesIO(storage.read(k))) for k in keys(storage, "parquet/") if k.endswith(".parquet")]
    return Counter((r["id"], r["revision"]) for table in files for r in table.to_pylist())


def test_duckdb_sees_what_is_live(filled: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, during and after a grace period; beside damaged orphans; and without what has been taken down."""
    expected = archived(filled)
    assert seen_by_duckdb(filled, monkeypatch) == expected
    compact(filled, grace=3600)
    filled.put_new("articles/site=site-0/crawl_date=2026-11-23/stray-000001-00.jsonl.gz", b"\x1f\x8bdamaged")
    assert seen_by_duckdb(filled, monkeypatch) == expected
    compact(filled, grace=0)
    hidden = article(2)
    tombstone = of_url(hidden.url)
    filled.replace(tombstone.key, tombstone.encode())
    assert seen_by_duckdb(filled, monkeypatch) == archived(filled) != expected


def test_the_sidecar_has_real_types(filled: Storage, tmp_path: Path) -> None:
    """Instants are timestamps, lists lists, what is unknown NULL; sorted by date; a file for each day."""
    odd = article(300, date_published="", tags=("Irak", "Iran"), site="site-0", crawled_at="2026-11-23T06:15:02Z")
    deliver(filled, tmp_path / "archive-state", [odd])
    parquet.update(filled)
    rows = pq.read_table(io.BytesIO(filled.read("parquet/published_month=unknown/crawled-2026-11.parquet"))).to_pylist()
    assert [rows[0][name] for name in ("date_published", "tags", "authors", "section", "word_count", "title")] == [
        None,
        ["Irak", "Iran"],
        [],
        None,
        50,
        odd.title,
    ]
    assert rows[0]["crawled_at"] == datetime(2026, 11, 23, 6, 15, 2, tzinfo=UTC)
    found = duckdb.read_parquet(f"{filled.uri}/parquet/*/2*.parquet", hive_partitioning=True).project(
        "published_month, date_published::DATE"
    )
    assert {(str(month), str(day)[:7]) for month, day in found.fetchall()} == {("2026-11", "2026-11")}


def test_the_sidecar_follows_the_archive(filled: Storage, tmp_path: Path) -> None:
    """What comes later is added, once; what is there is not written again; deleted, it is made again."""
    assert parquet.update(filled) == 18
    assert in_sidecar(filled) == archived(filled)
    compact(filled, grace=0)
    assert parquet.update(filled) == 0
    deliver(filled, tmp_path / "archive-state", [article(1, site="site-1", title="Newest"), article(300)])
    assert parquet.update(filled) == 2
    assert in_sidecar(filled) == archived(filled)
    for key in keys(filled, "parquet/"):
        filled.delete(key)
    assert parquet.update(filled) == 20
    assert in_sidecar(filled) == archived(filled)


def test_cut_short_the_sidecar_has_each_row_once(copies: Callable[[], Storage]) -> None:
    """The next update finishes."""
    for step, storage in deaths(parquet.update, copies, every=3):
        parquet.update(storage)
        assert in_sidecar(storage) == archived(storage), step


@pytest.mark.parametrize("key", ["parquet/_coverage.json", "parquet/published_month=2026-11/2026-11-03.parquet"])
def test_a_damaged_sidecar_is_named(filled: Storage, tmp_path: Path, key: str) -> None:
    """With what to do about it."""
    parquet.update(filled)
    filled.replace(key, b"PAR1")
    deliver(filled, tmp_path / "archive-state", [article(n) for n in range(300, 320)])
    with pytest.raises(IntegrityError, match=rf"{key} is damaged; delete parquet/"):
        parquet.update(filled)


def test_the_command_says_what_it_did(filled: Storage, command: Command) -> None:
    """A dry run plans; numbers that are none are refused; the second time there is nothing to do."""
    before = archived(filled)
    compacting = partial(command, "compact", "--uri", filled.uri)
    code, said = compacting("--dry-run")
    assert (code, "9 segments" in said, "would be merged into 3" in said, keys(filled, "parquet/")) == (
        0,
        True,
        True,
        [],
    )
    assert compacting("--grace", "soon")[0] == compacting("--target-mb", "0")[0] == 2
    code, said = compacting("--grace", "0")
    assert (code, "merged into 3" in said, "9 replaced objects deleted" in said, "18 article" in said) == (
        0,
        *[True] * 3,
    )
    code, said = compacting()
    assert (code, "0 segments" in said, "0 article" in said) == (0, True, True)
    assert archived(filled) == before
