"""`newsarchive extract`: the record of one page, and where its fields came from."""

import argparse
import json
import sys
from dataclasses import asdict
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

from newsarchive import __version__
from newsarchive.errors import NotAnArticleError, UsageError
from newsarchive.extraction import Explanation, explain

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


def run(args: argparse.Namespace) -> int:
    """Print the record as JSON; 0, or 1 where the page is no article.

    Raises:
        UsageError: the page cannot be read.
    """
    source = _read(args.page, args.url)
    try:
        found = explain(source.html, source.url, site=args.site, charset=source.charset)
    except NotAnArticleError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(asdict(found.article), ensure_ascii=False, indent=2))
    if args.explain:
        print(explained(found), file=sys.stderr)
    return 0


def explained(found: Explanation) -> str:
    """One line per field with its origin, and below it what was rejected and why."""
    lines = []
    for name, choice in found.choices.items():
        lines.append(f"{name}: {choice.source or 'nothing found'}")
        lines += [f"    not {_short(r.value)} from {r.source}: {r.reason}" for r in choice.rejected]
    return "\n".join(lines)


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _CUT else line[:_CUT] + " …"


def _read(page: str, url: str) -> _Source:
    if page == "-":
        return _Source(sys.stdin.buffer.read(MAX_BYTES), url, "")
    if page.startswith(("http://", "https://")):
        return _fetched(page)
    if "://" in page:
        raise UsageError(f"Only http and https addresses are read, not {page!r}.")
    try:
        with Path(page).open("rb") as file:
            return _Source(file.read(MAX_BYTES), url, "")
    except OSError as error:
        raise UsageError(f"Cannot read {page!r}: {error.strerror or error}.") from error


def _fetched(url: str) -> _Source:
    request = Request(url, headers={"User-Agent": f"newsarchive/{__version__}", "Accept": "text/html"})  # noqa: S310 - http(s) only, see _read
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - http(s) only, see _read
            return _Source(answer.read(MAX_BYTES), answer.url, answer.headers.get_content_charset() or "")
    except (OSError, HTTPException, ValueError) as error:
        raise UsageError(f"Cannot fetch {url!r}: {error}.") from error
