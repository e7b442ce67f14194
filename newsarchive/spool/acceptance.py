"""Judging an article and storing it in the spool, in one transaction with what is to be remembered of its addresses."""

import sqlite3
import time
from dataclasses import dataclass, replace

from newsarchive.archive import line
from newsarchive.article import Article
from newsarchive.dedup import (
    Archived,
    Judgement,
    Verdict,
    copy_key,
    judge,
    on_its_own,
)
from newsarchive.failpoints import reached
from newsarchive.neardup.index import NearIndex
from newsarchive.raw.capture import Packed
from newsarchive.spool import entries, erased, raw, repeated, states
from newsarchive.spool import seen as seen_index
from newsarchive.spool.seen import Seen
from newsarchive.traits import Traits
from newsarchive.urls import normalize, url_key

_PROPOSALS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An identified article to be archived, with what is to be remembered of the addresses that led to it.

    `traits` are those of its text; they are made here if they are None.
    """

    article: Article
    seen: tuple[Seen, ...]
    page: Packed | None = None
    traits: Traits | None = None


def remember(
    connection: sqlite3.Connection, *, seen: Seen | None, page: Packed | None = None, reason: str = ""
) -> None:
    """Remember a fetch that gave nothing to archive: its address, and its page with the reason."""
    if seen is not None:
        seen_index.store(connection, seen)
    if page is not None:
        raw.keep(connection, page=page, reason=reason)


def accept(connection: sqlite3.Connection, *, near: NearIndex, submission: Submission) -> Verdict:
    """Judge an article, append it with its labels if it is to be archived, and remember its addresses."""
    article, traits = _with_known_id(connection, submission.article), submission.traits
    aside = article.id != submission.article.id
    if erased.covers(connection, article, (s.url_key for s in submission.seen)):
        return Verdict(Judgement.ERASED, article)
    verdict = _judged(connection, article, aside=aside)
    if verdict.archived:
        verdict = replace(verdict, article=near.enter(connection, verdict.article, traits.sketch if traits else None))
    line_number = append(connection, verdict.article) if verdict.archived else None
    if submission.page is not None:
        raw.keep(connection, page=submission.page, line=line_number)
    if verdict.judgement is Judgement.NEW and not verdict.article.duplicate_of:
        repeated.learn(connection, verdict.article, traits.lines if traits else None)
    of = verdict.article.duplicate_of if verdict.judgement is Judgement.DUPLICATE else article.id
    for address in submission.seen:
        seen_index.store(connection, _fetched(address, of, verdict))
        reached("address-remembered")
    if verdict.judgement is Judgement.DUPLICATE:
        states.note_aside(connection, of, article)
    else:
        states.note_visit(connection, article)
    return verdict


def _fetched(address: Seen, article_id: str, verdict: Verdict) -> Seen:
    return replace(address, id=article_id, futile=0 if verdict.archived else address.futile)


def _judged(connection: sqlite3.Connection, article: Article, *, aside: bool) -> Verdict:
    known = _archived(connection, article.id)
    copy_of = _look_up(connection, "SELECT id FROM copy WHERE copy_key = ?", copy_key(article))
    text_of = _look_up(connection, "SELECT id FROM text WHERE fingerprint = ?", article.fingerprint)
    if known is None and not copy_of:
        copy_of = _variant_of(connection, article)
    verdict = judge(article, known=known, copy_of=copy_of, text_of=text_of)
    if known and verdict.judgement is Judgement.REVISED and states.alternates(connection, article, known, aside=aside):
        return Verdict(Judgement.ALTERNATING, article)
    return verdict


def _variant_of(connection: sqlite3.Connection, article: Article) -> str:
    """Return the id of the archived article that this one is by a proposed address, if content agrees."""
    for key in entries.loose_keys(article):
        proposed = connection.execute("SELECT id FROM variant WHERE loose_key = ? LIMIT ?", (key, _PROPOSALS))
        for (article_id,) in proposed.fetchall():
            known = _archived(connection, article_id)
            if known and known.is_variant(article):
                return known.id
    return ""


def _with_known_id(connection: sqlite3.Connection, article: Article) -> Article:
    """Return the article with the id it is known by.

    That is the one its own address was archived under before, while it resembles that article. An address that only
    its page calls canonical is believed if nothing is archived there yet, or something that resembles it; else the
    article stands on its own.
    """
    before = seen_index.find(connection, url_key(article.url))
    earlier = _archived(connection, before.id) if before else None
    if earlier and (earlier.id == article.id or earlier.resembles(article)):
        return replace(article, id=earlier.id)
    known = _archived(connection, article.id)
    if known is None or article.canonical_url == normalize(article.url) or known.resembles(article):
        return article
    return on_its_own(article)


def _archived(connection: sqlite3.Connection, article_id: str) -> Archived | None:
    query = "SELECT id, revision, content_key, headline_key, fingerprint FROM article WHERE id = ?"
    row = connection.execute(query, (article_id,)).fetchone()
    return Archived(*row) if row else None


def _look_up(connection: sqlite3.Connection, query: str, key: str) -> str:
    row = connection.execute(query, (key,)).fetchone() if key else None
    return str(row[0]) if row else ""


def append(connection: sqlite3.Connection, article: Article) -> int:
    """Append an article's revision, enter it into the seen index, and return its line's number."""
    added = connection.execute(
        "INSERT INTO line (id, site, crawl_date, run_id, accepted_at, body) VALUES (?, ?, ?, ?, ?, ?)",
        (article.id, article.site, article.crawled_at[:10], article.run_id, time.time(), line.encode(article)),
    )
    reached("line-appended")
    enter(connection, article)
    reached("article-entered")
    assert added.lastrowid is not None  # noqa: S101 - for the type checker: an INSERT has one
    return added.lastrowid


def enter(connection: sqlite3.Connection, article: Article) -> None:
    """Enter an archived article into the seen index."""
    entries.enter(connection, entries.entry_of(article))
