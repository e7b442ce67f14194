"""Keeping a spool's seen index level with what other writers bring into the archive."""

import time
from collections.abc import Callable, Iterable

from newsarchive.archive.reader import Archive
from newsarchive.errors import IntegrityError
from newsarchive.failpoints import reached
from newsarchive.spool import snapshots
from newsarchive.spool.spool import Spool
from newsarchive.storage import Storage, has


class Levelling:
    """Enters what others have archived; `reopen` is called when some of it waits, sealed, in this spool too."""

    def __init__(self, spool: Spool, storage: Storage, reopen: Callable[[], None]) -> None:
        self._spool = spool
        self._storage = storage
        self._archive = Archive(storage)
        self._reopen = reopen

    def level(self) -> None:
        """Enter all that others have archived, and what has been taken down; a failure leaves the index behind."""
        self._spool.note_erased(self._archive.hidden())
        listed = frozenset(self._archive.manifest_keys())
        self._check_adopted(listed)
        if listed and not self._spool.adopted:
            self._load_snapshot(listed)
        self._enter(listed)
        reached("index-levelled")
        self._spool.set_index_behind(behind=False)

    def follow(self, crawl_date: str) -> None:
        """Enter what others have archived of this day since, which lines of that day may repeat."""
        self._enter(self._archive.manifest_keys(crawl_date))

    def _enter(self, listed: Iterable[str]) -> None:
        known = self._spool.adopted.union(sealed.manifest_key for sealed in self._spool.sealed(-1))
        new = [key for key in sorted(listed) if key not in known]
        for key, manifest in self._archive.entries(new):
            articles = list(self._archive.segment_articles(manifest))
            if self._spool.seals_any(article.id for article in articles):
                self._reopen()
            self._spool.adopt(key, articles, now=time.time())

    def _load_snapshot(self, listed: frozenset[str]) -> None:
        self._spool.load(snapshots.parts(self._storage), listed=listed, now=time.time())

    def _check_adopted(self, listed: frozenset[str]) -> None:
        """Raise IntegrityError if the archive lacks what the seen index takes for archived."""
        unlisted = self._spool.adopted.difference(listed)
        if lost := next((key for key in sorted(unlisted) if not has(self._storage, key)), ""):
            raise IntegrityError(
                f"{self._storage.uri} lacks {lost}, which this state folder knows as delivered: "
                "restore it, or give another archive another state folder"
            )
