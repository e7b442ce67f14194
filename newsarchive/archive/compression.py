"""Gzip as segments have it: one ordinary member, made on every core and unpacked by the fastest code that is there."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

try:
    from isal.igzip import decompress as _gunzip
except ImportError:  # no wheel for this machine: Python's own takes twice as long
    from gzip import decompress as _gunzip

_PIECE = 1 << 20
_HEAD = bytes.fromhex("1f8b08000000000000ff")  # RFC 1952: deflate, no name, no time, no system
_LAST = bytes.fromhex("0300")  # an empty block that ends the stream
_TAIL = struct.Struct("<II")


def gunzip(body: bytes) -> bytes:
    """Return what gzip-compressed bytes hold; OSError, EOFError or zlib.error if they are none, or damaged."""
    raw: bytes = _gunzip(body)  # type: ignore[no-untyped-call]  # igzip's signature has no types
    return raw


def compress(raw: bytes, level: int) -> bytes:
    """Return bytes as one gzip member, the same for the same bytes on any number of cores.

    Pieces of a mebibyte are deflated side by side and joined in one stream, as pigz does with independent blocks.
    """

    def deflated(start: int) -> bytes:
        stream = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
        return stream.compress(raw[start : start + _PIECE]) + stream.flush(zlib.Z_SYNC_FLUSH)

    with ThreadPoolExecutor() as threads:
        pieces = list(threads.map(deflated, range(0, len(raw), _PIECE)))
    return b"".join([_HEAD, *pieces, _LAST, _TAIL.pack(zlib.crc32(raw), len(raw) & 0xFFFFFFFF)])
