"""docs/reading.md: our own snippets, and what else the page says."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow import parquet

from newsarchive.cli import main
from tests.readers.snippets import OWN, PAGE, Snippet, snippets

TEXT = PAGE.read_text(encoding="utf-8")
OURS = [s for s in snippets() if s.reader in OWN]
COUNTING = [s for s in OURS if OWN[s.reader]]
PLACES = [pytest.param(s, marks=[] if s.is_local else [pytest.mark.slow], id=s.name) for s in COUNTING]
COMMANDS, TABLES = (next(s for s in OURS if s.reader == name and s.is_local) for name in ("commands", "tables"))
DRAWN = [21, 16, 7, 11]


def test_our_own_reader_counts_what_was_drawn(expected: list[int]) -> None:
    """The numbers that every other reader is held to, counted by hand."""
    assert expected == DRAWN


@pytest.mark.parametrize("snippet", PLACES)
def test_our_own_snippets_count_right(snippet: Snippet, place: Callable[[Snippet], Path]) -> None:
    """Commands and Python, in a folder and in a bucket."""
    assert snippet.counts(place(snippet)) == DRAWN


def rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_for_a_spreadsheet_are_whole(place: Callable[[Snippet], Path]) -> None:
    """Each article about Iran once, as counts, as CSV and as Parquet; the chart, tags and sites are printed."""
    folder = place(COMMANDS)
    printed = COMMANDS.run(folder)
    assert sum(int(row["articles"]) for row in rows(folder / "iran.csv")) == DRAWN[2]
    assert len(rows(folder / "articles.csv")) == DRAWN[2]
    assert parquet.read_table(folder / "articles.parquet").num_rows == DRAWN[2]
    assert {"2026-11", "Nucléaire", "echo"} <= set(re.findall(r"[\w-]+", printed))


def test_answers_are_tables_of_every_kind(place: Callable[[Snippet], Path]) -> None:
    """Each tells the sites of the articles about Iran."""
    printed = TABLES.run(place(TABLES))
    assert printed.count("beirut") == 4
    assert f"\n{DRAWN[2]}\n" in printed


@pytest.mark.parametrize("flag", sorted(set(re.findall(r"`(?:newsarchive schema )?(--[\w-]+)`", TEXT))))
def test_every_schema_is_printed(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The flags that the page names are those of the command."""
    assert main(["schema", flag]) == 0
    assert "duplicate_of" in capsys.readouterr().out


def test_links_lead_to_sections() -> None:
    """Each anchor on the page is a heading's."""
    headings = {re.sub(r"\W+", "-", h.lower()) for h in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings
