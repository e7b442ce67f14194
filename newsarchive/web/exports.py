"""A figure's numbers as CSV and JSON."""

import csv
import io
import json

from newsarchive.web.figures import Cell, Figure

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(figure: Figure) -> str:
    """Return a figure's rows as CSV with a header; no cell is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_cell(column) for column in figure.columns])
    writer.writerows([_cell(value) for value in row] for row in figure.rows)
    return out.getvalue()


def _cell(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_json(figure: Figure) -> str:
    """Return a figure's title, note and rows as JSON, each row an object."""
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    return json.dumps({"title": figure.title, "note": figure.note, "rows": rows}, ensure_ascii=False, indent=1) + "\n"
