"""The seen index: which addresses earlier runs have fetched, and when each is due again."""

import sqlite3
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter

from newsarchive.article import ArticleLink
from newsarchive.errors import UsageError

_HOUR = 3600.0
_SOONEST, _LATEST = _HOUR, 30 * 24 * _HOUR
_TRUSTED = 2


class Revisit(StrEnum):
    """When an address that is already archived is fetched again."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"

    @classmethod
    def named(cls, text: object, *, where: str = "NEWSARCHIVE_REVISIT") -> "Revisit":
        """Return the policy of this name; UsageError, which names `where` it stands, if there is none."""
        try:
            return cls(str(text).lower())
        except ValueError:
            raise UsageError(f"{where} is {text!r}: write auto, always or never") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the last fetch of an address left: validators for a conditional GET, and times in seconds since 1970.

    `id` is the article's, or empty if the page was none; `modified` is what the link then said of its age; `futile`
    is how many fetches in succession followed a new one of those and found nothing new.
    """

    url_key: str
    id: str
    etag: str = ""
    last_modified: str = ""
    modified: str = ""
    first_at: float
    checked_at: float
    futile: int = 0

    def is_due(self, link: ArticleLink, now: float, policy: Revisit) -> bool:
        """Tell whether the address is to be fetched again.

        Under `auto`: when its feed or sitemap gives a new modification time, else at intervals that grow with the
        time since it was first seen (half of it; at least an hour, at most 30 days). Modification times that have
        twice told of nothing new, such as those that are always now, count no more until something is.
        """
        if policy is not Revisit.AUTO:
            return policy is Revisit.ALWAYS
        if self.futile < _TRUSTED and self.is_modified(link):
            return True
        interval = min(max((now - self.first_at) / 2, _SOONEST), _LATEST)
        return now - self.checked_at >= interval

    def is_modified(self, link: ArticleLink) -> bool:
        """Tell whether its feed or sitemap gives another modification time than at the last fetch."""
        return bool(link.modified) and link.modified != self.modified


_NAMES = tuple(field.name for field in fields(Seen))
_COLUMNS = ", ".join(_NAMES)
_values = attrgetter(*_NAMES)


def find(connection: sqlite3.Connection, url_key: str) -> Seen | None:
    """Return what is known of an address."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM seen WHERE url_key = ?", (url_key,)).fetchone()  # noqa: S608 - a constant
    return Seen(**dict(zip(_NAMES, row, strict=True))) if row else None


def store(connection: sqlite3.Connection, seen: Seen) -> None:
    """Remember a fetch; when an address was first seen stays, and its article's id if the page is none today."""
    connection.execute(
        f"INSERT INTO seen ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url_key) DO UPDATE SET "  # noqa: S608 - a constant
        "id = CASE excluded.id WHEN '' THEN id ELSE excluded.id END, etag = excluded.etag, "
        "last_modified = excluded.last_modified, modified = excluded.modified, checked_at = excluded.checked_at, "
        "futile = excluded.futile",
        _values(seen),
    )
