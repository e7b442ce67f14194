"""Extraction quality and cost: ours beside its peers."""

from datetime import datetime
from typing import Any

from newsarchive.article import Article
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import extract


def ours(html: bytes, url: str | None) -> dict[str, Any]:
    """Our record in the fields that score.py compares."""
    try:
        article = extract(html, url or "")
    except NotAnArticleError:
        return {}
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published": _published(article),
        "tags": list(article.tags),
        "text": _as_shown(article),
        "language": article.language,
    }


def _as_shown(article: Article) -> str:
    """Body with the standfirst that the page shows above it: the truths count it as text, a record keeps it apart."""
    shown = "description=page" in article.field_sources.split(";")
    return f"{article.description}\n{article.text}" if shown else article.text


def _published(article: Article) -> str:
    """The day, or the instant with the offset that the page gave: truths without a zone are in the publisher's."""
    if article.date_precision == "day":
        return article.date_published[:10]
    try:
        local = datetime.fromisoformat(article.date_published_raw)
    except ValueError:
        return article.date_published
    return article.date_published_raw if local.tzinfo else article.date_published
