"""The state folder: where it is, and who holds it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from newsarchive.errors import AlreadyRunningError, ArchiveError
from newsarchive.storage import open_storage

IMPORTS = "import"  # the folder of the spool of imports in the state folder


def state_folder(uri: str, given: str = "") -> Path:
    """Return where the spool and indexes of the archive at uri are: `given`, or else the usual place.

    That is beside a local archive (`./archive` has `./archive-state`), and for a bucket a folder below the user's
    state folder (XDG base directory specification).
    """
    if given:
        return Path(given).expanduser()
    if not uri.startswith("s3://"):
        root = Path(open_storage(uri).uri)
        return root.with_name(f"{root.name}-state") if root.name else root / "state"
    base = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser()
    return base / "newsarchive" / re.sub(r"[^A-Za-z0-9.-]+", "-", uri.removeprefix("s3://")).strip("-")


def check_remains(folder: Path) -> None:
    """Raise ArchiveError if a state folder has segments that a spool had sealed, and no spool: they hold articles."""
    spool, segments = folder / "spool.sqlite", folder / "segments"
    is_gone = not spool.exists() or not spool.stat().st_size
    if is_gone and segments.is_dir() and any(not path.name.startswith(".") for path in segments.iterdir()):
        raise ArchiveError(
            f"the spool {spool} is gone, and {segments} holds articles that it had not delivered: "
            "restore the file, or keep the folder and start with a new --state"
        )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a state folder for this process; it is made if it is not there.

    Raises:
        AlreadyRunningError: another process holds it.
        ArchiveError: the folder cannot be written to.
    """
    lock = FileLock(folder / "lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunningError(f"another run is using the state folder {folder}; wait for it to end") from None
    except OSError as error:
        raise ArchiveError(f"cannot write to the state folder {folder}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()
