"""Crawl a small bundled news site twice, without a network, and show what the archive then holds."""

import argparse
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.text import Text

from newsarchive import clock
from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.cli.invocation import program
from newsarchive.demo.server import DemoServer
from newsarchive.errors import NewsarchiveError, UsageError
from newsarchive.harmless import visible

_QUICK = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
_SHOWN_TEXT = 150
_SHOWN = ("demo-fr", "demo-en", "demo-ar")
_ABOUT = {"Irak", "Iraq", "العراق", "Iran", "إيران"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--into", type=Path, default=Path("demo-archive"), help="folder to archive into (%(default)s)")


def run(options: argparse.Namespace) -> int:
    """Serve, crawl, crawl again, show."""
    _make_room(options.into)
    console = Console(highlight=False, soft_wrap=True)
    with DemoServer(now=clock.now()) as server:
        console.print(f"Five small news sites are served at {server.base}. First crawl:\n", style="bold")
        _crawl(server.base, options.into)
        console.print("\nAn hour of news later, one article has been corrected. Second crawl:\n", style="bold")
        server.edition = 2
        _crawl(server.base, options.into)
    _show(console, options.into)
    return 0


def _make_room(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / "runs").is_dir():
        raise UsageError(f"{folder} exists and is no archive: name another folder with --into")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(folder.with_name(f"{folder.name}-state"), ignore_errors=True)


def _crawl(base: str, folder: Path) -> None:
    """Run the very command a user would, in a process of its own."""
    command = [sys.executable, "-m", "newsarchive", "crawl", "--all", "--allow-private", "--uri", str(folder), *_QUICK]
    contact = os.environ.get("NEWSARCHIVE_CONTACT") or base
    environment = {**os.environ, "NEWSARCHIVE_DEMO_BASE": base, "NEWSARCHIVE_STATE": "", "NEWSARCHIVE_CONTACT": contact}
    sys.stdout.flush()
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "-s", "SPIDER_MODULES=newsarchive.demo.spiders"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise NewsarchiveError(f"the demo crawl ended with exit code {done.returncode}; its log is above")


def _show(console: Console, folder: Path) -> None:
    articles = list(Archive.open(str(folder)).articles(duplicates=True))
    console.print(f"\n{len(articles)} articles are in {folder}. Three of them:", style="bold")
    shown = {article.site: article for article in articles if len(_ABOUT.intersection(article.tags)) > 1}
    for site in _SHOWN:
        _show_article(console, shown[site])
    command = f"{program()} read --uri {folder} --tag Iran --fields site,date_published,title,tags"
    console.print(f"\nCharts and search in a browser: {page_command(folder)}", style="bold", markup=False)
    console.print(f"Next: {command}", style="bold", markup=False)


def page_command(folder: Path) -> str:
    """Return the command that shows an archive in a browser; it installs what is not there yet."""
    shown = f"{program()} serve --uri {folder}"
    is_there = find_spec("uvicorn") and find_spec("starlette") and find_spec("jinja2")
    return shown if is_there else f"{Path(program()).with_name('pip')} install -q 'newsarchive[web]' && {shown}"


def _show_article(console: Console, article: Article) -> None:
    first = article.text.partition("\n")[0]
    by = f"{', '.join(article.authors) or 'no author'} · {article.date_published} · {article.language}"
    console.print(Text(visible(f"\n  {article.title}"), style="cyan"))
    console.print(Text(visible(f"  {by}\n  tags: {', '.join(article.tags)}")))
    console.print(Text(visible(f"  {first[:_SHOWN_TEXT]}{'…' if len(first) > _SHOWN_TEXT else ''}"), style="dim"))
