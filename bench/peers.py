"""The extractors that ours is measured beside, in the fields of `score.py`; the slow ones in processes of their own."""

import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

Fields = dict[str, Any]
Extractor = Callable[[bytes, str | None], Fields]
_PAGE_SECONDS = 30.0
_START_SECONDS = 120.0
_NOWHERE = "http://unknown.invalid/"


@dataclass(frozen=True, slots=True)
class Result:
    """What an extractor gave for a page, its CPU seconds, and whether it failed: a failure gives nothing."""

    fields: Fields
    seconds: float
    failed: bool


def trafilatura(**options: Any) -> Extractor:  # noqa: ANN401 - bare_extraction's own
    """trafilatura, called as its documentation does."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - a peer is loaded when it is asked for

    def run(html: bytes, url: str | None) -> Fields:
        found = bare_extraction(html, url=url, with_metadata=True, **options)
        got = found if isinstance(found, dict) else found.as_dict() if found else {}
        return {
            "title": got.get("title"),
            "authors": (got.get("author") or "").split("; "),
            "published": got.get("date"),
            "tags": got.get("tags") or [],
            "text": got.get("text"),
            "language": got.get("language"),
        }

    return run


def _newspaper() -> Extractor:
    from newspaper import Article as Newspaper  # noqa: PLC0415 - as above

    def run(html: bytes, url: str | None) -> Fields:
        got = Newspaper(url or _NOWHERE, fetch_images=False)
        got.download(input_html=html.decode("utf-8", "replace"))
        got.parse()
        return {
            "title": got.title,
            "authors": got.authors,
            "published": got.publish_date.isoformat() if got.publish_date else "",
            "tags": sorted(got.tags or ()),
            "text": got.text,
            "language": got.meta_lang,
        }

    return run


def _newsplease() -> Extractor:
    from newsplease import NewsPlease  # noqa: PLC0415 - as above

    def run(html: bytes, url: str | None) -> Fields:
        # By default it fetches every image of the page from its publisher.
        got = NewsPlease.from_html(html, url=url or _NOWHERE, fetch_images=False)
        return {
            "title": got.title,
            "authors": got.authors,
            "published": got.date_publish.isoformat() if got.date_publish else "",
            "text": got.maintext,
            "language": got.language,
        }

    return run


def _readability() -> Extractor:
    from lxml.html import fromstring  # noqa: PLC0415 - as above
    from readability import Document  # noqa: PLC0415 - as above

    def run(html: bytes, _url: str | None) -> Fields:
        got = Document(html.decode("utf-8", "replace"))
        return {"title": got.short_title(), "text": "\n".join(fromstring(got.summary()).itertext())}

    return run


PEERS: dict[str, Callable[[], Extractor]] = {
    "newspaper4k": _newspaper,
    "news-please": _newsplease,
    "readability-lxml": _readability,
}


def timed(extractor: Extractor, html: bytes, url: str | None) -> Result:
    """What an extractor gives for a page, whatever it raises."""
    start = time.process_time()
    try:
        fields = extractor(html, url) or {}
    except Exception:  # noqa: BLE001 - whatever a peer raises counts as its failure
        return Result({}, time.process_time() - start, failed=True)
    return Result(fields, time.process_time() - start, failed=False)


class Apart:
    """A peer in a process of its own: without network, and ended where a page takes it more than half a minute."""

    def __init__(self, name: str) -> None:
        """Start the peer.

        Raises:
            ImportError: it is not installed.
        """
        self._name = name
        self._start()

    def _start(self) -> None:
        self._connection, other = multiprocessing.get_context("spawn").Pipe()
        self._process = multiprocessing.get_context("spawn").Process(target=_serve, args=(self._name, other))
        self._process.start()
        other.close()
        if not (self._connection.poll(_START_SECONDS) and self._connection.recv()):
            self.stop()
            raise ImportError(f"{self._name} is not installed")

    def result(self, html: bytes, url: str | None) -> Result:
        """What the peer gives for a page; a failure where it takes too long or ends."""
        try:
            self._connection.send((html, url))
            if self._connection.poll(_PAGE_SECONDS):
                result: Result = self._connection.recv()
                return result
        except (EOFError, OSError) as error:
            print(f"{self._name} ended at {url}: {error!r}", file=sys.stderr)
        self.stop()
        self._start()
        return Result({}, _PAGE_SECONDS, failed=True)

    def stop(self) -> None:
        """End the peer's process."""
        self._connection.close()
        self._process.kill()
        self._process.join()


def _serve(name: str, connection: Connection) -> None:
    try:
        extractor = PEERS[name]()
    except ImportError:
        connection.send("")
        return
    sys.addaudithook(_refuse_network)
    connection.send(name)
    while True:
        try:
            html, url = connection.recv()
        except EOFError:
            return
        connection.send(timed(extractor, html, url))


def _refuse_network(event: str, _arguments: object) -> None:
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.connect"}:
        raise OSError("a peer is measured without network")
