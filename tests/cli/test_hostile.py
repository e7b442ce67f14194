"""Hostile articles through every command that shows articles: nothing acts, everything is there to be read."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyarrow import parquet

from newsarchive.archive import layout
from newsarchive.archive.schema import furniture
from newsarchive.cli import main
from newsarchive.crawl.run import Run
from newsarchive.crawl.tally import Tally
from newsarchive.dedup import identify
from newsarchive.spool.runs import RunLines
from newsarchive.storage import open_storage
from newsarchive.upkeep.compaction import compact
from newsarchive.upkeep.parquet import update
from newsarchive.watch.verdict import State, Verdict
from tests.archive.test_reader import archive_into
from tests.cli.conftest import Command
from tests.conftest import RUN
from tests.hostile import FORMULAS, LARGE, PAGES, TERMINAL, TEXTS, URLS, archivable
from tests.test_harmless import ACTING
from tests.web.conftest import Shelf

csv.field_size_limit(2_000_000)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
ARTICLES = archivable()
SHOWN = ("read", "--duplicates")
TERMINALS = {
    "jsonl": (*SHOWN,),
    "csv": (*SHOWN, "--format", "csv"),
    "urls": (*SHOWN, "--format", "urls"),
    "markdown": (*SHOWN, "--format", "markdown"),
    "zyte": (*SHOWN, "--as", "zyte"),
    "schemaorg": (*SHOWN, "--as", "schemaorg"),
    "ccnews": (*SHOWN, "--as", "ccnews"),
    "chart": ("stats", "--by", "tag,author"),
    "table": ("stats", "--by", "section,author", "--format", "table"),
    "stats csv": ("stats", "--by", "publisher,tag", "--format", "csv"),
    "stats jsonl": ("stats", "--by", "publisher,tag", "--format", "jsonl"),
    "tags": ("tags", "--limit", "1000"),
    "tags csv": ("tags", "--limit", "1000", "--format", "csv"),
    "tags jsonl": ("tags", "--limit", "1000", "--format", "jsonl"),
    "sites": ("sites",),
    "sql": ("sql", "SELECT title, tags, authors, {'a': text} AS s FROM latest"),
    "sql csv": ("sql", "SELECT title, tags, url FROM latest", "--format", "csv"),
    "sql jsonl": ("sql", "SELECT title, tags, url FROM latest", "--format", "jsonl"),
    "status": ("status",),
    "report": ("report",),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of them all."""
    made = tmp_path_factory.mktemp("hostile") / "archive"
    _put(made)
    short = [text for text in TEXTS if text not in LARGE and text.isprintable()]
    run = Run(run_id=RUN, started_at=datetime(2026, 11, 23, 6, 15, 2, tzinfo=UTC), sites={"example": Tally()})
    run.errors, run.problems = [*TERMINAL], [*PAGES]
    run.verdicts["example"] = Verdict(state=State.BLOCKED, signals={"found": " ".join([*short, *TERMINAL])})
    report = run.report(exit_code=0, lines=RunLines(committed=0, pending=0, withdrawn=0))
    open_storage(str(made)).put_new(layout.run_key(RUN), json.dumps(report).encode())
    return made


def _put(folder: Path) -> None:
    """Make an archive of them; some have addresses that a spool would refuse."""
    folder.mkdir()
    Shelf(folder).put(*ARTICLES)
    for key, body in furniture().items():
        open_storage(str(folder)).put_new(key, body)


@pytest.mark.parametrize("words", TERMINALS.values(), ids=TERMINALS)
def test_nothing_acts_on_a_terminal(run: Command, folder: Path, words: tuple[str, ...]) -> None:
    """No escape codes, no C1, no bidi controls, whether or not a terminal is there."""
    code, out, err = run(*words, "--uri", folder)
    assert (code, bool(out)) == (0, True)
    assert not ACTING.intersection(out.replace("\r\n", "\n") + err)


@pytest.mark.parametrize("name", ["jsonl", "csv", "markdown", "zyte", "schemaorg", "ccnews"])
def test_all_can_be_read(run: Command, folder: Path, name: str) -> None:
    """Each article is there, from its first to its last word."""
    _, out, _ = run(*TERMINALS[name], "--uri", folder)
    for number in range(1, len(ARTICLES) + 1):
        assert f"readable{number}" in out
        assert f"the end of {number}" in out


def test_json_means_what_was_archived(run: Command, folder: Path) -> None:
    """Escapes are spelling only; no line closes the script element that it is put into."""
    _, out, _ = run(*TERMINALS["jsonl"], "--uri", folder)
    found = {r["id"]: r for r in map(json.loads, out.splitlines())}
    assert {(i, r["title"], r["text"], r["url"]) for i, r in found.items()} == {
        (a.id, a.title, a.text, a.url) for a in ARTICLES
    }
    assert "<" not in out


@pytest.mark.parametrize("name", ["csv", "stats csv", "tags csv", "sql csv"])
def test_no_cell_is_a_formula(run: Command, folder: Path, name: str) -> None:
    """Whatever stands before it; and every row has its cells."""
    _, out, _ = run(*TERMINALS[name], "--uri", folder)
    header, *rows = csv.reader(io.StringIO(out, newline=""))
    assert len(rows) >= len(ARTICLES)
    assert {len(row) for row in rows} == {len(header)}
    assert not [c for row in rows for c in row if c.lstrip(' "\u00a0\u200b\ufeff').startswith(FORMULA_SIGNS)]


def test_urls_are_one_a_line(run: Command, folder: Path) -> None:
    """Each article's, none broken in two."""
    _, out, _ = run(*TERMINALS["urls"], "--uri", folder)
    assert len(out.splitlines()) == len(ARTICLES)
    assert not [line for line in out.splitlines() if " " in line or line.startswith("-")]


def test_markdown_holds_nothing_of_their_making(run: Command, folder: Path) -> None:
    """No element, link, image, list, heading, table or code."""
    _, out, _ = run(*TERMINALS["markdown"], "--uri", folder)
    own = {f"<{line}>" for line in run(*TERMINALS["urls"], "--uri", folder)[1].splitlines()}
    lines = [line for line in out.splitlines() if line.replace("%3C", "<").replace("%3E", ">") not in own]
    unescaped = re.sub(r"\\.", "x", "\n".join(lines))
    assert not re.search(r"<|\]\(|`|^\s*([-+>|]|\d+\. |#{2,})|\|", unescaped, re.MULTILINE)


def test_parquet_holds_them(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """As they were archived: it is no text, and refused by terminals."""
    assert main([*SHOWN, "--format", "parquet", "--uri", str(folder)]) == 0
    table = parquet.read_table(io.BytesIO(capfdbinary.readouterr().out))
    assert {(r["id"], r["title"]) for r in table.to_pylist()} == {(a.id, a.title) for a in ARTICLES}


@pytest.mark.parametrize("form", ["diff", "jsonl"])
@pytest.mark.parametrize("text", TERMINAL)
def test_history_shows_signs(run: Command, tmp_path: Path, text: str, form: str) -> None:
    """Of both states, and in between."""
    first = identify(next(a for a in ARTICLES if a.title == text.replace("\x00", "")))
    later = identify(replace(first, title=f"{first.title} the end", tags=(*first.tags, "later")))
    archive_into(tmp_path / "archive", [[first], [later]])
    code, out, _ = run("history", first.id, "--format", form, "--uri", tmp_path / "archive")
    assert code == 0
    assert "the end" in out
    assert not ACTING.intersection(re.sub(r"\x1b\[[0-9;]*m", "", out))


def test_errors_show_signs(run: Command, folder: Path) -> None:
    """What DuckDB tells of a value, and what was typed."""
    for words in (("sql", "SELECT title::INT FROM latest WHERE title LIKE '%owned%'"), ("history", "\x1b[31m\u202e")):
        code, out, err = run(*words, "--uri", folder)
        assert (code, out) == (2, "")
        assert not ACTING.intersection(err)


def test_compacted_they_are_the_same(run: Command, tmp_path: Path) -> None:
    """From Parquet as from lines."""
    _put(tmp_path / "archive")
    before = run(*TERMINALS["jsonl"], "--uri", tmp_path / "archive")[1]
    compact(open_storage(str(tmp_path / "archive")), grace=0)
    update(open_storage(str(tmp_path / "archive")))
    assert sorted(run(*TERMINALS["jsonl"], "--uri", tmp_path / "archive")[1].splitlines()) == sorted(
        before.splitlines()
    )


def test_there_are_thirty() -> None:
    """As many as were promised, and more."""
    assert len(ARTICLES) >= 30 + len(URLS) + len(FORMULAS)
