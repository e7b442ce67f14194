"""What a WARC's response record holds."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord

from newsarchive import clock
from newsarchive.raw.capture import Headers
from newsarchive.raw.compression import Damage
from newsarchive.raw.kinds import is_html
from newsarchive.raw.records import LONGEST_BODY
from newsarchive.urls import is_web

_FINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page in a response record; `body` is without transfer and content encoding, `fetched_at` RFC 3339 in UTC."""

    url: str
    fetched_at: str
    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A page that can be no article, and why: `[a-z0-9-]+`."""

    reason: str


def target(record: ArcWarcRecord) -> str:
    """Return the address of the page that a record is about."""
    return str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def answer(record: ArcWarcRecord) -> Answer | Unwanted | Damage:
    """Return the page in a response record, if it can be an article's."""
    url = target(record)
    if record.http_headers is None or not is_web(url):
        return Unwanted("not-http")
    status = str(record.http_headers.get_statuscode())
    if status != str(_FINE):
        return Unwanted(f"http-{status}") if status.isdigit() else Damage("malformed")
    if not is_html(record.http_headers.get_header("Content-Type") or ""):
        return Unwanted("not-html")
    if urlsplit(url).path.strip("/") == "":
        return Unwanted("front-page")
    return _read(record, url)


def _read(record: ArcWarcRecord, url: str) -> Answer | Unwanted | Damage:
    moment = clock.parse(str(record.rec_headers.get_header("WARC-Date") or ""))
    if moment is None:
        return Damage("no-date")
    headers = tuple((str(name), str(value)) for name, value in record.http_headers.headers)
    try:
        body = _body(record)
    except Exception:  # noqa: BLE001 - warcio's decoders raise whatever the libraries below them do
        return Damage("bad-encoding")
    if len(body) > LONGEST_BODY:
        return Unwanted("too-large")
    return Answer(url=url, fetched_at=clock.stamp(moment), status=_FINE, headers=headers, body=body)


def _body(record: ArcWarcRecord) -> bytes:
    stream = record.content_stream()
    parts: list[bytes] = []
    size = 0
    while size <= LONGEST_BODY and (part := stream.read(1 << 16)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
