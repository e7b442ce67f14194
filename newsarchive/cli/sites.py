"""List the sites in the archive, with how much there is of each and from when."""

import argparse
from dataclasses import astuple, fields

from newsarchive.archive import Archive
from newsarchive.archive.counting import Site
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.cells import FORMATS, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    parser.add_argument("--format", default="table", choices=FORMATS)


def run(options: argparse.Namespace) -> int:
    """Print a row for each site."""
    found = Archive.open(options.uri, endpoint_url=options.endpoint_url).sites()
    show([f.name for f in fields(Site)], [astuple(site) for site in found], form=options.format)
    return 0
