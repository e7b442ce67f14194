"""How fast `Archive` answers beside DuckDB, which scans the JSONL of the same archive: the same answers, in one run.

python bench/synthesis.py FOLDER && python -m bench.reading FOLDER             before compaction
newsarchive compact --uri FOLDER --grace 0 && python -m bench.reading FOLDER   after it
python -m bench.reading FOLDER --everything                                    only: go through every article

Each engine answers each question in a process of its own, in turn, `--rounds` times over; the median counts. "process"
is from its start to its end, imports included; "asked again" is the same question put to `Archive` a second time.
DuckDB reads the segments that `schema/views.sql` lists, with explicit columns and in one scan: every revision, copies
included, which is the least it can be asked for; "latest" is its view of that name. Both must give the same articles.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.synthesis import tag

_HEADINGS = (
    *("question", "rows", "Archive: asked s", "again s", "CPU s", "MB", "DuckDB: asked s", "CPU s", "MB"),
    *("times faster: asked", "CPU", "process"),
)
_EVERY: dict[str, Any] = {"duplicates": True, "revisions": "all"}
_FREQUENT, _MIDDLE, _RARE = tag(0, "fr"), tag(30), tag(1_000)
_IRAQ = "list_contains(tag_ids, 'country:IQ')"
_MONTH = "date_published >= '2025-10-01' AND date_published < '2025-11-01'"
_YEAR = "date_published >= '2025-07-01' AND date_published < '2026-07-01'"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of `Archive` and, in SQL, of DuckDB; `by` counts instead of giving whole articles."""

    name: str
    sql: str
    asked: dict[str, Any] = field(default_factory=dict)
    by: str = ""


def _month(name: str, where: str, table: str = "articles", **asked: Any) -> Question:  # noqa: ANN401 - as articles takes
    sql = f"SELECT * FROM {table} WHERE {where} AND {_MONTH}"  # noqa: S608 - our own
    return Question(name, sql, {"since": "2025-10", "until": "2025-11", **asked})


QUESTIONS = (
    _month("frequent tag, a month", _IRAQ, tag=_FREQUENT, **_EVERY),
    _month("rare tag, a month", f"list_contains(tags, '{_RARE}')", tag=_RARE, **_EVERY),
    Question(
        "middling tag, a year",
        f"SELECT * FROM articles WHERE list_contains(tags, '{_MIDDLE}') AND {_YEAR}",  # noqa: S608 - our own
        {"tag": _MIDDLE, "since": "2025-07", "until": "2026-07", **_EVERY},
    ),
    _month("latest: frequent tag, a month", f"{_IRAQ} AND duplicate_of = ''", "latest", tag=_FREQUENT),
    Question(
        "latest: frequent tag by month",
        f"SELECT coalesce(strftime(date_published, '%Y-%m'), ''), count(*) FROM latest WHERE {_IRAQ} GROUP BY 1",  # noqa: S608 - our own
        {"tag": _FREQUENT, "duplicates": True},
        "month",
    ),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One process: how many rows it gave and their checksum, seconds, CPU seconds and megabytes at most."""

    rows: int
    checksum: int
    asked: float
    cpu: float
    again: float
    process: float
    memory: float


def _sum(rows: Iterable[tuple[Any, ...]]) -> tuple[int, int]:
    count = checksum = 0
    for row in rows:
        count += 1
        checksum ^= hash(row)
    return count, checksum


def _by_archive(folder: Path, question: Question) -> tuple[int, int]:
    from newsarchive.archive import Archive  # noqa: PLC0415 - part of what is measured

    archive = Archive.open(str(folder))
    if question.by:
        return _sum(archive.count(question.by, **question.asked).items())
    return _sum((a.id, a.revision, len(a.text), a.url) for a in archive.articles(**question.asked))


def _by_duckdb(folder: Path, question: Question) -> tuple[int, int]:
    import duckdb  # noqa: PLC0415 - part of what is measured

    os.chdir(folder)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(Path("schema/views.sql").read_text(encoding="utf-8"))
    cursor = connection.execute(question.sql)
    names = [column[0] for column in cursor.description]
    rows = _fetched(cursor.fetchmany)
    if question.by:
        return _sum(rows)
    places = [names.index(name) for name in ("id", "revision", "text", "url")]
    picked = ([row[place] for place in places] for row in rows)
    return _sum((article, revision, len(text), url) for article, revision, text, url in picked)


def _fetched(fetch: Callable[[int], list[tuple[Any, ...]]]) -> Iterator[tuple[Any, ...]]:
    while rows := fetch(1_000):
        yield from rows


_ENGINES = {"archive": _by_archive, "duckdb": _by_duckdb}


def answer(engine: str, folder: Path, question: Question) -> None:
    """Answer one question, and print what it took."""
    started, cpu = time.perf_counter(), time.process_time()
    rows, checksum = _ENGINES[engine](folder, question)
    asked, cpu = time.perf_counter() - started, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    if engine == "archive":
        assert _ENGINES[engine](folder, question) == (rows, checksum)
    print(json.dumps([rows, checksum, asked, cpu, time.perf_counter() - started, memory]))


def ask(engine: str, folder: Path, number: int) -> Answered:
    """Have a question answered in a process of its own."""
    command = [sys.executable, "-m", "bench.reading", str(folder), "--engine", engine, "--question", str(number)]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    whole = time.perf_counter() - started
    rows, checksum, asked, cpu, again, memory = json.loads(done.stdout)
    return Answered(rows, checksum, asked, cpu, again, whole - again, memory)


def compare(folder: Path, rounds: int) -> None:
    """Ask both engines every question in turn, and print the medians."""
    found: dict[tuple[int, str], list[Answered]] = {}
    for _ in range(rounds):
        for number in range(len(QUESTIONS)):
            for engine in _ENGINES:
                found.setdefault((number, engine), []).append(ask(engine, folder, number))
    print(f"| {' | '.join(_HEADINGS)} |\n|{'---|' * len(_HEADINGS)}")
    for number, question in enumerate(QUESTIONS):
        print(_row(question.name, found[number, "archive"], found[number, "duckdb"]))


def _row(name: str, ours: list[Answered], theirs: list[Answered]) -> str:
    assert {(a.rows, a.checksum) for a in [*ours, *theirs]} == {(ours[0].rows, ours[0].checksum)}, name

    def median(answers: list[Answered], what: str) -> float:
        return float(statistics.median(getattr(a, what) for a in answers))

    ratios = [median(theirs, what) / median(ours, what) for what in ("asked", "cpu", "process")]
    cells = [
        name, f"{ours[0].rows:,}",
        *(f"{median(ours, what):.2f}" for what in ("asked", "again", "cpu")), f"{max(a.memory for a in ours):.0f}",
        *(f"{median(theirs, what):.2f}" for what in ("asked", "cpu")), f"{max(a.memory for a in theirs):.0f}",
        *(f"{ratio:.1f}" for ratio in ratios),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def everything(folder: Path) -> None:
    """Go through every article, and print how fast and with how much memory."""
    from newsarchive.archive import Archive  # noqa: PLC0415 - the memory of this process is measured

    started, cpu = time.perf_counter(), time.process_time()
    count = sum(1 for _ in Archive.open(str(folder)).articles(**_EVERY))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} articles gone through in {seconds:.0f} s, {cpu:.0f} s CPU, {memory:.0f} MB at most")


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--everything", action="store_true")
    parser.add_argument("--engine", choices=tuple(_ENGINES), help=argparse.SUPPRESS)
    parser.add_argument("--question", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.folder.absolute()
    if options.everything:
        everything(folder)
    elif options.engine:
        answer(options.engine, folder, QUESTIONS[options.question])
    else:
        compare(folder, options.rounds)


if __name__ == "__main__":
    main()
