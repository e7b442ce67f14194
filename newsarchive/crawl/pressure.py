"""Back-pressure: articles wait outside a full spool, which slows the crawl down to what the archive takes."""

import asyncio
import shutil
from pathlib import Path

from newsarchive.errors import ArchiveError
from newsarchive.spool import Spool

_MB = 1 << 20
_RESERVE_BYTES = 256 * _MB
_RESERVE_SHARE = 0.02
_ENOUGH_ROOM = 0.8
_PATIENCE = 3
_PAUSE_SECONDS = 0.2


class Pressure:
    """Tells whether the spool is full, lets articles wait for room, and gives up when none is made."""

    def __init__(self, spool: Spool, *, limit_mb: int) -> None:
        """Watch a spool; `limit_mb` is the most that may wait in it, 0 for what the disk holds."""
        self._spool = spool
        self._limit = limit_mb * _MB
        self._full = ""
        self._waiting = 0
        self._looks = 0
        self._given_up: Exception | None = None

    def full(self) -> str:
        """Return why the spool takes nothing now, as part of a sentence; `""` if it does.

        Once full, it is so until a fifth of the limit is free again.
        """
        allowed = self._limit * (_ENOUGH_ROOM if self._full else 1)
        if self._limit and (waiting := self._spool.waiting_bytes()) > allowed:
            self._full = f"{waiting / _MB:.0f} MB wait, NEWSARCHIVE_SPOOL_MB is {self._limit // _MB}"
        else:
            self._full = _short_of_disk(self._spool.folder)
        return self._full

    def check(self) -> None:
        """Look after each attempt to deliver; raise ArchiveError when several have made no room."""
        reason, waiting = self.full(), self._spool.waiting_bytes()
        self._looks = self._looks + 1 if reason and waiting >= self._waiting else 0
        self._waiting = waiting
        if self._looks >= _PATIENCE:
            raise ArchiveError(
                f"the spool {self._spool.folder} is full ({reason}), and the archive makes no room; "
                "what has been accepted waits there for `newsarchive flush`"
            )

    def give_up(self, error: Exception) -> None:
        """Let those that wait for room fail."""
        self._given_up = error

    async def room(self) -> None:
        """Wait for room; ArchiveError if there will be none."""
        while self.full():
            if self._given_up is not None:
                raise ArchiveError("the spool is full, and the run ends")
            await asyncio.sleep(_PAUSE_SECONDS)


def _short_of_disk(folder: Path) -> str:
    disk = shutil.disk_usage(folder)
    if disk.free >= min(_RESERVE_BYTES, disk.total * _RESERVE_SHARE):
        return ""
    return f"its disk has {disk.free / _MB:.0f} MB left"
