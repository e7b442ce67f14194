"""Opening one address that somebody has typed: nobody is connected to but public hosts, wherever it redirects."""

import os
import socket
import ssl
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    ProxyHandler,
    Request,
    build_opener,
)

from newsarchive import __version__
from newsarchive.errors import UsageError
from newsarchive.network import Reach
from newsarchive.urls import is_web

Check = Callable[[str], None]
"""Raises UsageError for an address that is not to be asked for."""


def reach(*, allow_private: bool) -> Reach:
    """Return what may be connected to: everything, or what NEWSARCHIVE_ALLOW_PRIVATE says."""
    return Reach.parse("1" if allow_private else os.environ.get("NEWSARCHIVE_ALLOW_PRIVATE") or "0")


def opened(url: str, *, within: Reach, timeout: float, check: Check = lambda _: None) -> HTTPResponse:
    """Return the answer of an http(s) address, open for reading; each address on the way there passes `check`.

    A proxy of the environment is used only where HTTPPROXY_ENABLED says so: it resolves names in our place.

    Raises:
        UsageError: an address on the way is private, or is not to be asked for.
        OSError, HTTPException, ValueError: it cannot be had.
    """
    proxied = (os.environ.get("HTTPPROXY_ENABLED") or "0").lower() not in ("0", "false")
    asks = partial(_ask, within=within, proxied=proxied, check=check)
    asks(url)
    handlers: tuple[BaseHandler, ...] = (ProxyHandler(),) if proxied else (ProxyHandler({}), _Direct(within))
    opener = build_opener(*handlers, _Redirects(asks))
    answer: HTTPResponse = opener.open(Request(url, headers={"User-Agent": _agent()}), timeout=timeout)  # noqa: S310 - see _ask
    return answer


def _agent() -> str:
    contact = os.environ.get("NEWSARCHIVE_CONTACT")
    return f"newsarchive/{__version__} (+{contact})" if contact else f"newsarchive/{__version__}"


def _ask(url: str, *, within: Reach, proxied: bool, check: Check) -> None:
    """Raise UsageError for an address that is not to be asked for, ValueError for what is none."""
    if not is_web(url):
        raise ValueError(f"{url!r} is no http(s) address")
    if proxied and not within.admits_unresolved(urlsplit(url).hostname or ""):
        raise _private(url)
    check(url)


def _private(where: str) -> UsageError:
    return UsageError(f"{where!r} is on a private address: give --allow-private if that is meant")


class _Redirects(HTTPRedirectHandler):
    def __init__(self, ask: Check) -> None:
        self._ask = ask

    def redirect_request(  # noqa: PLR0913, PLR0917 - urllib's signature
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        self._ask(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Direct(HTTPHandler, HTTPSHandler):
    """Opens connections to addresses within a reach."""

    def __init__(self, within: Reach) -> None:
        super().__init__()
        self._within = within

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Plain, within=self._within), req)

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Secure, within=self._within), req)


class _Plain(HTTPConnection):
    def __init__(self, host: str, *, within: Reach, **given: Any) -> None:  # noqa: ANN401 - HTTPConnection's
        super().__init__(host, **given)
        self._within = within

    def connect(self) -> None:
        self.sock = _connected(self.host, self.port, self.timeout, self._within)


class _Secure(HTTPSConnection):
    def __init__(self, host: str, *, within: Reach, **given: Any) -> None:  # noqa: ANN401 - HTTPSConnection's
        super().__init__(host, **given)
        self._within = within

    def connect(self) -> None:
        bare = _connected(self.host, self.port, self.timeout, self._within)
        self.sock = ssl.create_default_context().wrap_socket(bare, server_hostname=self.host)


def _connected(host: str, port: int, timeout: float | None, within: Reach) -> socket.socket:
    """Return a connection to an address that a host resolves to, all of which are within the reach."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(where[0]) for *_, where in found]
    if not all(map(within.admits, addresses)):
        raise _private(host)
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout)
