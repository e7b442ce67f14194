"""The pages in the archive's own segments, as they were stored."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from newsarchive.archive import Archive
from newsarchive.archive.segment import PAGES, Manifest, sha256
from newsarchive.article import ArticleLink
from newsarchive.errors import IntegrityError
from newsarchive.raw.compression import Damage, decompressed
from newsarchive.raw.records import Record, records
from newsarchive.raw.responses import Answer, Unwanted, answer, target
from newsarchive.storage import ObjectMissingError

_MAGIC = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A page stored whole; `page` says why it can be no article if it cannot, `link` how it was found."""

    url: str
    page: Answer | Unwanted | Damage
    raw_ref: str
    link: ArticleLink = field(default_factory=lambda: ArticleLink(url="", via="url-list"))


def manifests(archive: Archive, *, since: str, site: str = "") -> list[Manifest]:
    """Return the entries of segments of pages fetched on or after a day, the newest first."""
    entries = archive.snapshot().live.values()
    wanted = [m for m in entries if m.kind == PAGES and m.crawl_date >= since and site in ("", m.site)]
    return sorted(wanted, key=lambda m: (m.crawl_date, m.run_id, m.n), reverse=True)


def stored(archive: Archive, manifest: Manifest) -> list[Stored]:
    """Return the pages of a segment that are stored whole, in the order in which they were kept.

    Raises:
        IntegrityError: the segment is missing or damaged.
    """
    body = _body(archive, manifest)
    found: dict[str, Stored] = {}
    for record in _records(body, manifest.key):
        parsed = record.parsed()
        if isinstance(parsed, Damage):
            raise IntegrityError(f"{manifest.key} holds a record that cannot be read")
        headers = parsed.rec_headers
        if parsed.rec_type == "response":
            about, ref = headers.get_header("WARC-Record-ID"), f"{manifest.key}#{record.place}"
            found[about] = Stored(url=target(parsed), page=answer(parsed), raw_ref=ref)
        elif parsed.rec_type == "metadata" and (about := headers.get_header("WARC-Concurrent-To")) in found:
            whole = found[about]
            link = _link(parsed.content_stream().read())
            found[about] = Stored(url=whole.url, page=whole.page, raw_ref=whole.raw_ref, link=link)
    return list(found.values())


def _body(archive: Archive, manifest: Manifest) -> bytes:
    try:
        body = archive.storage.read(manifest.key)
    except ObjectMissingError:
        raise IntegrityError(f"{archive.storage.uri}: {manifest.key} is missing") from None
    if len(body) != manifest.bytes or sha256(body) != manifest.sha256:
        raise IntegrityError(f"{manifest.key} is damaged: its bytes are not those of its manifest entry")
    return body


def _records(body: bytes, key: str) -> Iterator[Record]:
    for record in records(decompressed(BytesIO(body[_MAGIC:]), body[:_MAGIC], name=key)):
        if isinstance(record, Damage):
            raise IntegrityError(f"{key} is damaged: {record.reason}")
        yield record


def _link(metadata: bytes) -> ArticleLink:
    fields = dict(line.partition(": ")[::2] for line in metadata.decode("utf-8", "replace").splitlines())
    known = json.loads(fields.get("link", "{}"))
    given = {name: str(known.get(name, "")) for name in ArticleLink.__slots__}
    return ArticleLink(**given)
