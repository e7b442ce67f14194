"""A copy of an archive in another place, complete and verified, brought up to date at each call."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from newsarchive.archive import layout
from newsarchive.archive.reader import Archive
from newsarchive.archive.replacements import COMPACTIONS
from newsarchive.archive.schema import furniture
from newsarchive.archive.segment import ARTICLES, Manifest, sha256
from newsarchive.archive.tombstones import TOMBSTONES
from newsarchive.errors import IntegrityError, UsageError
from newsarchive.storage import ObjectMissingError, Storage, Stored

_GROWING = (layout.RUNS, TOMBSTONES, COMPACTIONS)
_LOGS = (layout.MANIFESTS, COMPACTIONS)


@dataclass(frozen=True, slots=True)
class Copied:
    """How many segments were copied, how many were there already, and how many replaced ones were removed."""

    copied: int
    kept: int
    removed: int


def copy(
    source: Archive,
    target: Storage,
    *,
    pages: bool = False,
    on_progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody watches
) -> Copied:
    """Copy what is live in an archive, with `pages` the fetched pages too, and remove what is no longer.

    Manifest entries come last: an interrupted copy is an older archive, and the next call finishes it.

    Raises:
        UsageError: the target holds another archive, or has been merged or written to by itself.
        IntegrityError: a segment is missing or not what its manifest entry says; the message names it.
    """
    keys = source.manifest_keys()
    entries = dict(source.bodies(keys))
    committed = [Manifest.decode(body, where=key) for key, body in entries.items()]
    described = {key: body for prefix in _GROWING for key, body in source.bodies(list(source.storage.keys(prefix)))}
    _refuse_another(target, known={*entries, *described})
    live = [m for m in source.snapshot(committed).live.values() if pages or m.kind == ARTICLES]
    here = {stored.key: stored.bytes for stored in _segments(target)}
    missing = [m for m in live if here.get(m.key) != m.bytes]
    for done, manifest in enumerate(missing):
        on_progress(done, len(missing))
        target.replace(manifest.key, _verified(source, manifest))
    for key, body in {**described, **_furniture(source), **entries}.items():
        target.replace(key, body)
    surplus = here.keys() - {m.key for m in live}
    for key in surplus:
        target.delete(key)
    return Copied(len(missing), len(live) - len(missing), len(surplus))


def _furniture(source: Archive) -> dict[str, bytes]:
    """Return what describes the archive, as it is there: a newer version than ours may have written it."""
    found = furniture()
    for key in found:
        with suppress(ObjectMissingError):
            found[key] = source.storage.read(key)
    return found


def _segments(storage: Storage) -> Iterator[Stored]:
    for prefix in (layout.ARTICLES, layout.RAW):
        yield from storage.objects(prefix)


def _refuse_another(target: Storage, *, known: set[str]) -> None:
    there = (key for prefix in _LOGS for key in target.keys(prefix))
    if strange := next((key for key in there if key not in known), None):
        raise UsageError(f"{target.uri} is no copy of this archive: it holds {strange}")


def _verified(source: Archive, manifest: Manifest) -> bytes:
    body = source.read(manifest.key)
    if len(body) != manifest.bytes or sha256(body) != manifest.sha256:
        raise IntegrityError(f"{manifest.key} is damaged: its bytes are not those of its manifest entry")
    return body
