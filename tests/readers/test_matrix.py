"""Every reader counts right, in a folder and in a bucket: the snippets of docs/reading.md, as they stand."""

import importlib.util
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.readers.snippets import COPYING, Snippet, snippets

OWN = {"newsarchive", "archive", "sql", "commands", "tables"}
ALL = snippets()
COUNTING = [s for s in ALL if s.reader not in {*OWN, *COPYING.values()}]
MODULES = {
    "duckdb": ["duckdb"],
    "polars": ["polars"],
    "pandas": ["pandas", "fsspec"],
    "pyarrow-dataset": ["pyarrow"],
    "pyarrow-file": ["pyarrow"],
    "dask": ["dask.dataframe"],
    "datasets": ["datasets"],
    "pyspark": ["pyspark"],
}
COMMANDS = {"jq": ["jq", "zcat"], "r": ["Rscript"], "pyspark": ["java"]}
OVER_S3 = {"duckdb": ["s3fs"], "pandas": ["s3fs"], "dask": ["s3fs"], "datasets": ["s3fs"]}
MUST_RUN = bool(os.environ.get("NEWSARCHIVE_ALL_READERS"))
"""Set where all readers are installed: one that is missing then fails."""


def lacking(snippet: Snippet) -> list[str]:
    """Return what a snippet needs and is not installed."""
    remote = OVER_S3.get(snippet.reader, []) if snippet.place in ("s3", "bucket") else []
    modules = [m for m in (*MODULES.get(snippet.reader, []), *remote) if not _has_module(m)]
    return modules + [c for c in COMMANDS.get(snippet.reader, []) if not shutil.which(c)]


def _has_module(name: str) -> bool:
    return importlib.util.find_spec(name.partition(".")[0]) is not None


def numbers(printed: str) -> list[int]:
    """Return the four numbers that a snippet prints last."""
    return [int(text) for text in re.findall(r"(?<![\w.-])\d+(?![\w.-])", printed)][-4:]


@pytest.mark.slow
@pytest.mark.parametrize("snippet", COUNTING, ids=lambda s: s.name)
def test_a_reader_counts_right(snippet: Snippet, place: Callable[[Snippet], Path], expected: list[int]) -> None:
    """The same four numbers as our own reader, far from UTC."""
    missing = lacking(snippet)
    if missing and not MUST_RUN:
        pytest.skip(f"not installed: {', '.join(missing)} (pip install -e '.[readers]'; see .ci/readers)")
    folder = place(snippet)
    for copying in (s for s in ALL if s.reader == COPYING.get(snippet.place)):
        copying.run(folder)
    assert numbers(snippet.run(folder)) == expected
