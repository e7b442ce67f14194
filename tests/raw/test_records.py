"""Reading WARCs of every kind, whole and damaged."""

import gzip
import random
from io import BytesIO
from typing import Any

import pytest
import zstandard

from newsarchive.errors import UsageError
from newsarchive.raw import records as module
from newsarchive.raw.compression import Damage, decompressed
from newsarchive.raw.records import Record, records
from tests.bulk.making import address, page, plain, warc

WARC: list[tuple[str, bytes, dict[str, Any]]] = [(address(n), page(n), {}) for n in range(1, 7)]
KINDS = {
    "gzip by record": warc(WARC),
    "gzip as a whole": gzip.compress(warc(WARC, compress=plain)),
    "plain": warc(WARC, compress=plain),
    "zstd by record": warc(WARC, compress=zstandard.compress),
    "zstd as a whole": zstandard.compress(warc(WARC, compress=plain)),
}


class Trickle(BytesIO):
    """A file that gives a few bytes at a time, as a network does."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return fewer bytes than asked for."""
        return super().read(min(size or -1, 97))


def read(data: bytes, *, file: type[BytesIO] = BytesIO) -> list[Record | Damage]:
    """Return what is in a WARC."""
    return list(records(decompressed(file(data[8:]), data[:8], name="test.warc")))


def blocks(data: bytes) -> list[bytes]:
    """Return the records of a WARC that can be read."""
    return [found.block for found in read(data) if isinstance(found, Record)]


def damage(data: bytes) -> list[str]:
    """Return what is damaged in a WARC."""
    return [found.reason for found in read(data) if isinstance(found, Damage)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", [BytesIO, Trickle])
def test_every_kind_of_warc_holds_the_same_records(kind: str, file: type[BytesIO]) -> None:
    """Whatever the compression, and however the bytes arrive."""
    found = [r for r in read(KINDS[kind], file=file) if isinstance(r, Record)]
    assert [r.block for r in found] == blocks(KINDS["plain"])
    assert len(found) == 7


@pytest.mark.parametrize("kind", ["gzip by record", "plain"])
def test_a_record_knows_its_place(kind: str) -> None:
    """Offset and length name the bytes in the file; together they are the whole file."""
    data = KINDS[kind]
    total = 0
    for found in read(data):
        assert isinstance(found, Record)
        offset, length = map(int, found.place.split("+"))
        part = data[offset : offset + length]
        assert (gzip.decompress(part) if kind.startswith("gzip") else part).startswith(found.block)
        total += length
    assert total == len(data)


@pytest.mark.parametrize("kind", ["gzip as a whole", "zstd by record", "zstd as a whole"])
def test_a_record_without_a_place_of_its_own_names_none(kind: str) -> None:
    """An offset into the middle of a compressed stream would help nobody."""
    assert {found.place for found in read(KINDS[kind]) if isinstance(found, Record)} == {""}


@pytest.mark.parametrize("kind", ["gzip by record", "plain"])
@pytest.mark.parametrize("seed", range(25))
def test_damage_costs_the_record_it_is_in(kind: str, seed: int) -> None:
    """A flipped bit anywhere loses at most two records and is told, unless it only changed a record's contents."""
    chance = random.Random(seed)  # noqa: S311 - damage, repeatable
    data = bytearray(KINDS[kind])
    data[chance.randrange(8, len(data))] ^= 1 << chance.randrange(8)
    whole = set(blocks(KINDS[kind]))
    intact = whole.intersection(blocks(bytes(data)))
    assert len(whole) - len(intact) <= 2
    assert len(blocks(bytes(data))) == len(whole) or damage(bytes(data))


@pytest.mark.parametrize("kind", ["gzip by record", "gzip as a whole", "plain"])
def test_a_truncated_warc_gives_what_it_holds(kind: str) -> None:
    """What comes before the end is read, and the end is told."""
    data = KINDS[kind][: len(KINDS[kind]) * 2 // 3]
    assert 1 <= len(blocks(data)) <= 5
    assert damage(data) == ["truncated"]


def test_garbage_between_records_is_passed_over() -> None:
    """In gzip and in plain files."""
    parts = [warc([r]) for r in WARC[:2]]
    assert len(blocks(parts[0] + b"\x1f\x8b\x08garbage" + parts[1])) == 4
    plains = [warc([r], compress=plain) for r in WARC[:2]]
    joined = plains[0] + b"garbage\r\n" + plains[1]
    assert (len(blocks(joined)), damage(joined)) == (4, ["malformed"])


def test_an_endless_record_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record beyond the limit costs no memory and is told."""
    monkeypatch.setattr(module, "LONGEST", 5_000)
    data = warc([WARC[0], (address(9), b"x" * 50_000, {}), WARC[1]])
    assert (len(blocks(data)), damage(data)) == (3, ["too-large"])


def test_a_head_without_a_length_is_damage() -> None:
    """And so is one that is no number."""
    for length in (b"", b"Content-Length: many\r\n"):
        head = b"WARC/1.0\r\nWARC-Type: response\r\n" + length + b"\r\nbody\r\n\r\n"
        data = head + warc([WARC[0]], compress=plain)
        assert (len(blocks(data)), damage(data)) == (2, ["malformed"])


@pytest.mark.parametrize("data", [b"<html>", b"", b"PK\x03\x04 an archive"], ids=["html", "empty", "zip"])
def test_what_is_no_warc_is_refused(data: bytes) -> None:
    """By its name."""
    with pytest.raises(UsageError, match=r"test\.warc is no WARC"):
        read(data)
