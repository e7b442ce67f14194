"""Bytes that become many more when they are unpacked, in every coding that servers use."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import brotli
import zstandard

_BLOCK = b" " * (1 << 20)
MEBIBYTES = 300


def _deflated(bits: int, before: bytes, after: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, bits)
    parts = [packer.compress(before), *(packer.compress(_BLOCK) for _ in range(MEBIBYTES)), packer.compress(after)]
    return b"".join([*parts, packer.flush()])


def _brotli(before: bytes, after: bytes) -> bytes:
    packer = brotli.Compressor(quality=5)
    parts = [packer.process(before), *(packer.process(_BLOCK) for _ in range(MEBIBYTES)), packer.process(after)]
    return b"".join([*parts, packer.finish()])


def _zstd(before: bytes, after: bytes) -> bytes:
    packer = zstandard.ZstdCompressor(3).compressobj()
    parts = [packer.compress(before), *(packer.compress(_BLOCK) for _ in range(MEBIBYTES)), packer.compress(after)]
    return b"".join([*parts, packer.flush()])


def _members(before: bytes, after: bytes) -> bytes:
    return gzip.compress(before) + gzip.compress(_BLOCK) * MEBIBYTES + gzip.compress(after)


CODINGS: Mapping[str, tuple[str, Callable[[bytes, bytes], bytes]]] = {
    "gzip": ("gzip", lambda before, after: _deflated(31, before, after)),
    "x-gzip": ("x-gzip", lambda before, after: _deflated(31, before, after)),
    "many gzip members": ("gzip", _members),
    "deflate": ("deflate", lambda before, after: _deflated(15, before, after)),
    "raw deflate": ("deflate", lambda before, after: _deflated(-15, before, after)),
    "brotli": ("br", _brotli),
    "zstd": ("zstd", _zstd),
    "gzip in gzip": ("gzip, gzip", lambda before, after: gzip.compress(_deflated(31, before, after))),
    "brotli in zstd": ("br, zstd", lambda before, after: zstandard.compress(_brotli(before, after))),
    "thirty codings": (", ".join(["gzip"] * 30), lambda before, after: _nested(before + _BLOCK[:1000] + after, 30)),
}


def _nested(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, 0)
    return data


@cache
def bomb(name: str, before: bytes = b"", after: bytes = b"") -> tuple[str, bytes]:
    """Return the Content-Encoding and the packed bytes of `before`, 300 MiB of blanks, `after`."""
    coding, pack = CODINGS[name]
    return coding, pack(before, after)


def repeated(before: bytes, unit: bytes, *, times: int = 1) -> bytes:
    """Return a gzip file of `before` and 300 MiB of units, packed once or several times."""
    block = unit * ((1 << 20) // len(unit))
    return _packed(gzip.compress(before) + gzip.compress(block) * MEBIBYTES, times - 1)


def _packed(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data)
    return data
