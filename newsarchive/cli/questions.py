"""The flags that say which articles are meant, the same in every command that reads."""

import argparse
import sys

from newsarchive import clock
from newsarchive.archive.query import Tag
from newsarchive.archive.reader import Asked


def add_question_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that choose articles."""
    parser.add_argument("--site", default="", help="only this site")
    parser.add_argument("--tag", default="", help="only with this tag; a country in any language")
    parser.add_argument(
        "--since", default="", help="published on or after: 2026-11-01, an instant, or an age such as 7d"
    )
    parser.add_argument("--until", default="", help="published before (a day counts whole)")
    parser.add_argument("--lang", default="", help="only this language, such as fr")
    parser.add_argument("--text", default="", help="only with these words in title, description or text")
    parser.add_argument("--duplicates", action="store_true", help="with copies of other articles too")


def asked(options: argparse.Namespace) -> Asked:
    """Return the question that the flags put; say on standard error how its tag was understood.

    Raises:
        UsageError: a date is malformed.
    """
    from newsarchive.discovery.window import Window  # noqa: PLC0415 - lxml is not needed without a date

    window = Window.parse(options.since, options.until, clock.now())
    if options.tag and (note := Tag.named(options.tag).note):
        print(note, file=sys.stderr)
    return Asked(
        site=options.site,
        tag=options.tag,
        language=options.lang,
        since=clock.stamp(window.since) if window.since else "",
        until=clock.stamp(window.until) if window.until else "",
        text=options.text,
        duplicates=options.duplicates,
    )
