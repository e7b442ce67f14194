"""Finding what a takedown covers."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsarchive.archive import Archive
from newsarchive.archive.segment import Manifest, lines_of
from newsarchive.archive.snapshot import Snapshot
from newsarchive.archive.tombstones import Tombstone
from newsarchive.urls import url_key


@dataclass(slots=True)
class Found:
    """The articles that a takedown covers: their ids, addresses and sites, and their line numbers (from 0) by segment.

    Of a site `urls` stays empty.
    """

    ids: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    url_keys: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    lines: dict[str, list[int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many revisions."""
        return sum(map(len, self.lines.values()))


def search(
    archive: Archive, snapshot: Snapshot, tombstone: Tombstone, *, on_progress: Callable[[int, int], None]
) -> Found:
    """Return what a takedown covers in the segments that are read; every line of them is looked at.

    Raises:
        IntegrityError: a segment is missing or damaged.
    """
    found = Found(ids=set(tombstone.ids), url_keys=set(tombstone.url_keys))
    while True:
        known = len(found.ids)
        found.lines.clear()
        for done, manifest in enumerate(snapshot.articles):
            on_progress(done, len(snapshot.articles))
            if tombstone.kind != "site" or manifest.site == tombstone.value:
                _look_into(manifest, archive.read(manifest.key), tombstone, found)
        if tombstone.kind != "url" or len(found.ids) == known:
            return found  # else an address has led to articles with revisions in segments looked at before


def _look_into(manifest: Manifest, body: bytes, tombstone: Tombstone, found: Found) -> None:
    for number, record in covered(lines_of(body, manifest), tombstone, found):
        found.lines.setdefault(manifest.key, []).append(number)
        found.ids.add(record["id"])
        found.sites.add(record["site"])
        if tombstone.kind != "site":
            found.urls |= {record["url"], record["canonical_url"]}
            found.url_keys |= {url_key(record["url"]), url_key(record["canonical_url"])}


def covered(lines: Sequence[bytes] | Iterator[bytes], tombstone: Tombstone, found: Found) -> Iterator[tuple[int, Any]]:
    """Yield number and record of the lines that a takedown covers."""
    for number, line in enumerate(lines):
        record = json.loads(line)
        if _covers(record, tombstone, found):
            yield number, record


def _covers(record: dict[str, Any], tombstone: Tombstone, found: Found) -> bool:
    if tombstone.kind == "site":
        return bool(record["site"] == tombstone.value)
    if record["id"] in found.ids:
        return True
    return tombstone.kind == "url" and tombstone.value in (url_key(record["url"]), url_key(record["canonical_url"]))


def revisions_of(lines: Sequence[bytes]) -> set[tuple[str, int]]:
    """Return id and revision of the records in lines."""
    return {(r["id"], r["revision"]) for r in map(json.loads, lines)}
