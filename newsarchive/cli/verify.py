"""Check that the archive is whole; name what is wrong, a line each."""

import argparse
import sys

from newsarchive.cli import add_archive_arguments
from newsarchive.cli.progress import Progress
from newsarchive.errors import ArchiveError
from newsarchive.storage import open_storage
from newsarchive.upkeep.verification import Verification


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    parser.add_argument("--deep", action="store_true", help="read every segment: checksums, lines, counts")


def run(options: argparse.Namespace) -> int:
    """Print findings and a summary; 4 if anything is wrong."""
    storage = open_storage(options.uri, endpoint_url=options.endpoint_url, create=False)
    problems = notes = 0
    with Progress("verifying") as progress:
        verification = Verification(storage, deep=options.deep, on_progress=progress)
        for finding in verification.findings():
            print(finding, flush=True)
            problems += not finding.is_note
            notes += finding.is_note
    found = f"{problems} problems" if problems else "nothing is wrong"
    print(
        f"{storage.uri}: {verification.articles} article revisions in {verification.segments} segments of "
        f"{verification.writers} writers, {verification.bytes / 1e6:.1f} MB: {found}, {notes} notes."
    )
    if not options.deep:
        print("Presence and sizes were checked; --deep reads every line.", file=sys.stderr)
    return ArchiveError.exit_code if problems else 0
