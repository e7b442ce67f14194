"""Keeping secrets out of whatever is written for people: logs, reports, messages."""

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any
from urllib.parse import unquote

SECRET_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "NEWSARCHIVE_NOTIFY",
    "NEWSARCHIVE_NOTIFY_URL",
    "NEWSARCHIVE_HEALTHCHECK_URL",
    "NEWSARCHIVE_PUSHGATEWAY_URL",
)
_ADDRESSES = (
    *("NEWSARCHIVE_URI", "NEWSARCHIVE_ENDPOINT_URL", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"),
    *("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
)
"""Variables with addresses of which user and password are secret by themselves."""
_SHORTEST = 6  # the value `x` of a test's variable would blot out every x
_WORD = re.compile(r"(?=.{1,19}$)[A-Za-z]?[a-z]*(?:[-_.][a-z]+)*")
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s/?#@'\"]+@", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w/])[^\s/:@\"']+:[^\s/:@\"']+@(?=[\w\[])")
_HIDDEN = "***"


def redact(text: str) -> str:
    """Return text without the secrets of the environment and without the user and password in addresses."""
    for secret in _secrets():
        text = text.replace(secret, _HIDDEN)
    return _without_users(text)


def _without_users(text: str) -> str:
    return _BARE.sub(f"{_HIDDEN}@", _USERINFO.sub(rf"\g<scheme>{_HIDDEN}@", text))


def _secrets() -> list[str]:
    found = {secret for name in SECRET_VARIABLES for secret in _secrets_of(name, os.environ.get(name, ""))}
    found |= {secret for name in _ADDRESSES for secret in _user_of(os.environ.get(name, ""))}
    return sorted((secret for secret in found if len(secret) >= _SHORTEST), key=len, reverse=True)


def _secrets_of(name: str, given: str) -> Iterator[str]:
    for value in given.split():
        if name != "AWS_ACCESS_KEY_ID" or not _is_word(value):
            yield value
        if "://" in value:
            yield from _parts(value)


def _parts(url: str) -> Iterator[str]:
    """Yield what of an address is secret by itself: libraries tell it in pieces. Words of a path are not."""
    yield from _user_of(url)
    place, _, query = url.partition("://")[2].partition("?")
    host, _, path = place.partition("/")
    tokens = [] if "." in host else host.rpartition("@")[2].split(":")  # apprise has tokens where others have hosts
    yield from (part for part in (*tokens, *re.split(r"[/#]", path)) if not _is_word(part))
    yield from (value for field in re.split(r"[&#]", query) for value in _spellings(field.partition("=")[2] or field))


def _user_of(url: str) -> Iterator[str]:
    """Yield user and password of an address, as they are written and as they are meant."""
    info = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0].rpartition("@")[0]
    user, _, password = info.partition(":")
    yield from (() if _is_word(user) else _spellings(user))
    yield from _spellings(password)


def _spellings(text: str) -> tuple[str, str]:
    return text, unquote(text)


def _is_word(text: str) -> bool:
    """Tell whether a text is too plain to be a secret: `services`, `my-room`."""
    return _WORD.fullmatch(text) is not None


def redacted(value: Any) -> Any:  # noqa: ANN401 - a JSON value, and the same again
    """Return a JSON value with every text in it redacted; keys are our own words, of which addresses only are."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {_without_users(key): redacted(inner) for key, inner in value.items()}
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
    threading.excepthook = _print_thread


def _print_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        _print_redacted(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _print_redacted(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))
