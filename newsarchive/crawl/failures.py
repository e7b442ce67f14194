"""Why a request gave no page, as a short reason for the counters."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    DropItem,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError

UNKNOWN = "error"
STOPPED = "stopped"
TOO_LARGE = "too-large"
_WALL_HEADERS = ("cf-mitigated", "x-datadome", "x-amzn-waf-action")
_IGNORED = (("redirect", "redirects"), ("offsite", "offsite"), ("size", TOO_LARGE))
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connection"),
    (DownloadCancelledError, TOO_LARGE),
    (ResponseDataLossError, "truncated"),
    (UnsupportedURLSchemeError, "scheme"),
    (DownloadFailedError, "connection"),
)


class Refused(IgnoreRequest):
    """A request that policy forbids; `reason` is for the counters."""

    policy = True

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Unreachable(Refused):
    """A request that is not made because its host cannot be asked for its rules."""

    policy = False


class Unfit(Refused):
    """An answer that is not taken for what it is: too large, or packed so that it cannot be unpacked."""

    policy = False


class NotTakenError(DropItem):
    """An article that the archive did not take; its page and addresses have been noted."""


def is_policy(error: BaseException) -> bool:
    """Tell whether a request was refused by policy rather than failing."""
    return isinstance(error, Refused) and error.policy


def reason(error: BaseException) -> str:
    """Return the counter's reason for an exception that ended a request, `[a-z0-9-]+`."""
    if isinstance(error, HttpError):
        if any(error.response.headers.get(name) for name in _WALL_HEADERS):
            return "bot-wall"
        return f"http-{error.response.status}"
    if isinstance(error, Refused):
        return error.reason
    if isinstance(error, IgnoreRequest):
        return next((name for words, name in _IGNORED if words in str(error)), "ignored")
    return next((name for kind, name in _REASONS if isinstance(error, kind)), UNKNOWN)
