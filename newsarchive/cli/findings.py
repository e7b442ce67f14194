"""Findings as they are printed: how each thing is, and what to do about it."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from newsarchive.doctor.finding import Finding, State
from newsarchive.harmless import visible

_STYLES = {State.FINE: "green", State.NOTE: "yellow", State.BROKEN: "bold red"}


def show(console: Console, finding: Finding) -> None:
    """Print a finding, and its remedy below it."""
    told = visible(f"{finding.about}: {finding.told}")
    console.print(Text.assemble((f"{finding.state:<8}", _STYLES[finding.state]), told))
    if finding.remedy:
        console.print(Text(f"        → {visible(finding.remedy)}", style="dim"))


def conclude(console: Console, found: Sequence[Finding]) -> int:
    """Print how many findings ask for something; return what the command ends with."""
    wrong = [finding for finding in found if finding.state is State.BROKEN]
    notes = sum(finding.state is State.NOTE for finding in found)
    console.print(f"\n{len(wrong) or 'nothing'} broken, {notes} to note." if notes or wrong else "\nAll is well.")
    return max((finding.exit_code for finding in wrong), default=0)
