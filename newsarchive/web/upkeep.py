"""The index kept level with the archive while the page is served, by one process at a time."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from newsarchive.archive import Archive
from newsarchive.errors import NewsarchiveError
from newsarchive.web.following import Follower, OutdatedError
from newsarchive.web.store import discard, discard_others, open_writer

_LOOK = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How far the index is: lines of the archive's segments done of all, and what went wrong last."""

    done: int = 0
    total: int = 0
    problem: str = ""

    @property
    def behind(self) -> bool:
        """Tell whether there is more to index."""
        return self.done < self.total


class Upkeep:
    """Refreshes an index, at once and then again and again in a thread."""

    def __init__(self, archive: Archive, path: Path, *, seconds: float, told: Callable[[State], None]) -> None:
        self._archive = archive
        self._path = path
        self._seconds = seconds
        self._told = told
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index", daemon=True)
        self.state = State()
        open_writer(path).close()

    def start(self) -> None:
        """Begin to refresh in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End after the segment under way."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self.refresh()
                self._note(State(self.state.done, self.state.total))
            except _EndedError:
                return
            except (NewsarchiveError, sqlite3.Error, OSError) as error:  # the page goes on, and says so
                _log.warning("the index could not be refreshed: %s", error)
                self._note(State(self.state.done, self.state.total, str(error)))
            self._rest()

    def _rest(self) -> None:
        """Wait for the time of the next look, or until the index has been taken away."""
        until = time.monotonic() + self._seconds
        while (left := until - time.monotonic()) > 0:
            if self._ended.wait(min(left, _LOOK)) or not self._path.exists():
                return

    def refresh(self) -> int:
        """Bring the index level with the archive; return the revisions added, 0 where another process does it."""
        lock = FileLock(self._path.with_suffix(".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return 0
        try:
            return self._follow()
        except OutdatedError:
            discard(self._path)
            return self._follow()
        finally:
            lock.release()

    def _follow(self) -> int:
        connection = open_writer(self._path)
        try:
            return Follower(self._archive, connection, went=self._went).follow()
        finally:
            connection.close()

    def _went(self, done: int, total: int) -> None:
        self._note(State(done, total))
        if self._ended.is_set():
            raise _EndedError

    def _note(self, state: State) -> None:
        self.state = state
        self._told(state)


def hide_erased(archive: Archive, path: Path) -> None:
    """Take what was taken down out of an index, if there is one; one that cannot be changed is removed.

    Where another process keeps it level, that does so at its next look.
    """
    discard_others(path)
    if not path.exists():
        return
    lock = FileLock(path.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return
    try:
        with closing(open_writer(path)) as connection:
            Follower(archive, connection, went=lambda done, total: None).hide()  # noqa: ARG005 - nothing is added
    except sqlite3.Error:
        discard(path)
    finally:
        lock.release()


class _EndedError(Exception):
    """The page is closing."""
