"""The archive's store: whether it answers, its clock, put, get, list, conditional put, delete, versions."""

import secrets
import time
from collections.abc import Iterator

from newsarchive.doctor.finding import Finding, broken, note
from newsarchive.errors import ArchiveError, IntegrityError, StorageRefusedError, UsageError
from newsarchive.storage import ConditionalPut, ObjectMissingError, Storage

_ABOUT = "archive"
_ARCHIVE = ArchiveError.exit_code
_SKEW_SECONDS, _REFUSED_SKEW_SECONDS = 60, 900
_BODY = b"written by newsarchive doctor\n"
_WAIT = "see that the store runs and that the address is right; what a crawl accepts meanwhile waits in the spool"
_CORRECT = "correct the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), the bucket or its policy"


def examine(storage: Storage) -> Iterator[Finding]:
    """Yield what is found of a store, up to what makes the rest pointless; nothing that was written stays."""
    try:
        yield from _clock(storage)
        yield _conditional(storage)
        yield from _round_trip(storage)
    except (ArchiveError, UsageError) as error:
        yield broken(_ABOUT, str(error), _remedy(error), exit_code=error.exit_code)
        return
    yield from _versions(storage)


def _remedy(error: Exception) -> str:
    if isinstance(error, UsageError):
        return "correct --uri (NEWSARCHIVE_URI)"
    if isinstance(error, IntegrityError):
        return "do not use this store: it returns something else than was written"
    return _CORRECT if isinstance(error, StorageRefusedError) else _WAIT


def _clock(storage: Storage) -> Iterator[Finding]:
    before = time.time()
    stated = storage.clock()
    if stated is None:
        yield note("clock", "the store does not tell its time", "compare this machine's clock with another's")
        return
    skew = round((before + time.time()) / 2 - stated)
    told = f"{abs(skew)} s {'ahead of' if skew > 0 else 'behind'} the store's" if abs(skew) > 1 else "as the store's"
    remedy = "set this machine's clock by NTP (timedatectl set-ntp true)"
    if abs(skew) > _REFUSED_SKEW_SECONDS:
        yield broken("clock", f"{told}; S3 refuses more than 15 minutes", remedy, exit_code=_ARCHIVE)
    elif abs(skew) > _SKEW_SECONDS:
        yield note("clock", told, remedy)
    else:
        yield Finding(about="clock", told=told)


def _conditional(storage: Storage) -> Finding:
    found = storage.probe().conditional_put
    told = f"conditional put is {found}"
    if found is ConditionalPut.HONOURED:
        return Finding(about=_ABOUT, told=told)
    return note(_ABOUT, told, "run compact, erase and repair from one machine only; crawls are safe as they are")


def _round_trip(storage: Storage) -> Iterator[Finding]:
    key = f".doctor-{secrets.token_hex(8)}/object"
    try:
        storage.replace(key, _BODY)
        if storage.read(key) != _BODY:
            raise IntegrityError(f"{storage.uri} returns something else than was written")
        if key not in storage.keys(f"{key.rpartition('/')[0]}/"):
            yield _unlisted(storage)
    finally:
        storage.delete(key)
    yield _gone(storage, key)


def _unlisted(storage: Storage) -> Finding:
    told = f"{storage.uri} does not list what was just written"
    return broken(_ABOUT, told, "use a store with consistent listings, and allow s3:ListBucket", exit_code=_ARCHIVE)


def _gone(storage: Storage, key: str) -> Finding:
    try:
        storage.read(key)
    except ObjectMissingError:
        return Finding(about=_ABOUT, told="put, get, list and delete work")
    told = f"{storage.uri} still returns what was deleted"
    return broken(_ABOUT, told, "allow s3:DeleteObject; erase and compact need it", exit_code=_ARCHIVE)


def _versions(storage: Storage) -> Iterator[Finding]:
    try:
        kept = storage.keeps_versions()
    except ArchiveError as error:
        yield note("versions", str(error), "allow s3:GetBucketVersioning: erase must know of earlier versions")
        return
    if kept:
        remedy = "fine, and costs room: let a lifecycle rule expire earlier versions; erase removes them at once"
        yield note("versions", "the bucket keeps what is replaced or deleted", remedy)
    else:
        yield Finding(about="versions", told="what is deleted is gone at once")
