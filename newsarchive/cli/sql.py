"""Query the archive with DuckDB: the views articles, latest, article_tags, ledger, sites and runs; dates in UTC."""

import argparse
import contextlib
import importlib
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from newsarchive.archive import Archive
from newsarchive.archive.cache import copy_folder
from newsarchive.archive.copying import copy
from newsarchive.archive.frames import need
from newsarchive.archive.schema import views_sql
from newsarchive.cli import add_archive_arguments
from newsarchive.cli.cells import FORMATS, show
from newsarchive.cli.progress import Progress
from newsarchive.errors import IntegrityError, NewsarchiveError, UsageError
from newsarchive.harmless import visible
from newsarchive.storage import open_storage

if TYPE_CHECKING:
    import duckdb


VIEWS = "articles, latest, article_tags, ledger, sites and runs"
_WELCOME = f"""Views: {VIEWS}.
A query ends with a semicolon; .tables shows the columns; Ctrl-C starts anew, Ctrl-D ends."""
_HELP = (".tables", ".schema", ".help", "help", "?")
_END = (".quit", ".exit", "quit", "exit")
_AROUND = " ;\n"
_ROWS = 1_000
_COLUMNS = """SELECT table_name AS view, string_agg(column_name, ', ' ORDER BY ordinal_position) AS columns
FROM information_schema.columns WHERE table_schema = 'main' GROUP BY view ORDER BY view"""


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
    with contextlib.closing(duckdb.connect()) as connection:
        _prepare(connection, archive.storage.uri)
        if options.query or not sys.stdin.isatty():
            _answer(connection, options.query or sys.stdin.read(), options.format)
        else:
            _converse(connection, options.format)
    return 0


def _local(archive: Archive) -> Archive:
    """Return the archive, or its copy in the cache if it is in a bucket: DuckDB is given files."""
    if not archive.storage.uri.startswith("s3:"):
        return archive
    target = copy_folder(archive.storage.uri)
    if target is None:
        raise UsageError("sql copies a bucket's segments into the cache, which NEWSARCHIVE_CACHE=none turns off")
    with Progress("segments copied") as progress:
        copy(archive, open_storage(str(target)), on_progress=progress)
    return Archive.open(str(target))


def _prepare(connection: "duckdb.DuckDBPyConnection", root: str) -> None:
    """Make the views, over an archive elsewhere than in the working directory: there belongs what a query writes."""
    if "," in root:
        raise UsageError(f"DuckDB looks in no folder with a comma in its name: {root}")
    try:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET file_search_path = ?", [root])
        connection.execute(views_sql())
    except need("duckdb").Error as error:
        raise IntegrityError(f"{root} cannot be opened with DuckDB: {error}") from error


def _answer(connection: "duckdb.DuckDBPyConnection", query: str, form: str) -> None:
    duckdb = need("duckdb")
    try:
        done = _executed(connection, query)
        header = [name for name, *_ in done.description or ()]
        show(header, chain.from_iterable(iter(partial(done.fetchmany, _ROWS), [])), form=form)
    except duckdb.CatalogException as error:
        raise UsageError(f"DuckDB says: {error}\nThe views are {VIEWS}.") from error
    except duckdb.Error as error:
        raise UsageError(f"DuckDB says: {error}") from error


def _executed(connection: "duckdb.DuckDBPyConnection", query: str) -> "duckdb.DuckDBPyConnection":
    """Execute a query in a thread: in the main one DuckDB overhears most Ctrl-C."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(connection.execute, query)
        try:
            return waiting.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def _converse(connection: "duckdb.DuckDBPyConnection", form: str) -> None:
    """Answer what is typed; Ctrl-C ends the query that is typed or runs, Ctrl-D the prompt."""
    with contextlib.suppress(ImportError):
        importlib.import_module("readline")  # gives the prompt keys and a history
    print(f"{_WELCOME}\n", file=sys.stderr)
    while True:
        try:
            query = _typed()
            if query.strip(_AROUND) in _END:
                return
            if query.strip(_AROUND) in _HELP:
                _answer(connection, _COLUMNS, "table")
            else:
                _answer(connection, query, form)
        except NewsarchiveError as error:
            print(visible(str(error)), file=sys.stderr)
        except KeyboardInterrupt:
            print("\ninterrupted", file=sys.stderr)
        except EOFError:
            print(file=sys.stderr)
            return


def _typed() -> str:
    """Return what is typed up to a semicolon, or a word for the prompt by itself."""
    typed = ""
    while not (typed.rstrip().endswith(";") or typed.strip() in (*_HELP, *_END)):
        typed += input("  … " if typed.strip() else "sql> ") + "\n"
    return typed
