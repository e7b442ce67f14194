"""A page to the record: every field chosen, cleaned and named with its origin."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from newsarchive import __version__
from newsarchive.article import Article, Hints
from newsarchive.dedup import fingerprint
from newsarchive.extra import with_extra
from newsarchive.extraction import (
    access,
    authors,
    body,
    dates,
    descriptions,
    languages,
    links,
    sections,
    tags,
    titles,
    verdicts,
)
from newsarchive.extraction.choice import Choice, Rejected
from newsarchive.extraction.countries import tag_ids
from newsarchive.extraction.decode import clean
from newsarchive.extraction.page import Page, read
from newsarchive.repetition import without

EXTRACTOR = f"newsarchive/{__version__} trafilatura/{version('trafilatura')}"
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+(?:['’](?:(?![{_UNSPACED}])\w)+)*")  # noqa: RUF001 - other scripts have signs of their own


@dataclass(frozen=True, slots=True)
class Explanation:
    """A record with the choice behind each field, by field name."""

    article: Article
    choices: Mapping[str, Choice[Any]]


def extract(html: bytes, url: str, **hints: Any) -> Article:  # noqa: ANN401 - the fields of Hints
    """The article on a page; `hints` are fields of `Hints`.

    Raises:
        NotAnArticleError: the page is no article; its `reason` says what it is instead.
    """
    return _explained(read(html, url, Hints(**hints))).article


def explain(html: bytes, url: str, **hints: Any) -> Explanation:  # noqa: ANN401 - the fields of Hints
    """The article on a page with where each field came from and what was rejected.

    Raises:
        NotAnArticleError: the page is no article; its `reason` says what it is instead.
    """
    return _explained(read(html, url, Hints(**hints), thorough=True))


def _explained(page: Page) -> Explanation:
    teasers = verdicts.teasers(page)
    elsewhere = links.canonical_elsewhere(page)
    choices = _choices(page)
    verdicts.refuse(page, title=choices["title"].value, text=choices["text"].value, teasers=teasers)
    article = with_extra(_article(page, choices), {"canonical_elsewhere": elsewhere} if elsewhere else {})
    return _unrepeated(Explanation(article, choices), page)


def _unrepeated(found: Explanation, page: Page) -> Explanation:
    """The record without the lines that other articles of the site have too; `extra_json` keeps them."""
    if not page.hints.repeated:
        return found
    article, choice = found.article, found.choices["text"]
    text, dropped = without(article.text, frozenset(page.hints.repeated))
    if not dropped:
        return found
    rejected = tuple(Rejected(line, "site", "stands on other articles of the site") for line in dropped)
    source = f"{choice.source}-repeated"
    choices = {**found.choices, "text": Choice(text, source, (*choice.rejected, *rejected))}
    cleaned = replace(article, text=text, word_count=words(text), field_sources=_sources(choices))
    extra = {"page_fingerprint": fingerprint(article.text), "repeated": dropped}
    return Explanation(with_extra(cleaned, extra), choices)


def words(text: str) -> int:
    """Words of a text; characters count in scripts without spaces."""
    return len(_WORD.findall(text))


def _choices(page: Page) -> dict[str, Choice[Any]]:
    """One choice per field. The body comes last: it consumes the tree."""
    moments = dates.dates(page)
    lead = descriptions.standfirst(page)
    found: dict[str, Choice[Any]] = {
        "canonical_url": links.canonical(page),
        "publisher": page.outlet.choice(),
        "title": titles.title(page),
        "description": descriptions.description(page, lead),
        "section": sections.section(page),
        "authors": authors.authors(page),
        "date_published": moments.published,
        "date_modified": moments.modified,
        "tags": tags.tags(page),
        "image_url": links.image(page),
    }
    known = (found["title"].value, found["section"].value, found["description"].value if lead is not None else "")
    text = body.body(page, known=known, lead=lead, authors=found["authors"].value)
    if not text.value and (page.article or page.meta("og:type") == "article"):
        # The page says that it is an article and shows its body to scripts only: its standfirst is all there is.
        text = Choice(found["description"].value, "description")
    return found | {
        "text": text,
        "language": languages.language(page, text.value),
        "access": access.access(page, text.value),
    }


def _article(page: Page, choices: Mapping[str, Choice[Any]]) -> Article:
    published, modified = choices["date_published"].value, choices["date_modified"].value
    value = {name: _cleaned(choice.value) for name, choice in choices.items() if isinstance(choice.value, str | tuple)}
    return Article(
        url=page.url,
        site=page.hints.site,
        word_count=words(str(value["text"])),
        tag_ids=tag_ids(choices["tags"].value, choices["language"].value),
        date_published=published.text if published else "",
        date_published_raw=clean(published.raw) if published else "",
        date_precision=published.precision if published else "",
        date_modified=modified.text if modified else "",
        extractor=EXTRACTOR,
        field_sources=_sources(choices),
        **value,
    )


def _sources(choices: Mapping[str, Choice[Any]]) -> str:
    return ";".join(f"{name}={choice.source}" for name, choice in choices.items() if choice.source)


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - a text or a tuple of texts, and the same again
    return clean(value) if isinstance(value, str) else tuple(map(clean, value))
