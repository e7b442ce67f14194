"""Obeying what publishers reserve and opt out of, before a page is fetched; and reading what a fetched page says."""

import asyncio
import logging
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newsarchive import clock
from newsarchive.crawl.failures import Refused, reason
from newsarchive.crawl.pages import pairs
from newsarchive.crawl.session import Session
from newsarchive.rights import aitxt, tdmrep
from newsarchive.rights.optout import OPTED_OUT, OptOut
from newsarchive.rights.signals import NOTHING, Origin, Signals, now, signals
from newsarchive.spool.origins import OriginFile

_logger = logging.getLogger(__name__)
_DAY = 24 * 3600.0
_LARGEST = 512 * 1024
_OK, _NOT_MODIFIED, _BAD, _TOO_MANY, _ERROR = 200, 304, 400, 429, 500


class OptOutMiddleware:
    """Refuses every request, robots.txt included, to what is on the opt-out list."""

    def __init__(self, opt_out: OptOut) -> None:
        self._opt_out = opt_out

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware with the list of NEWSARCHIVE_OPT_OUT."""
        return cls(OptOut.read(str(crawler.settings["NEWSARCHIVE_OPT_OUT"] or "")))

    def process_request(self, request: Request) -> None:
        """Refuse the request or let it pass."""
        if self._opt_out.covers(request.url):
            raise Refused(OPTED_OUT)


class RightsMiddleware:
    """Looks at the files of an article's host before it is fetched, and refuses what they reserve, if that is obeyed.

    The files are asked for once a day, conditionally. One that cannot be had says nothing, and stops nothing.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._origins: dict[str, Origin] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse the request, or let it pass with what its host's files say in its meta."""
        site = request.meta.get("site")
        if not site:
            return
        origin = request.meta["origin"] = await self._origin(_root(request.url))
        policy = self._crawler.spider.policy  # type: ignore[union-attr]
        if refusal := policy.refusal(origin.signals(request.url), now=now()):
            raise Refused(refusal)

    async def _origin(self, root: str) -> Origin:
        """Return what a host's files say, to one request after the other.

        Scrapy counts a request as under way only in the next turn of the loop: those that waited together would all
        leave at once where there is no delay between them.
        """
        async with self._turns.setdefault(root, asyncio.Lock()):
            if root in self._origins:
                await asyncio.sleep(0)
            else:
                self._origins[root] = await self._ask(root)
        return self._origins[root]

    async def _ask(self, root: str) -> Origin:
        tdm, ai = await asyncio.gather(self._file(root + tdmrep.PATH), self._file(root + aitxt.PATH))
        return Origin(tdmrep.read(tdm), aitxt.read(ai))

    async def _file(self, url: str) -> bytes:
        intake = Session.of(self._crawler).intake
        known = await intake.origin_file(url)
        if known and clock.now().timestamp() - known.fetched_at < _DAY:
            return known.body
        known = known or OriginFile(url=url, fetched_at=0.0)
        found = await self._fetched(known)
        if found is not known:
            await intake.keep_origin_file(found)
        return found.body

    async def _fetched(self, known: OriginFile) -> OriginFile:
        """Return a file as it is now; as it is known where the host does not tell."""
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        asked = {name: text for name, text in headers.items() if text}
        meta = {"dont_retry": True, "handle_httpstatus_list": [_NOT_MODIFIED]}
        try:
            request = Request(known.url, headers=asked, meta=meta, callback=NO_CALLBACK)
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever keeps the file from us, the crawl goes on without
            _logger.info("%s could not be fetched: %s", known.url, reason(error))
            return known
        return as_answered(known, response)


def as_answered(known: OriginFile, response: Response) -> OriginFile:
    """Return a host's file as an answer leaves it: new, the same, none; as known where the answer does not tell."""
    at = clock.now().timestamp()
    if response.status == _NOT_MODIFIED:
        return OriginFile(
            url=known.url, fetched_at=at, etag=known.etag, last_modified=known.last_modified, body=known.body
        )
    if response.status != _OK:
        is_absent = _BAD <= response.status < _ERROR and response.status != _TOO_MANY
        return OriginFile(url=known.url, fetched_at=at) if is_absent else known
    etag, last_modified = ((response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified"))
    body = response.body if len(response.body) <= _LARGEST else b""
    return OriginFile(url=known.url, fetched_at=at, etag=etag, last_modified=last_modified, body=body)


def said_of(response: Response) -> Signals:
    """Return what is said of a fetched page by its host's files, its headers and itself."""
    origin: Any = response.meta.get("origin", NOTHING)
    return signals(response.url, pairs(response.headers), response.body, origin=origin)


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
