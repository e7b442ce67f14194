"""The bytes of a compressed file piece by piece, past damage where that is possible."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Protocol, cast

from newsarchive.errors import UsageError

GZIP, _ZSTD, PLAIN = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/"
_GZIP_WBITS = 31
_CHUNK = 256 << 10
_MOST_OUTPUT = 1 << 20
_KEPT = 4 << 20
_GLANCE = 4096


class Readable(Protocol):
    """What is read: a file, an HTTP answer."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes, none at the end."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What cannot be read, and why: `[a-z-]+`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Decompressed bytes; `member` is where in the file their gzip member begins, or one of the two values below."""

    member: int
    data: bytes


AS_THEY_ARE, NOWHERE = -1, -2  # not compressed at all; compressed so that no place in the file can be named


@dataclass(frozen=True, slots=True)
class End:
    """The end of a file of so many bytes."""

    size: int


Event = Piece | Damage | End


def decompressed(file: Readable, head: bytes, *, name: str) -> Iterator[Event]:
    """Return what is in a file whose first bytes, already read, are head.

    Raises:
        UsageError: it is neither gzip, zstd nor a plain WARC.
    """
    for magic, opener in _OPENERS.items():
        if head.startswith(magic):
            return opener(_Rest(head, file))
    raise UsageError(f"{name} is no WARC: it is neither plain nor compressed with gzip or zstd")


class _Rest:
    """A file with its first bytes put back."""

    def __init__(self, head: bytes, file: Readable) -> None:
        self._head = head
        self._file = file

    def read(self, size: int) -> bytes:
        head, self._head = self._head[:size], self._head[size:]
        return head or self._file.read(size)


def _plain(file: Readable) -> Iterator[Event]:
    size = 0
    while data := file.read(_CHUNK):
        yield Piece(AS_THEY_ARE, data)
        size += len(data)
    yield End(size)


class _Gunzip:
    """A file of gzip members. Behind a damaged one it goes on at the next that begins as a WARC record does."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._waiting = b""
        self._offset = 0  # in the file, of what waits

    def events(self) -> Iterator[Event]:
        while self._more():
            yield from self._member()
        yield End(self._offset)

    def _more(self) -> bool:
        self._waiting = self._waiting or self._file.read(_CHUNK)
        return bool(self._waiting)

    def _take(self, count: int) -> bytes:
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        self._offset += len(taken)
        return taken

    def _put_back(self, data: bytes) -> None:
        self._waiting = data + self._waiting
        self._offset -= len(data)

    def _member(self) -> Iterator[Event]:
        start, tried = self._offset, b""
        inflate = zlib.decompressobj(_GZIP_WBITS)
        try:
            while not inflate.eof and self._more():
                taken = self._take(len(self._waiting))
                tried = (tried + taken)[-_KEPT:]
                for data in _inflated(inflate, taken):
                    yield Piece(start, data)
        except zlib.error:
            yield Damage("damaged-gzip")
            self._go_on(tried)
            return
        self._put_back(inflate.unused_data)
        if not inflate.eof:
            yield Damage("truncated")

    def _go_on(self, tried: bytes) -> None:
        """Find the next member in what has been tried, but for its first byte, or behind it."""
        self._put_back(tried[1:])
        while (place := _record_in(self._waiting)) < 0:
            self._take(len(self._waiting) - _GLANCE)
            data = self._file.read(_CHUNK)
            if not data:
                self._take(len(self._waiting))
                return
            self._waiting += data
        self._take(place)


def _inflated(inflate: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    while data and not inflate.eof:
        yield inflate.decompress(data, _MOST_OUTPUT)
        data = inflate.unconsumed_tail


def _record_in(data: bytes) -> int:
    """Return where in data a gzip member begins that holds a WARC record; -1 if none does."""
    place = data.find(GZIP)
    while place >= 0 and not _glance(data[place : place + _GLANCE]).startswith(PLAIN):
        place = data.find(GZIP, place + 1)
    return place


def _glance(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(_GZIP_WBITS).decompress(data, len(PLAIN))
    except zlib.error:
        return b""


def _unzstd(file: Readable) -> Iterator[Event]:
    try:
        import zstandard  # noqa: PLC0415 - an extra, needed for this compression only
    except ModuleNotFoundError:
        raise UsageError("a WARC compressed with zstd needs: pip install 'newsarchive[zstd]'") from None
    stream = zstandard.ZstdDecompressor().stream_reader(cast("IO[bytes]", file), read_across_frames=True)
    try:
        while data := stream.read(_CHUNK):
            yield Piece(NOWHERE, data)
    except zstandard.ZstdError:
        yield Damage("damaged-zstd")
    yield End(0)


_OPENERS: dict[bytes, Callable[[Readable], Iterator[Event]]] = {
    GZIP: lambda file: _Gunzip(file).events(),
    _ZSTD: _unzstd,
    PLAIN: _plain,
}
