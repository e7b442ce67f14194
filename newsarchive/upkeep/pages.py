"""Taking fetched pages out of a WARC segment so that every other page stays where it is."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newsarchive.archive import layout
from newsarchive.archive.replacements import Replacement, Source
from newsarchive.archive.segment import Manifest, sha256
from newsarchive.errors import IntegrityError
from newsarchive.upkeep.rewriting import Rewritten

_NOTE = (
    b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
    b"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Type: application/warc-fields\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
)
_HAS_COMMENT, _FLAGS_AT, _HEADER = 0x10, 3, 10


@dataclass(frozen=True, slots=True)
class _Record:
    kind: str
    url: str
    offset: int
    length: int


def addresses(body: bytes, *, where: str) -> list[tuple[str, str]]:
    """Return type and address of each record of a WARC; IntegrityError naming `where` if it cannot be read."""
    return [(r.kind, r.url) for r in _records(body, where)]


def _records(body: bytes, where: str) -> Iterator[_Record]:
    try:
        iterator = ArchiveIterator(BytesIO(body))
        for record in iterator:
            url = _header(record, "WARC-Target-URI")
            iterator.read_to_end(record)
            yield _Record(record.rec_type, url, iterator.get_record_offset(), iterator.get_record_length())
    except (ArchiveLoadFailed, OSError, EOFError, zlib.error) as error:
        raise IntegrityError(f"{where} cannot be read as WARC: {error}") from error


def _header(record: Any, name: str) -> str:  # noqa: ANN401 - warcio has no types
    return str(record.rec_headers.get_header(name) or "")


def without_pages(manifest: Manifest, body: bytes, is_erased: Callable[[str], bool], *, n: int) -> Rewritten | None:
    """Return a WARC segment without the records of erased addresses; None if it has none of them.

    In place of each stands an empty record of the same compressed length, so that offsets into the segment hold.
    """
    parts: list[bytes] = []
    last = 0
    for record in _records(body, manifest.key):
        if record.url and is_erased(record.url):
            parts += [body[last : record.offset], _filler(record.length)]
            last = record.offset + record.length
    if not parts:
        return None
    new = b"".join([*parts, body[last:]])
    source = Source(key=manifest.key, count=manifest.count, sha256=manifest.sha256)
    return Rewritten(new, Replacement(sources=(source,), result=_placed(manifest, new, n)))


def _filler(length: int) -> bytes:
    """Return a gzip member of this length that holds a WARC record of nothing, stretched by a comment in its header."""
    member = gzip.compress(_NOTE, 9, mtime=0)
    missing = length - len(member) - 1
    if missing < 0:
        raise IntegrityError(f"a WARC record of {length} bytes is too short to be replaced in its place")
    header = bytearray(member[:_HEADER])
    header[_FLAGS_AT] |= _HAS_COMMENT
    return bytes(header) + b" " * missing + b"\x00" + member[_HEADER:]


def _placed(manifest: Manifest, body: bytes, n: int) -> Manifest:
    digest = sha256(body)
    key = layout.raw_key(manifest.site, manifest.crawl_date, "kept", number=n, sha256=digest)
    return replace(manifest, writer="kept", n=0, previous_sha256="", key=key, bytes=len(body), sha256=digest)
