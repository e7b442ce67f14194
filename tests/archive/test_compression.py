"""Segments are compressed on several cores into what any reader takes for an ordinary gzip file."""

import gzip
import random
import zlib

import pytest

from newsarchive.archive.compression import compress, gunzip

_WORDS = [f"word{n}".encode() for n in range(500)]


def text(size: int) -> bytes:
    """Return so many bytes of words, the same each time."""
    return b" ".join(random.Random(7).choices(_WORDS, k=size // 4 + 1))[:size]  # noqa: S311 - a text, repeatable


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5 << 19])
@pytest.mark.parametrize("level", [4, 6])
def test_one_member_holds_everything(size: int, level: int) -> None:
    """A reader that knows of one member only, as some do, has all of it; nothing follows."""
    raw = text(size)
    body = compress(raw, level)
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    assert reader.decompress(body) == raw
    assert (reader.eof, reader.unused_data) == (True, b"")
    assert gunzip(body) == gzip.decompress(body) == raw


def test_pieces_cost_next_to_nothing() -> None:
    """The bytes are the same each time, and hardly more than Python makes in one go."""
    raw = text(3 << 20)
    assert compress(raw, 4) == compress(raw, 4)
    assert len(compress(raw, 4)) < 1.01 * len(gzip.compress(raw, 4))
