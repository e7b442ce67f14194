"""`newsarchive sql`: one query, queries from a pipe, and a prompt that survives mistakes and Ctrl-C."""

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.cli import main
from newsarchive.storage import open_storage
from tests.archive.test_answers import RUNS
from tests.archive.test_reader import archive_into
from tests.conftest import Server, article

COUNT = "SELECT count(*) AS n FROM latest"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the questions' tests; for reading only."""
    made = tmp_path_factory.mktemp("sql") / "archive"
    archive_into(made, RUNS)
    return made


class Prompt:
    """A session at the prompt, on a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self._ours, theirs = os.openpty()
        command = [sys.executable, "-m", "newsarchive", "sql", "--uri", str(folder), "--format", "jsonl"]
        environment = os.environ | {"TERM": "dumb", "PYTHONPATH": str(Path.cwd())}
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder.parent
        )
        os.close(theirs)
        self.welcome = self._until("sql> ")

    def type(self, text: str, until: str = "sql> ") -> str:
        """Type a line; return what is printed until a prompt."""
        os.write(self._ours, text.encode() + b"\n")
        return self._until(until)

    def interrupt(self) -> str:
        """Do what Ctrl-C does; return what is printed until the prompt."""
        self._process.send_signal(signal.SIGINT)
        while not select.select([self._ours], [], [], 1)[0]:  # CPython may miss one just before it waits for a key
            self._process.send_signal(signal.SIGINT)
        return self._until("sql> ")

    def end(self) -> int:
        """Press Ctrl-D; return the exit code."""
        os.write(self._ours, b"\x04")
        with contextlib.suppress(OSError):  # how a terminal tells that nobody is there any more
            while os.read(self._ours, 1_000):
                pass
        return self._process.wait(timeout=60)

    def close(self) -> None:
        """End it, whatever its state."""
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def _until(self, mark: str) -> str:
        seen = ""
        while not seen.endswith(mark):
            assert select.select([self._ours], [], [], 60)[0], f"no {mark!r} after {seen!r}"
            seen += os.read(self._ours, 1).decode("latin-1")
        return seen.replace("\r\n", "\n")


@pytest.fixture
def prompt(folder: Path) -> Iterator[Prompt]:
    """A prompt on the archive."""
    running = Prompt(folder)
    try:
        yield running
    finally:
        running.close()


def test_a_conversation(prompt: Prompt) -> None:
    """A query of several lines, a mistake, the list of views, half a query thrown away, one interrupted; the end."""
    assert "articles, latest, article_tags, ledger, sites and runs" in prompt.welcome
    prompt.type("SELECT count(*) AS n", until="… ".encode().decode("latin-1"))
    assert '{"n":6}' in prompt.type("FROM latest;")
    assert "The views are articles, latest" in prompt.type("SELECT * FROM artcles;")
    assert "article_tags  id, site, date_published, tag" in prompt.type(".tables")
    prompt.type("SELECT half,", until="… ".encode().decode("latin-1"))
    prompt.interrupt()
    os.write(prompt._ours, b"SELECT count(*) FROM range(10000000000) a, range(100000) b;\n")
    prompt._until("b;\n".replace("\n", "\r\n"))
    assert "interrupted" in prompt.interrupt()
    assert '{"seven":7}' in prompt.type("SELECT 7 AS seven;")
    assert prompt.end() == 0


@pytest.mark.parametrize("words", [("quit",), (".exit",)])
def test_words_that_end_it(prompt: Prompt, words: tuple[str, ...]) -> None:
    """As elsewhere."""
    os.write(prompt._ours, words[0].encode() + b"\n")
    assert prompt._process.wait(timeout=60) == 0


def test_queries_come_from_a_pipe(folder: Path) -> None:
    """All of standard input is one query."""
    command = [sys.executable, "-m", "newsarchive", "sql", "--uri", str(folder), "--format", "csv"]
    done = subprocess.run(command, input=f"{COUNT};", text=True, capture_output=True, check=True)
    assert done.stdout.split() == ["n", "6"]


def test_what_a_query_writes_is_not_in_the_archive(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is one of the user's, and another archive in the working directory is not read."""
    other = tmp_path / "other"
    archive_into(other, [[article(1)]])
    monkeypatch.chdir(other)
    before = sorted(folder.rglob("*"))
    assert main(["sql", f"COPY ({COUNT}) TO 'out.csv'", "--uri", str(folder)]) == 0
    assert (other / "out.csv").read_text().split() == ["n", "6"]
    assert sorted(folder.rglob("*")) == before


def test_an_archive_that_lacks_files_is_told(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not as a traceback."""
    broken = shutil.copytree(folder, tmp_path / "archive")
    shutil.rmtree(broken / "tombstones")
    assert main(["sql", COUNT, "--uri", str(broken)]) == 4
    assert re.search(r"cannot be opened with DuckDB: .*tombstones", capsys.readouterr().err)


def test_a_bucket_is_queried(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By way of a copy in the cache."""
    monkeypatch.setenv("NEWSARCHIVE_CACHE", str(tmp_path / "cache"))
    archive_into(tmp_path / "archive", RUNS)
    uri = f"s3://news/{tmp_path.name}"
    bucket = open_storage(uri, endpoint_url=server.endpoint)
    for path in (p for p in (tmp_path / "archive").rglob("*") if p.is_file()):
        bucket.put_new(str(path.relative_to(tmp_path / "archive")), path.read_bytes())
    assert main(["sql", COUNT, "--uri", uri, "--endpoint-url", server.endpoint, "--format", "jsonl"]) == 0
    assert capsys.readouterr().out == '{"n":6}\n'
