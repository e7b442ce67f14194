"""Where an archive lives: a folder or a prefix of an S3 bucket, behind one small interface."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from newsarchive.errors import UsageError

_OF_AN_ARCHIVE = frozenset({
    "articles", "compactions", "index", "manifest", "parquet", "raw", "runs", "schema", "tombstones", "writers",
})  # fmt: skip
_OF_A_DISK = frozenset({"lost+found"})


class ObjectMissingError(LookupError):
    """No object has this key."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as a listing shows it; `modified` is in seconds since 1970 by the store's own clock."""

    key: str
    bytes: int
    modified: float


class ConditionalPut(StrEnum):
    """What a store does with a put that must not overwrite."""

    HONOURED = "honoured"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a probe has found out about a storage."""

    conditional_put: ConditionalPut


class Storage(Protocol):
    """The operations the archive needs. Keys are relative, `/`-separated; bodies are whole.

    Every method may raise StorageUnavailableError (try later) or StorageRefusedError (correct something first).
    `at_once` is how many objects are best read side by side.
    """

    uri: str
    at_once: int

    def put_new(self, key: str, body: bytes) -> None:
        """Create an object; a no-op if it exists with this body, IntegrityError if with another."""

    def replace(self, key: str, body: bytes) -> None:
        """Create or overwrite an object."""

    def read(self, key: str) -> bytes:
        """Return an object's body; ObjectMissingError if there is none."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys below prefix, sorted."""

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Yield the objects below prefix, sorted by key."""

    def delete(self, key: str, *, superseded_only: bool = False) -> None:
        """Remove every version of an object, or all but the latest; a no-op if there is none."""

    def probe(self) -> Capabilities:
        """Return what the storage can do, and hold to it from then on; raises as a put would."""

    def clock(self) -> float | None:
        """Return the store's own time in seconds since 1970, None if it does not tell; a refusal tells it too."""

    def keeps_versions(self) -> bool:
        """Tell whether what is replaced or deleted may stay as an earlier version."""


def has(storage: Storage, key: str) -> bool:
    """Tell whether there is an object of this key, by reading it: a listing may lag behind."""
    try:
        storage.read(key)
    except ObjectMissingError:
        return False
    return True


def open_storage(uri: str, *, endpoint_url: str = "", create: bool = True) -> Storage:
    """Return the storage at uri: a folder's path, a `file://` URI, or `s3://bucket/prefix`.

    With create, a folder that is not there is made when first written to; without, UsageError names it, and a folder
    that holds other things than an archive.
    """
    parts = urlsplit(uri)
    if parts.scheme == "s3":
        if "@" in parts.netloc:
            told = "write s3://bucket or s3://bucket/prefix, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            raise UsageError(f"archive URI {uri!r} holds a user or a password: {told}")
        if not parts.netloc:
            raise UsageError(f"archive URI {uri!r} names no bucket: write s3://bucket or s3://bucket/prefix")
        from newsarchive.storage.s3 import S3Storage  # noqa: PLC0415 - boto3 costs a folder's reader half a second

        return S3Storage(parts.netloc, parts.path.strip("/"), endpoint_url=endpoint_url)
    if parts.scheme not in ("", "file"):
        raise UsageError(f"archive URI {uri!r} has an unknown scheme: write a folder's path or s3://bucket/prefix")
    if not uri.strip():
        raise UsageError("archive URI is empty: write a folder's path or s3://bucket/prefix")
    from newsarchive.storage.folder import FolderStorage  # noqa: PLC0415 - as above

    root = Path(unquote(parts.path) if parts.scheme == "file" else uri).expanduser()
    if not create and (why := _no_archive(root)):
        beside = _beside(root)
        meant = f", such as {beside}" if beside else ""
        raise UsageError(f"no archive at {root}: {why}; --uri or NEWSARCHIVE_URI says which archive is meant{meant}")
    return FolderStorage(root)


def _beside(root: Path) -> Path | None:
    """Return the first archive in the folder that this one was sought in, by name; None if there is none."""
    try:
        return min((entry.parent for entry in root.parent.glob("*/manifest") if entry.is_dir()), default=None)
    except OSError:
        return None


def _no_archive(root: Path) -> str:
    """Return why nothing can be read from a folder; `""` if it holds an archive, or nothing yet."""
    if not root.is_dir():
        return "it is a file" if root.exists() else "the folder does not exist"
    try:
        names = {path.name for path in root.iterdir() if path.name not in _OF_A_DISK and path.name[0] != "."}
    except OSError as error:
        return f"the folder cannot be listed: {error.strerror}"
    return "nothing in the folder is an archive's" if names and names.isdisjoint(_OF_AN_ARCHIVE) else ""
