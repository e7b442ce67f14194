"""Keeping a crawl away from addresses that are not public, on every hop and at the moment of connecting."""

from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

from newsarchive.crawl.failures import Refused
from newsarchive.network import Reach

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

PRIVATE = "private-address"


class AddressMiddleware:
    """Refuses requests that are not http(s), and those whose host is written as an address that is not public."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware with NEWSARCHIVE_ALLOW_PRIVATE."""
        return cls(reach_of(crawler))

    def process_request(self, request: Request) -> None:
        """Refuse the request or let it pass."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise Refused("scheme")
        try:
            admitted = self._reach.admits(parts.hostname or "")
        except ValueError:
            return  # a name: the resolver decides
        if not admitted:
            raise Refused(PRIVATE)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Tell a name that leads to a private address from one that leads nowhere."""
        if isinstance(exception, CannotResolveHostError) and leads_to_private(request.url):
            raise Refused(PRIVATE) from exception


class Resolver(CachingThreadedResolver):
    """Resolves names, refusing those that resolve to an address that is not public.

    What it returns is what is connected to: a name cannot lead elsewhere between the check and the connection.
    """

    reach = Reach()
    refused: ClassVar[set[str]] = set()
    proxies: ClassVar[set[str]] = set()
    """The hosts of proxies that the operator has switched on; they may be private."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:  # noqa: ANN401 - Twisted's reactor has no one type
        """Return the resolver with NEWSARCHIVE_ALLOW_PRIVATE."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.reach = reach_of(crawler)
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":  # noqa: ANN401, N802 - Twisted's signature
        """Return a Deferred of the address of name."""
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if name.lower() not in self.proxies and not self.reach.admits(address):
            self.refused.add(name)
            raise DNSLookupError(f"{name} resolves to {address}, which is not a public address")
        return address


def leads_to_private(url: str) -> bool:
    """Tell whether the name in an address has been refused for resolving to an address that is not public."""
    return (urlsplit(url).hostname or "") in Resolver.refused


def reach_of(crawler: Crawler) -> Reach:
    """Return what NEWSARCHIVE_ALLOW_PRIVATE lets a crawl connect to."""
    return Reach.parse(str(crawler.settings["NEWSARCHIVE_ALLOW_PRIVATE"]))
