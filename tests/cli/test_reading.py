"""`tags`, `sites`, `stats`, `sql`, `schema`, `pull` and the richer forms of `read`."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet
from rich.cells import cell_len

from newsarchive.article import FIELDS
from newsarchive.cli import main
from newsarchive.storage import open_storage
from newsarchive.upkeep.compaction import compact
from tests.archive.test_answers import RUNS
from tests.archive.test_reader import archive_into
from tests.cli.conftest import Command
from tests.conftest import article


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the questions' tests; for reading only."""
    made = tmp_path_factory.mktemp("reading") / "archive"
    archive_into(made, RUNS)
    return made


def test_a_tag_is_understood_in_any_language(run: Command, folder: Path) -> None:
    """And says so once, beside what was left out."""
    code, out, err = run("read", "--uri", folder, "--tag", "伊拉克", "--format", "urls")
    assert (code, len(out.split())) == (0, 2)
    assert err.splitlines() == [
        "tag '伊拉克' stands for country:IQ: found in every language",
        "copies of other articles left out: 1; --duplicates brings them in",
    ]
    _, out, _ = run("read", "--uri", folder, "--tag", "Irak", "--format", "urls", "--duplicates", "--text", "AUTRE")
    assert [url.rpartition("/")[2] for url in out.split()] == ["1"]


def test_parquet_is_typed(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """With the fields asked for."""
    assert main(["read", "--uri", str(folder), "--format", "parquet", "--fields", "title,date_published"]) == 0
    table = parquet.read_table(io.BytesIO(capfdbinary.readouterr().out))
    assert (table.num_rows, table.column_names) == (5, ["title", "date_published"])
    assert pa.types.is_timestamp(table.schema.field("date_published").type)


def test_counts_per_month_and_site_are_csv(run: Command, folder: Path) -> None:
    """The question of every newcomer; coverage is told beside it."""
    code, out, err = run(
        "stats", "--uri", folder, "--by", "month,site", "--tag", "Irak", "--format", "csv", "--since", "2026-11-23"
    )
    assert (code, list(csv.reader(io.StringIO(out)))) == (0, [["month", "site", "articles"]])
    assert err.endswith("crawled on 2026-11-23\n")
    _, out, err = run("stats", "--uri", folder, "--by", "month,site", "--format", "csv")
    assert "copies of other articles left out: 1; --duplicates brings them in" in err
    assert ["2026-11", "other", "1"] in list(csv.reader(io.StringIO(out)))


def test_a_chart_has_a_bar_for_each_count(run: Command, folder: Path) -> None:
    """In proportion, and one for what has no date."""
    _, out, _ = run("stats", "--uri", folder, "--by", "language")
    bars = {line.split()[0]: line.count("█") for line in out.splitlines()}
    assert set(bars) == {"en", "fr", "ar"}
    assert abs(bars["en"] - 3 * bars["fr"]) <= 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--tag", "Irak", "--by", "Site"), [["site", "articles"], ["example", "1"], ["other", "1"]]),
        (("--tag", "country:iq", "--by", "site"), [["site", "articles"], ["example", "1"], ["other", "1"]]),
        (("--tag", "Irak", "--spelling", "exact", "--by", "site"), [["site", "articles"], ["example", "1"]]),
        (("--by", "language", "--limit", "1"), [["language", "articles"], ["en", "3"]]),
    ],
)
def test_what_is_counted(run: Command, folder: Path, words: tuple[str, ...], expected: list[list[str]]) -> None:
    """A country in every language or one spelling of it; a name in whatever case; the first rows."""
    code, out, err = run("stats", "--uri", folder, "--format", "csv", *words)
    assert (code, list(csv.reader(io.StringIO(out)))) == (0, expected)
    assert ("in every language" in err) == (words[:2] == ("--tag", "Irak") and "exact" not in words)


def test_mistakes_are_told(run: Command, folder: Path) -> None:
    """A misspelt grouping, a bad query, an empty archive's folder."""
    assert run("stats", "--uri", folder, "--by", "mnth")[0::2] == (
        2,
        "newsarchive stats: cannot count by 'mnth': did you mean 'month'?\n",
    )
    assert run("stats", "--uri", folder, "--tag", "Irak", "--by", "mnth")[2].count("\n") == 1
    assert "cannot count by 's': did you mean one of section, site?" in run("stats", "--uri", folder, "--by", "s")[2]
    code, _, err = run("sql", "SELECT nothing", "--uri", folder)
    assert (code, err.startswith("newsarchive sql: DuckDB says: ")) == (2, True)


def test_tags_and_sites_are_listed(run: Command, folder: Path) -> None:
    """The most frequent first; sites by name."""
    _, out, err = run("tags", "--uri", folder, "--format", "jsonl", "--limit", "1", "--duplicates")
    assert json.loads(out) == {"tag": "Irak", "articles": 2}
    assert err == "each spelling is counted by itself; stats --tag 'Irak' counts the country in every language\n"
    _, out, err = run("stats", "--uri", folder, "--by", "country", "--format", "csv")
    assert list(csv.reader(io.StringIO(out)))[1][0] == "IQ"
    assert "countries are told by their ISO 3166 codes" in err
    _, out, _ = run("sites", "--uri", folder, "--format", "csv")
    assert [row["name"] for row in csv.DictReader(io.StringIO(out))] == ["example", "other"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT count(*) AS n FROM articles", 8),
        ("SELECT count(*) AS n FROM latest", 6),
        ("SELECT count(*) AS n FROM article_tags WHERE tag = 'Irak'", 2),
        ("SELECT count(*) AS n FROM sites WHERE site = 'other'", 0),
        ("SELECT count(*) AS n FROM runs", 0),
        ("SELECT count(*) AS n FROM ledger", 0),
        ("SELECT year(date_published) AS n FROM latest WHERE title LIKE '%Bagdad'", 2026),
    ],
)
def test_sql_has_views(run: Command, folder: Path, query: str, expected: int) -> None:
    """As the documentation names them."""
    code, out, _ = run("sql", query, "--uri", folder, "--format", "jsonl")
    assert (code, json.loads(out)["n"]) == (0, expected)


def test_schemas_open_the_files(run: Command, folder: Path) -> None:
    """Each is what its tool takes."""
    assert tuple(json.loads(run("schema")[1])["properties"]) == FIELDS
    names: dict[str, object] = {}
    exec(run("schema", "--polars")[1], names)  # noqa: S102 - our own output
    segments = sorted((folder / "articles").rglob("*.gz"))
    assert pl.read_ndjson(segments[0], schema=names["schema"]).columns == list(FIELDS)  # type: ignore[arg-type]  # made above
    exec(run("schema", "--arrow")[1], names)  # noqa: S102 - our own output
    assert isinstance(names["schema"], pa.Schema)
    columns = run("schema", "--duckdb")[1]
    pattern = f"{folder}/articles/*/*/*.gz"
    count = f"SELECT count(*) FROM read_json('{pattern}', columns = {columns})"  # noqa: S608 - our own output
    assert duckdb.connect().execute(count).fetchall() == [(8,)]
    assert all(f"  {name} = " in run("schema", "--r")[1] for name in FIELDS)


def test_pull_copies_and_brings_up_to_date(run: Command, tmp_path: Path) -> None:
    """A whole archive again; interrupted, finished; merged upstream, followed; another archive refused."""
    source, target = tmp_path / "archive", tmp_path / "copy"
    archive_into(source, RUNS[:2])
    assert run("pull", target, "--uri", source)[0] == 0
    damaged = next((target / "articles").rglob("*.gz"))
    damaged.write_bytes(b"half")
    next((target / "manifest").rglob("*.json")).unlink()
    archive_into(source, RUNS[2:])
    assert run("pull", target, "--uri", source)[0] == 0
    compact(open_storage(str(source)), grace=0)
    assert run("pull", target, "--uri", source)[0] == 0
    assert run("verify", "--deep", "--uri", target)[0] == 0
    every = ("read", "--all-revisions", "--duplicates", "--uri")
    assert sorted(run(*every, target)[1].splitlines()) == sorted(run(*every, source)[1].splitlines())
    archive_into(tmp_path / "other", [[article(9)]])
    code, _, err = run("pull", target, "--uri", tmp_path / "other")
    assert (code, "is no copy of this archive" in err) == (2, True)


def test_a_chart_of_two_groupings_has_headings(run: Command, folder: Path) -> None:
    """The last grouping has bars, below the others; given apart or together."""
    expected = run("stats", "--uri", folder, "--by", "month,site")[1]
    assert [line.split()[0] for line in expected.splitlines() if line.startswith("  ")].count("example") == 3
    assert [line for line in expected.splitlines() if line[0] != " "] == ["2025-01", "2026-11", "2026-12"]
    for given in (("--by", "month", "--by", "site"), ("--by", "month,", "site")):
        assert run("stats", "--uri", folder, *given)[1] == expected


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_a_chart_is_as_wide_as_the_terminal(
    run: Command, folder: Path, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Labels are cut before bars wrap, by what they take on the screen."""
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = run("stats", "--uri", folder, "--by", "month,tag", "--duplicates")
    widths = [cell_len(line) for line in out.splitlines()]
    assert columns // 2 < max(widths) <= columns
    assert "█" in out


def _on_a_terminal(*words: object, **environment: str) -> str:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "newsarchive", *map(str, words)]
    try:
        done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, env=os.environ | environment, check=False)
        os.close(theirs)
        assert done.returncode == 0, done.stderr
        return os.read(ours, 100_000).decode("ascii")
    finally:
        os.close(ours)


@pytest.mark.parametrize("words", [("stats", "--by", "tag"), ("tags",), ("read", "--format", "markdown")], ids=" ".join)
def test_a_terminal_without_unicode_is_no_error(folder: Path, words: tuple[str, ...]) -> None:
    """What it cannot show is a question mark, and bars are made of what it has."""
    out = _on_a_terminal(*words, "--uri", folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "?" in out
    assert ("##" in out) == (words[0] == "stats")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("read", "--site", "exmple"), "has no site 'exmple': did you mean 'example'?"),
        (("read", "--site", "exmple", "--format", "csv"), "has no site 'exmple': did you mean 'example'?"),
        (("read", "--site", "exmple", "--format", "parquet"), "has no site 'exmple': did you mean 'example'?"),
        (("stats", "--lang", "french"), "has nothing in the language 'french': known: ar, en, fr"),
        (("stats", "--lang", "french", "--format", "csv"), "has nothing in the language 'french': known: ar, en, fr"),
        (("tags", "--tag", "Irakk"), "has the tag 'Irakk': did you mean 'Irak'?"),
        (("read", "--tag", "zzz", "--site", "other"), "has the tag 'zzz': newsarchive tags --uri "),
        (("read", "--tag", "Irak,Iran"), "has the tag 'Irak,Iran': --tag takes one tag"),
        (("stats", "--tag", "Irka"), "has the tag 'Irka': did you mean 'Irak'?"),
        (("stats", "--tag", "iq"), "has the tag 'iq': did you mean 'country:IQ'?"),
    ],
)
def test_a_name_that_the_archive_does_not_have_is_a_mistake(
    run: Command, folder: Path, words: tuple[str, ...], sentence: str
) -> None:
    """Exit code 2, one line that names what may have been meant, nothing on standard output."""
    code, out, err = run(*words, "--uri", folder)
    assert (code, out) == (2, "")
    assert err.startswith(f"newsarchive {words[0]}: ")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_flag_given_twice_is_a_mistake(run: Command, folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Of two tags one would be forgotten without a word."""
    with pytest.raises(SystemExit, match="2"):
        run("stats", "--uri", folder, "--tag", "Irak", "--tag", "Iran")
    assert b"--tag is given twice" in capfdbinary.readouterr().err


@pytest.mark.parametrize("flag", ["--tag", "--site", "--lang", "--text", "--since", "--until"])
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_flag_does_not_ask_for_everything(
    run: Command, folder: Path, flag: str, value: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A script whose variable is not set gets an error, not all articles."""
    with pytest.raises(SystemExit, match="2"):
        run("stats", "--uri", folder, flag, value)
    out, err = capfdbinary.readouterr()
    assert (out, f"argument {flag}: it is empty".encode() in err) == (b"", True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("stats", "--since", "2030-01-01"), "were published from 2025-01-01 to 2026-12-05"),
        (("read", "--tag", "öl", "--site", "other"), "the tag 'öl' is in other articles of "),
        (("read", "--tag", "Japan"), "were published from 2025-01-01 to 2026-12-05"),
        (("tags", "--text", "nowhere"), "were published from 2025-01-01 to 2026-12-05"),
    ],
)
def test_nothing_found_says_why(run: Command, folder: Path, words: tuple[str, ...], sentence: str) -> None:
    """On standard error, with what was perhaps meant; it is no mistake."""
    code, _, err = run(*words, "--uri", folder)
    assert code == 0
    assert "nothing found: " in err
    assert sentence in err


@pytest.mark.parametrize("command", ["read", "stats", "tags", "sites"])
def test_an_empty_archive_says_so(run: Command, tmp_path: Path, command: str) -> None:
    """And how it is filled."""
    code, _, err = run(command, "--uri", tmp_path)
    assert (code, err) == (
        0,
        f"nothing found: there are no articles in {tmp_path} yet; newsarchive crawl --uri {tmp_path} brings some\n",
    )
