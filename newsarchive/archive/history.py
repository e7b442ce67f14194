"""The revisions of one article, and what changed from each to the next."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarchive.archive import line
from newsarchive.article import Article
from newsarchive.errors import UsageError
from newsarchive.urls import article_id, is_web, url_key

if TYPE_CHECKING:
    from newsarchive.archive.reader import Archive

COMPARED = ("title", "description", "tags", "text", "authors", "section", "date_published", "date_modified", "access")
_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Revision:
    """An archived state, with the names of the fields in which it differs from the one before; none for the first."""

    article: Article
    changed: tuple[str, ...]


def history(archive: "Archive", which: str) -> list[Revision]:
    """Return the revisions of the article with an id, or with an address that it has had; oldest first, empty if none.

    Every segment is read; for an address that is no article's canonical one, twice.

    Raises:
        UsageError: which is neither an id nor a web address.
        IntegrityError: a segment is missing or damaged; the message names it.
    """
    if _ID.fullmatch(which):
        return _compared(_states(archive, which))
    if not is_web(which):
        raise UsageError(f"{which!r} is neither an article id (24 hex digits) nor a web address")
    states = _states(archive, article_id(which))
    if not states and (found := _id_at(archive, url_key(which))):
        states = _states(archive, found)
    return _compared(states)


def _states(archive: "Archive", wanted: str) -> list[Article]:
    """Return the states of an article, the first archived of each revision."""
    mark = f'"{wanted}"'.encode()
    found: dict[int, Article] = {}
    for article in _read(archive, lambda text: mark in text):
        if article.id == wanted:
            found.setdefault(article.revision, article)
    return [found[revision] for revision in sorted(found)]


def _id_at(archive: "Archive", key: str) -> str:
    """Return the id of the article that was archived last from the address with this key."""
    found = [a for a in _read(archive, lambda _: True) if key in (url_key(a.url), url_key(a.canonical_url))]
    return max(found, key=lambda a: a.crawled_at).id if found else ""


def _read(archive: "Archive", may_be: Callable[[bytes], bool]) -> Iterator[Article]:
    snapshot = archive.snapshot()
    for where, text in archive.lines(snapshot.articles, snapshot):
        if may_be(text) and not snapshot.hidden.hides(article := line.decode(text, where=where)):
            yield article


def _compared(states: list[Article]) -> list[Revision]:
    before = [None, *states]
    return [Revision(state, _changed(was, state)) for was, state in zip(before, states, strict=False)]


def _changed(before: Article | None, after: Article) -> tuple[str, ...]:
    if before is None:
        return ()
    return tuple(name for name in COMPARED if getattr(before, name) != getattr(after, name))
