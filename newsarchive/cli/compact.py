"""Merge small segments, delete what was replaced long enough ago, bring the Parquet sidecar up to date."""

import argparse
import importlib.util
import sys

from newsarchive.archive import Archive
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.progress import Progress
from newsarchive.errors import UsageError
from newsarchive.storage import Storage, open_storage
from newsarchive.upkeep.compaction import TARGET_BYTES, compact, plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_archive_arguments(parser)
    parser.add_argument(
        "--grace", type=_hours, default=24.0, metavar="HOURS", help="keep replaced objects so long (%(default)g)"
    )
    parser.add_argument(
        "--target-mb", type=_megabytes, default=TARGET_BYTES, metavar="MB", help="size of a merged segment (16)"
    )
    parser.add_argument("--no-parquet", action="store_true", help="leave the Parquet sidecar alone")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be merged")


def _hours(text: str) -> float:
    return _at_least(text, 0.0, "hours")


def _megabytes(text: str) -> int:
    return int(_at_least(text, 0.001, "megabytes") * (1 << 20))


def _at_least(text: str, least: float, unit: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = least - 1
    if not least <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of {unit}")
    return value


def run(options: argparse.Namespace) -> int:
    """Compact and say what was done."""
    storage = open_storage(options.uri, endpoint_url=options.endpoint_url, create=False)
    if options.dry_run:
        return _show_plan(storage, options.target_mb)
    with Progress("merging") as progress:
        done = compact(storage, target=options.target_mb, grace=options.grace * 3600, on_progress=progress)
    rows = None if options.no_parquet else _update_parquet(storage)
    print(f"{done.merged} segments of {storage.uri} merged into {done.made}.")
    print(f"{done.deleted} replaced objects deleted; {done.waiting} wait for the end of their {options.grace:g} hours.")
    if rows is not None:
        print(f"{rows} article revisions added to the Parquet sidecar.")
    return 0


def _show_plan(storage: Storage, target: int) -> int:
    groups = plan(Archive(storage).snapshot(), target)
    for group in groups:
        print(f"{group[0].site} {group[0].crawl_date}: {len(group)} segments, {sum(m.count for m in group)} articles")
    print(f"{sum(map(len, groups))} segments of {storage.uri} would be merged into {len(groups)}.")
    return 0


def _update_parquet(storage: Storage) -> int | None:
    if importlib.util.find_spec("pyarrow") is None:
        print("The Parquet sidecar needs pyarrow: pip install 'newsarchive[parquet]'.", file=sys.stderr)
        return None
    from newsarchive.upkeep import parquet  # noqa: PLC0415 - an extra

    try:
        with Progress("Parquet") as progress:
            return parquet.update(storage, on_progress=progress)
    except ImportError as error:
        raise UsageError(f"pyarrow cannot be used: {error}") from error
