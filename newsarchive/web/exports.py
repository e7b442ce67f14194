"""A figure's numbers as CSV and JSON."""

import csv
import io
import unicodedata
from urllib.parse import parse_qsl, quote

from newsarchive.harmless import csv_cell, json_text
from newsarchive.web.addresses import COPIES
from newsarchive.web.figures import Figure
from newsarchive.web.showing import spelled


def as_csv(figure: Figure) -> str:
    """Return a figure's rows as CSV with a header; no cell is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(csv_cell, figure.columns))
    writer.writerows(map(csv_cell, row) for row in figure.rows)
    return out.getvalue()


def as_json(figure: Figure) -> str:
    """Return a figure's title, note, what counts as an article, and rows as JSON, each row an object."""
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    told = {"title": figure.title, "note": figure.note, "counts": figure.counted}
    return json_text({**told, "rows": rows}, indent=1) + "\n"


def disposition(figure: Figure, kind: str) -> str:
    """Return the header that names a download after its figure, its tag and its unit of time (RFC 6266)."""
    asked = dict(parse_qsl(figure.query))
    told = [figure.name, *(spelled(asked[key]) for key in ("name", "by") if key in asked)]
    told += ["with copies"] if COPIES.items() <= asked.items() else []
    name = "-".join(filter(None, map(_slug, told)))
    ascii_name = name.encode("ascii", "ignore").decode().strip("-")
    return f"attachment; filename=\"{ascii_name}.{kind}\"; filename*=UTF-8''{quote(name)}.{kind}"


def _slug(text: str) -> str:
    """Return the letters, marks and digits of a text, whatever is between them as hyphens."""
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in text.casefold()[:60])
    return "-".join("".join(kept).split())
