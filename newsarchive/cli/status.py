"""Show the state of every site after its last run."""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarchive import clock
from newsarchive.archive import Archive
from newsarchive.archive.ledger import LedgerRow
from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.cli.invocation import program
from newsarchive.errors import UsageError
from newsarchive.harmless import json_text, visible
from newsarchive.spool.state import state_folder
from newsarchive.suggest import did_you_mean
from newsarchive.watch.history import History
from newsarchive.watch.verdict import ADVICE, State

_PIPED_WIDTH = 200
_COLOURS = {State.OK: "green", State.SUSPECT: "yellow", State.UNJUDGED: "dim"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("sites", nargs="*", metavar="SITE", help="only these sites")
    parser.add_argument("--json", action="store_true", help="one JSON object a site, with every column of the ledger")
    add_archive_arguments(parser)
    add_state_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Print the last row of each site's ledger."""
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    with _history(state_folder(options.uri, options.state)) as history:
        history.catch_up(archive, clock.now())
        rows = _chosen(history.latest(clock.now()), options.sites)
    if options.json:
        for row in rows:
            print(json_text(asdict(row)))
        return 0
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    console.print(table(rows) if rows else "No run is in the ledger of the last five weeks.")
    if any(row.state in ADVICE for row in rows):
        console.print(
            f"\n{program()} report --out run.html shows examples and what to do; check SITE looks at one now."
        )
    return 0


@contextlib.contextmanager
def _history(folder: Path) -> Iterator[History]:
    """Give the history beside the spool, or on a machine that has no spool one for this command only."""
    with contextlib.ExitStack() as stack:
        where = folder if folder.is_dir() else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        yield stack.enter_context(contextlib.closing(History.open(where / "history.sqlite")))


def _chosen(rows: Sequence[LedgerRow], sites: Sequence[str]) -> Sequence[LedgerRow]:
    known = {row.site for row in rows}
    for site in sites:
        if site not in known:
            raise UsageError(f"no run of site {site!r} in the last five weeks: {did_you_mean(site, known)}")
    worst_first = sorted(rows, key=lambda row: (-State(row.state).severity, row.site))
    return [row for row in worst_first if not sites or row.site in sites]


def table(rows: Sequence[LedgerRow]) -> Table:
    """Return the table of states, the worst first."""
    result = Table(box=None, pad_edge=False)
    for name in ("site", "state", "since (UTC)", "last run (UTC)"):
        result.add_column(name, no_wrap=True)
    for name in ("found", "new", "revised"):
        result.add_column(name, justify="right", no_wrap=True)
    result.add_column("why", overflow="fold")
    for row in rows:
        colour = _COLOURS.get(State(row.state), "red")
        state = f"[{colour}]{row.state}[/{colour}]"
        counts = (str(n) for n in (row.discovered, row.new, row.revised))
        result.add_row(row.site, state, _minute(row.state_since), _minute(row.started_at), *counts, _why(row))
    return result


def _minute(instant: str) -> str:
    """Return an instant in UTC as `2026-11-23 06:15`."""
    return instant[:16].replace("T", " ")


def _why(row: LedgerRow) -> Text:
    return Text(visible("; ".join(row.signals.values())))
