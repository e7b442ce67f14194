"""Bring the articles of a WARC (Common Crawl's CC-NEWS, another crawler's) into the archive."""

import argparse
import asyncio
import os

from newsarchive import clock
from newsarchive.bulk.importing import Identity, Import, identity, imported_before
from newsarchive.bulk.run import Outcome, Work
from newsarchive.bulk.sources import Source, opened
from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.crawl.declared import Declarations
from newsarchive.crawl.run import Run, keeps_pages, worker_count
from newsarchive.crawl.summary import print_summary
from newsarchive.extraction.pool import Pool
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.holding import held
from newsarchive.spool.state import IMPORTS, state_folder
from newsarchive.spool.takeover import levelled, take_over
from newsarchive.storage import Storage, open_storage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("warc", metavar="FILE|s3://…|https://…", help="a WARC: plain, gzip or zstd")
    add_archive_arguments(parser)
    add_state_argument(parser)
    raw = os.environ.get("NEWSARCHIVE_RAW") or ""
    parser.add_argument("--raw", default=raw, help="warc keeps a copy of its pages, none does not (NEWSARCHIVE_RAW)")
    parser.add_argument("--allow-private", action="store_true", help="fetch from loopback and private addresses too")


def run(options: argparse.Namespace) -> int:
    """Import, print what came of it and return the exit code."""
    storage = open_storage(options.uri, endpoint_url=options.endpoint_url)
    given = {"endpoint_url": options.endpoint_url, "allow_private": options.allow_private}
    raw = keeps_pages(options.raw, options.uri)
    with opened(options.warc, **given) as source:
        named, report = imported_before(storage, identity(source))
        if report:
            print(f"{source.name} is in {storage.uri} already ({report['archived']} articles, run {named.run_id}).")
            return 0
        folder = state_folder(options.uri, options.state) / IMPORTS
        with held(folder, storage.uri) as spool:
            work = _work(spool, storage, named, source)
            importing = Import(work=work, sites=Declarations(), source=source, named=named, keeps_pages=raw)
            outcome = asyncio.run(_carry_out(importing))
    print_summary(outcome.report, uri=storage.uri)
    return outcome.exit_code


def _work(spool: Spool, storage: Storage, named: Identity, source: Source) -> Work:
    delivery = _delivery(spool, storage, named)
    delivery.level_index()
    work = Work(spool, delivery, Run(run_id=named.run_id, started_at=clock.now()))
    work.extra |= {"command": "import", "source": source.name, "writer": named.writer}
    return work


def _delivery(spool: Spool, storage: Storage, named: Identity) -> Delivery:
    """Return the delivery of a spool that is this WARC's writer; what an unfinished other import left goes first."""
    delivery = levelled(spool, storage)
    if spool.writer != named.writer:
        delivery.deliver()
        delivery.deliver_reports()
        take_over(spool, storage, named.writer)
    return Delivery(spool, storage)


async def _carry_out(importing: Import) -> Outcome:
    pool = Pool(worker_count())
    try:
        await pool.start()
        return await importing.carry_out(pool)
    finally:
        await pool.close()
