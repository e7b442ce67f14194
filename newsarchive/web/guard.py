"""Who may ask, and what a page may do: this machine's own browser, and nothing but show itself."""

from collections.abc import Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS: Mapping[str, str] = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_METHODS = ("GET", "HEAD")
_NAMES = ("127.0.0.1", "localhost", "[::1]")


def own_hosts(port: int) -> frozenset[str]:
    """Return the Host headers under which the page at a port of this machine may be asked for."""
    return frozenset(f"{name}:{port}" for name in _NAMES) | (frozenset(_NAMES) if port == 80 else frozenset())  # noqa: PLR2004 - HTTP's port, left out by browsers


class Guard:
    """Refuses what another page's script could send, and sets the headers that close the page."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, closed)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [headers.get("host")] or headers["host"].lower() not in self._hosts:
            return PlainTextResponse("This page answers on this machine only, under its own address.\n", 421)
        if scope["method"] not in _METHODS:
            return PlainTextResponse("This page only shows.\n", 405, {"allow": ", ".join(_METHODS)})
        # A link from elsewhere may open a page; a script, frame or image of another origin gets nothing.
        if headers.get("sec-fetch-site", "none") in ("cross-site", "same-site") and (
            headers.get("sec-fetch-mode") != "navigate" or headers.get("sec-fetch-dest") != "document"
        ):
            return PlainTextResponse("Another page asked for this.\n", 403)
        return None
