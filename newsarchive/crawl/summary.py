"""A run's report as a table."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from newsarchive.harmless import visible

_MOST_SITES = 30
_COLUMNS = ("discovered", "fetched", "not modified", "skipped", "failed", "rejected", "dropped", "archived", "revised")

_ALWAYS = ("discovered", "fetched", "archived")
_NONE = "·"


def _cell(tally: Mapping[str, Any], column: str) -> str:
    value = tally[column.replace(" ", "_")]
    number = sum(value.values()) if isinstance(value, dict) else value
    return str(number) if number else _NONE


def _reasons(report: Mapping[str, Any]) -> list[str]:
    kinds = ("skipped", "failed", "rejected", "dropped", "ignored")
    return [f"{count} {kind}/{reason}" for kind in kinds for reason, count in report[kind].items()]


def table(report: Mapping[str, Any]) -> Table:
    """Return the table of a report: a row a site, those with most articles first, and a row of sums.

    Columns in which nothing was counted are left out.
    """
    columns = [c for c in _COLUMNS if c in _ALWAYS or _cell(report, c) != _NONE]
    result = Table(box=None, pad_edge=False, show_footer=len(report["sites"]) > 1)
    result.add_column("site", footer="all", overflow="fold")
    for column in columns:
        result.add_column(column, _cell(report, column), justify="right", no_wrap=True)
    sites = sorted(report["sites"].items(), key=lambda pair: (-pair[1]["archived"], -pair[1]["discovered"], pair[0]))
    for name, tally in sites[:_MOST_SITES]:
        result.add_row(name, *(_cell(tally, c) for c in columns))
    if len(sites) > _MOST_SITES:
        result.add_row(f"and {len(sites) - _MOST_SITES} more sites", *("" for _ in columns))
    return result


def sentence(report: Mapping[str, Any], *, uri: str) -> str:
    """Return what a run has brought, in a sentence."""
    revised = report["revised"]
    counts = ((report["archived"] - revised, "new"), (revised, "revised"))
    parts = [f"{n} {kind} article{'' if n == 1 else 's'}" for n, kind in counts if n]
    what = " and ".join(parts) or "Nothing new"
    where = f"in {uri}" if not report["pending"] else f"for {uri}, {report['pending']} of them still in the spool"
    recovered = f" {report['recovered']} articles of earlier runs were delivered first." if report["recovered"] else ""
    return f"{what} {where} (run {report['run_id']}).{recovered}"


def print_summary(report: Mapping[str, Any], *, uri: str) -> None:
    """Print a run's table, reasons, problems and result on standard output."""
    console = Console(highlight=False)
    console.print(table(report))
    if reasons := _reasons(report):
        console.print("why not: " + ", ".join(reasons), style="dim", soft_wrap=True)
    for problem in report["problems"][:20]:
        console.print(visible(f"problem: {problem}"), style="yellow", markup=False, soft_wrap=True)
    for error in report["errors"]:
        console.print(visible(f"error: {error}"), style="red", markup=False, soft_wrap=True)
    console.print(sentence(report, uri=uri), style="bold", markup=False, soft_wrap=True)
