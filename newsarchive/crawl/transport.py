"""How pages come over the wire: Scrapy's HTTP/1.1, each request of which can be cut short."""

import asyncio

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientFactory
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol, ParseError

from newsarchive.crawl.failures import STOPPED, Refused

_LONGEST_HEAD = 256 * 1024
CUT_SHORT = object()
"""The signal on which every request that is under way is given up."""


class Transport(HTTP11DownloadHandler):
    """Fetches over HTTP/1.1; on CUT_SHORT what is under way fails with the reason `stopped`.

    An answer whose head is longer than 256 KiB fails with the reason `connection`; Twisted would collect it for ever.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory  # noqa: SLF001 - as Scrapy sets it
        self._under_way: set[asyncio.Task[Response]] = set()
        crawler.signals.connect(self._cut_short, CUT_SHORT)

    async def download_request(self, request: Request) -> Response:
        """Return the answer to a request."""
        task = asyncio.ensure_future(super().download_request(request))
        self._under_way.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled():
                raise Refused(STOPPED) from None
            task.cancel()
            raise
        finally:
            self._under_way.discard(task)

    def _cut_short(self) -> None:
        for task in self._under_way:
            if not task.cancelling():
                task.cancel()


class _BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes connections that are closed when the head of an answer does not end."""

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802 - Twisted's name
        """Return the protocol of a connection."""
        protocol = super().buildProtocol(addr)
        protocol.dataReceived = _Head(protocol).data_received  # type: ignore[method-assign]
        return protocol


class _Head:
    """The bytes of a connection, counted while they are an answer's head (or several: 1xx answers come before)."""

    def __init__(self, protocol: HTTP11ClientProtocol) -> None:
        self._protocol = protocol
        self._read = protocol.dataReceived
        self._bytes = 0

    def data_received(self, data: bytes) -> None:
        """Let bytes be read; give the connection up when too many of them were no body."""
        self._read(data)  # type: ignore[no-untyped-call]
        parser = self._protocol._parser  # noqa: SLF001 - Twisted shows it nowhere else
        is_head = parser is not None and parser.state in (STATUS, HEADER)
        self._bytes = self._bytes + len(data) if is_head else 0
        if self._bytes > _LONGEST_HEAD:
            self._protocol._giveUp(Failure(ParseError("the head does not end", b"")))  # type: ignore[no-untyped-call]  # noqa: SLF001 - as Twisted does
