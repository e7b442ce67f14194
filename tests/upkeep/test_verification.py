"""Verification: a whole archive passes, and every kind of damage is named."""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.segment import sha256
from newsarchive.storage import Storage
from newsarchive.upkeep.compaction import compact
from newsarchive.upkeep.repair import Repair
from newsarchive.upkeep.verification import Finding, Verification
from tests.conftest import article
from tests.upkeep.conftest import Command, deliver, fill, keys, lines


def findings(storage: Storage, *, deep: bool = True) -> list[Finding]:
    """Return what a verification finds."""
    return list(Verification(storage, deep=deep).findings())


def test_a_whole_archive_passes(store: Storage, tmp_path: Path) -> None:
    """Before and after a compaction; what waits to be deleted is a note."""
    fill(store, tmp_path / "state", runs=2)
    assert findings(store) == []
    compact(store, grace=3600)
    assert {(f.what, f.is_note) for f in findings(store)} == {("has been replaced and waits to be deleted", True)}
    compact(store, grace=0)
    verification = Verification(store, deep=True)
    assert list(verification.findings()) == []
    assert (verification.segments, verification.articles, verification.writers) == (3, 12, 1)


Change = Callable[[Any], Any]


def edit(prefix: str, change: Change, which: int = 0) -> Callable[[Storage], str]:
    """Return a damage: an object below prefix is replaced by what change makes of its bytes."""

    def damage(storage: Storage) -> str:
        key = keys(storage, prefix)[which]
        storage.replace(key, change(storage.read(key)))
        return key

    return damage


def gone(prefix: str, which: int = 0) -> Callable[[Storage], str]:
    """Return a damage: an object below prefix is removed."""

    def damage(storage: Storage) -> str:
        key = keys(storage, prefix)[which]
        storage.delete(key)
        return key

    return damage


def entry(body: bytes, **change: object) -> bytes:
    """Return a manifest entry with fields changed."""
    return json.dumps({**json.loads(body), **change}).encode()


def relined(change: Change, *, matches: bool = True) -> Callable[[Storage], str]:
    """Return a damage: the lines of the last segment are changed, and its entry (the last of its chain) with them."""

    def damage(storage: Storage) -> str:
        manifest = max((m for _, m in Archive(storage).manifests()), key=lambda m: m.n)
        lines = change(gzip.decompress(storage.read(manifest.key)).splitlines(keepends=True))
        body = gzip.compress(b"".join(lines))
        storage.replace(manifest.key, body)
        count = len(lines) if matches else manifest.count
        new = replace(manifest, count=count, bytes=len(body), sha256=sha256(body))
        storage.replace(keys(storage, "manifest/")[-1], new.encode())
        return manifest.key

    return damage


def rewritten(**change: object) -> Change:
    """Return a change of a segment's last line."""
    return lambda lines: [*lines[:-1], json.dumps({**json.loads(lines[-1]), **change}).encode() + b"\n"]


DAMAGES: dict[str, tuple[Callable[[Storage], str], str, bool]] = {
    "entry missing": (gone("manifest/", 2), "is missing", False),
    "first entry missing": (gone("manifest/", 0), "is missing", False),
    "entry garbled": (edit("manifest/", lambda body: body[:-9], 2), "is damaged", False),
    "entry of another key": (edit("manifest/", partial(entry, n=99), 2), "is damaged", False),
    "entry of wrong types": (edit("manifest/", partial(entry, count="1"), 2), "is damaged", False),
    "entry altered": (edit("manifest/", partial(entry, count=9), 2), "altered", False),
    "segment missing": (gone("articles/", 3), r"is missing, with \d articles", False),
    "segment cut": (edit("articles/", lambda body: body[:-1]), "is damaged: it has", False),
    "segment's bytes": (edit("articles/", lambda body: body[:-1] + b"\xff"), "cannot be read", True),
    "furniture missing": (gone("schema/"), "is missing; newsarchive repair", False),
    "line lost": (relined(lambda lines: lines[:-1], matches=False), "holds .* lines; its manifest entry counts", True),
    "line garbled": (relined(lambda lines: [*lines[:-1], b"{\n"]), "line .* has schema version", True),
    "field null": (relined(rewritten(title=None)), "line .* has title that is not text", True),
    "field missing": (relined(lambda lines: [*lines[:-1], b'{"schema_version": "1.0"}\n']), "line .* lacks id", True),
    "unknown field": (relined(rewritten(mood="good")), "line .* has an unknown field 'mood'", True),
    "unknown major version": (relined(rewritten(schema_version="2.0")), "line .* has schema version '2.0'", True),
    "another site's": (relined(rewritten(site="other")), "articles of other sites", True),
    "another revision": (relined(rewritten(revision=9)), "other revisions than", True),
    "another language": (relined(rewritten(language="xx")), "has languages", True),
    "another date": (relined(rewritten(date_published="2030-01-01T00:00:00Z")), "has date_published_max", True),
    "order": (relined(lambda lines: [*rewritten(title="", tags=[])(lines[:1]), *lines]), "fullest", True),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named(filled: Storage, name: str) -> None:
    """By the object it is in; what needs reading is found by a deep check only."""
    damage, what, needs_deep = DAMAGES[name]
    key = damage(filled)
    found = [f for f in findings(filled) if not f.is_note]
    assert any(re.search(what, str(f)) and f.where.startswith((key, "manifest/")) for f in found), found
    assert bool([f for f in findings(filled, deep=False) if not f.is_note]) is not needs_deep


def test_what_no_entry_names_is_noted(filled: Storage) -> None:
    """An orphan is no damage: it may be an upload under way."""
    filled.put_new("articles/site=site-0/crawl_date=2026-11-23/stray.jsonl.gz", b"")
    (found,) = findings(filled)
    assert (found.is_note, "is an orphan" in found.what) == (True, True)


@pytest.mark.parametrize(
    "key",
    [
        "manifest/notes.txt",
        "manifest/crawl_date=2026-11-23/copy of an entry.json",
        "compactions/notes.json",
        "compactions/notes.txt",
        "tombstones/notes.json",
        "tombstones/notes.txt",
    ],
)
def test_a_stray_file_is_noted_and_stops_nobody(filled: Storage, tmp_path: Path, key: str) -> None:
    """What is no part of an archive by its name is no part of it to verify, and none to those that read and write."""
    before = lines(filled)
    filled.put_new(key, b"what somebody has left here")
    assert [(f.where, f.is_note) for f in findings(filled)] == [(key, True)]
    assert lines(filled) == before
    assert len(list(Archive(filled).articles(duplicates=True))) == 15
    assert [m for m in Repair(filled).carry_out() if not m.done] == []
    for state in ("archive-state", "fresh-state"):
        deliver(filled, tmp_path / state, [article(1, site="site-1", title=state)])
    compact(filled, grace=0)
    assert len(lines(filled)) == len(before) + 2


def test_the_command_says_it_in_lines_and_exit_codes(filled: Storage, command: Command) -> None:
    """0 and a summary; 4, the object's key and the count; 2 for an archive that is not there."""
    run = partial(command, "verify", "--deep", "--uri")
    code, said = run(filled.uri)
    assert (code, said.count("\n")) == (0, 1)
    assert "18 article revisions in 9 segments of 1 writers" in said
    lost = gone("articles/")(filled)
    code, said = run(filled.uri)
    assert (code, f"{lost} is missing" in said, "1 problems" in said) == (4, True, True)
    assert run(f"{filled.uri}-nowhere")[0] == 2
