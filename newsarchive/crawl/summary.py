"""A run's report as a table."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

_MOST_SITES = 30
_COLUMNS = ("discovered", "fetched", "not modified", "skipped", "failed", "rejected", "dropped", "archived", "revised")


def _cell(tally: Mapping[str, Any], column: str) -> str:
    value = tally[column.replace(" ", "_")]
    number = sum(value.values()) if isinstance(value, dict) else value
    return str(number) if number else "·"


def _reasons(report: Mapping[str, Any]) -> list[str]:
    kinds = ("skipped", "failed", "rejected", "dropped", "ignored")
    return [f"{count} {kind}/{reason}" for kind in kinds for reason, count in report[kind].items()]


def table(report: Mapping[str, Any]) -> Table:
    """Return the table of a report: a row a site, those with most articles first, and a row of sums."""
    result = Table(box=None, pad_edge=False, show_footer=len(report["sites"]) > 1)
    result.add_column("site", footer="all")
    for column in _COLUMNS:
        result.add_column(column, _cell(report, column), justify="right")
    sites = sorted(report["sites"].items(), key=lambda pair: (-pair[1]["archived"], -pair[1]["discovered"], pair[0]))
    for name, tally in sites[:_MOST_SITES]:
        result.add_row(name, *(_cell(tally, c) for c in _COLUMNS))
    if len(sites) > _MOST_SITES:
        result.add_row(f"… {len(sites) - _MOST_SITES} more", *("" for _ in _COLUMNS))
    return result


def sentence(report: Mapping[str, Any], *, uri: str) -> str:
    """Return what a run has brought, in a sentence."""
    new = report["archived"] - report["revised"]
    if not report["archived"]:
        what = "Nothing new"
    else:
        what = f"{new} new article{'' if new == 1 else 's'}"
        what += f" and {report['revised']} revised" if report["revised"] else ""
    where = f"in {uri}" if not report["pending"] else f"for {uri}, {report['pending']} still in the spool"
    recovered = f" {report['recovered']} of earlier runs were delivered first." if report["recovered"] else ""
    return f"{what} {where} (run {report['run_id']}).{recovered}"


def print_summary(report: Mapping[str, Any], *, uri: str) -> None:
    """Print a run's table, reasons, problems and result on standard output."""
    console = Console(soft_wrap=True, highlight=False)
    console.print(table(report))
    if reasons := _reasons(report):
        console.print("why not: " + ", ".join(reasons), style="dim")
    for problem in report["problems"][:20]:
        console.print(f"problem: {problem}", style="yellow", markup=False)
    for error in report["errors"]:
        console.print(f"error: {error}", style="red", markup=False)
    console.print(sentence(report, uri=uri), style="bold", markup=False)
