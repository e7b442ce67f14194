"""Articles as tables of the usual kinds; each library is imported when it is first asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from newsarchive.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from newsarchive.article import Article

_EXTRAS = {"pyarrow": "parquet", "pandas": "pandas", "polars": "polars", "duckdb": "duckdb"}


def need(package: str) -> Any:  # noqa: ANN401 - a module
    """Return a package of an extra; UsageError naming the extra if it is not installed."""
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        extra = _EXTRAS[package.partition(".")[0]]
        raise UsageError(f"this needs {package}: pip install 'newsarchive[{extra}]'") from error


def arrow_of(articles: Iterable[Article]) -> pa.Table:
    """Return articles as a pyarrow Table."""
    need("pyarrow")
    from newsarchive.archive import arrow  # noqa: PLC0415 - as the module says

    return arrow.table(articles)


def joined(tables: Callable[[], Iterator[pa.Table]]) -> pa.Table:
    """Return the tables that a function yields as one; pyarrow is known to be there before it is called."""
    arrow_package = need("pyarrow")
    from newsarchive.archive import arrow  # noqa: PLC0415 - as the module says

    return arrow_package.concat_tables([arrow.SCHEMA.empty_table(), *tables()])


def pandas_of(table: Callable[[], pa.Table]) -> pd.DataFrame:
    """Return the table that a function gives as a pandas DataFrame; lists are lists, unknown text is missing."""
    need("pandas")
    frame: pd.DataFrame = table().to_pandas()
    for name in ("authors", "tags", "tag_ids"):
        frame[name] = frame[name].map(list)
    return frame


def polars_of(table: Callable[[], pa.Table]) -> pl.DataFrame:
    """Return the table that a function gives as a polars DataFrame."""
    frame: pl.DataFrame = need("polars").from_arrow(table())
    return frame


def duckdb_of(table: Callable[[], pa.Table]) -> duckdb.DuckDBPyConnection:
    """Return a connection to an in-memory DuckDB with the table that a function gives as `articles`."""
    connection: duckdb.DuckDBPyConnection = need("duckdb").connect()
    connection.register("answer", table())
    connection.execute("SET TimeZone = 'UTC'; CREATE TABLE articles AS SELECT * FROM answer")
    connection.unregister("answer")
    return connection
