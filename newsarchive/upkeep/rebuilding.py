"""Manifest entries made again from the segments they named."""

import gzip
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from newsarchive.archive import layout
from newsarchive.archive.schema import violation
from newsarchive.archive.segment import Manifest, Origin, describe, of_pages, sha256
from newsarchive.errors import IntegrityError
from newsarchive.upkeep.pages import addresses

_KEY = re.compile(
    r"(?P<kind>articles|raw)/site=(?P<site>[a-z0-9-]+)/crawl_date=(?P<date>[\d-]{10})/"
    r"(?P<run>[a-z0-9-]+)-(?P<n>\d{6,})-(?P<sha>[0-9a-f]{16})\.(?:jsonl|warc)\.gz"
)
_PAGE_TYPES = frozenset({"response", "revisit"})


@dataclass(frozen=True, slots=True)
class Whole:
    """A segment that is what its key says: its bytes have the key's hash, and every line is a valid record."""

    key: str
    number: int
    body: bytes
    records: tuple[dict[str, Any], ...]

    def entry(self, *, writer: str, n: int, previous_sha256: str) -> Manifest:
        """Return the entry that a writer would commit this segment with."""
        found = _KEY.fullmatch(self.key)
        if found is None:
            raise IntegrityError(f"{self.key} is no segment's key")
        origin = Origin(
            writer=writer,
            n=n,
            previous_sha256=previous_sha256,
            site=found["site"],
            crawl_date=found["date"],
            run_id=found["run"],
        )
        if found["kind"] == "articles":
            return replace(describe(self.records, self.body, origin), key=self.key)
        pages = sum(kind in _PAGE_TYPES for kind, _ in addresses(self.body, where=self.key))
        return replace(of_pages(self.body, pages, origin).manifest, key=self.key)


def number_of(key: str) -> int:
    """Return the number of the entry that a segment's key says it was committed with; 0 if it says none."""
    found = _KEY.fullmatch(key)
    return int(found["n"]) if found else 0


def whole(key: str, body: bytes) -> Whole:
    """Return the segment with this key and bytes; IntegrityError saying why it is not to be trusted."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise IntegrityError(f"{key} is no segment's key")
    if sha256(body)[:16] != found["sha"]:
        raise IntegrityError(f"{key} is damaged: its bytes do not have the hash in its key")
    records = _records(key, body, found["site"]) if key.startswith(layout.ARTICLES) else ()
    return Whole(key, int(found["n"]), body, records)


def _records(key: str, body: bytes, site: str) -> tuple[dict[str, Any], ...]:
    try:
        records = tuple(json.loads(line) for line in gzip.decompress(body).splitlines())
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise IntegrityError(f"{key} cannot be read: {error}") from error
    for number, record in enumerate(records, 1):
        if problem := violation(record) or _foreign(record, site):
            raise IntegrityError(f"{key} line {number} {problem}")
    return records


def _foreign(record: dict[str, Any], site: str) -> str:
    return "" if record["site"] == site else f"is of {record['site']}, not {site}"


def proven(
    candidates: Iterable[Whole], *, writer: str, n: int, previous_sha256: str, expected_sha256: str
) -> tuple[str, bytes] | None:
    """Return key and bytes of the entry n of a writer, if one of these segments gives it with the hash it must have."""
    for candidate in candidates:
        manifest = candidate.entry(writer=writer, n=n, previous_sha256=previous_sha256)
        body = manifest.encode()
        if sha256(body) == expected_sha256:
            return layout.manifest_key(manifest.crawl_date, writer, n), body
    return None
