"""Print the record's schema, as JSON Schema or as code for the tool that is to read the archive."""

import argparse
import json
from collections.abc import Callable
from dataclasses import fields

from newsarchive.archive.schema import json_schema
from newsarchive.article import Article

_KINDS: dict[object, int] = {str: 0, int: 1, tuple[str, ...]: 2}
_PYTHON = '    "{}": {},'
_ARROW = ("pa.string()", "pa.int64()", "pa.list_(pa.string())")
_POLARS = ("pl.String", "pl.Int64", "pl.List(pl.String)")
_DUCKDB = ("VARCHAR", "BIGINT", "VARCHAR[]")
_HF = ('Value("string")', 'Value("int64")', 'List(Value("string"))')
_R = ("character()", "integer()", "I(list())")


def _entries(types: tuple[str, str, str], form: str) -> str:
    return "\n".join(form.format(f.name, types[_KINDS[f.type]]) for f in fields(Article))


def _arrow() -> str:
    return f"import pyarrow as pa\n\nschema = pa.schema({{\n{_entries(_ARROW, _PYTHON)}\n}})"


def _polars() -> str:
    return f"import polars as pl\n\nschema = {{\n{_entries(_POLARS, _PYTHON)}\n}}"


def _duckdb() -> str:
    body = _entries(_DUCKDB, "    '{}': '{}',").rstrip(",")
    return f"{{\n{body}\n}}"


def _hf() -> str:
    body = _entries(_HF, _PYTHON)
    return f"from datasets import Features, List, Value\n\nfeatures = Features({{\n{body}\n}})"


def _r() -> str:
    body = _entries(_R, "  {} = {},").rstrip(",")
    return f"schema <- data.frame(\n{body}\n)"


_TOOLS: dict[str, tuple[Callable[[], str], str]] = {
    "json-schema": (lambda: json.dumps(json_schema(), indent=2), "JSON Schema (default)"),
    "arrow": (_arrow, "pyarrow"),
    "polars": (_polars, "polars"),
    "duckdb": (_duckdb, "the columns of DuckDB's read_json"),
    "hf": (_hf, "Hugging Face datasets"),
    "r": (_r, "an empty data frame of R"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    group = parser.add_mutually_exclusive_group()
    for name, (_, meaning) in _TOOLS.items():
        group.add_argument(f"--{name}", dest="tool", action="store_const", const=name, help=meaning)


def run(options: argparse.Namespace) -> int:
    """Print the schema."""
    print(_TOOLS[options.tool or "json-schema"][0]())
    return 0
