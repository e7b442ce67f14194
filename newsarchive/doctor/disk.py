"""A folder that must keep what is written to it: permissions, kind of disk, room, fsync."""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from newsarchive.doctor.finding import Finding, broken, note
from newsarchive.errors import ArchiveError

_MOUNTS = Path("/proc/self/mounts")
_FORGETFUL = frozenset({"tmpfs", "ramfs"})
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.s3fs", "fuse.rclone"})
_ARCHIVE = ArchiveError.exit_code
_MEBIBYTE = 1024 * 1024
_FULL_MEBIBYTES, _SCARCE_MEBIBYTES = 64, 1024
_SYNCS = 10
_SLOW_MILLISECONDS = 100


def examine(about: str, folder: Path, *, holds_spool: bool) -> Iterator[Finding]:
    """Yield what is found of a folder, or of the one it will be made in; a spool needs locks and a lasting disk."""
    place = nearest(folder)
    if why := _unwritable(folder, place):
        yield broken(about, why, f"let this user write there: chown or chmod {place}", exit_code=_ARCHIVE)
        return
    yield Finding(about=about, told=str(folder) if folder == place else f"{folder}, to be made in {place}")
    if holds_spool:
        yield from _kind(about, place)
    yield _room(about, place)
    yield _syncing(about, place)


def nearest(folder: Path) -> Path:
    """Return the folder, or else the nearest one above it that exists."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())


def _unwritable(folder: Path, place: Path) -> str:
    if not place.is_dir():
        return f"{place} is no folder"
    if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        return f"{place} cannot be written to by user {os.geteuid()}"
    files = [*place.glob("*"), *place.glob("*/*")] if folder == place else []
    locked = next((path for path in files if not os.access(path, os.R_OK | os.W_OK)), None)
    return f"{locked} cannot be written to by user {os.geteuid()}; another user made it" if locked else ""


def _kind(about: str, place: Path) -> Iterator[Finding]:
    kind = file_system(place)
    if kind in _FORGETFUL:
        yield note(about, f"is in memory ({kind})", "name a folder on a disk with --state: a restart empties this one")
    if kind in _NETWORK:
        told = f"is on a network ({kind}), where SQLite's locks and write-ahead log are not dependable"
        yield broken(about, told, "name a folder on a local disk with --state", exit_code=_ARCHIVE)


def file_system(place: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of file system that a folder is on (`ext4`), `""` where the system does not tell."""
    if not mounts.exists():
        return ""
    rows = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    real = place.resolve()
    above = [(row[1], row[2]) for row in rows if real.is_relative_to(row[1].replace("\\040", " "))]
    return max(reversed(above), key=lambda mount: len(mount[0]), default=("", ""))[1]  # of two mounts, the later shows


def _room(about: str, place: Path) -> Finding:
    free = shutil.disk_usage(place).free // _MEBIBYTE
    told = f"{free / 1024:.1f} GiB free"
    if free < _FULL_MEBIBYTES:
        return broken(about, told, f"make room on the disk of {place}: a run stops when it is full", exit_code=_ARCHIVE)
    if free < _SCARCE_MEBIBYTES:
        return note(about, told, f"make room on the disk of {place} soon: a day of one site takes some 100 MB at most")
    return Finding(about=about, told=told)


def _syncing(about: str, place: Path) -> Finding:
    try:
        milliseconds = _fsync_milliseconds(place)
    except OSError as error:
        remedy = f"free or replace the disk of {place}: what is written there may be lost"
        return broken(about, f"fsync fails: {error.strerror}", remedy, exit_code=_ARCHIVE)
    told = f"fsync takes {milliseconds:.1f} ms"
    if milliseconds > _SLOW_MILLISECONDS:
        return note(about, told, "a faster disk makes crawls faster: every group of articles waits for it")
    return Finding(about=about, told=told)


def _fsync_milliseconds(place: Path) -> float:
    taken = []
    with tempfile.TemporaryFile(dir=place) as file:
        for _ in range(_SYNCS):
            begun = time.monotonic()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            taken.append((time.monotonic() - begun) * 1000)
    return statistics.median(taken)
