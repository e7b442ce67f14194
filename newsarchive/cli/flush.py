"""Deliver what earlier runs left in the spool."""

import argparse

from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.holding import held
from newsarchive.spool.state import check_remains, state_folder
from newsarchive.storage import open_storage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    add_state_argument(parser)
    parser.add_argument(
        "--as-new-writer", action="store_true", help="for a copy of a state folder: write under a name of its own"
    )


def run(options: argparse.Namespace) -> int:
    """Deliver and say what was; errors leave the rest in the spool."""
    folder = state_folder(options.uri, options.state)
    if not (folder / "spool.sqlite").exists():
        check_remains(folder)
        print(f"No spool in {folder}: nothing to deliver.")
        return 0
    storage = open_storage(options.uri, endpoint_url=options.endpoint_url)
    with held(folder, storage.uri) as spool:
        delivery = Delivery(spool, storage)
        delivery.probe()
        if options.as_new_writer:
            delivery.take_new_name()
        delivered = delivery.deliver()
        delivery.deliver_reports()
    print(
        f"{delivered.articles} articles in {delivered.segments} segments delivered to {storage.uri}; nothing is left."
    )
    return 0
