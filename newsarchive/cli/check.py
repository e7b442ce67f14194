"""Look at declared sites live, as politely as a crawl: robots.txt, listings, three articles; name what is wrong."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from newsarchive.cli.cells import plain
from newsarchive.cli.findings import conclude, show
from newsarchive.crawl.process import apply, project_settings, site_names
from newsarchive.errors import UsageError
from newsarchive.extraction.pool import Pool
from newsarchive.survey.checking import Checked, check
from newsarchive.survey.expectation import declared
from newsarchive.survey.fetching import Fetcher, fetching
from newsarchive.survey.look import Example

_FIELDS = (
    "title",
    "description",
    "section",
    "authors",
    "date_published",
    "date_modified",
    "language",
    "tags",
    "image_url",
    "text",
)
_LONGEST = 60
_PIPED_WIDTH = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("sites", nargs="*", metavar="SITE", help="a declared site, such as rfi")
    parser.add_argument("--all", action="store_true", help="every site that the project declares")
    parser.add_argument("--allow-private", action="store_true", help="look at loopback and private addresses too")


def run(options: argparse.Namespace) -> int:
    """Check the sites, one after the other; 3 if anything was found that costs articles."""
    settings = project_settings()
    apply(settings, {"NEWSARCHIVE_ALLOW_PRIVATE": "1"} if options.allow_private else {})
    names = [*options.sites, *(site_names(settings) if options.all else ())]
    if not names:
        raise UsageError("name a site to check, or give --all")
    sites = [declared(name) for name in dict.fromkeys(names)]
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    results: list[Checked] = []

    async def work(fetcher: Fetcher) -> None:
        pool = Pool(1)
        await pool.start()
        try:
            for site in sites:
                results.append(await check(fetcher, site, pool))
                _show(console, results[-1])
        finally:
            await pool.close()

    fetching(work, settings)
    if len(results) < len(sites):
        raise UsageError("the check was interrupted")
    return conclude(console, [finding for checked in results for finding in checked.findings])


def _show(console: Console, checked: Checked) -> None:
    console.print(f"\n{checked.site}", style="bold")
    for finding in checked.findings:
        show(console, finding)
    if checked.examples:
        console.print()
        console.print(_table(checked.examples))
    for example in checked.examples:
        console.print(f"  {plain(example.article.url)}", style="dim", markup=False)


def _table(examples: Sequence[Example]) -> Table:
    """Return in how many articles each field was found, from where, and what the first of them has."""
    result = Table(box=None, pad_edge=False)
    for name in ("field", "found", "from"):
        result.add_column(name, min_width=10)
    result.add_column("such as", overflow="ellipsis", no_wrap=True)
    for name in _FIELDS:
        values = [value for example in examples if (value := getattr(example.article, name))]
        such = str("; ".join(values[0]) if values and isinstance(values[0], tuple) else (values or [""])[0])
        result.add_row(name, f"{len(values)} of {len(examples)}", _sources(name, examples), _short(such))
    return result


def _sources(name: str, examples: Sequence[Example]) -> str:
    """Return where a field came from, the most frequent place first."""
    pairs = (part.partition("=")[::2] for example in examples for part in example.article.field_sources.split(";"))
    return ", ".join(source for source, _ in Counter(source for field, source in pairs if field == name).most_common())


def _short(text: str) -> str:
    line = plain(text)
    return (line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…").replace("[", r"\[")
