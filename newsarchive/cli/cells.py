"""Values as they are printed: tables, CSV, JSON lines and Markdown in which nothing of an article acts."""

import csv
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarchive.harmless import csv_cell, json_text, visible

FORMATS = ("table", "csv", "jsonl")
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#|~!&])")
_START = re.compile(r"^(\d+(?=\.)|(?=[-+=]))")  # of a list, a rule or an underlined heading
_UNSEEN = "Cf"
_PIPED_WIDTH = 10_000
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are spelled with them


def plain(value: Any) -> str:  # noqa: ANN401 - any field's value
    """Return a value on one line, control characters as signs, and without characters that nobody sees."""
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return "".join(c for c in " ".join(visible(text).split()) if c in _JOINERS or unicodedata.category(c) != _UNSEEN)


def markdown(text: str) -> str:
    """Return text on one line, with every mark of Markdown and HTML escaped."""
    return _START.sub(r"\1\\", _MARKS.sub(r"\\\1", plain(text).strip()))


def show(header: Sequence[str], rows: Iterable[Sequence[Any]], *, form: str) -> None:
    """Print rows as a table for people, as CSV, or as JSON lines."""
    if form == "csv":
        _show_csv(header, rows)
    elif form == "jsonl":
        for row in rows:
            print(json_text(dict(zip(header, row, strict=True))))
    else:
        _show_table(header, rows)


def _show_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(map(csv_cell, header))
    writer.writerows(map(csv_cell, row) for row in rows)


def _show_table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in header:
        table.add_column(Text(plain(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if v is None else plain(v), justify=_side(v)) for v in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH).print(table)


def _side(value: Any) -> Any:  # noqa: ANN401 - any field's value; rich's own type is not public
    return "right" if isinstance(value, int | float) else "left"
