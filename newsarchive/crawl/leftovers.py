"""Article links that a run has found and not come to: the next run of the site takes them up when it has time."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from newsarchive.article import ArticleLink
from newsarchive.crawl.failures import STOPPED
from newsarchive.errors import ArchiveError
from newsarchive.urls import url_key

if TYPE_CHECKING:
    from newsarchive.crawl.session import Session

KEPT = frozenset({"budget", STOPPED, "backed-off"})
"""Why a link is left over: the crawl ended before its turn came."""

_MOST = 20_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS leftover (
    url_key TEXT PRIMARY KEY, site TEXT NOT NULL, run_id TEXT NOT NULL, published TEXT NOT NULL, link TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS leftover_site ON leftover (site, published);
"""


class Leftovers:
    """The links left over, by site, in a file beside the spool.

    A link stays until a whole run of its site has looked at it: a run that is killed loses none. Of each site the
    newest 20,000 are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "leftovers.sqlite"

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(sqlite3.connect(self._path)) as connection, connection:
                connection.executescript(_SCHEMA)
                yield connection
        except sqlite3.Error as error:
            raise ArchiveError(f"cannot use {self._path}: {error}") from error

    def keep(self, links: Iterable[tuple[str, ArticleLink]], *, run_id: str) -> None:
        """Keep links, each with its site."""
        rows = [
            (url_key(link.url), site, run_id, link.published or link.modified, json.dumps(asdict(link)))
            for site, link in links
        ]
        if rows:
            with self._connected() as connection:
                connection.executemany("INSERT OR REPLACE INTO leftover VALUES (?, ?, ?, ?, ?)", rows)

    def of(self, site: str) -> list[ArticleLink]:
        """Return the links of a site, the newest first."""
        if not self._path.exists():
            return []
        with self._connected() as connection:
            query = "SELECT link FROM leftover WHERE site = ? ORDER BY published DESC LIMIT ?"
            return [ArticleLink(**json.loads(link)) for (link,) in connection.execute(query, (site, _MOST))]

    def has(self, site: str) -> bool:
        """Tell whether any link of a site is left over."""
        if not self._path.exists():
            return False
        with self._connected() as connection:
            return connection.execute("SELECT 1 FROM leftover WHERE site = ? LIMIT 1", (site,)).fetchone() is not None

    def settle(self, site: str, *, run_id: str) -> int:
        """Forget what a whole run has looked at; return how many links are left over now."""
        if not self._path.exists():
            return 0
        with self._connected() as connection:
            connection.execute("DELETE FROM leftover WHERE site = ? AND run_id != ?", (site, run_id))
            connection.execute(
                "DELETE FROM leftover WHERE site = ? AND url_key NOT IN "
                "(SELECT url_key FROM leftover WHERE site = ? ORDER BY published DESC LIMIT ?)",
                (site, site, _MOST),
            )
            return int(connection.execute("SELECT count(*) FROM leftover WHERE site = ?", (site,)).fetchone()[0])


class Crawling(Protocol):
    """What takes up leftovers: a spider."""

    name: str
    crawler: Crawler
    session: "Session"

    def article_requests(self, links: Iterable[ArticleLink]) -> AsyncIterator[Request]:
        """Yield requests for the links that are worth a fetch."""


class TakingUp:
    """Lets a spider that has nothing else to do take up its site's leftovers, once."""

    def __init__(self, spider: Crawling) -> None:
        self._spider = spider
        self._task: asyncio.Task[None] | None = None

    def spider_idle(self) -> None:
        """Begin, if there is anything left over; raise DontCloseSpider until it is done."""
        if self._task is None:
            if not self._spider.session.leftovers.has(self._spider.name):
                return  # Scrapy looks again only after seconds
            self._task = asyncio.ensure_future(self._take_up())
        if not self._task.done():
            raise DontCloseSpider

    async def _take_up(self) -> None:
        session = self._spider.session
        try:
            links = await asyncio.to_thread(session.leftovers.of, self._spider.name)
            async for request in self._spider.article_requests(links):
                self._spider.crawler.engine.crawl(request)
        except ArchiveError as error:
            session.fail(error)
        except Exception as error:  # noqa: BLE001 - Scrapy would swallow it
            session.run.note_internal(f"{self._spider.name}: {type(error).__name__}: {error}")
