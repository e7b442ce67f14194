"""List the sites in the archive, with how much there is of each and from when."""

import argparse
from dataclasses import astuple, fields

from newsarchive.archive import Archive
from newsarchive.archive.counting import Site
from newsarchive.archive.reader import Asked
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.cells import FORMATS, show
from newsarchive.cli.questions import tell_nothing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    parser.add_argument("--format", default="table", choices=FORMATS)


def run(options: argparse.Namespace) -> int:
    """Print a row for each site."""
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    found = archive.sites()
    show([f.name for f in fields(Site)], [astuple(site) for site in found], form=options.format)
    if not found:
        tell_nothing(archive, Asked())
    return 0
