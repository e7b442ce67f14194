"""Copy the archive into a folder, verified; call it again to finish an interrupted copy or bring it up to date."""

import argparse

from newsarchive.archive import Archive
from newsarchive.archive.copying import copy
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.progress import Progress
from newsarchive.storage import open_storage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folder", help="where the copy is, or is to be")
    add_archive_arguments(parser)
    parser.add_argument("--pages", action="store_true", help="the pages as fetched too")


def run(options: argparse.Namespace) -> int:
    """Copy, and print what was copied."""
    source = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    with Progress("segments copied") as progress:
        done = copy(source, open_storage(options.folder), pages=options.pages, on_progress=progress)
    print(f"{done.copied} segments copied, {done.kept} were there, {done.removed} replaced ones removed")
    return 0
