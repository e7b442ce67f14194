"""Query the archive with DuckDB: the views articles, latest, article_tags, ledger, sites and runs; dates in UTC."""

import argparse
import contextlib
import hashlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsarchive.archive import Archive
from newsarchive.archive.cache import cache_folder
from newsarchive.archive.copying import copy
from newsarchive.archive.frames import need
from newsarchive.archive.schema import views_sql
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.cells import FORMATS, show
from newsarchive.cli.progress import Progress
from newsarchive.errors import NewsarchiveError, UsageError
from newsarchive.storage import open_storage

if TYPE_CHECKING:
    import duckdb


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("query", nargs="?", default="", help="SQL; without it, a prompt (or standard input)")
    add_archive_arguments(parser)
    parser.add_argument("--format", default="table", choices=FORMATS)


def run(options: argparse.Namespace) -> int:
    """Answer one query, or those typed at the prompt until its end."""
    duckdb = need("duckdb")
    archive = _local(Archive.open(options.uri, endpoint_url=options.endpoint_url))
    if not archive.sites():
        raise UsageError(f"there are no articles in {options.uri} to be queried")
    with contextlib.chdir(archive.storage.uri), contextlib.closing(duckdb.connect()) as connection:
        connection.execute(views_sql())
        if options.query or not sys.stdin.isatty():
            _answer(connection, options.query or sys.stdin.read(), options.format)
            return 0
        for query in _typed():
            try:
                _answer(connection, query, options.format)
            except NewsarchiveError as error:
                print(error, file=sys.stderr)
    return 0


def _local(archive: Archive) -> Archive:
    """Return the archive, or its copy in the cache if it is in a bucket: DuckDB is given files."""
    if not archive.storage.uri.startswith("s3:"):
        return archive
    folder = cache_folder()
    if folder is None:
        raise UsageError("sql copies a bucket's segments into the cache, which NEWSARCHIVE_CACHE=none turns off")
    target = folder / "copies" / hashlib.sha256(archive.storage.uri.encode()).hexdigest()[:32]
    with Progress("segments copied") as progress:
        copy(archive, open_storage(str(target)), on_progress=progress)
    return Archive.open(str(target))


def _answer(connection: "duckdb.DuckDBPyConnection", query: str, form: str) -> None:
    try:
        done = connection.execute(query)
        header = [name for name, *_ in done.description or ()]
        rows = done.fetchall()
    except need("duckdb").Error as error:
        raise UsageError(f"DuckDB says: {error}") from error
    show(header, rows, form=form)


def _typed() -> Iterator[str]:
    """Yield what is typed, up to each semicolon."""
    typed = ""
    while True:
        try:
            typed += input("  … " if typed else "sql> ") + "\n"
        except EOFError:
            return
        if typed.rstrip().endswith(";"):
            yield typed
            typed = ""
