"""The latest revision of each article of a site, on the disk while they are compared."""

import sqlite3
from collections.abc import Iterable
from typing import Self

from newsarchive.archive import line
from newsarchive.article import Article
from newsarchive.urls import url_key


class Latest:
    """The latest revisions of many articles, to be found by id and by the address of their page."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", check_same_thread=False)  # a temporary file, gone when it is closed
        self._connection.execute("CREATE TABLE latest (id TEXT PRIMARY KEY, url_key TEXT, body BLOB) WITHOUT ROWID")
        self._connection.execute("CREATE INDEX by_url ON latest (url_key)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def enter(self, articles: Iterable[Article]) -> None:
        """Enter articles, each in place of what is there of the same id."""
        rows = ((a.id, url_key(a.url), line.encode(a)) for a in articles)
        self._connection.executemany("INSERT OR REPLACE INTO latest VALUES (?, ?, ?)", rows)

    def of_page(self, url: str) -> Article | None:
        """Return the article whose latest revision is of the page with this address."""
        return self._find("url_key", url_key(url))

    def of_id(self, article_id: str) -> Article | None:
        """Return the article with this id."""
        return self._find("id", article_id)

    def _find(self, column: str, value: str) -> Article | None:
        query = f"SELECT body FROM latest WHERE {column} = ? ORDER BY id LIMIT 1"  # noqa: S608 - one of two constants
        row = self._connection.execute(query, (value,)).fetchone()
        return line.decode(row[0]) if row else None
