"""What an examination finds."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How what was looked at is."""

    FINE = "fine"
    NOTE = "note"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: how it is, and what to do where that is not fine.

    `exit_code` is what the command ends with if it is broken: 4 about the archive or the state folder, else 2.
    """

    about: str
    told: str
    state: State = State.FINE
    remedy: str = ""
    exit_code: int = 0


def note(about: str, told: str, remedy: str) -> Finding:
    """Return a finding that keeps nothing from working."""
    return Finding(about=about, told=told, state=State.NOTE, remedy=remedy)


def broken(about: str, told: str, remedy: str, *, exit_code: int) -> Finding:
    """Return a finding that keeps a crawl from working."""
    return Finding(about=about, told=told, state=State.BROKEN, remedy=remedy, exit_code=exit_code)
