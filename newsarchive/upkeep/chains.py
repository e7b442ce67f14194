"""The commit log as it is stored: each writer's manifest entries, and where their chain is broken."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsarchive.archive import Archive, layout
from newsarchive.archive.segment import Manifest, sha256
from newsarchive.errors import IntegrityError


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored manifest entry; `manifest` is None where the object is none."""

    key: str
    n: int
    sha256: str
    manifest: Manifest | None


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain is broken: the key of the entry that is missing, damaged or out of place, and what it is.

    `is_altered`: this entry or the one before it has been; `is_double`: another one has its number.
    """

    key: str
    writer: str
    n: int
    what: str
    is_altered: bool = False
    is_double: bool = False


@dataclass(slots=True)
class Log:
    """Every manifest entry by writer, sorted by number."""

    writers: dict[str, list[Entry]] = field(default_factory=dict)

    @classmethod
    def read(cls, archive: Archive) -> "Log":
        """Return an archive's log."""
        entries: dict[str, list[Entry]] = defaultdict(list)
        for key, body in archive.bodies(archive.manifest_keys()):
            if named := layout.entry_named(key):
                entries[named[0]].append(_entry(key, named[1], body))
        return cls({w: sorted(found, key=lambda e: (e.n, e.key)) for w, found in sorted(entries.items())})

    @property
    def manifests(self) -> list[Manifest]:
        """The entries that can be read, in the order of their keys."""
        found = (e for entries in self.writers.values() for e in entries)
        return [e.manifest for e in sorted(found, key=lambda e: e.key) if e.manifest]

    def breaks(self) -> Iterator[Break]:
        """Yield the places where a chain is broken."""
        for writer, entries in self.writers.items():
            yield from _breaks(writer, entries)


def _entry(key: str, n: int, body: bytes) -> Entry:
    try:
        manifest = Manifest.decode(body, where=key)
    except IntegrityError:
        return Entry(key, n, sha256(body), None)
    named = layout.manifest_key(manifest.crawl_date, manifest.writer, manifest.n)
    return Entry(key, n, sha256(body), manifest if named == key and _typed(manifest) else None)


def _typed(manifest: Manifest) -> bool:
    """Tell whether the values that are reckoned with have their types."""
    numbers = (manifest.count, manifest.bytes, manifest.undated)
    return all(isinstance(v, int) for v in numbers) and isinstance(manifest.revised, dict)


def _breaks(writer: str, entries: list[Entry]) -> Iterator[Break]:
    expected, previous = 1, ""
    for entry in entries:
        if entry.n < expected:
            yield Break(entry.key, writer, entry.n, "is there twice, under two dates", is_double=True)
            continue
        for n in range(expected, entry.n):
            yield Break(f"{layout.MANIFESTS}…/{writer}-{n:08d}.json", writer, n, "is missing")
        if entry.manifest is None:
            yield Break(entry.key, writer, entry.n, "is damaged")
        elif entry.n == expected and entry.manifest.previous_sha256 != previous:
            what = f"does not name the hash of entry {entry.n - 1}: one of them has been altered"
            yield Break(entry.key, writer, entry.n, what, is_altered=True)
        expected, previous = entry.n + 1, entry.sha256
