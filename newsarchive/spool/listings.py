"""Feeds, sitemaps and section pages as last fetched."""

import sqlite3
import zlib
from dataclasses import dataclass

from newsarchive.urls import url_key


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingCopy:
    """A feed, sitemap or page as last fetched, with the validators for a conditional GET."""

    url: str
    etag: str
    last_modified: str
    body: bytes


def keep(connection: sqlite3.Connection, *, listing: ListingCopy) -> None:
    """Remember a feed or sitemap for the next conditional GET."""
    row = (url_key(listing.url), listing.etag, listing.last_modified, zlib.compress(listing.body))
    connection.execute("INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?)", row)


def find(connection: sqlite3.Connection, url: str) -> ListingCopy | None:
    """Return a feed, sitemap or page as last fetched."""
    row = connection.execute(
        "SELECT etag, last_modified, body FROM listing WHERE url_key = ?", (url_key(url),)
    ).fetchone()
    return ListingCopy(url=url, etag=row[0], last_modified=row[1], body=zlib.decompress(row[2])) if row else None
