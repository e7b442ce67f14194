"""An article in the words of other tools: Zyte's article, schema.org's NewsArticle, the columns of cc_news.

Sources: `Article` of zyte-common-items; https://schema.org/NewsArticle; the dataset cc_news of Hugging Face.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from newsarchive.archive.query import COUNTRY
from newsarchive.article import Article
from newsarchive.neardup.agencies import is_agency

_ABSENT: tuple[object, ...] = ("", 0, None, [], {})
_DAY = len("2026-11-23")
_FREE = {"free": True, "paywalled": False}


def zyte(article: Article) -> dict[str, Any]:
    """Return an article as Zyte's API gives one; what is unknown is absent.

    As there, `datePublished` is the date of modification where that alone is known. Zyte's article has no tags.
    """
    return _known(
        url=article.url,
        canonicalUrl=article.canonical_url,
        headline=article.title,
        datePublished=article.date_published or article.date_modified,
        datePublishedRaw=article.date_published_raw,
        dateModified=article.date_modified,
        authors=[{"name": name} for name in article.authors],
        breadcrumbs=[{"name": article.section}] if article.section else [],
        inLanguage=_language(article),
        mainImage=_known(url=article.image_url),
        description=article.description,
        articleBody=article.text,
        metadata=_known(dateDownloaded=article.crawled_at),
    )


def schema_org(article: Article) -> dict[str, Any]:
    """Return an article as a NewsArticle in JSON-LD; what is unknown is absent.

    A date known to the day is a Date, else a DateTime. An author is an Organization if it is the publisher or a
    known news agency, else a Person. `about` holds the countries that the tags name.
    """
    return {"@context": "https://schema.org", "@type": "NewsArticle"} | _known(
        identifier=article.id,
        version=article.revision,
        url=article.url,
        mainEntityOfPage=article.canonical_url,
        headline=article.title,
        description=article.description,
        author=[_typed(_author_type(name, article), name=name) for name in article.authors],
        publisher=_typed("NewsMediaOrganization", name=article.publisher) if article.publisher else None,
        datePublished=_date(article),
        dateModified=article.date_modified,
        inLanguage=_language(article),
        articleSection=article.section,
        keywords=list(article.tags),
        about=[_typed("Country", identifier=code) for code in _countries(article)],
        articleBody=article.text,
        wordCount=article.word_count,
        image=article.image_url,
        isAccessibleForFree=_FREE.get(article.access),
    )


def cc_news(article: Article) -> dict[str, Any]:
    """Return the seven columns of cc_news; `""` where something is unknown, as in that dataset."""
    return {
        "title": article.title,
        "text": article.text,
        "domain": _host(article.url),
        "date": article.date_published.replace("T", " ").removesuffix("Z"),
        "description": article.description,
        "url": article.url,
        "image_url": article.image_url,
    }


def _known(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {name: value for name, value in values.items() if value is False or value not in _ABSENT}


def _typed(kind: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {"@type": kind, **values}


def _author_type(name: str, article: Article) -> str:
    return "Organization" if name == article.publisher or is_agency(name) else "Person"


def _date(article: Article) -> str:
    return article.date_published[:_DAY] if article.date_precision == "day" else article.date_published


def _language(article: Article) -> str:
    return "" if article.language == "und" else article.language


def _countries(article: Article) -> list[str]:
    return [name.removeprefix(COUNTRY) for name in article.tag_ids if name.startswith(COUNTRY)]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


CONVERSIONS: Mapping[str, Callable[[Article], dict[str, Any]]] = {
    "zyte": zyte,
    "schemaorg": schema_org,
    "ccnews": cc_news,
}
