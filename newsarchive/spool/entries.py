"""What the seen index keeps of an archived article for ever."""

import sqlite3

import msgspec

from newsarchive.article import Article
from newsarchive.dedup import content_key, copy_key, headline_key, page_fingerprint, syndicated
from newsarchive.loose_urls import loose_key
from newsarchive.urls import url_key


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One archived revision: the keys it is known by; `text_key` and `copy_key` are `""` where they mean nothing."""

    id: str
    revision: int
    content_key: str
    headline_key: str
    fingerprint: str
    copy_key: str
    text_key: str
    url_keys: tuple[str, ...]
    loose_keys: tuple[str, ...]


def entry_of(article: Article) -> Entry:
    """Return the entry of an archived article."""
    return Entry(
        id=article.id,
        revision=article.revision,
        content_key=content_key(article),
        headline_key=headline_key(article),
        fingerprint=page_fingerprint(article),
        copy_key=copy_key(article),
        text_key=article.fingerprint if syndicated(article) else "",
        url_keys=tuple(sorted({url_key(article.url), url_key(article.canonical_url)})),
        loose_keys=loose_keys(article),
    )


def loose_keys(article: Article) -> tuple[str, ...]:
    """Return the aggressive keys of an article's addresses."""
    return tuple(sorted({loose_key(article.url), loose_key(article.canonical_url)} - {""}))


_ARTICLE = (
    "INSERT INTO article VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, "
    "content_key = excluded.content_key, headline_key = excluded.headline_key, fingerprint = excluded.fingerprint "
    "WHERE excluded.revision > revision"
)
_COPY = "INSERT OR IGNORE INTO copy VALUES (?, ?)"
_TEXT = "INSERT OR IGNORE INTO text VALUES (?, ?)"
_STATE = "INSERT INTO state VALUES (?, ?, 1, '', 0) ON CONFLICT (id, content_key) DO UPDATE SET archived = 1"
_VARIANT = "INSERT OR IGNORE INTO variant VALUES (?, ?)"


def enter(connection: sqlite3.Connection, entry: Entry) -> None:
    """Enter an archived article into the seen index, without its addresses."""
    connection.execute(_ARTICLE, (entry.id, entry.revision, entry.content_key, entry.headline_key, entry.fingerprint))
    connection.execute(_STATE, (entry.id, entry.content_key))
    connection.executemany(_VARIANT, [(key, entry.id) for key in entry.loose_keys])
    if entry.copy_key:
        connection.execute(_COPY, (entry.copy_key, entry.id))
    if entry.text_key:
        connection.execute(_TEXT, (entry.text_key, entry.id))
