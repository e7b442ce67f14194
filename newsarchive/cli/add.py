"""Look at a site, show three of its articles, and write its declaration with a test."""

import argparse
import os
import sys
from pathlib import Path

from newsarchive.cli.invocation import program
from newsarchive.crawl.process import apply, project_settings
from newsarchive.environment import project_folder
from newsarchive.errors import UsageError
from newsarchive.extraction.pool import Pool
from newsarchive.harmless import visible
from newsarchive.survey.fetching import Fetcher, fetching
from newsarchive.survey.look import Example, Survey, look
from newsarchive.survey.proposal import Proposal, country_of, propose
from newsarchive.survey.writing import source, write
from newsarchive.urls import is_web

_CUT = 150


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("url", metavar="URL", help="the site's front page, or that of one of its editions")
    parser.add_argument("--name", default="", help="the site's short name (made of its host)")
    parser.add_argument("--country", default="", help="ISO 3166 code, where the address does not tell it")
    parser.add_argument("--into", type=Path, default=None, help="project folder (the one this is run in)")
    parser.add_argument("--dry-run", action="store_true", help="show the declaration, write nothing")
    parser.add_argument("--allow-private", action="store_true", help="look at loopback and private addresses too")


def run(options: argparse.Namespace) -> int:
    """Look, show and write; UsageError where no declaration can be made."""
    if not is_web(options.url):
        raise UsageError(f"{options.url!r} is no address: write it whole, such as https://www.rfi.fr/")
    root = _root(options)
    survey = _surveyed(options.url, allow_private=options.allow_private)
    _show(survey)
    proposal = propose(survey, name=options.name, country=options.country.upper() or _asked(survey))
    if options.dry_run:
        print(f"\n{source(proposal)}")
        return 0
    _written(proposal, survey, root)
    _next(proposal.name, allow_private=options.allow_private)
    return 0


def _root(options: argparse.Namespace) -> Path:
    """Return the project folder to write to; a dry run needs none."""
    root: Path | None = options.into or project_folder()
    if root is None and not options.dry_run:
        raise UsageError("this is no project folder: make one with newsarchive init, or name one with --into")
    if root and not options.dry_run and not (root / "scrapy.cfg").is_file():
        raise UsageError(f"{root} is no project folder: make it one with newsarchive init {root}")
    return root or Path()


def _surveyed(url: str, *, allow_private: bool) -> Survey:
    settings = project_settings()
    apply(settings, {"NEWSARCHIVE_ALLOW_PRIVATE": "1"} if allow_private else {})
    found: list[Survey] = []

    async def work(fetcher: Fetcher) -> None:
        pool = Pool(1)
        await pool.start()
        try:
            found.append(await look(fetcher, url, pool))
        finally:
            await pool.close()

    fetching(work, settings)
    if not found:
        raise UsageError(f"looking at {url} was interrupted")
    return found[0]


def _asked(survey: Survey) -> str:
    """Return the country typed, if the site does not tell it and somebody is there to be asked; else nothing."""
    if country_of(survey) or not survey.examples or not sys.stdin.isatty():
        return ""
    return input("\nThe site's country, as an ISO 3166 code such as FR: ").strip().upper()


def _show(survey: Survey) -> None:
    for listing in survey.listings:
        print(f"{listing.kind:<13}{listing.url}  {len(listing.links)} articles")
    for problem in survey.problems:
        print(f"{'not used':<13}{problem}")
    for example in survey.examples:
        _show_article(example)


def _show_article(example: Example) -> None:
    article = example.article
    first = article.text.partition("\n")[0]
    by = f"{', '.join(article.authors) or 'no author'} · {article.date_published or 'no date'} · {article.language}"
    print(visible(f"\n  {article.title}\n  {article.url}\n  {by}"))
    print(visible(f"  tags: {', '.join(article.tags) or 'none'}\n  {first[:_CUT]}{'…' if len(first) > _CUT else ''}"))


def _written(proposal: Proposal, survey: Survey, root: Path) -> None:
    fullest = max(survey.examples, key=lambda example: (len(example.article.field_sources), example.article.url))
    module, folder = write(proposal, fullest, root)
    print(f"\n{module} declares the site: read it, above all article_pattern.")
    print(f"{folder} holds a page and its record: correct expected.json where extraction is wrong; tests go by it.")
    print("The page is the publisher's: before you share the folder, write one of your own in its shape.")


def _next(name: str, *, allow_private: bool) -> None:
    flag = " --allow-private" if allow_private else ""
    if flag and not os.environ.get("NEWSARCHIVE_ALLOW_PRIVATE"):
        print("Its address is private: a scheduled crawl needs NEWSARCHIVE_ALLOW_PRIVATE=1 in .env.")
    print(f"\nNext: {program()} crawl {name} -a limit=5{flag}")
    print(f"Then: {program()} check {name}{flag}, and a schedule: deploy/crontab or deploy/systemd")
