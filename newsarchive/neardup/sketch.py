"""The sketch of a text: what is kept of it to find and to judge its near-duplicates.

MinHash over hashes of our own, so that no library's release changes what an index means: `probe()` is the sketch of a
fixed text, and an index whose probe differs is not used.
"""

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from newsarchive.neardup.parameters import PARAMETERS, Parameters
from newsarchive.neardup.tokens import Tokens, tokens

Hashes = npt.NDArray[np.uint64]
Small = npt.NDArray[np.uint16]
_HEAD = struct.Struct("<HBB")
MOST_DETAILS = 48
_MOST_SHINGLES = 0xFFFF
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MOST_KEPT = 50_000
_PROBE = "The harbour office said in 2026 that 14 of its ferries would wait for spring, and Captain Ames agreed. " * 3


@dataclass(frozen=True, slots=True)
class Sketch:
    """The minima of a text's shingles, to 16 bits each; how many shingles; its figures and names, to 16 bits each."""

    shingles: int
    minima: bytes
    numbers: bytes
    names: bytes

    def encode(self) -> bytes:
        """Return the sketch as bytes: 4 for the counts, then the minima, figures and names, little-endian."""
        head = _HEAD.pack(self.shingles, len(self.numbers) // 2, len(self.names) // 2)
        return head + self.minima + self.numbers + self.names

    @classmethod
    def decode(cls, body: bytes) -> "Sketch":
        """Return the sketch in bytes; ValueError if they are not those of one."""
        if len(body) < _HEAD.size:
            raise ValueError("a sketch is cut short")
        shingles, numbers, names = _HEAD.unpack_from(body)
        if len(body) != _HEAD.size + 2 * (PARAMETERS.minima + numbers + names):
            raise ValueError("a sketch has not the length that it says")
        end = len(body) - 2 * names
        start = end - 2 * numbers
        return cls(shingles, body[_HEAD.size : start], body[start:end], body[end:])


def _mixed(values: Hashes) -> Hashes:
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))


class _WordHashes(dict[str, int]):
    """64-bit hashes of words, kept for the words that were met before."""

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST_KEPT:
            self.clear()
        digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
        self[word] = found = int.from_bytes(digest, "little")
        return found


_hash = _WordHashes().__getitem__


@lru_cache(maxsize=8)
def _multipliers(count: int) -> npt.NDArray[np.uint32]:
    mixed = _mixed(np.arange(1, count + 1, dtype=np.uint64) * _GOLDEN)
    return (mixed >> np.uint64(32)).astype(np.uint32) | np.uint32(1)


def shingle_hashes(found: Tokens, parameters: Parameters = PARAMETERS) -> Hashes:
    """Return the distinct hashes of a text's shingles, sorted."""
    length = parameters.words if found.spaced else parameters.characters
    units = np.fromiter(map(_hash, found.units), dtype=np.uint64, count=len(found.units))
    places = max(0, len(units) - length + 1)
    total = np.zeros(places, dtype=np.uint64)
    for offset in range(length):
        total = total * _FIRST + units[offset : offset + places]
    return _distinct(_mixed(total))


def _distinct(values: Hashes) -> Hashes:
    """Return the distinct values, sorted; `np.unique` would bring in numpy.ma, for a tenth of a second a process."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def _minima(hashes: Hashes, count: int) -> Small:
    short = (hashes >> np.uint64(32)).astype(np.uint32)
    smallest = (_multipliers(count)[:, None] * short[None, :]).min(axis=1).astype(np.uint64)
    return (_mixed(smallest * _GOLDEN) >> np.uint64(48)).astype("<u2")


def _details(texts: Iterable[str]) -> bytes:
    """The smallest of the texts' hashes: two texts' samples are comparable up to the smaller of their greatest."""
    hashes = {_hash(text) & 0xFFFF for text in texts}
    return np.array(sorted(hashes)[:MOST_DETAILS], dtype="<u2").tobytes()


def sketch(text: str, parameters: Parameters = PARAMETERS) -> Sketch | None:
    """Return the sketch of a text; None if it is too short to tell copies from chance."""
    found = tokens(text)
    hashes = shingle_hashes(found, parameters)
    if len(hashes) < parameters.least_shingles:
        return None
    return Sketch(
        shingles=min(len(hashes), _MOST_SHINGLES),
        minima=_minima(hashes, parameters.minima).tobytes(),
        numbers=_details(found.numbers),
        names=_details(found.names),
    )


def band_keys(*found: Sketch, parameters: Parameters = PARAMETERS) -> Hashes:
    """Return a row for each sketch, with a key of at most 48 bits for each band; near-duplicates share some."""
    minima = np.frombuffer(b"".join(s.minima for s in found), dtype="<u2").astype(np.uint64)
    rows = minima.reshape(len(found), parameters.bands, parameters.rows)
    total = np.arange(1, parameters.bands + 1, dtype=np.uint64)
    for row in range(parameters.rows):
        total = _mixed(total * _SECOND + rows[:, :, row])
    return total >> np.uint64(16)


@lru_cache(maxsize=1)
def probe() -> str:
    """Return a hash of everything that a sketch depends on: the parameters, and the sketch of a fixed text."""
    made = sketch(_PROBE, Parameters(least_shingles=1))
    assert made is not None  # noqa: S101 - for the type checker: the fixed text is long enough
    keys = repr(band_keys(made)[0].tolist())
    return hashlib.sha256(PARAMETERS.encode().encode() + made.encode() + keys.encode()).hexdigest()[:32]
