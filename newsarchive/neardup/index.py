"""The near-duplicate index beside the spool: labels for what arrives, in step with the spool's transactions.

A sketch goes into the spool's own file in the transaction that stores its article, and from there into the window's
day files once that is committed. Whatever a kill leaves undone is done at the next start, so that neither can hold
what the other lacks.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from newsarchive.article import Article
from newsarchive.errors import ArchiveError
from newsarchive.neardup.labels import label
from newsarchive.neardup.member import Member
from newsarchive.neardup.sketch import Sketch
from newsarchive.neardup.sketching import decoded_sketch, encoded_sketch, member_of, sketch_of
from newsarchive.neardup.window import Window, related

_COUNTS = "near_days"
_MOST_WAITING = 4_096


class NearIndex:
    """Labels articles and remembers their sketches. Used inside the spool's transactions, one at a time."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._staged: list[Member] = []
        self._waiting = 0
        with self._translated():
            self._window = Window(folder)
            try:
                self._window.check(_counts(connection))
                self._catch_up(connection)
            except BaseException:
                self._window.close()
                raise

    def close(self) -> None:
        """Close the files."""
        with self._translated():
            self._window.close()

    def enter(self, connection: sqlite3.Connection, article: Article, given: bytes | None = None) -> Article:
        """Return an article to be archived with its labels, and remember its sketch in the same transaction.

        `given` is its encoded sketch, empty if it is too short for one; None if none has been made.
        """
        made = sketch_of(article) if given is None else decoded_sketch(given)
        matches = []
        if made is not None:
            with self._translated():
                found = self._window.look_up(made, crawled_at=article.crawled_at)
            matches = [m for m in found + related(made, self._alike(made)) if m.member.id != article.id]
        labelled = label(article, matches)
        if made is not None:
            self.adopt(connection, member_of(labelled, made))
        return labelled

    def _alike(self, made: Sketch) -> list[Member]:
        """Return the staged members that share any of a sketch's minima."""
        if not self._staged:
            return []
        minima = np.frombuffer(b"".join(member.sketch.minima for member in self._staged), dtype="<u2")
        shared = minima.reshape(len(self._staged), -1) == np.frombuffer(made.minima, dtype="<u2")
        return [self._staged[place] for place in np.flatnonzero(shared.any(axis=1))]

    def sketch(self, article: Article) -> bytes:
        """Return the encoded sketch of an archived article's text, empty if it is too short for one."""
        with self._translated():
            known = self._window.sketch(article.id, article.crawled_at)
        return known or encoded_sketch(article)

    def adopt(self, connection: sqlite3.Connection, member: Member) -> None:
        """Remember an archived text in the same transaction."""
        queue(connection, member)
        self._staged.append(member)

    def load(self, members: Iterable[Member]) -> None:
        """Bring archived texts into the window ahead of the transaction that remembers their articles."""
        with self._translated():
            self._window.add(members)

    def forget(self, connection: sqlite3.Connection, ids: Collection[str]) -> None:
        """Remove what is known of these articles, with every trace of it in the window's files."""
        connection.executemany("DELETE FROM sketch WHERE id = ?", [(article_id,) for article_id in ids])
        with self._translated():
            self._window.forget(ids)

    def committed(self, connection: sqlite3.Connection) -> None:
        """Bring what a committed transaction has staged into the window."""
        with self._translated():
            self._window.add(self._staged)
        self._waiting += len(self._staged)
        self._staged.clear()
        if self._waiting >= _MOST_WAITING:
            self.settle(connection)

    def rolled_back(self) -> None:
        """Forget what a transaction has staged that was not committed."""
        self._staged.clear()

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        """Enter what an earlier run has stored and a kill kept from the window."""
        rows = connection.execute("SELECT id, crawled_at, cluster, body FROM sketch ORDER BY number").fetchall()
        self._window.add(
            Member(id=id_, crawled_at=at, cluster=cluster, sketch=Sketch.decode(body))
            for id_, at, cluster, body in rows
        )
        self.settle(connection)

    def settle(self, connection: sqlite3.Connection) -> None:
        """Let the spool forget the sketches that are on the disk in the window."""
        self._window.make_durable()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM sketch")
        row = (_COUNTS, json.dumps(self._window.counts()))
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", row)
        connection.execute("COMMIT")
        self._waiting = 0

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            is_damaged = type(error) is sqlite3.DatabaseError or isinstance(error, UnicodeDecodeError)
            remedy = ": run newsarchive rebuild-index" if is_damaged else ""
            raise ArchiveError(f"the near-duplicate index {self._folder} cannot be used: {error}{remedy}") from error


def queue(connection: sqlite3.Connection, member: Member) -> None:
    """Keep a sketch in the spool's file until it is on the disk in the window."""
    row = (member.id, member.crawled_at, member.cluster, member.sketch.encode())
    connection.execute("INSERT INTO sketch (id, crawled_at, cluster, body) VALUES (?, ?, ?, ?)", row)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_COUNTS,)).fetchone()
    found: dict[str, int] = json.loads(row[0]) if row else {}
    return found
