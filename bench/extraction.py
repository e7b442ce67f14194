"""Extraction quality and cost: ours beside its peers."""

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
    published = article.date_published[:10] if article.date_precision == "day" else article.date_published
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published": published,
        "tags": list(article.tags),
        "text": _as_shown(article),
        "language": article.language,
    }


def _as_shown(article: Article) -> str:
    """Body with the standfirst that the page shows above it: the truths count it as text, a record keeps it apart."""
    shown = "description=page" in article.field_sources.split(";")
    return f"{article.description}\n{article.text}" if shown else article.text
