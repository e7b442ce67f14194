"""One consistent state of an archive: what its manifests, replacement records and tombstones say together."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from newsarchive.archive.replacements import Record, Replacement, Source
from newsarchive.archive.segment import ARTICLES, Manifest
from newsarchive.archive.tombstones import Hidden


@dataclass(frozen=True, slots=True)
class Place:
    """Where the lines of a segment are now: in the segment `key` (`""`: nowhere), from line start (0 is the first)."""

    key: str
    start: int
    stop: int


@dataclass(slots=True)
class Snapshot:
    """The segments to be read, and where the lines of replaced ones have gone.

    `live` has the segments by key, in the order of their first commit; `replaced` the superseded ones with the number
    of the record that says so.
    """

    hidden: Hidden = field(default_factory=Hidden)
    live: dict[str, Manifest] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)
    _places: dict[str, Place] = field(default_factory=dict)
    _held: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, manifests: Iterable[Manifest], records: Iterable[Record], hidden: Hidden) -> "Snapshot":
        """Return the state in which these records have been applied to these manifest entries."""
        snapshot = cls(hidden=hidden, live={m.key: m for m in manifests})
        order = {key: number for number, key in enumerate(snapshot.live)}
        for record in records:
            for replacement in record.replacements:
                snapshot._apply(replacement, record.n)
        snapshot._sort(order)
        return snapshot

    def _apply(self, replacement: Replacement, n: int) -> None:
        key = replacement.result.key if replacement.result else ""
        base = 0
        for source in replacement.sources:
            for original in self._held.pop(source.key, [source.key]):
                self._places[original] = _moved(self._places.get(original), source, key, base)
                self._held.setdefault(key, []).append(original)
            base += source.count - len(source.dropped)
            self.live.pop(source.key, None)
            self.replaced[source.key] = n
        if replacement.result:
            self.live[key] = replacement.result

    def _sort(self, order: dict[str, int]) -> None:
        def first(key: str) -> int:
            return min(order.get(original, len(order)) for original in self.held_by(key))

        self.live = {key: self.live[key] for key in sorted(self.live, key=first)}

    @property
    def articles(self) -> list[Manifest]:
        """The live segments that hold articles."""
        return [m for m in self.live.values() if m.kind == ARTICLES]

    def place(self, key: str) -> Place | None:
        """Return where a replaced segment's lines are now; None if it has not been replaced."""
        return self._places.get(key)

    def current(self, key: str) -> str:
        """Return the key of the segment that a segment's lines or pages are in now; `""` if nothing is left of it.

        Pages keep their offsets: a raw_ref's stay right.
        """
        place = self._places.get(key)
        return place.key if place else key

    def held_by(self, key: str) -> Sequence[str]:
        """Return the committed segments whose lines are in a segment: itself, unless it is the result of others."""
        return self._held.get(key) or [key]


def _moved(place: Place | None, source: Source, key: str, base: int) -> Place:
    """Return where lines are that were at a place in source (None: all of them), whose lines now begin at base."""
    start, stop = (place.start, place.stop) if place else (0, source.count)
    dropped = sorted(source.dropped)
    return Place(key, base + start - bisect_left(dropped, start), base + stop - bisect_left(dropped, stop))
