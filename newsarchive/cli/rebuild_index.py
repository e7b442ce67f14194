"""Make the seen and near-duplicate index anew from the archive alone; articles that wait in the spool stay there."""

import argparse
import contextlib
import time

from newsarchive.archive.reader import Archive
from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.state import locked, state_folder
from newsarchive.storage import Storage, open_storage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    add_state_argument(parser)
    parser.add_argument(
        "--from-snapshot", action="store_true", help="start from the archive's own snapshot: quicker, and trusts it"
    )


def run(options: argparse.Namespace) -> int:
    """Rebuild, and say from how much."""
    folder = state_folder(options.uri, options.state)
    storage = open_storage(options.uri, endpoint_url=options.endpoint_url, create=False)
    with locked(folder), contextlib.closing(Spool(folder, rebuilding=storage.uri)) as spool:
        _rebuild(spool, storage, from_snapshot=options.from_snapshot)
        count = sum(manifest.count for _, manifest in Archive(storage).manifests())
    print(f"The index in {folder} is made from {count} archived articles of {storage.uri}.")
    return 0


def _rebuild(spool: Spool, storage: Storage, *, from_snapshot: bool) -> None:
    delivery = Delivery(spool, storage)
    if not from_snapshot:
        archive = Archive(storage)
        for key, manifest in archive.manifests():
            spool.adopt(key, archive.segment_articles(manifest), now=time.time())
    delivery.level_index()
