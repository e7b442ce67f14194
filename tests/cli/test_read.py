"""`newsarchive read`: formats, fields, filters, and what a spreadsheet must not run."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.archive.line import encode
from newsarchive.article import FIELDS, Article
from newsarchive.cli import main
from newsarchive.harmless import visible
from newsarchive.spool import Spool, Submission
from newsarchive.spool.delivery import Delivery
from newsarchive.storage import open_storage
from tests.conftest import article
from tests.hostile import FORMULAS

ARTICLES = [
    article(1, tags=("Irak", "États-Unis"), authors=("Zoé", "B, C")),
    article(2, site="other", language="fr", title='Quote " comma, and\nline', tags=("Irak",)),
    article(3, date_published="", title="undated"),
]
ROOT = Path(__file__).parents[2]

Read = Callable[..., tuple[int, str, str]]


def archive_into(folder: Path, articles: list[Article]) -> None:
    """Archive articles."""
    spool = Spool(folder.with_name(f"{folder.name}-state"))
    spool.accept([Submission(article=a, seen=()) for a in articles])
    Delivery(spool, open_storage(str(folder))).deliver()
    spool.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three articles."""
    folder = tmp_path_factory.mktemp("read") / "archive"
    archive_into(folder, ARTICLES)
    return folder


@pytest.fixture
def read(archive: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Read:
    """Run `newsarchive read`; return exit code, standard output and standard error."""

    def call(*words: str, uri: str = "") -> tuple[int, str, str]:
        try:
            code = main(["read", "--uri", uri or str(archive), *words])
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def test_jsonl_is_the_archived_lines(read: Read) -> None:
    """By default every field, as archived, one article a line."""
    code, out, err = read()
    assert (code, err) == (0, "")
    records = [json.loads(line) for line in out.splitlines()]
    assert {r["url"] for r in records} == {a.url for a in ARTICLES}
    assert all(tuple(r) == FIELDS for r in records)
    first = next(line for line in out.splitlines() if "news/1" in line)
    assert json.loads(first) == {**json.loads(encode(ARTICLES[0])), "revision": 1}
    assert "États-Unis" in first


def test_fields_are_chosen_and_ordered(read: Read) -> None:
    """As they are named."""
    _, out, _ = read("--fields", "title, site,tags", "--site", "other")
    assert [list(json.loads(line).items()) for line in out.splitlines()] == [
        [("title", 'Quote " comma, and\nline'), ("site", "other"), ("tags", ["Irak"])]
    ]


def test_urls_are_one_a_line(read: Read) -> None:
    """To be given to another crawl."""
    _, out, _ = read("--format", "urls")
    assert sorted(out.splitlines()) == sorted(a.url for a in ARTICLES)


def test_csv_has_a_header_and_joined_lists(read: Read) -> None:
    """Quotes, commas and line ends inside a field survive."""
    _, out, _ = read("--format", "csv", "--fields", "title,authors,tags,revision")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == ["title", "authors", "tags", "revision"]
    found = {row["title"]: row for row in rows}
    assert found["Article number 1"]["tags"] == "Irak; États-Unis"
    assert found["Article number 1"]["authors"] == "Zoé; B, C"
    assert found['Quote " comma, and\nline']["revision"] == "1"


def test_csv_has_a_sensible_choice_of_fields(read: Read) -> None:
    """Without `--fields`."""
    _, out, _ = read("--format", "csv")
    assert out.splitlines()[0] == "site,date_published,language,title,authors,tags,url,word_count,text"


def test_csv_holds_no_formula(read: Read, tmp_path: Path) -> None:
    """What a spreadsheet would run is text; other cells are as they were."""
    harmless = ["1=1", "a-b", "plain", " "]
    given = [
        article(n, title=title, tags=(f"={n}", "x")) for n, title in enumerate([*FORMULAS, *harmless], 1)
    ]  # fmt: skip
    archive_into(tmp_path / "archive", given)
    _, out, _ = read("--format", "csv", "--fields", "title,tags,word_count", uri=str(tmp_path / "archive"))
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert len(rows) == len(given)
    assert {row["title"] for row in rows} == {f"'{visible(formula)}" for formula in FORMULAS} | set(harmless)
    assert all(row["tags"].startswith("'=") for row in rows)
    assert {row["word_count"] for row in rows} == {"50"}


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--lang", "fr"), [2]),
        (("--tag", "irak"), [1, 2]),
        (("--site", "example"), [1, 3]),
        (("--since", "2026-11-03"), [2]),
        (("--until", "2026-11-02"), [1]),
        (("--since", "2026-11-02", "--until", "2026-11-02"), [1]),
        (("--since", "2026-11-02T06:04:00Z", "--until", "2026-11-02T06:04:01Z"), [1]),
        (("--limit", "0"), []),
        (("--lang", "fr", "--site", "example"), []),
    ],
)
def test_filters(read: Read, words: tuple[str, ...], numbers: list[int]) -> None:
    """As the reader has them; a day counts whole."""
    code, out, _ = read("--format", "urls", *words)
    assert (code, sorted(int(url.rpartition("/")[2]) for url in out.split())) == (0, numbers)


def test_all_revisions_on_demand(read: Read, tmp_path: Path) -> None:
    """The latest by default."""
    for title in ("one", "two"):
        archive_into(tmp_path / "archive", [article(1, title=title)])
    for words, expected in (((), ["two"]), (("--all-revisions",), ["one", "two"])):
        _, out, _ = read("--fields", "title", *words, uri=str(tmp_path / "archive"))
        assert sorted(json.loads(line)["title"] for line in out.splitlines()) == expected


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--fields", "titel"), "unknown field 'titel': did you mean 'title'?"),
        (("--fields", "title,tgas"), "unknown field 'tgas': did you mean 'tags'?"),
        (("--lang", "xx"), "has nothing in the language 'xx': known: en, fr"),
        (("--since", "yesterday"), "since='yesterday' is not a date"),
        (("--since", "2026-11-02", "--until", "2026-11-01"), "is not after"),
        (("--limit", "many"), "'many' is no whole number"),
        (("--limit", "-1"), "-1"),
        (("--format", "xml"), "invalid choice: 'xml'"),
        (("--sit", "rfi"), "--sit"),
        (("--uri", "gs://bucket"), "unknown scheme"),
        (("--uri", "/nowhere/archive"), "no archive at /nowhere/archive: the folder does not exist"),
    ],
)
def test_mistakes_are_usage_errors(read: Read, words: tuple[str, ...], sentence: str) -> None:
    """Exit code 2, one line on standard error, nothing on standard output."""
    code, out, err = read(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.startswith("newsarchive read: ")
    assert err.count("\n") == 1


def test_a_damaged_archive_is_an_archive_error(read: Read, tmp_path: Path) -> None:
    """Exit code 4, one sentence that names the segment."""
    archive_into(tmp_path / "archive", ARTICLES)
    (segment,) = (tmp_path / "archive" / "articles" / "site=other").rglob("*.gz")
    segment.write_bytes(b"damaged")
    code, _, err = read(uri=str(tmp_path / "archive"))
    assert code == 4
    assert f"{segment.name} is damaged" in err


def _piped(archive: Path, *words: str, lines: int, **environment: str) -> tuple[int, str]:
    """Run `newsarchive read` into a reader that takes some lines and goes; return exit code and standard error."""
    command = [sys.executable, "-m", "newsarchive", "read", "--uri", str(archive), *words]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(lines):
            process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read().decode()
    return process.returncode, err


@pytest.mark.parametrize("words", [(), ("--format", "csv"), ("--format", "urls")], ids=["jsonl", "csv", "urls"])
@pytest.mark.parametrize("lines", [0, 1])
def test_a_reader_that_has_enough_is_no_error(tmp_path: Path, words: tuple[str, ...], lines: int) -> None:
    """`newsarchive read | head -1` ends quietly, with more output than a pipe holds and with less."""
    for count in (2, 300):
        archive_into(tmp_path / str(count), [article(n) for n in range(count)])
        assert _piped(tmp_path / str(count), *words, lines=lines) == (0, "")


@pytest.mark.parametrize(
    "form",
    ["jsonl", "csv"],
)
def test_output_is_utf_8_whatever_the_locale(tmp_path: Path, form: str) -> None:
    """An archive has one encoding."""
    archive_into(tmp_path / "archive", [article(1, title="Ирак — 伊拉克")])
    command = [sys.executable, "-m", "newsarchive", "read", "--uri", str(tmp_path / "archive"), "--fields", "title"]
    done = subprocess.run(
        [*command, "--format", form],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Ирак — 伊拉克".encode() in done.stdout
