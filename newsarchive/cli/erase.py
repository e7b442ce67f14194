"""Take an article or a site out of the archive for good: hidden at once, removed everywhere, never crawled again."""

import argparse
import contextlib
import getpass
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from newsarchive.archive import Archive, layout, tombstones
from newsarchive.archive.cache import copy_folder
from newsarchive.archive.tombstones import Tombstone
from newsarchive.cli import add_archive_arguments, add_state_argument
from newsarchive.cli.progress import Progress
from newsarchive.errors import ArchiveError, UsageError
from newsarchive.spool import Spool
from newsarchive.spool.holding import held
from newsarchive.spool.state import IMPORTS, state_folder
from newsarchive.storage import Storage, open_storage
from newsarchive.upkeep.erasure import Erased, Erasure
from newsarchive.urls import is_web
from newsarchive.web.store import index_path
from newsarchive.web.upkeep import hide_erased

_ID = re.compile(r"[0-9a-f]{24}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--url", help="the article at this address, under every address it is known by")
    what.add_argument("--id", help="the article of this id")
    what.add_argument("--site", help="everything of this site")
    parser.add_argument("--reason", default="", help="why, for the record; no content of the article, please")
    parser.add_argument("--by", default="", help="who decided it, for the record (the user's name)")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be erased")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_archive_arguments(parser)
    add_state_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Erase and say what was; 4 if something could not be."""
    asked = _tombstone(options)
    storage = open_storage(options.uri, endpoint_url=options.endpoint_url, create=False)
    with _spools(state_folder(options.uri, options.state), storage) as spools, Progress("searching") as progress:
        erasure = Erasure(storage, spools, asked, on_progress=progress)
        if options.dry_run:
            print(f"{_counts(erasure.preview())} would be erased from {storage.uri}; nothing was changed.")
            return 0
        if not options.yes and not _confirmed(erasure.preview(), storage.uri):
            print("Nothing was changed.")
            return 0
        done = erasure.carry_out()
    _forget(options)
    return _report(done, asked, storage, has_spool=bool(spools))


def _forget(options: argparse.Namespace) -> None:
    """Take what was erased out of what this machine's readers keep: the web page's index, the copies of a bucket.

    The copy that `sql` has of a whole bucket is made again by its next query.
    """
    archive = Archive.open(options.uri, endpoint_url=options.endpoint_url)
    archive.snapshot()
    if copied := copy_folder(archive.storage.uri):
        shutil.rmtree(copied, ignore_errors=True)
    hide_erased(archive, index_path(archive.storage.uri, state=options.state))


def _tombstone(options: argparse.Namespace) -> Tombstone:
    by = options.by or _user()
    if options.url is not None:
        if not is_web(options.url):
            raise UsageError(f"--url {options.url!r} is no web address: write it with https://")
        asked = tombstones.of_url(options.url)
        return Tombstone(
            kind="url", value=asked.value, ids=asked.ids, url_keys=asked.url_keys, reason=options.reason, by=by
        )
    if options.id is not None:
        if not _ID.fullmatch(options.id):
            raise UsageError(f"--id {options.id!r} is no article id: it has 24 hex digits")
        return Tombstone(kind="id", value=options.id, ids=(options.id,), reason=options.reason, by=by)
    return Tombstone(kind="site", value=layout.name(options.site), reason=options.reason, by=by)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "unknown"


@contextlib.contextmanager
def _spools(folder: Path, storage: Storage) -> Iterator[list[Spool]]:
    """Give the archive's spools on this machine, held: that of its crawls, that of its imports."""
    with contextlib.ExitStack() as stack:
        there = [f for f in (folder, folder / IMPORTS) if (f / "spool.sqlite").exists()]
        yield [stack.enter_context(held(f, storage.uri)) for f in there]


def _confirmed(found: Erased, uri: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("erasing cannot be undone: confirm with --yes, or look first with --dry-run")
    return input(f"{_counts(found)} will be erased from {uri}, for good. Type yes to go on: ").strip() == "yes"


def _counts(found: Erased) -> str:
    return f"{found.articles} article revisions, in {found.objects} objects,"


def _report(done: Erased, asked: Tombstone, storage: Storage, *, has_spool: bool) -> int:
    print(f"{_counts(done)} were erased from {storage.uri}. The proof is {asked.key}.")
    if not has_spool:
        print("This machine has no state folder of the archive: others learn of it when they next crawl.")
    for key in done.left:
        print(f"{key} may hold it and is not committed yet: erase again after its writer has delivered, or delete it")
    return ArchiveError.exit_code if done.left else 0
