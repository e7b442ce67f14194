"""Downloader middlewares that keep a crawl polite and safe."""

import ipaddress
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware as ScrapyRobots
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from newsarchive.crawl.failures import Refused
from newsarchive.discovery.robots import sitemap_urls

_DISALLOW_ALL = b"User-agent: *\nDisallow: /\n"
_ALLOW_ALL = b""
_LONGEST_DELAY_SECONDS = 600.0
_OK, _MULTIPLE, _BAD, _TOO_MANY, _ERROR = 200, 300, 400, 429, 500


class RobotsMiddleware(ScrapyRobots):
    """Obeys robots.txt as RFC 9309 has it, and its Crawl-delay.

    A robots.txt that cannot be fetched (5xx, 429 after retries, time-out, no connection) disallows everything; one
    that does not exist (other 4xx) allows everything. `sitemaps` holds what each host's robots.txt lists.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.sitemaps: dict[str, tuple[str, ...]] = {}
        self._delays: dict[str, float] = {}

    async def process_request(self, request: Request, spider: Any = None) -> None:  # noqa: ANN401, ARG002 - Scrapy's signature
        """Refuse what robots.txt forbids; slow down where it asks for it."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        await self.robot_parser(request)
        # What it returns is right for one of the requests that waited together, None for the others (Scrapy 2.19).
        parser = self._parsers[urlparse_cached(request).netloc]
        if not isinstance(parser, RobotParser) or not parser.allowed(request.url, self._agent):
            raise Refused("robots")
        if self._delays.get(urlparse_cached(request).netloc):
            request.meta["autothrottle_dont_adjust_delay"] = True

    @property
    def _agent(self) -> str:
        return self._robotstxt_useragent or self._default_useragent

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= _ERROR or response.status == _TOO_MANY or _MULTIPLE <= response.status < _BAD:
            response = response.replace(body=_DISALLOW_ALL)
        elif response.status != _OK:
            response = response.replace(body=_ALLOW_ALL)
        self.sitemaps[netloc] = sitemap_urls(response.body, response.url)
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        if parser is not None and not isinstance(parser, Deferred):
            self._apply_delay(parser, request)

    def _apply_delay(self, parser: RobotParser, request: Request) -> None:
        delay = min(parser.crawl_delay(self._agent) or 0.0, _LONGEST_DELAY_SECONDS)
        netloc = urlparse_cached(request).netloc
        self._delays[netloc] = delay
        if not delay:
            return
        downloader = self.crawler.engine.downloader
        host = urlparse_cached(request).hostname or ""
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        if slot := downloader.slots.get(host):
            slot.concurrency, slot.delay, slot.jitter = 1, max(delay, slot.delay), 0.0

    def _robots_error(self, exc: Exception, netloc: str) -> None:  # noqa: ARG002 - Scrapy's signature
        waiting = self._parsers[netloc]
        parser = self._parserimpl.from_crawler(self.crawler, _DISALLOW_ALL)
        self._parsers[netloc] = parser
        if isinstance(waiting, Deferred):
            waiting.callback(parser)


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet; an IPv4 address inside an IPv6 one counts too."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        return ip.is_global and (inner is None or inner.is_global)
    return ip.is_global and not ip.is_multicast


class AddressMiddleware:
    """Refuses requests that are not http(s), and those whose host is written as an address that is not public."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware with NEWSARCHIVE_ALLOW_PRIVATE."""
        return cls(allow_private=crawler.settings.getbool("NEWSARCHIVE_ALLOW_PRIVATE"))

    def process_request(self, request: Request) -> None:
        """Refuse the request or let it pass."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise Refused("scheme")
        if self._allow_private:
            return
        try:
            public = is_public(parts.hostname or "")
        except ValueError:
            return  # a name: the resolver decides
        if not public:
            raise Refused("private-address")


class ScopeMiddleware:
    """Refuses an article's request that a redirect has sent to another site."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse the request or let it pass."""
        site = request.meta.get("site")
        if site and self._crawler.spider.site_of(request.url) != site:  # type: ignore[union-attr]
            raise Refused("offsite")


class Resolver(CachingThreadedResolver):
    """Resolves names, refusing those that resolve to an address that is not public."""

    allow_private = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:  # noqa: ANN401 - Twisted's reactor has no one type
        """Return the resolver with NEWSARCHIVE_ALLOW_PRIVATE."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_private = crawler.settings.getbool("NEWSARCHIVE_ALLOW_PRIVATE")
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":  # noqa: ANN401, N802 - Twisted's signature
        """Return a Deferred of the address of name."""
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if not self.allow_private and not is_public(address):
            raise CannotResolveHostError(f"{name} resolves to {address}, which is not a public address")
        return address
