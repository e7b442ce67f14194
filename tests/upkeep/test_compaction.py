"""Compaction: fewer segments with the same lines, whoever reads meanwhile and wherever it is cut short."""

import gzip
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.segment import sha256
from newsarchive.errors import AlreadyRunningError, IntegrityError
from newsarchive.storage import Storage
from newsarchive.upkeep.compaction import Compacted, compact, plan, sweep
from newsarchive.upkeep.rewriting import fullness
from tests.conftest import article, slow
from tests.upkeep.conftest import deaths, deliver, fill, keys, lines

Fresh = Callable[[], Storage]
now = partial(compact, grace=0)


def revisions(storage: Storage) -> list[tuple[str, int]]:
    """Return what a reader of every revision gets."""
    return sorted((a.id, a.revision) for a in Archive(storage).articles(revisions="all", duplicates=True))


def test_fewer_segments_hold_the_same_lines(store: Storage, tmp_path: Path) -> None:
    """Byte for byte, a segment for each partition; what was replaced is deleted; doing it again changes nothing."""
    fill(store, tmp_path / "state")
    before, segments = lines(store), keys(store, "articles/")
    assert now(store) == Compacted(merged=len(segments), made=3, deleted=len(segments), waiting=0)
    after = keys(store, "")
    assert (lines(store), len(keys(store, "articles/"))) == (before, 3)
    assert now(store) == Compacted()
    assert keys(store, "") == after


def test_the_first_line_is_the_fullest(filled: Storage) -> None:
    """Readers infer types from it; and a segment is what its name says."""
    now(filled)
    for key in keys(filled, "articles/"):
        body = filled.read(key)
        found = gzip.decompress(body).splitlines(keepends=True)
        assert fullness(found[0]) == max(map(fullness, found))
        assert sha256(body)[:16] in key


def test_the_grace_period_is_the_stores(filled: Storage) -> None:
    """Until it is over what was replaced stays, unread; by the store's clock and no other."""
    before = lines(filled)
    done = compact(filled, grace=3600)
    assert (done.deleted, done.waiting) == (0, done.merged)
    assert lines(filled) == before
    assert sweep(filled, grace=0) == (done.merged, 0)
    assert lines(filled) == before


def test_merged_segments_grow_to_the_target_only(filled: Storage) -> None:
    """Segments of half the target's size are left alone; the others are merged up to it, in their order."""
    sizes = [m.bytes for m in Archive(filled).snapshot().articles]
    target = 2 * max(sizes)
    groups = plan(Archive(filled).snapshot(), target)
    assert all(sum(m.bytes for m in group) <= target for group in groups)
    assert {len(group) for group in groups} == {2}
    assert plan(Archive(filled).snapshot(), max(sizes)) == []


def test_what_came_later_is_merged_later(filled: Storage, tmp_path: Path) -> None:
    """A compacted archive takes deliveries, and their segments join the merged one."""
    now(filled)
    state = tmp_path / "archive-state"
    deliver(filled, state, [article(100 + n, site=f"site-{n % 3}") for n in range(6)])
    before = lines(filled)
    assert now(filled) == Compacted(merged=6, made=3, deleted=6, waiting=0)
    assert lines(filled) == before
    deliver(filled, state, [article(100, site="site-0")])
    assert lines(filled) == before


def test_a_fresh_spool_learns_a_compacted_archive(filled: Storage, tmp_path: Path) -> None:
    """The seen index follows from manifest entry to merged segment: nothing is archived again."""
    now(filled)
    before = lines(filled)
    known = [article(n, site=f"site-{n % 3}", tags=("Iraq",) * (n % 2)) for n in (2, 3, 7, 8, 9)]
    deliver(filled, tmp_path / "fresh", [*known, article(200)])
    assert len(lines(filled)) == len(before) + 1


@pytest.mark.parametrize("revisions_of", ["latest", "all"])
def test_a_reader_under_way_sees_one_state(filled: Storage, revisions_of: str) -> None:
    """Segments vanish under it, twice; it goes on with the same lines elsewhere."""
    expected = sorted((a.id, a.revision) for a in Archive(filled).articles(revisions=revisions_of, duplicates=True))
    for taken in range(len(expected)):
        reader = Archive(filled).articles(revisions=revisions_of, duplicates=True)
        found = [next(reader) for _ in range(taken)]
        now(filled)
        found += reader
        assert sorted((a.id, a.revision) for a in found) == expected


def test_a_reader_that_has_planned_follows_every_move(filled: Storage, tmp_path: Path) -> None:
    """A snapshot older than two compactions still gives its own lines, and no others."""
    archive = Archive(filled)
    old = archive.snapshot()
    before = lines(filled)
    now(filled)
    between = archive.snapshot()
    deliver(filled, tmp_path / "archive-state", [article(100 + n, site=f"site-{n % 3}") for n in range(6)])
    now(filled)
    for snapshot in (old, between):
        assert sorted(text for _, text in archive.lines(snapshot.articles, snapshot)) == before


@pytest.mark.parametrize("every", [5, pytest.param(2, marks=slow)])
def test_cut_short_anywhere_nothing_is_lost_or_doubled(copies: Fresh, every: int) -> None:
    """Killed before and after every change: readers see the same lines, and the next compaction finishes."""
    before = lines(copies())
    steps = 0
    for step, storage in deaths(now, copies, every=every):
        assert lines(storage) == before, step
        now(storage)
        assert lines(storage) == before, step
        live = set(Archive(storage).snapshot().live)
        left = [key for key in keys(storage, "articles/") if key not in live]
        assert left == [], step
        steps += 1
    assert steps >= 20 / every


def test_of_two_at_once_the_second_stands_back(filled: Storage) -> None:
    """The record that is already there wins; what the other had made is swept away."""
    before = lines(filled)
    archive = Archive(filled)
    chain = archive.replacements()
    now(filled)
    with pytest.raises(AlreadyRunningError, match="run this again"):
        chain.commit(filled, "compaction", ())
    filled.put_new("articles/site=site-0/crawl_date=2026-11-23/merged-000001-0123456789abcdef.jsonl.gz", b"other")
    filled.put_new("articles/site=site-0/crawl_date=2026-11-23/merged-000009-0123456789abcdef.jsonl.gz", b"planned")
    assert sweep(filled, grace=1e6) == (1, 0)
    assert lines(filled) == before


def test_a_damaged_segment_is_not_merged(filled: Storage) -> None:
    """It is named, and nothing is changed."""
    (damaged, *_) = keys(filled, "articles/")
    filled.replace(damaged, filled.read(damaged)[:-1])
    before = keys(filled, "")
    with pytest.raises(IntegrityError, match=damaged):
        now(filled)
    assert keys(filled, "") == before


@pytest.mark.parametrize("damage", ["gap", "edited", "garbage", "2.0"])
def test_a_damaged_record_is_named(filled: Storage, tmp_path: Path, damage: str) -> None:
    """A missing, altered or unreadable record stops the reader instead of bringing old segments back."""
    for n in range(2):
        deliver(filled, tmp_path / "archive-state", [article(100 + n, site="site-0")])
        compact(filled)
    key = "compactions/00000001.json"
    if damage == "gap":
        filled.delete(key)
    elif damage == "garbage":
        filled.replace(key, b"{")
    else:
        record = json.loads(filled.read(key))
        change = {"record_version": "2.0"} if damage == "2.0" else {"kind": "other"}
        filled.replace(key, json.dumps({**record, **change}).encode())
    with pytest.raises(IntegrityError, match=r"compactions/0000000[12]\.json"):
        lines(filled)
