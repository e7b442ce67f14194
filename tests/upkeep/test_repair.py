"""Repair: what can be proven is put back byte for byte, what can only be guessed is refused by name."""

import gzip
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.segment import sha256
from newsarchive.errors import IntegrityError
from newsarchive.spool import Spool
from newsarchive.storage import Storage
from newsarchive.upkeep.compaction import compact
from newsarchive.upkeep.repair import Repair
from newsarchive.upkeep.verification import Verification
from tests.conftest import article
from tests.upkeep.conftest import Command, deliver, keys, lines


def repair(storage: Storage, **given: bool | Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return what a repair has mended and refused."""
    done = list(Repair(storage, **given).carry_out())  # type: ignore[arg-type]  # the class's own keywords
    return [str(m) for m in done if m.done], [str(m) for m in done if not m.done]


def problems(storage: Storage) -> list[str]:
    """Return what a deep verification finds wrong."""
    return [str(f) for f in Verification(storage, deep=True).findings() if not f.is_note]


def hashes(storage: Storage) -> dict[str, str]:
    """Return what the spool beside an archive knows of its manifest entries."""
    with closing(Spool(Path(f"{storage.uri}-state"))) as spool:
        return spool.committed_hashes()


def contents(storage: Storage) -> dict[str, bytes]:
    """Return every object."""
    return {key: storage.read(key) for key in keys(storage, "")}


def alter(storage: Storage, key: str) -> None:
    """Change a number in a manifest entry."""
    storage.replace(key, json.dumps({**json.loads(storage.read(key)), "undated": 1}, indent=1).encode() + b"\n")


ENTRY_DAMAGES: list[Callable[[Storage, str], None]] = [
    lambda storage, key: storage.delete(key),
    lambda storage, key: storage.replace(key, b"{"),
    alter,
]


@pytest.mark.parametrize("which", [0, 4, 8])
@pytest.mark.parametrize("damage", ENTRY_DAMAGES, ids=["missing", "garbled", "altered"])
def test_an_entry_is_made_again_byte_for_byte(
    filled: Storage, damage: Callable[[Storage, str], None], which: int
) -> None:
    """Its successor names its hash, or for the last one the spool does."""
    before = contents(filled)
    known = hashes(filled)
    damage(filled, keys(filled, "manifest/")[which])
    assert len(repair(filled, hashes=known)[0]) == 1
    assert (contents(filled), problems(filled)) == (before, [])


def test_without_its_hash_a_last_entry_is_not_made_up(filled: Storage) -> None:
    """Its segment is an orphan then, and comes back under the name of the repair, which a verification can tell."""
    before = lines(filled)
    lost = keys(filled, "manifest/")[-1]
    filled.delete(lost)
    mended, refused = repair(filled)
    assert ("adopted" in mended[0], refused) == (True, [])
    assert (lines(filled), problems(filled)) == (before, [])
    assert [m.writer for _, m in Archive(filled).manifests()].count("repair") == 1
    assert repair(filled) == ([], [])


@pytest.mark.parametrize("kept", [True, False], ids=["segment kept", "segment gone"])
def test_two_entries_in_a_row_need_the_spool(filled: Storage, *, kept: bool) -> None:
    """The chain gives the hash of the second only; without its predecessor's it cannot be made."""
    known = hashes(filled)
    before = contents(filled)
    for key in keys(filled, "manifest/")[3:5]:
        if not kept:
            filled.delete(json.loads(filled.read(key))["key"])
        filled.delete(key)
    mended, refused = repair(filled, hashes=known)
    if kept:
        assert (len(mended), refused, contents(filled)) == (2, [], before)
        return
    assert (mended, len(refused)) == ([], 4)
    assert all("is missing" in line for line in refused)


def test_damaged_segments_are_never_adopted(filled: Storage) -> None:
    """Not with other bytes than its key says, not with lines that are no records, not if another one has them."""
    folder = "articles/site=site-1/crawl_date=2026-11-23"
    good = filled.read(keys(filled, "articles/site=site-1/")[0])
    line = gzip.decompress(good).splitlines(keepends=True)[0]
    odd = gzip.compress(json.dumps({**json.loads(line), "title": None}).encode() + b"\n", mtime=0)
    filled.put_new(f"{folder}/r-000099-0123456789abcdef.jsonl.gz", good)
    filled.put_new(f"{folder}/r-000098-{sha256(odd)[:16]}.jsonl.gz", odd)
    filled.put_new(f"{folder}/r-000097-{sha256(good)[:16]}.jsonl.gz", good)
    filled.put_new(f"{folder}/notes.txt", b"mine")
    before = contents(filled)
    mended, refused = repair(filled)
    assert (mended, contents(filled)) == ([], before)
    for word in ("hash in its key", "title that is not text", "archived already", "no segment's key"):
        assert any(word in text for text in refused), (word, refused)


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_lost_segment_is_refused_until_the_loss_is_accepted(filled: Storage, damage: str) -> None:
    """Then readers go on without it, and the record says so."""
    lost = keys(filled, "articles/")[0]
    manifest = Archive(filled).snapshot().live[lost]
    filled.delete(lost) if damage == "missing" else filled.replace(lost, filled.read(lost)[:-1])
    assert repair(filled)[0] == []
    with pytest.raises(IntegrityError, match=lost):
        lines(filled)
    assert lost in repair(filled, accept_loss=True)[0][0]
    assert len(lines(filled)) == 18 - manifest.count
    assert problems(filled) == []
    assert Archive(filled).replacements().records[-1].kind == "repair"


def test_a_gap_that_is_accepted_is_a_note(filled: Storage) -> None:
    """The chain stays broken there for everyone to see, and whoever verifies is told that a repair has noted it."""
    before = lines(filled)
    for key in keys(filled, "manifest/")[3:5]:
        filled.delete(key)
    mended, refused = repair(filled, accept_loss=True)
    assert (sum("adopted" in m for m in mended), len(refused)) == (2, 2)
    assert (lines(filled), problems(filled)) == (before, [])
    assert sum("a repair has noted it" in str(f) for f in Verification(filled).findings()) == 2


def test_a_merged_segment_brings_back_no_entry(filled: Storage) -> None:
    """Once its segment has been merged and deleted there is nothing to make an entry from; no line is lost."""
    compact(filled, grace=0)
    before = lines(filled)
    filled.delete(keys(filled, "manifest/")[4])
    _, refused = repair(filled)
    assert ("no segment gives an entry" in refused[0], lines(filled)) == (True, before)


def test_furniture_is_written_again(filled: Storage) -> None:
    """Missing or altered."""
    before = contents(filled)
    filled.delete("schema/views.sql")
    filled.replace("README.md", b"")
    assert len(repair(filled)[0]) == 2
    assert contents(filled) == before


def test_a_dry_run_changes_nothing(filled: Storage, command: Command) -> None:
    """The command says what it would do, and what it did; exit code 4 where something is refused."""
    filled.delete(keys(filled, "manifest/")[2])
    lost = contents(filled)
    code, said = command("repair", "--dry-run", "--uri", filled.uri)
    assert (code, "would be mended" in said, contents(filled)) == (4, True, lost)
    code, said = command("repair", "--uri", filled.uri)
    assert (code, "1 mended, 0 refused" in said) == (0, True)
    (segment, *_) = keys(filled, "articles/")
    filled.delete(segment)
    code, said = command("repair", "--uri", filled.uri)
    assert (code, f"refused: {segment}" in said) == (4, True)


def test_a_crawl_goes_on_after_a_repair(filled: Storage) -> None:
    """The writer's chain continues from the entry that was put back."""
    known = hashes(filled)
    filled.delete(keys(filled, "manifest/")[-1])
    repair(filled, hashes=known)
    deliver(filled, Path(f"{filled.uri}-state"), [article(500, site="site-0")])
    assert problems(filled) == []
