"""Keeping secrets out of whatever is written for people: logs, reports, messages."""

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

SECRET_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "NEWSARCHIVE_NOTIFY",
    "NEWSARCHIVE_NOTIFY_URL",
    "NEWSARCHIVE_HEALTHCHECK_URL",
    "NEWSARCHIVE_PUSHGATEWAY_URL",
)
_SHORTEST = 6  # the value `x` of a test's variable would blot out every x
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s/?#@'\"]+@", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w/])[^\s/:@\"']+:[^\s/:@\"']+@(?=[\w\[])")
_HIDDEN = "***"


def redact(text: str) -> str:
    """Return text without the secrets of the environment and without the user and password in addresses."""
    for secret in _secrets():
        text = text.replace(secret, _HIDDEN)
    return _BARE.sub(f"{_HIDDEN}@", _USERINFO.sub(rf"\g<scheme>{_HIDDEN}@", text))


def _secrets() -> list[str]:
    values = [value for name in SECRET_VARIABLES for value in os.environ.get(name, "").split()]
    values += [part for value in values if "://" in value for part in _parts(value)]
    return sorted((value for value in values if len(value) >= _SHORTEST), key=len, reverse=True)


def _parts(url: str) -> Iterator[str]:
    """Yield what of an address is secret by itself: libraries tell it in pieces."""
    rest = url.partition("://")[2]
    host, _, path = rest.partition("/")
    yield from re.split(r"[/?&=]", path)
    yield from host.rpartition("@")[0].split(":")


def redacted(value: Any) -> Any:  # noqa: ANN401 - a JSON value, and the same again
    """Return a JSON value with every text in it redacted."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {redact(key): redacted(inner) for key, inner in value.items()}
    return [redacted(inner) for inner in value] if isinstance(value, (list, tuple)) else value


class _RedactedRecord(logging.LogRecord):
    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as logging's own
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0]:
            self.exc_text = redact("".join(traceback.format_exception(*self.exc_info)).rstrip())

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        return redact(super().getMessage())


def redact_output() -> None:
    """Redact every log line and the traceback of a crash, whichever way they are written."""
    logging.setLogRecordFactory(_RedactedRecord)
    sys.excepthook = _print_redacted


def _print_redacted(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))
