"""The arguments of a crawl (`-a name=value`)."""

import re
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
    """What a crawl was asked for; None is no limit, and of a budget what the site declares.

    `limit` is the number of articles to fetch per site. `max_pages` and `max_minutes` are budgets: what goes beyond
    waits for the next run.
    """

    window: Window
    limit: int | None = None
    max_pages: int | None = None
    max_minutes: float | None = None
    urls: tuple[str, ...] = ()
    edition: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether less than all that is new was asked for."""
        return bool(self.urls or self.edition or self.limit or self.window.since or self.window.until)


COMMON = frozenset({"since", "until", "limit", "urls", "max_pages", "max_minutes"})


def parse(given: Mapping[str, str], *, known: Collection[str], now: datetime) -> Arguments:
    """Return the arguments given; `known` names those that the spider takes.

    `since` and `until` are dates, instants or ages such as `7d`; `limit`, `max_pages` and `max_minutes`
    numbers; `urls` a file with one URL a line (`#` begins a comment); `url` one URL; `edition` a name.

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
    return Arguments(
        window=window,
        limit=_whole("limit", given["limit"]) if "limit" in given else None,
        max_pages=_whole("max_pages", given["max_pages"]) if "max_pages" in given else None,
        max_minutes=_minutes(given["max_minutes"]) if "max_minutes" in given else None,
        urls=urls,
        edition=given.get("edition", ""),
    )


def _whole(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise UsageError(f"argument {name} is {text!r}: write a whole number above 0")
    return int(text)


def _minutes(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", text) or not float(text):
        raise UsageError(f"argument max_minutes is {text!r}: write a number of minutes above 0")
    return float(text)


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
