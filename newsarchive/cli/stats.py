"""Count articles by month, site, tag or whatever else, as a chart in the terminal or as a table."""

import argparse
import sys
from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from newsarchive.archive import Archive
from newsarchive.archive.counting import BY
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.cells import FORMATS, plain, show
from newsarchive.cli.questions import add_question_arguments, asked

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LABEL = 40
_NARROW = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    add_question_arguments(parser)
    parser.add_argument("--by", default="month", help=f"one or several, comma-separated (month): {', '.join(BY)}")
    parser.add_argument("--format", default="chart", choices=("chart", *FORMATS))


def run(options: argparse.Namespace) -> int:
    """Print the counts, and on how many of the days asked for the archive was crawled."""
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    question = asked(options)
    by = tuple(name.strip() for name in options.by.split(","))
    counted = archive.count(by, **question)
    if options.format == "chart":
        _draw(counted)
    else:
        show((*by, "articles"), [(*key, number) for key, number in counted.items()], form=options.format)
    covered = archive.coverage(site=question["site"], since=question["since"], until=question["until"])
    print(covered, file=sys.stderr)
    return 0


def _draw(counted: Mapping[tuple[str, ...], int]) -> None:
    console = Console(highlight=False)
    labels = [_label(key) for key in counted]
    wide = max((len(label) for label in labels), default=0)
    digits = len(str(max(counted.values(), default=0)))
    room = max(console.width - wide - digits - 3, _NARROW)
    for label, number in zip(labels, counted.values(), strict=True):
        bar = _bar(number / max(counted.values()) * room)
        console.print(Text(f"{label:<{wide}} {number:>{digits}} {bar}"), soft_wrap=True)


def _label(key: tuple[str, ...]) -> str:
    text = " · ".join(plain(value) or "unknown" for value in key)
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 1]}…"


def _bar(length: float) -> str:
    whole, part = divmod(round(length * 8), 8)
    return ("█" * whole + _EIGHTHS[part]).rstrip() or _EIGHTHS[1]
