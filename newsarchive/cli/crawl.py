"""Crawl sites into the archive, all in one run."""

import argparse
from collections.abc import Iterable

from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.crawl.jitter import span
from newsarchive.crawl.process import apply, crawl, project_settings, site_names
from newsarchive.crawl.progress import watching
from newsarchive.crawl.summary import print_summary
from newsarchive.errors import UsageError
from newsarchive.redaction import redact


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("sites", nargs="*", metavar="SITE", help="a declared site such as rfi, or news for any site")
    parser.add_argument(
        "--all",
        action="store_true",
        help="crawl every site that the project declares; bundled ones beside them by name",
    )
    parser.add_argument(
        "-a", action="append", default=[], metavar="NAME=VALUE", help="since, until, limit, urls; edition; url (news)"
    )
    parser.add_argument("-s", action="append", default=[], metavar="NAME=VALUE", help="a Scrapy setting")
    parser.add_argument("--jitter", default="0s", help="begin after a random time of at most 30s, 10m, 2h")
    add_archive_arguments(parser)
    add_state_argument(parser)
    parser.add_argument("--allow-private", action="store_true", help="crawl loopback and private addresses too")


def _pairs(given: Iterable[str], flag: str) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"{flag} {text!r} is malformed: write {flag} NAME=VALUE")
        pairs[name] = value
    return pairs


def run(options: argparse.Namespace) -> int:
    """Crawl, print the summary and return the exit code."""
    arguments = _pairs(options.a, "-a")
    jitter = span(options.jitter)
    settings = project_settings()
    named = {
        "NEWSARCHIVE_URI": options.uri,
        "NEWSARCHIVE_STATE": options.state,
        "NEWSARCHIVE_ENDPOINT_URL": options.endpoint_url,
    }
    if options.allow_private:
        named["NEWSARCHIVE_ALLOW_PRIVATE"] = "1"
    apply(settings, named | _pairs(options.s, "-s"))
    settings.set("LOG_INSTALL_ROOT_HANDLER", value=False, priority="cmdline")
    sites = [*(site_names(settings) if options.all else ()), *options.sites]
    with watching() as watch:
        outcome = crawl(sites, arguments, settings, jitter=jitter, on_start=watch)
    print_summary(outcome.report, uri=redact(str(settings["NEWSARCHIVE_URI"])))
    return outcome.exit_code
