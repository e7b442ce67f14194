"""Archives of every version there has been are read for ever, and newer ones lose nothing in our hands.

`versions/<version>/` is an archive as that version wrote it; it is never written again.
"""

import gzip
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.segment import Manifest, sha256
from newsarchive.archive.tombstones import of_url
from newsarchive.article import SCHEMA_VERSION
from newsarchive.errors import IntegrityError
from newsarchive.storage import Storage, open_storage
from newsarchive.upkeep.compaction import compact
from newsarchive.upkeep.erasure import Erasure
from newsarchive.upkeep.repair import Repair
from newsarchive.upkeep.verification import Verification

VERSIONS = sorted(p for p in (Path(__file__).parent / "versions").iterdir())


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A copy of an archive of a version."""
    shutil.copytree(request.param, tmp_path / "archive")
    return open_storage(str(tmp_path / "archive"))


def lines(storage: Storage) -> list[bytes]:
    """Return the lines a reader goes through, sorted."""
    archive = Archive(storage)
    snapshot = archive.snapshot()
    return sorted(text for _, text in archive.lines(snapshot.articles, snapshot))


def test_this_version_has_its_archive() -> None:
    """Raising the schema version needs a fixture of it."""
    assert SCHEMA_VERSION in [p.name for p in VERSIONS]


@pytest.mark.parametrize("opened", VERSIONS, ids=lambda p: p.name, indirect=True)
def test_an_old_archive_is_read(opened: Storage) -> None:
    """Every revision, every value."""
    found = sorted(Archive(opened).articles(revisions="all"), key=lambda a: (a.url, a.revision))
    assert [(a.revision, a.title) for a in found] == [(1, "Article number 1"), (2, "Revised"), (1, "عنوان")]
    assert (found[0].tags, found[0].authors) == (("Irak", "Iran"), ("A. Writer", "Example Agency"))
    assert (found[0].tag_ids, found[0].description) == (("country:IQ", "country:IR"), "Standfirst")
    assert (found[2].text.count("\n"), found[2].language, found[2].date_published) == (1, "ar", "")
    assert [a.title for a in Archive(opened).articles(tag="irak")] == ["Revised"]


@pytest.mark.parametrize("opened", VERSIONS, ids=lambda p: p.name, indirect=True)
def test_an_old_archive_is_kept(opened: Storage) -> None:
    """It verifies, gets its furniture, is merged and erased from like a new one."""
    list(Repair(opened).carry_out())
    assert list(Verification(opened, deep=True).findings()) == []
    before = lines(opened)
    compact(opened, grace=0)
    assert lines(opened) == before
    Erasure(opened, [], of_url("https://example.org/news/1")).carry_out()
    assert lines(opened) == [line for line in before if b"/news/1" not in line]


def rewrite(storage: Storage, **changes: object) -> None:
    """Rewrite an archive of this version so that every record has these keys too."""
    previous = ""
    for key in sorted(storage.keys("manifest/")):
        manifest = Manifest.decode(storage.read(key), where=key)
        records = [json.loads(line) for line in gzip.decompress(storage.read(manifest.key)).splitlines()]
        body = gzip.compress(b"".join(_line({**r, **changes}) for r in records))
        storage.replace(manifest.key, body)
        new = replace(manifest, bytes=len(body), sha256=sha256(body), previous_sha256=previous)
        previous = sha256(new.encode())
        storage.replace(key, new.encode())


def _line(record: dict[str, object]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def keys_of(texts: Iterable[bytes]) -> set[str]:
    """Return the keys that all lines have."""
    return set.intersection(*(set(json.loads(text)) for text in texts))


@pytest.mark.parametrize("opened", VERSIONS[-1:], ids=["newest"], indirect=True)
def test_fields_of_newer_minor_versions_survive(opened: Storage) -> None:
    """Read without them, but merged, erased from and verified with them, byte for byte."""
    rewrite(opened, schema_version="1.7", mood="good", scores=[1, {"a": None}])
    before = lines(opened)
    assert {"mood", "scores"} <= keys_of(before)
    assert len(list(Archive(opened).articles())) == 2
    compact(opened, grace=0)
    assert lines(opened) == before
    Erasure(opened, [], of_url("https://example.org/news/2")).carry_out()
    assert lines(opened) == [line for line in before if b"/news/2" not in line]
    list(Repair(opened).carry_out())
    assert [str(f) for f in Verification(opened, deep=True).findings()] == []


@pytest.mark.parametrize("opened", VERSIONS[-1:], ids=["newest"], indirect=True)
def test_an_unknown_major_version_is_refused_by_name(opened: Storage) -> None:
    """By the reader and by the verification."""
    rewrite(opened, schema_version="2.0")
    with pytest.raises(IntegrityError, match=r"has schema version 2\.0; this newsarchive reads version 1"):
        list(Archive(opened).articles())
    assert any("schema version '2.0'" in str(f) for f in Verification(opened, deep=True).findings())
