"""Extract the stored pages again with today's rules, and archive what has changed as further revisions."""

import argparse
import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from newsarchive import clock
from newsarchive.archive import Archive
from newsarchive.bulk.reprocessing import Reprocessing, Selection
from newsarchive.bulk.run import Outcome, Work
from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.crawl.declared import Declarations
from newsarchive.crawl.run import Run, new_run_id, worker_count
from newsarchive.crawl.summary import print_summary
from newsarchive.discovery.window import Window
from newsarchive.extraction.pool import Pool
from newsarchive.harmless import url_line, visible
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.state import locked, state_folder
from newsarchive.storage import open_storage

_CUT = 70


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--since", required=True, help="pages fetched on or after: 2026-11-01, an instant, or an age such as 7d"
    )
    parser.add_argument("--until", default="", help="pages fetched before (a day counts whole)")
    parser.add_argument("--site", default="", help="only this site")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and archive nothing")
    add_archive_arguments(parser)
    add_state_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Reprocess, print what has changed and return the exit code."""
    selection = _selection(options)
    folder = state_folder(options.uri, options.state)
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    storage = open_storage(options.uri, endpoint_url=options.endpoint_url)
    with locked(folder), contextlib.closing(Spool(folder)) as spool:
        spool.bind(storage.uri)
        now = clock.now()
        work = Work(spool, Delivery(spool, storage), Run(run_id=new_run_id(now), started_at=now))
        work.extra |= {"command": "reprocess"}
        again = Reprocessing(work=work, archive=archive, sites=Declarations(), selection=selection, dry=options.dry_run)
        outcome = _carry_out(again)
    print_summary(outcome.report, uri=storage.uri)
    _print_changes(outcome.report["changes"])
    return outcome.exit_code


def _selection(options: argparse.Namespace) -> Selection:
    window = Window.parse(options.since, options.until, clock.now())
    since, until = (clock.stamp(moment) if moment else "" for moment in (window.since, window.until))
    return Selection(since=since, until=until, site=options.site)


def _carry_out(again: Reprocessing) -> Outcome:
    """Bring the archive up to date, extract, and deliver."""
    work = again.work
    work.delivery.probe()
    work.run.recovered = work.delivery.deliver().articles
    if not again.dry:
        work.delivery.deliver_reports()
        work.begin()
    asyncio.run(_extract(again))
    work.extra["changes"] = again.changes.as_dict()
    return work.look() if again.dry else work.end()


async def _extract(again: Reprocessing) -> None:
    pool = Pool(worker_count())
    try:
        await pool.start()
        await again.carry_out(pool)
    finally:
        await pool.close()


def _print_changes(changes: Mapping[str, Any]) -> None:
    for name, found in changes.items():
        print(f"{name}: changed in {found['articles']}")
        for example in found["examples"]:
            print(f"    {url_line(example['url'])}")
            print(f"      - {_short(example['before'])}\n      + {_short(example['after'])}")


def _short(value: object) -> str:
    text = " ".join(visible(str(value)).split())
    return text if len(text) <= _CUT else f"{text[:_CUT]} …"
