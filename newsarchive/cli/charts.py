"""Counts as bars in a terminal, in as many columns and with such characters as it has."""

from collections import defaultdict
from collections.abc import Mapping

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from newsarchive.cli.cells import plain

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LABEL = 40
_LEAST = 4


def draw(counted: Mapping[tuple[str, ...], int]) -> None:
    """Print a bar for each count; of several groupings the last has bars, under a heading for each of the others."""
    console = Console(highlight=False)
    groups: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for key, number in counted.items():
        groups[key[:-1]].append((_shown(key[-1]), number))
    layout = _Layout(console, [row for rows in groups.values() for row in rows])
    for heading, rows in groups.items():
        if heading:
            console.print(Text(" · ".join(map(_shown, heading)), style="bold"), soft_wrap=True)
        for label, number in rows:
            console.print(Text(("  " if heading else "") + layout.line(label, number)), soft_wrap=True)


def _shown(value: str) -> str:
    return plain(value) or "unknown"


class _Layout:
    """How wide labels, numbers and bars are, and what bars are made of."""

    def __init__(self, console: Console, rows: list[tuple[str, int]]) -> None:
        longest = max((cell_len(label) for label, _ in rows), default=0)
        self._most = max((number for _, number in rows), default=1)
        self._digits = len(f"{self._most:,}")
        self._label = max(min(longest, _LABEL, console.width - self._digits - 2 * _LEAST), _LEAST)
        self._room = max(console.width - self._label - self._digits - _LEAST, _LEAST)
        self._is_plain = not console.encoding.startswith("utf")

    def line(self, label: str, number: int) -> str:
        """Return a row."""
        more = "..." if self._is_plain else "…"
        fits = cell_len(label) <= self._label
        shown = label if fits else set_cell_size(label, self._label - len(more)) + more
        return f"{set_cell_size(shown, self._label)} {number:>{self._digits},} {self._bar(number)}"

    def _bar(self, number: int) -> str:
        length = number / self._most * self._room
        if self._is_plain:
            return "#" * max(round(length), 1)
        whole, part = divmod(round(length * 8), 8)
        return ("█" * whole + _EIGHTHS[part]).rstrip() or _EIGHTHS[1]
