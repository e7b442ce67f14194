"""The arguments of a crawl (`-a name=value`)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsarchive.discovery.window import Window
from newsarchive.errors import UsageError
from newsarchive.suggest import did_you_mean
from newsarchive.urls import is_web


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What a crawl was asked for. `limit` is the number of articles to fetch per site; None means no limit."""

    window: Window
    limit: int | None = None
    urls: tuple[str, ...] = ()
    edition: str = ""


COMMON = frozenset({"since", "until", "limit", "urls"})


def parse(given: Mapping[str, str], *, known: Collection[str], now: datetime) -> Arguments:
    """Return the arguments given; `known` names those that the spider takes.

    `since` and `until` are dates, instants or ages such as `7d`; `limit` a number; `urls` a file with one URL a line
    (`#` begins a comment); `url` one URL; `edition` a name.

    Raises:
        UsageError: an argument is unknown or malformed; the message names it and its value.
    """
    for name in given:
        if name not in known:
            raise UsageError(f"unknown argument {name!r}: {did_you_mean(name, known)}")
    window = Window.parse(given.get("since", ""), given.get("until", ""), now)
    urls: tuple[str, ...] = (_web(given["url"], "argument url"),) if "url" in given else ()
    if "urls" in given:
        urls += _read_urls(given["urls"])
    limit = _limit(given["limit"]) if "limit" in given else None
    return Arguments(window=window, limit=limit, urls=urls, edition=given.get("edition", ""))


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise UsageError(f"argument limit is {text!r}: write a whole number above 0")
    return int(text)


def _web(text: str, where: str) -> str:
    if not is_web(text):
        raise UsageError(f"{where} is {text!r}: write a whole http:// or https:// address")
    return text


def _read_urls(path: str) -> tuple[str, ...]:
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"argument urls: cannot read {path!r}: {error}") from error
    stripped = ((number, text.strip()) for number, text in enumerate(lines, 1))
    urls = [_web(text, f"{path} line {number}") for number, text in stripped if text and not text.startswith("#")]
    if not urls:
        raise UsageError(f"argument urls: {path!r} holds no URL")
    return tuple(dict.fromkeys(urls))
