"""Pages as a crawl captures them."""

import gzip
from io import BytesIO
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from newsarchive.article import Article, ArticleLink
from newsarchive.raw.capture import Capture, Packed, pack
from newsarchive.spool import Submission
from newsarchive.storage import Storage
from tests.spool.conftest import spool, storage, submission

__all__ = ["spool", "storage"]

HTML = "<html><title>Ferries</title><p>Fähren fahren.</p></html>".encode()


def capture(of: Article, **given: Any) -> Capture:  # noqa: ANN401 - any field's value
    """Return the capture of an article's page, with the fields given."""
    fields: dict[str, Any] = {
        "url": of.url,
        "site": of.site,
        "run_id": of.run_id,
        "fetched_at": of.crawled_at,
        "status": 200,
        "headers": (("Content-Type", "text/html"),),
        "body": HTML + of.title.encode(),
        "asked": (("User-Agent", "newsarchive"),),
        "link": ArticleLink(url=of.url, via="feed"),
    }
    return Capture(**{**fields, **given})


def packed(of: Article, **given: Any) -> Packed:  # noqa: ANN401 - as above
    """Return the capture of an article's page in WARC records."""
    return pack(capture(of, **given))


def with_page(of: Article, **given: Any) -> Submission:  # noqa: ANN401 - as above
    """Return an article to be archived with its page."""
    plain = submission(of)
    return Submission(article=of, seen=plain.seen, page=packed(of, **given))


def read_warc(body: bytes) -> list[dict[str, Any]]:
    """Return the records of a WARC as warcio reads them, their digests checked."""
    records = []
    for record in ArchiveIterator(BytesIO(body), check_digests="raise"):
        headers = dict(record.rec_headers.headers)
        http = dict(record.http_headers.headers) if record.http_headers else {}
        records.append({"type": record.rec_type, "payload": record.content_stream().read(), "http": http, **headers})
    return records


def pages_of(storage: Storage) -> list[dict[str, Any]]:
    """Return the records of every segment of pages in an archive, but for those about the segment."""
    found = [record for key in storage.keys("raw/") for record in read_warc(storage.read(key))]
    return [record for record in found if record["type"] != "warcinfo"]


def referred(storage: Storage, raw_ref: str) -> bytes:
    """Return the record that a raw_ref points at, its gzip member opened."""
    key, _, place = raw_ref.partition("#")
    offset, length = map(int, place.split("+"))
    return gzip.decompress(storage.read(key)[offset : offset + length])
