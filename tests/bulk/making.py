"""Pages in our own words, WARCs of them, and archives to bring them into."""

import gzip
import json
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.cli import main

DATE = "2026-10-05T04:03:02Z"
_SENTENCES = (
    "The lock keepers of the northern canal have counted their boats for a hundred years, and number {n} was no other.",
    "On the quay somebody had painted the figure {n} in white, and nobody at the harbour office could say why.",
    "The council will speak of it on Thursday; until then the barges wait below the bridge and the baker sells out.",
)


def page(n: int, *, title: str = "", tags: str = "canal, boats") -> bytes:
    """Return the page of the n-th article."""
    heading = title or f"Boat number {n} passes the northern lock"
    paragraphs = "".join(f"<p>{s.format(n=n)}</p>" for s in _SENTENCES)
    data = {"@type": "NewsArticle", "headline": heading, "datePublished": f"2026-10-0{n % 5 + 1}T06:00:00Z"}
    return (
        f'<html lang="en"><head><title>{heading}</title><meta name="news_keywords" content="{tags}">'
        f'<script type="application/ld+json">{json.dumps(data)}</script></head>'
        f"<body><article><h1>{heading}</h1>{paragraphs}</article></body></html>"
    ).encode()


def address(n: int) -> str:
    """Return the address of the n-th article."""
    return f"https://canal.example/2026/10/{n}-boat-number-{n}"


def warc(
    records: Iterable[tuple[str, bytes, dict[str, Any]]], *, compress: Callable[[bytes], bytes] = gzip.compress
) -> bytes:
    """Return a WARC of (address, body, options); each record compressed by itself.

    Options: `status`, `type` of the record, `date`, and `headers` of the answer.
    """
    out = [_record("", b"software: test\r\n", {"type": "warcinfo"})]
    out += [_record(*given) for given in records]
    return b"".join(compress(record) for record in out)


def _record(url: str, body: bytes, given: dict[str, Any]) -> bytes:
    kind = given.get("type", "response")
    http = None
    if kind == "response":
        headers = given.get("headers", [("Content-Type", "text/html; charset=utf-8")])
        http = StatusAndHeaders(f"{given.get('status', 200)} Status", headers, protocol="HTTP/1.1")
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False)
    about = {"WARC-Date": given.get("date", DATE), "WARC-Record-ID": f"<urn:test:{url}:{len(body)}>"}
    made = writer.create_warc_record(
        url, kind, payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=about
    )
    writer.write_record(made)
    return buffer.getvalue()


def plain(data: bytes) -> bytes:
    """Return data as it is."""
    return data


def articles_of(uri: Path | str) -> dict[str, Article]:
    """Return the latest revision of each article of an archive, by address."""
    return {a.url: a for a in Archive.open(str(uri)).articles(duplicates=True)}


def objects(archive: Path, *kinds: str) -> dict[str, bytes]:
    """Return an archive's objects of these kinds, by key."""
    files = (p for kind in kinds for p in (archive / kind).rglob("*") if p.is_file())
    return {str(p.relative_to(archive)): p.read_bytes() for p in files}


def report(archive: Path) -> dict[str, Any]:
    """Return the newest run report of an archive."""
    newest = max((archive / "runs").rglob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    return dict(json.loads(newest.read_text()))


def command(*words: str | Path) -> int:
    """Run a command of ours in this process; return its exit code."""
    return main([str(word) for word in words])
