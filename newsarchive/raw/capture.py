"""A fetched page, and the WARC records that keep it."""

import gzip
import hashlib
import json
import uuid
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from io import BytesIO
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive import __version__
from newsarchive.article import ArticleLink

try:
    from isal.igzip import compress as _quickly
except ImportError:  # no wheel for this machine
    from gzip import compress as _quickly  # type: ignore[assignment]  # igzip takes the same arguments

Headers = tuple[tuple[str, str], ...]

_VERSION = "1.1"
_LEVEL, _QUICK_LEVEL = 4, 3  # of a real page 5 % larger than at 6 in 0.6 of the time; 13 % larger in a fifth
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_NOT_MODIFIED = 304
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_SECRET = frozenset({"set-cookie", "set-cookie2", "authentication-info", "proxy-authentication-info"})
_OF_ENCODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_HARMLESS = frozenset(
    {"accept", "accept-encoding", "accept-language", "if-modified-since", "if-none-match", "user-agent"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page as it was fetched; `body` is without transfer and content encoding, `fetched_at` RFC 3339 in UTC."""

    url: str
    site: str
    run_id: str
    fetched_at: str
    status: int
    headers: Headers
    body: bytes
    asked: Headers
    link: ArticleLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The stored page that a revisit refers to."""

    url: str
    fetched_at: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A capture in WARC records, each a gzip member.

    `digest` is the payload's, `headers` are those kept, `about` tells the capture from every other.
    """

    url: str
    site: str
    run_id: str
    fetched_at: str
    status: int
    headers: Headers
    digest: str
    link: ArticleLink
    about: str
    response: bytes
    request: bytes

    @property
    def not_modified(self) -> bool:
        """Tell whether the server answered that the page is as it was."""
        return self.status == _NOT_MODIFIED

    def whole(self, reason: str) -> bytes:
        """Return the records that keep the page; `reason` says why it gave no article, `""` if it did."""
        return self.response + self.request + self._metadata(reason)

    def revisit(self, original: Original, reason: str) -> bytes:
        """Return the records that say that the page was as it had been stored before.

        A 304 has no headers there: replay shows the status of the headers it finds, with the original's payload.
        """
        kind = "server-not-modified" if self.not_modified else "identical-payload-digest"
        fields = {
            "WARC-Profile": f"{_PROFILE}{kind}",
            "WARC-Refers-To-Target-URI": original.url,
            "WARC-Refers-To-Date": original.fetched_at,
            "WARC-Payload-Digest": original.digest,
        }
        answer = _record(
            "revisit",
            self.url,
            self.fetched_at,
            about=self.about,
            http=None if self.not_modified else _answer(self.status, self.headers),
            fields=fields,
        )
        return answer + self.request + self._metadata(reason)

    def _metadata(self, reason: str) -> bytes:
        fields = {
            "site": self.site,
            "run-id": self.run_id,
            "outcome": reason or "article",
            "link": json.dumps(asdict(self.link), ensure_ascii=False),
        }
        payload, belongs = _fields(fields), _concurrent(self.about)
        return _record("metadata", self.url, self.fetched_at, about=self.about, payload=payload, fields=belongs)


def pack(capture: Capture, *, portable: bool = False) -> Packed:
    """Return a capture in WARC records. Cookies and credentials are left out.

    If portable, they are the same bytes on every machine; otherwise quickly made, since each page is fetched once.
    """
    url = _without_credentials(capture.url)
    digest = payload_digest(capture.body)
    about = f"{capture.link.url} {url} {capture.fetched_at} {digest}"
    kept = (*_kept(capture.headers), ("Content-Length", str(len(capture.body))))
    response = _record(
        "response",
        url,
        capture.fetched_at,
        about=about,
        payload=capture.body,
        http=_answer(capture.status, kept),
        fields={"WARC-Payload-Digest": digest},
        portable=portable,
    )
    question = _question(url, capture.asked)
    request = _record("request", url, capture.fetched_at, about=about, http=question, fields=_concurrent(about))
    return Packed(
        url=url,
        site=capture.site,
        run_id=capture.run_id,
        fetched_at=capture.fetched_at,
        status=capture.status,
        headers=kept,
        digest=digest,
        link=capture.link,
        response=response,
        request=request,
        about=about,
    )


def payload_digest(body: bytes) -> str:
    """Return the digest that WARC tools write: `sha1:` and 32 letters of base 32."""
    return "sha1:" + b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def about_segment(run_id: str, fetched_at: str, *, name: str) -> bytes:
    """Return the warcinfo record that a segment of pages begins with; `name` tells it from every other."""
    fields = {"software": f"newsarchive/{__version__}", "format": f"WARC File Format {_VERSION}", "isPartOf": run_id}
    return _record("warcinfo", "", fetched_at, about=name, payload=_fields(fields))


def _fields(given: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in given.items()).encode("utf-8", "replace")


def _record(  # noqa: PLR0913 - what a WARC record is made of
    kind: str,
    url: str,
    date: str,
    *,
    about: str,
    payload: bytes = b"",
    http: StatusAndHeaders | None = None,
    fields: Mapping[str, str] = MappingProxyType({}),
    portable: bool = True,
) -> bytes:
    """Return one WARC record as a gzip member; `about` is what its id is made of, the same for all of one fetch."""
    headers = {"WARC-Record-ID": _record_id(kind, about), "WARC-Date": date, **fields}
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version=_VERSION)
    made = writer.create_warc_record(
        url, kind, payload=BytesIO(payload), length=len(payload), warc_headers_dict=headers, http_headers=http
    )
    writer.write_record(made)
    if portable:
        return gzip.compress(out.getvalue(), _LEVEL, mtime=0)
    return bytes(_quickly(out.getvalue(), _QUICK_LEVEL, mtime=0))


def _record_id(kind: str, about: str) -> str:
    """Return the id of a record; a page's response and a revisit in its place have the same."""
    role = "response" if kind == "revisit" else kind
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{role} {about}')}>"


def _concurrent(about: str) -> dict[str, str]:
    return {"WARC-Concurrent-To": _record_id("response", about)}


def _answer(status: int, headers: Headers) -> StatusAndHeaders:
    return StatusAndHeaders(f"{status} {_PHRASES.get(status, 'Unknown')}", list(headers), protocol="HTTP/1.1")


def _question(url: str, asked: Headers) -> StatusAndHeaders:
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = [("Host", parts.netloc), *(h for h in asked if h[0].lower() in _HARMLESS)]
    return StatusAndHeaders(f"GET {target} HTTP/1.1", headers, is_http_request=True)


def _kept(headers: Headers) -> Headers:
    """Return a page's headers as they are kept.

    The body is kept as decoded, so what was said of its encoding is renamed, as Common Crawl does.
    """
    named = (((f"X-Crawler-{n}" if n.lower() in _OF_ENCODED else n), v) for n, v in headers)
    return tuple((n, v) for n, v in named if n.lower() not in _SECRET)


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
