"""Every reader counts right, in a folder and in a bucket: the snippets of docs/reading.md, as they stand."""

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.readers.snippets import COPYING, OWN, Snippet, snippets

ALL = snippets()
COUNTING = [s for s in ALL if s.reader not in {*OWN, *COPYING.values()}]
MODULES = {
    "duckdb": ["duckdb"],
    "polars": ["polars"],
    "pandas": ["pandas", "fsspec"],
    "pyarrow-dataset": ["pyarrow"],
    "pyarrow-file": ["pyarrow"],
    "dask": ["dask"],
    "datasets": ["datasets"],
    "pyspark": ["pyspark"],
}
OVER_S3 = {"duckdb", "pandas", "dask", "datasets"}
COMMANDS = {"jq": ["jq", "zcat"], "r": ["Rscript"], "pyspark": ["java"]}
MUST_RUN = bool(os.environ.get("NEWSARCHIVE_ALL_READERS"))
"""Set by .ci/readers, where all readers are installed: one that is missing then fails."""


def missing(snippet: Snippet) -> list[str]:
    """Return what a snippet needs that is not installed."""
    modules = list(MODULES.get(snippet.reader, []))
    if snippet.reader in OVER_S3 and snippet.place in {"s3", "bucket"}:
        modules.append("s3fs")
    commands = [*COMMANDS.get(snippet.reader, []), *["rclone"] * (snippet.place in {"bucket", "copied"})]
    return [m for m in modules if importlib.util.find_spec(m) is None] + [c for c in commands if not shutil.which(c)]


@pytest.mark.slow
@pytest.mark.parametrize("snippet", COUNTING, ids=lambda s: s.name)
def test_a_reader_counts_right(snippet: Snippet, place: Callable[[Snippet], Path], expected: list[int]) -> None:
    """The same four numbers as our own reader, on a machine far from UTC."""
    if not MUST_RUN and (absent := missing(snippet)):
        pytest.skip(f"not installed: {', '.join(absent)} (.ci/readers installs every reader)")
    folder = place(snippet)
    for copying in (s for s in ALL if s.reader == COPYING.get(snippet.place)):
        copying.run(folder)
    assert snippet.counts(folder) == expected


def test_every_reader_reads_folders_and_buckets() -> None:
    """The page leaves out no reader and no place, of lines and, where a reader opens it, of Parquet."""
    local = {(s.reader, s.parquet) for s in COUNTING if s.is_local}
    remote = {(s.reader, s.parquet) for s in COUNTING if not s.is_local}
    assert local == remote
    assert {reader for reader, _ in local} == {*MODULES, *COMMANDS}
