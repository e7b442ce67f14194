"""`newsarchive sql`: one query, queries from a pipe, and a prompt that survives mistakes and Ctrl-C."""

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
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

    def type(self, text: str, *, until: str) -> str:
        """Type a line; return what is printed until the expected words."""
        os.write(self._ours, text.encode() + b"\n")
        return self.see(until)

    def interrupt(self) -> None:
        """Do what Ctrl-C does, again if need be: CPython may miss one just before it waits for a key."""
        self._process.send_signal(signal.SIGINT)
        while not self._is_heard(seconds=10):
            self._process.send_signal(signal.SIGINT)
        self.see("interrupted")

    def wait_until_busy(self) -> None:
        """Return when it computes, which a prompt does not."""
        before = self._cpu_ticks()
        while self._cpu_ticks() < before + os.sysconf("SC_CLK_TCK") // 2:
            time.sleep(0.1)

    def _cpu_ticks(self) -> int:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def end(self, keys: bytes) -> int:
        """Press keys that end it; return the exit code."""
        os.write(self._ours, keys)
        with contextlib.suppress(OSError):  # how a terminal tells that nobody is there any more
            while self._is_heard(seconds=60):
                os.read(self._ours, 1_000)
        return self._process.wait(timeout=60)

    def close(self) -> None:
        """End it, whatever its state."""
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def see(self, words: str) -> str:
        """Return what is printed until some words."""
        seen = b""
        while not seen.endswith(words.encode()):
            assert self._is_heard(seconds=60), f"no {words!r} after {seen!r}"
            seen += os.read(self._ours, 1)
        return seen.decode()

    def _is_heard(self, *, seconds: float) -> bool:
        return bool(select.select([self._ours], [], [], seconds)[0])


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
    assert "articles, latest, article_tags, ledger, sites and runs" in prompt.see("sql> ")
    prompt.type("SELECT count(*) AS n", until="  … ")
    prompt.type("FROM latest;", until='{"n":6}')
    prompt.type("SELECT * FROM artcles;", until="The views are articles, latest, article_tags, ledger, sites and runs.")
    prompt.type(".tables", until="article_tags  id, site, date_published, tag")
    prompt.type("SELECT half,", until="  … ")
    prompt.interrupt()
    prompt.type("SELECT sum(range) FROM range(1000000000000) AS b;", until="b;\r\n")
    prompt.wait_until_busy()
    prompt.interrupt()
    prompt.type("SELECT 7 AS seven;", until='{"seven":7}')
    prompt.see("sql> ")
    assert prompt.end(b"\x04") == 0


def test_words_that_end_it(prompt: Prompt) -> None:
    """As elsewhere."""
    prompt.see("sql> ")
    assert prompt.end(b"quit\n") == 0


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
