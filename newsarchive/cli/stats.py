"""Count articles by month, site, tag or whatever else, as a chart in the terminal or as a table."""

import argparse
import sys
from itertools import islice

from newsarchive.archive import Archive
from newsarchive.archive.counting import BY, refuse_unknown
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.cells import FORMATS, show
from newsarchive.cli.charts import draw
from newsarchive.cli.questions import add_question_arguments, asked, tell_left_out, tell_nothing

EXAMPLES = """examples:
  newsarchive stats --by site
  newsarchive stats --tag Iran --by month,site
  newsarchive stats --tag Iran --by month,site --format csv > iran.csv
  newsarchive stats --by country --since 2026-11
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    add_question_arguments(parser)
    parser.add_argument(
        "--by", nargs="+", action="extend", help=f"one or several, such as month,site (month): {', '.join(BY)}"
    )
    parser.add_argument("--limit", type=int, help="at most so many rows, the first")
    parser.add_argument("--format", default="chart", choices=("chart", *FORMATS))


def run(options: argparse.Namespace) -> int:
    """Print the counts, and on how many of the days asked for the archive was crawled."""
    by = _groupings(options.by or ["month"])
    refuse_unknown(by)
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    question = asked(options)
    found = archive.articles(**question)
    counted = found.count(by)
    if not counted and not found.copies_left_out:
        tell_nothing(archive, question)
    counted = dict(islice(counted.items(), options.limit if options.limit is None else max(options.limit, 0)))
    if options.format == "chart":
        draw(counted)
    else:
        show((*by, "articles"), [(*key, number) for key, number in counted.items()], form=options.format)
    tell_left_out(found)
    if "country" in by:
        print("countries are told by their ISO 3166 codes, from tags in any language", file=sys.stderr)
    covered = archive.coverage(site=question["site"], since=question["since"], until=question["until"])
    if covered.asked:
        print(covered, file=sys.stderr)
    return 0


def _groupings(given: list[str]) -> tuple[str, ...]:
    names = (name.strip().lower() for text in given for name in text.split(","))
    return tuple(dict.fromkeys(filter(None, names)))
