"""List the tags in the archive, as publishers spell them, with how many articles have each."""

import argparse
import sys
from collections.abc import Iterable
from itertools import islice

from newsarchive.archive import Archive
from newsarchive.archive.query import Tag
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.cells import FORMATS, show
from newsarchive.cli.questions import add_question_arguments, asked, tell_left_out, tell_nothing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    add_question_arguments(parser)
    parser.add_argument("--limit", type=int, default=50, help="at most so many tags, the most frequent (%(default)s)")
    parser.add_argument("--format", default="table", choices=FORMATS)


def run(options: argparse.Namespace) -> int:
    """Print the tags of the articles asked for."""
    archive, question = Archive.open(options.uri, endpoint_url=options.endpoint_url), asked(options)
    found = archive.articles(**question)
    counted = found.count(("tag",))
    if not counted and not found.copies_left_out:
        tell_nothing(archive, question)
    shown = [(name, number) for (name,), number in islice(counted.items(), max(options.limit, 0))]
    show(("tag", "articles"), shown, form=options.format)
    tell_left_out(found)
    if name := _country(name for name, _ in shown):
        told = f"each spelling is counted by itself; stats --tag {name!r} counts the country in every language"
        print(told, file=sys.stderr)
    return 0


def _country(names: Iterable[str]) -> str:
    """Return the first of these tags that names a country; `""` if none does."""
    return next((name for name in names if Tag.named(name).ids), "")
