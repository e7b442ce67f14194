"""The bands of one day: sorted numbers that lead from a band's key to the members that have it.

An entry is 40 bits of a key, then the 24 bits of a member's number. Entries are made anew from the members' sketches
whenever their file is missing, damaged or of other parameters: it only saves time.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from newsarchive.neardup.sketch import probe
from newsarchive.storage.folder import write_durably

Entries = npt.NDArray[np.uint64]
_NUMBER_BITS = np.uint64(24)
_KEY_SHIFT = np.uint64(8)  # of a key's 48 bits, 40 are kept
_NUMBER = np.uint64((1 << 24) - 1)
_END = np.full(1, 0xFFFFFFFFFFFFFFFF, dtype=np.uint64)  # behind the last entry, so that every search ends at one
_FRESH = 2_048
_HEAD = 32
_PIECE = 1 << 18  # entries noted at a time, so that memory stays flat
_ROOM = 3  # of the bits that tell which keys may be there, one in eight to sixteen is set
MOST_MEMBERS = (1 << 24) - 1


class Wanted:
    """What is asked of one day after the other: what `entries` makes of a sketch's keys."""

    def __init__(self, found: Entries) -> None:
        self.entries = found
        self.keys: list[int] = (found >> _NUMBER_BITS).tolist()
        self._places: dict[int, tuple[npt.NDArray[np.intp], npt.NDArray[np.uint8]]] = {}

    def places(self, bits: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint8]]:
        """Return the bytes and the bits in them that tell how the entries begin; most days have the same."""
        if bits not in self._places:
            beginnings = self.entries >> np.uint64(64 - bits)
            self._places[bits] = _places(beginnings), _marks(beginnings)
        return self._places[bits]


def _places(beginnings: Entries) -> npt.NDArray[np.intp]:
    return (beginnings >> np.uint64(3)).astype(np.intp)


def _marks(beginnings: Entries) -> npt.NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (beginnings & np.uint64(7)).astype(np.uint8))


class Bands:
    """Finds the members of a day by bands; `last` is the greatest number entered.

    Most keys that are asked for are not there. A bit for each beginning of a key tells so by one read from memory,
    where a binary search takes a dozen.
    """

    def __init__(self) -> None:
        self.last = 0
        self._saved = 0
        self._bits = 0
        self._sort(_END, _END)
        self._fresh: list[Entries] = []
        self._waiting = 0
        self._recent: defaultdict[int, list[int]] = defaultdict(list)

    def _sort(self, found: Entries, fresh: Entries) -> None:
        """Take these sorted entries, and note how the fresh ones begin, or all where there are twice as many."""
        bits = len(found).bit_length() + _ROOM
        if bits != self._bits:
            self._bits, fresh = bits, found
            self._begun = np.zeros(1 << (bits - 3), dtype=np.uint8)
        self._sorted = found
        for start in range(0, len(fresh), _PIECE):
            self._note(fresh[start : start + _PIECE] >> np.uint64(64 - bits))

    def _note(self, beginnings: Entries) -> None:
        places, marks = _places(beginnings), _marks(beginnings)
        firsts = np.flatnonzero(np.diff(places, prepend=-1))
        self._begun[places[firsts]] |= np.bitwise_or.reduceat(marks, firsts)

    def add(self, numbers: Sequence[int], keys: Entries) -> None:
        """Enter the bands of members, a row of keys each; numbers must rise."""
        made = entries(keys) | np.array(numbers, dtype=np.uint64)[:, None]
        self._fresh.append(made.ravel())
        self._waiting += len(numbers)
        self.last = numbers[-1]
        if self._waiting >= _FRESH:
            return self._merge()
        for number, row in zip(numbers, (made >> _NUMBER_BITS).tolist(), strict=True):
            for key in row:
                self._recent[key].append(number)
        return None

    def _merge(self) -> None:
        if not self._fresh:
            return
        fresh = np.sort(np.concatenate(self._fresh))
        self._sort(np.insert(self._sorted, np.searchsorted(self._sorted, fresh), fresh), fresh)
        self._fresh.clear()
        self._waiting = 0
        self._recent.clear()

    def sharing(self, wanted: Wanted, most: int) -> list[int]:
        """Return the numbers of the members that share a band: most bands first, then the earliest; at most so many."""
        hits = list(self._in_sorted(wanted))
        if self._recent:
            for key in wanted.keys:
                hits.extend(self._recent.get(key, ()))
        found = Counter(hits)
        return sorted(found, key=lambda number: (-found[number], number))[:most]

    def _in_sorted(self, wanted: Wanted) -> Iterable[int]:
        places, marks = wanted.places(self._bits)
        maybe = wanted.entries[(self._begun[places] & marks) > 0]
        if not len(maybe):
            return
        starts = self._sorted.searchsorted(maybe)
        hits = (self._sorted[starts] ^ maybe) <= _NUMBER
        for start in starts[hits].tolist():
            yield from self._run(start)

    def _run(self, start: int) -> Iterable[int]:
        """Return the numbers of the entries from start on that have one key."""
        end = int(self._sorted.searchsorted(self._sorted[start] | _NUMBER, side="right"))
        numbers: list[int] = (self._sorted[start:end] & _NUMBER).tolist()
        return numbers

    def save(self, path: Path) -> None:
        """Write the bands to a file, unless it holds them already."""
        if self._saved == self.last:
            return
        self._merge()
        entered = self._sorted.astype("<u8", copy=False).data
        write_durably(path, b"".join((_head(self.last, entered), entered)))

    def load(self, path: Path, last: int) -> None:
        """Read the bands from a file, if it is there, made with the present parameters, and of no later members."""
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            return
        found = int.from_bytes(body[16:24], "little")
        if found <= last and body[:_HEAD] == _head(found, memoryview(body)[_HEAD:]):
            self.last = self._saved = found
            entered = np.frombuffer(body, dtype="<u8", offset=_HEAD).astype(np.uint64, copy=False)
            self._sort(entered, entered)


def _head(last: int, entered: memoryview) -> bytes:
    """Return what a file begins with: 16 bytes for the parameters, 8 for the greatest number, 8 to check the rest."""
    return bytes.fromhex(probe()) + last.to_bytes(8, "little") + zlib.crc32(entered).to_bytes(8, "little")


def entries(keys: Entries) -> Entries:
    """Return the entries of sketches' keys without a number, each row sorted."""
    return np.sort((keys >> _KEY_SHIFT) << _NUMBER_BITS)
