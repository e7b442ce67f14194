"""`newsarchive extract`: the record of one page, and where its fields came from."""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple

from newsarchive import opening
from newsarchive.archive import layout
from newsarchive.errors import NotAnArticleError, UsageError
from newsarchive.extraction import Explanation, explain
from newsarchive.extraction.choice import Choice, told
from newsarchive.harmless import json_text, visible
from newsarchive.rights.optout import OptOut
from newsarchive.urls import is_web

MAX_BYTES = 10 * 1024 * 1024
TIMEOUT = 20
_CUT = 100


class _Source(NamedTuple):
    html: bytes
    url: str
    charset: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("page", metavar="FILE|URL|-", help="a saved page, an http(s) address, or - for standard input")
    parser.add_argument("--url", default="", help="the page's address, where FILE or - is given")
    parser.add_argument("--site", default="", help="short name of the site, for the record")
    parser.add_argument(
        "--explain", action="store_true", help="also say where each field came from and what was rejected"
    )
    parser.add_argument("--allow-private", action="store_true", help="fetch from loopback and private addresses too")


def run(args: argparse.Namespace) -> int:
    """Print the record as JSON; 0, or 1 where the page is no article.

    Raises:
        UsageError: the page cannot be read.
    """
    if args.url and not is_web(args.url):
        raise UsageError(f"--url is {args.url!r}: write an http(s) address.")
    source = _read(args.page, args.url, allow_private=args.allow_private)
    try:
        found = explain(source.html, source.url, site=args.site and layout.name(args.site), charset=source.charset)
    except NotAnArticleError as error:
        print(error, file=sys.stderr)
        return 1
    print(json_text(asdict(found.article), indent=2))
    if args.explain:
        print(visible(explained(found)), file=sys.stderr)
    return 0


def explained(found: Explanation) -> str:
    """For each field its origin, where else the same was found, and what was rejected and why."""
    return "\n".join(line for name, choice in found.choices.items() for line in _origins(name, choice))


def _origins(name: str, choice: Choice[Any]) -> Iterator[str]:
    yield f"{name}: {choice.source or 'nothing found'}"
    # As keys they stay in order, once each: fields ask the same places more than once.
    chosen = told(choice.value)
    same = dict.fromkeys(r.source for r in choice.rejected if r.value == chosen != "")
    if others := [source for source in same if source != choice.source]:
        yield f"    the same from {', '.join(others)}"
    for value, source, reason in dict.fromkeys(choice.rejected):
        if value and value != chosen:
            yield f"    not {_short(value)} from {source}: {reason}"


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _CUT else line[:_CUT] + " …"


def _read(page: str, url: str, *, allow_private: bool) -> _Source:
    if page == "-":
        return _Source(sys.stdin.buffer.read(MAX_BYTES), url, "")
    if _is_address(page):
        return _fetched(page, allow_private=allow_private)
    if "://" in page:
        raise UsageError(f"Only http and https addresses are read, not {page!r}.")
    try:
        with Path(page).open("rb") as file:
            return _Source(file.read(MAX_BYTES), url, "")
    except OSError as error:
        raise UsageError(f"Cannot read {page!r}: {error.strerror or error}.") from error


def _is_address(text: str) -> bool:
    return text.casefold().startswith(("http://", "https://"))


def _fetched(url: str, *, allow_private: bool) -> _Source:
    opt_out = OptOut.read(os.environ.get("NEWSARCHIVE_OPT_OUT") or "")

    def check(url: str) -> None:
        if opt_out.covers(url):
            raise UsageError(f"{url!r} is on the opt-out list (NEWSARCHIVE_OPT_OUT): it is not fetched.")

    try:
        within = opening.reach(allow_private=allow_private)
        with opening.opened(url, within=within, timeout=TIMEOUT, check=check) as answer:
            return _Source(answer.read(MAX_BYTES), answer.url, answer.headers.get_content_charset() or "")
    except (OSError, HTTPException, ValueError) as error:
        raise UsageError(f"Cannot fetch {url!r}: {getattr(error, 'reason', None) or error}.") from error
