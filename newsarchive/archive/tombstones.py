"""Takedowns: what is hidden from readers, erased, and never crawled again."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from newsarchive.archive import layout
from newsarchive.archive.head import Addressed
from newsarchive.errors import IntegrityError
from newsarchive.urls import article_id, url_key

TOMBSTONES = "tombstones/"
TOMBSTONE_VERSION = "1.0"
_KEY = re.compile(rf"{TOMBSTONES}[a-z]+-[a-z0-9-]+\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A takedown. It holds hashes of addresses and no content.

    `kind` is url, id or site, `value` the URL key, article id or site name asked for; `ids` and `url_keys` are the
    articles and addresses it covers. Without `erased_at` (RFC 3339) it is hidden and not yet erased everywhere.
    """

    kind: str
    value: str
    ids: tuple[str, ...] = ()
    url_keys: tuple[str, ...] = ()
    reason: str = ""
    by: str = ""
    asked_at: str = ""
    erased_at: str = ""
    removed: tuple[dict[str, Any], ...] = ()

    @property
    def key(self) -> str:
        """The tombstone's place in the archive."""
        return f"{TOMBSTONES}{self.kind}-{layout.name(self.value)}.json"

    def encode(self) -> bytes:
        """Return the tombstone as JSON bytes."""
        body = {"tombstone_version": TOMBSTONE_VERSION, **asdict(self)}
        return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def decode(cls, body: bytes, *, where: str) -> Self:
        """Return the tombstone in body; IntegrityError naming `where` if it is none."""
        try:
            given = json.loads(body)
            if str(given["tombstone_version"]).partition(".")[0] != TOMBSTONE_VERSION.partition(".")[0]:
                raise IntegrityError(f"{where} has tombstone version {given['tombstone_version']}")
            values: dict[str, Any] = {
                k: tuple(v) if isinstance(v, list) else v for k, v in given.items() if k in cls.__slots__
            }
            return cls(**values)
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityError(f"{where} is not a tombstone: {error!r}") from error


def is_tombstone(key: str) -> bool:
    """Tell whether a key below tombstones/ is a takedown's."""
    return bool(_KEY.fullmatch(key))


NOTHING = Tombstone(kind="none", value="none")


def of_url(url: str) -> Tombstone:
    """Return the takedown of the article at an address."""
    key = url_key(url)
    return Tombstone(kind="url", value=key, url_keys=(key,), ids=(article_id(url),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What no reader sees. `searched` are the addresses whose articles' ids are not all known yet."""

    ids: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    url_keys: frozenset[str] = frozenset()
    searched: frozenset[str] = frozenset()

    @classmethod
    def by(cls, tombstones: Iterable[Tombstone]) -> Self:
        """Return what tombstones hide."""
        known = list(tombstones)
        return cls(
            ids=frozenset(i for t in known for i in t.ids),
            sites=frozenset(t.value for t in known if t.kind == "site"),
            url_keys=frozenset(k for t in known for k in t.url_keys),
            searched=frozenset(k for t in known if not t.erased_at for k in t.url_keys),
        )

    def __bool__(self) -> bool:
        return bool(self.ids or self.sites or self.url_keys)

    def hides(self, article: Addressed) -> bool:
        """Tell whether an article is not to be seen."""
        if article.id in self.ids or article.site in self.sites:
            return True
        return bool(self.searched) and not self.searched.isdisjoint(
            url_key(u) for u in (article.url, article.canonical_url)
        )
