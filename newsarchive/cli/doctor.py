"""Look for what keeps a crawl from working here, and say how to mend it; nothing is changed."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.cli.findings import conclude, show
from newsarchive.doctor import backlog, configuration, disk, installation, project, store
from newsarchive.doctor.finding import Finding, State, broken
from newsarchive.errors import UsageError
from newsarchive.spool.state import state_folder
from newsarchive.storage import Storage, open_storage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    add_state_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Print what is found as it is found; 4 if the archive or the state is broken, 2 if anything else is, else 0."""
    console = Console(highlight=False, soft_wrap=True)
    found = []
    for finding in _examine(options):
        show(console, finding)
        found.append(finding)
    return conclude(console, found)


def _examine(options: argparse.Namespace) -> Iterator[Finding]:
    yield from installation.examine()
    yield from configuration.examine()
    yield from project.examine()
    try:
        storage = open_storage(options.uri, endpoint_url=options.endpoint_url)
        folder = state_folder(options.uri, options.state)
    except UsageError as error:
        yield broken("archive", str(error), "correct --uri (NEWSARCHIVE_URI)", exit_code=error.exit_code)
        return
    yield from disk.examine("state", folder, holds_spool=True)
    answers = True
    for finding in _archive(storage):
        answers = answers and finding.state is not State.BROKEN
        yield finding
    yield from backlog.examine(folder, storage if answers else None)


def _archive(storage: Storage) -> Iterator[Finding]:
    """Look at the store; at a folder only once it is there, so as not to make one that was meant otherwise."""
    if storage.uri.startswith("s3://"):
        yield from store.examine(storage)
        return
    root = Path(storage.uri)
    yield from disk.examine("archive", root, holds_spool=False)
    if root.is_dir() and os.access(root, os.W_OK):
        with tempfile.TemporaryDirectory(prefix=".tmp-doctor-", dir=root) as place:
            yield from store.examine(open_storage(place))
