"""Mend the archive where nothing has to be guessed; refuse by name what cannot be mended so."""

import argparse

from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.errors import ArchiveError
from newsarchive.spool.holding import held
from newsarchive.spool.state import state_folder
from newsarchive.storage import open_storage
from newsarchive.upkeep.repair import Repair


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--accept-loss", action="store_true", help="put on record as lost what cannot be mended, so that readers go on"
    )
    add_archive_arguments(parser)
    add_state_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Print what was mended and what was refused; 4 if anything was."""
    storage = open_storage(options.uri, endpoint_url=options.endpoint_url, create=False)
    folder = state_folder(options.uri, options.state)
    hashes: dict[str, str] = {}
    if (folder / "spool.sqlite").exists():
        with held(folder, storage.uri) as spool:
            hashes = spool.committed_hashes()
    repair = Repair(storage, hashes=hashes, dry_run=options.dry_run, accept_loss=options.accept_loss)
    mended = refused = 0
    for mending in repair.carry_out():
        print(mending, flush=True)
        mended += mending.done
        refused += not mending.done
    would = "would be " if options.dry_run else ""
    print(f"{storage.uri}: {mended} {would}mended, {refused} refused.")
    return ArchiveError.exit_code if refused else 0
