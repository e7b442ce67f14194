"""Holding a spool for one command."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from newsarchive.spool.spool import Spool
from newsarchive.spool.state import locked


@contextmanager
def held(folder: Path, uri: str) -> Iterator[Spool]:
    """Give the spool in a state folder, held for this process and tied to the archive at uri; it is closed after.

    Raises:
        AlreadyRunningError: another process holds the folder.
        ArchiveError: the folder cannot be written to.
        UsageError: the spool belongs to another archive.
    """
    with locked(folder), closing(Spool(folder)) as spool:
        spool.bind(uri)
        yield spool
