"""The records of a WARC, one after another, in constant memory; damage is passed over and named."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from newsarchive.raw.compression import AS_THEY_ARE, PLAIN, Damage, End, Event, Piece

_NEXT = b"\nWARC/1."
_HEAD_END = b"\r\n\r\n"
_BLANK = b"\r\n"
_LONGEST_HEAD = 64 << 10
LONGEST = 32 << 20
LONGEST_BODY = 10 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in a WARC; `place` is `offset+length` in the file, `""` where it is not alone there."""

    block: bytes
    place: str

    def parsed(self) -> ArcWarcRecord | Damage:
        """Return what warcio makes of the record."""
        try:
            return next(iter(ArchiveIterator(BytesIO(self.block))))
        except Exception:  # noqa: BLE001 - warcio raises whatever a damaged head makes of its code
            return Damage("malformed")


def records(events: Iterator[Event]) -> Iterator[Record | Damage]:
    """Yield the records in a file's decompressed bytes, and what is damaged between them."""
    buffer = _Buffer(events)
    while True:
        found = _next(buffer)
        if found is not None:
            yield found
        elif (damage := buffer.resume()) is not None:
            yield damage
        else:
            return


def _next(buffer: "_Buffer") -> Record | Damage | None:
    """Return what comes next; None where the bytes break off or end."""
    if not buffer.skip_blank():
        return None
    if not buffer.begins_with(PLAIN):
        buffer.skip_to(_NEXT)
        return Damage("malformed")
    start = buffer.position
    length = _length(head) if (head := buffer.head()) else -1
    if length < 0:
        buffer.skip_to(_NEXT)
        return None if buffer.broken else Damage("malformed")
    if length > LONGEST:
        return Damage("too-large") if buffer.skip(len(head) + length) else None
    block = buffer.take(len(head) + length)
    if not block:
        return None if buffer.broken else Damage("truncated")
    buffer.skip_blank()
    return Record(block, buffer.place(start))


def _length(head: bytes) -> int:
    """Return a record's length as its head has it; -1 if it has none."""
    for line in head.splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value) if value.strip().isdigit() else -1
    return -1


class _Buffer:
    """Bytes of a file that are not yet taken, and where in the file they come from."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._bytes = bytearray()
        self._starts: list[tuple[int, int]] = []
        self._end: int | None = None
        self._plain = False
        self.position = 0
        self.broken: Damage | None = None

    def resume(self) -> Damage | None:
        """Go on behind damage, and return it; None if the file has ended."""
        self._drop(len(self._bytes))
        damage, self.broken = self.broken, None
        return damage

    def _fill(self) -> bool:
        """Read on; False where the bytes break off or end."""
        if self.broken or self._end is not None:
            return False
        event = next(self._events)
        match event:
            case Damage():
                self.broken = event
            case End():
                self._end = event.size
            case Piece():
                self._note(event)
                self._bytes += event.data
        return isinstance(event, Piece)

    def _note(self, piece: Piece) -> None:
        self._plain = piece.member == AS_THEY_ARE
        if piece.member >= 0 and (not self._starts or self._starts[-1][1] != piece.member):
            self._starts.append((self.position + len(self._bytes), piece.member))

    def _drop(self, count: int) -> None:
        del self._bytes[:count]
        self.position += count

    def _has(self, count: int) -> bool:
        while len(self._bytes) < count:
            if not self._fill():
                return False
        return True

    def skip_blank(self) -> bool:
        """Pass over line ends; False where nothing follows them."""
        while self._has(1):
            self._drop(len(self._bytes) - len(self._bytes.lstrip(_BLANK)))
            if self._bytes:
                return True
        return False

    def begins_with(self, text: bytes) -> bool:
        """Tell whether this comes next."""
        return self._has(len(text)) and self._bytes.startswith(text)

    def skip_to(self, text: bytes) -> None:
        """Pass over what comes before the second character of text, or over everything."""
        while (place := self._bytes.find(text)) < 0:
            self._drop(max(0, len(self._bytes) - len(text)))
            if not self._fill():
                self._drop(len(self._bytes))
                return
        self._drop(place + 1)

    def head(self) -> bytes:
        """Return a record's head, which stays to be taken; nothing if it is endless or breaks off."""
        while (end := self._bytes.find(_HEAD_END)) < 0:
            if len(self._bytes) > _LONGEST_HEAD or not self._fill():
                return b""
        return bytes(self._bytes[: end + len(_HEAD_END)])

    def take(self, count: int) -> bytes:
        """Return the next bytes; none if there are fewer."""
        if not self._has(count):
            self._drop(len(self._bytes))
            return b""
        taken = bytes(self._bytes[:count])
        self._drop(count)
        return taken

    def skip(self, count: int) -> bool:
        """Pass over bytes; False if there are fewer."""
        while count > len(self._bytes):
            count -= len(self._bytes)
            self._drop(len(self._bytes))
            if not self._fill():
                return False
        self._drop(count)
        return True

    def place(self, start: int) -> str:
        """Return where in the file the bytes from start up to here are, if they are all of a gzip member or plain."""
        if self._plain:
            return f"{start}+{self.position - start}"
        begun = [begin for begin in self._starts if begin[0] <= self.position]
        if not begun:
            return ""
        self._starts = begun[-1:] + [begin for begin in self._starts if begin[0] > self.position]
        ends = begun[-1][1] if begun[-1][0] == self.position else self._end
        first = next((member for at, member in begun if at == start), None)
        alone = sum(start <= at < self.position for at, _ in begun) == 1
        return f"{first}+{ends - first}" if first is not None and ends is not None and alone else ""
