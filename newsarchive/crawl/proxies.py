"""Fetching through a proxy, which an operator switches on: it resolves the names, so the rest is refused before it."""

import logging
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware

from newsarchive.crawl.addresses import PRIVATE, Resolver, reach_of
from newsarchive.crawl.failures import Refused
from newsarchive.network import Reach, written_address

_log = logging.getLogger(__name__)


class ProxyMiddleware(HttpProxyMiddleware):
    """Sends requests through the environment's proxies if HTTPPROXY_ENABLED says so.

    No request for a private address, however it is written, or for a name of local networks goes to a proxy.
    """

    def __init__(self, auth_encoding: str | None = "latin-1") -> None:
        super().__init__(auth_encoding)
        self.reach = Reach()
        hosts = {host for _, url in self.proxies.values() if (host := urlsplit(url).hostname)}
        self._names = {host for host in hosts if not written_address(host)}
        Resolver.proxies.update(hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware; NotConfigured, and a warning where there are proxies, if it is not switched on."""
        if not crawler.settings.getbool("HTTPPROXY_ENABLED") and not {"http", "https"}.isdisjoint(getproxies()):
            _log.warning("http_proxy or https_proxy is set and not used: HTTPPROXY_ENABLED=1 fetches through it")
        middleware = super().from_crawler(crawler)
        middleware.reach = reach_of(crawler)
        return middleware

    def process_request(self, request: Request) -> None:  # type: ignore[override]  # Scrapy passes no spider
        """Choose a request's proxy, or refuse the request."""
        super().process_request(request)
        host = urlsplit(request.url).hostname or ""
        if host in self._names or (request.meta.get("proxy") and not self.reach.admits_unresolved(host)):
            raise Refused(PRIVATE)
