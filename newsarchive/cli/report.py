"""Write the report of a run as one HTML page that needs nothing else."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from newsarchive import clock
from newsarchive.archive import Archive, layout
from newsarchive.cli import add_archive_arguments
from newsarchive.errors import UsageError
from newsarchive.storage import ObjectMissingError
from newsarchive.watch.page import render

_AHEAD = timedelta(hours=1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("run_id", nargs="?", default="", metavar="RUN_ID", help="a run (the last)")
    parser.add_argument("--out", type=Path, help="file to write (standard output)")
    add_archive_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Write the page."""
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    page = render(json.loads(_report(archive, options.run_id)))
    if options.out is None:
        sys.stdout.write(page)
        return 0
    try:
        options.out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {options.out}: {error.strerror}") from error
    return 0


def _report(archive: Archive, run_id: str) -> bytes:
    key = _key(run_id) if run_id else _latest(_keys(archive))
    if not key:
        raise UsageError(f"no run is in {archive.storage.uri}")
    try:
        return archive.storage.read(key)
    except ObjectMissingError:
        raise UsageError(f"no run {run_id!r} is in {archive.storage.uri}") from None


def _latest(keys: Sequence[str]) -> str:
    """Return the key of the last run; one of the future, by a clock that was wrong, only where there is no other."""
    ahead = layout.run_key(f"{clock.now() + _AHEAD:%Y%m%dt%H%M%Sz}-ffffff")
    return max(keys, key=lambda key: (key <= ahead, key), default="")


def _key(run_id: str) -> str:
    try:
        return layout.run_key(run_id)
    except UsageError:
        raise UsageError(f"{run_id!r} is no run id: write one such as 20261123t061502z-1f3a9c") from None


def _keys(archive: Archive) -> list[str]:
    return [key for key in archive.storage.keys(layout.RUNS) if key.endswith(".json")]
