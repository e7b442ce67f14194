"""A figure's numbers as CSV and JSON."""

import csv
import io

from newsarchive.harmless import csv_cell, json_text
from newsarchive.web.figures import Figure


def as_csv(figure: Figure) -> str:
    """Return a figure's rows as CSV with a header; no cell is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(csv_cell, figure.columns))
    writer.writerows(map(csv_cell, row) for row in figure.rows)
    return out.getvalue()


def as_json(figure: Figure) -> str:
    """Return a figure's title, note and rows as JSON, each row an object."""
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    return json_text({"title": figure.title, "note": figure.note, "rows": rows}, indent=1) + "\n"
