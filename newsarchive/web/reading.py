"""What the reader view of one article shows beside its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.article import FIELDS, Article
from newsarchive.web import showing
from newsarchive.web.changes import Change, changes

_ALWAYS = ("url", "canonical_url", "publisher", "section", "access", "word_count", "crawled_at", "run_id")
_BESIDE = ("discovered_via", "extractor", "http_status", "date_published_raw", "raw_ref", "fingerprint")


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision in an article's history, and what it changed."""

    number: int
    crawled_at: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article made ready: title and paragraphs fit to be shown, where each field came from, its history."""

    title: str
    title_cut: bool
    lang: str
    direction: str
    paragraphs: tuple[str, ...]
    link: str
    sources: tuple[tuple[str, str], ...]
    details: tuple[tuple[str, str], ...]
    revisions: tuple[Revision, ...]


def reading(article: Article, history: Sequence[Article]) -> Reading:
    """Return what is shown of an article whose revisions, oldest first, are `history`."""
    return Reading(
        title=showing.brief(article.title, showing.LONG) or "Without a title",
        title_cut=len(article.title) > showing.LONG,
        lang=showing.language_tag(article.language),
        direction=showing.direction(article.language),
        paragraphs=tuple(showing.paragraphs(article.text)),
        link=showing.web_address(article.url),
        sources=tuple(_sources(article)),
        details=tuple(
            (name, str(value)) for name in (*_ALWAYS, *_BESIDE) if name in FIELDS and (value := getattr(article, name))
        ),
        revisions=tuple(_revisions(history)),
    )


def _sources(article: Article) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in article.field_sources.split(";"))
    return [(name, source.replace("+", " + ")) for name, _, source in pairs if source]


def _revisions(history: Sequence[Article]) -> list[Revision]:
    found = [Revision(history[0].revision, history[0].crawled_at, ())]
    for older, newer in pairwise(history):
        found.append(Revision(newer.revision, newer.crawled_at, tuple(changes(older, newer))))
    return found[::-1]
