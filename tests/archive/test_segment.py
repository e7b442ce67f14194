"""Segments: deterministic bytes, first line, manifest entries; keys of the layout."""

import gzip
import itertools
import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from newsarchive.archive import layout
from newsarchive.archive.line import encode
from newsarchive.archive.segment import Manifest, Origin, build, lines_of, sha256, split
from newsarchive.errors import IntegrityError, UsageError
from tests.conftest import RUN, article

ORIGIN = Origin(writer="w1", n=7, previous_sha256="ab" * 32, site="example", crawl_date="2026-11-23", run_id=RUN)
LINES = [
    encode(article(1, date_published="")),
    encode(article(2, tags=("Iraq",), authors=("A",), description="d", section="s")),
    encode(article(3, revision=2)),
    encode(article(4, language="fr")),
]


def test_the_same_lines_give_the_same_bytes() -> None:
    """In any order they come; so that a retry is the same object."""
    built = {build(lines, ORIGIN).body for lines in itertools.permutations(LINES)}
    assert len(built) == 1
    assert b"".join(sorted(LINES)) == b"".join(sorted(gzip.decompress(built.pop()).splitlines(keepends=True)))


def test_the_fullest_line_comes_first() -> None:
    """Readers infer types from it."""
    found = build(LINES, ORIGIN)
    assert next(iter(lines_of(found.body, found.manifest))) == LINES[1]


@pytest.mark.parametrize(
    ("raw", "lines"),
    [(b"", []), (b"a\n", [b"a\n"]), (b"a\nb", [b"a\n", b"b"]), (b"\n\n", [b"\n", b"\n"]), (b"a\rb\r\n", [b"a\rb\r\n"])],
)
def test_lines_end_where_a_line_feed_is(raw: bytes, lines: list[bytes]) -> None:
    """Nowhere else, and the last one without it is a line too."""
    entry = replace(build(LINES, ORIGIN).manifest, count=len(lines))
    assert split(raw, entry) == lines
    with pytest.raises(IntegrityError, match="its manifest entry counts 9"):
        split(raw, replace(entry, count=9))


def test_the_entry_tells_what_the_segment_holds() -> None:
    """Place in the chain, key, checksum, counts, dates, languages, revisions."""
    found = build(LINES, ORIGIN)
    digest = sha256(found.body)
    assert found.manifest == Manifest(
        writer="w1",
        n=7,
        previous_sha256="ab" * 32,
        key=f"articles/site=example/crawl_date=2026-11-23/{RUN}-000007-{digest[:16]}.jsonl.gz",
        count=4,
        bytes=len(found.body),
        sha256=digest,
        site="example",
        crawl_date="2026-11-23",
        run_id=RUN,
        date_published_min="2026-11-03T06:04:00Z",
        date_published_max="2026-11-05T06:04:00Z",
        undated=1,
        languages=["en", "fr"],
        revised={article(3).id: 2},
    )


def test_of_two_revisions_the_entry_names_the_later() -> None:
    """Whatever their order among the lines."""
    lines = [encode(article(1, revision=n, title=str(9 - n))) for n in (3, 1, 2)]
    assert build(lines, ORIGIN).manifest.revised == {article(1).id: 3}


def test_an_entry_is_read_back() -> None:
    """Keys of a newer minor version are left out."""
    manifest = build(LINES, ORIGIN).manifest
    assert Manifest.decode(manifest.encode(), where="here") == manifest
    newer = json.dumps({**json.loads(manifest.encode()), "manifest_version": "1.9", "new": {}}).encode()
    assert Manifest.decode(newer, where="here") == replace(manifest, manifest_version="1.9")


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"[]", b"null", b'{"manifest_version": "1.0"}', b"\xff\xfe"])
def test_what_is_no_entry_is_refused_by_key(body: bytes) -> None:
    """The message names the object."""
    with pytest.raises(IntegrityError, match="manifest/here"):
        Manifest.decode(body, where="manifest/here")


def test_an_unknown_major_version_of_an_entry_is_refused_by_name() -> None:
    """An old reader does not misread a new archive."""
    body = json.dumps({**json.loads(build(LINES, ORIGIN).manifest.encode()), "manifest_version": "2.0"}).encode()
    with pytest.raises(IntegrityError, match=r"manifest/here has manifest version 2\.0"):
        Manifest.decode(body, where="manifest/here")


def _recompressed(count: int) -> tuple[bytes, Manifest]:
    found = build(LINES, ORIGIN)
    body = gzip.compress(b"".join(LINES[:count]), mtime=0)
    return body, replace(found.manifest, bytes=len(body), sha256=sha256(body))


DAMAGED: list[tuple[str, Any, str]] = [
    ("truncated", lambda body, manifest: (body[:-1], manifest), "is damaged"),
    ("empty", lambda _, manifest: (b"", manifest), "is damaged"),
    ("a bit", lambda body, manifest: (body[:-9] + bytes([body[-9] ^ 1]) + body[-8:], manifest), "is damaged"),
    (
        "no gzip",
        lambda body, manifest: (bytes(len(body)), replace(manifest, sha256=sha256(bytes(len(body))))),
        "is damaged",
    ),
    ("fewer lines", lambda *_: _recompressed(3), "holds 3 lines; its manifest entry counts 4"),
]


@pytest.mark.parametrize(("damage", "sentence"), [row[1:] for row in DAMAGED], ids=[row[0] for row in DAMAGED])
def test_damage_is_named(damage: Any, sentence: str) -> None:  # noqa: ANN401 - a table's column
    """A segment that is not what its entry says gives no line at all."""
    found = build(LINES, ORIGIN)
    body, manifest = damage(found.body, found.manifest)
    with pytest.raises(IntegrityError, match=f"{found.manifest.key} {sentence}"):
        next(iter(lines_of(body, manifest)))


def test_keys_of_the_layout() -> None:
    """As designed."""
    assert layout.manifest_key("2026-11-23", "w1", 7) == "manifest/crawl_date=2026-11-23/w1-00000007.json"
    assert layout.run_key(RUN) == f"runs/crawl_date=2026-11-23/{RUN}.json"


def _keys_with(name: str) -> list[partial[str]]:
    return [
        partial(layout.segment_key, name, "2026-11-23", "r", number=1, sha256="0" * 64),
        partial(layout.segment_key, "s", "2026-11-23", name, number=1, sha256="0" * 64),
        partial(layout.segment_key, "s", name, "r", number=1, sha256="0" * 64),
        partial(layout.manifest_key, "2026-11-23", name, 1),
        partial(layout.run_key, name),
    ]


@pytest.mark.parametrize("name", ["", "..", "a/b", "a_b", "A", "é", "a\n", "a.b", " "])
def test_nothing_else_reaches_a_key(name: str) -> None:
    """Names are `[a-z0-9-]+`, dates are dates."""
    for make in _keys_with(name):
        with pytest.raises(UsageError):
            make()
