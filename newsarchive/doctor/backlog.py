"""The spool: whether it can be read, what waits in it, and whether a copy of it has taken its place."""

import time
from collections.abc import Iterator
from pathlib import Path

from newsarchive.doctor.finding import Finding, broken, note
from newsarchive.errors import ArchiveError, StorageRefusedError, StorageUnavailableError
from newsarchive.spool.epochs import is_fenced
from newsarchive.spool.glance import Glance, glance
from newsarchive.storage import Storage

_ABOUT = "spool"
_ARCHIVE = ArchiveError.exit_code
_LONG_SECONDS = 24 * 3600


def examine(folder: Path, storage: Storage | None) -> Iterator[Finding]:
    """Yield what is found of the spool in a state folder; without a store, all but whether it is fenced off."""
    try:
        found = glance(folder)
    except ArchiveError as error:
        remedy = "keep the file for its articles, see to the disk, then start with a new --state and rebuild-index"
        yield broken(_ABOUT, str(error), remedy, exit_code=_ARCHIVE)
        return
    if found is None:
        yield Finding(about=_ABOUT, told="none yet: the first crawl makes it")
        return
    yield _waiting(found)
    if storage is not None:
        yield from _belonging(found, storage)


def _waiting(found: Glance) -> Finding:
    who = f"writer {found.writer}" + (", in use by a run" if found.running else "")
    if not found.waiting:
        return Finding(about=_ABOUT, told=f"nothing waits; {who}")
    age = time.time() - found.oldest
    told = f"{found.waiting} articles wait for the archive, the first for {_duration(age)}; {who}"
    if found.running and age < _LONG_SECONDS:
        return Finding(about=_ABOUT, told=told)
    remedy = "none is lost; deliver them with newsarchive flush once the archive answers"
    return note(_ABOUT, told, remedy)


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} seconds"


def _belonging(found: Glance, storage: Storage) -> Iterator[Finding]:
    if found.archive and found.archive != storage.uri:
        told = f"it belongs to the archive {found.archive}, not {storage.uri}"
        yield broken(_ABOUT, told, "give each archive a state folder of its own with --state", exit_code=2)
        return
    try:
        fenced = is_fenced(storage, found.writer, found.claims)
    except (StorageRefusedError, StorageUnavailableError):
        return  # what the store says of it is a finding of the store's
    except ArchiveError as error:
        yield broken(_ABOUT, str(error), "see newsarchive verify", exit_code=_ARCHIVE)
        return
    if fenced and not found.running:
        told = f"a copy of it writes to the archive as {found.writer}: this one is fenced off"
        yield broken(_ABOUT, told, "newsarchive flush --as-new-writer, if both are to go on", exit_code=_ARCHIVE)
