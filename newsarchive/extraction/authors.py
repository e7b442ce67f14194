"""Who wrote an article."""

import re
from collections.abc import Iterator, Mapping

from lxml.html import HtmlElement

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.names import split_byline, unique
from newsarchive.extraction.page import Page
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import plain

Names = tuple[str, ...]

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "byline",
    "article:author_name", "article.author", "citation_author", "og:article:author", "og:author", "twitter:creator:name",
    "cxenseparse:author",
)  # fmt: skip
_MARK = re.compile(r"\b(?:author|byline|by-line|auteur|autor|autore|writer|journalist|contributor)(?!s?-?(?:bio|box|image|photo|avatar|social|list|date|title|role|info|desc))", re.IGNORECASE)  # fmt: skip
_OTHER = re.compile(r"comment|related|sidebar|footer|recommend|teaser|card|widget|bio\b", re.IGNORECASE)


def authors(page: Page) -> Choice[Names]:
    """Names of persons and agencies: the site's selector, JSON-LD, meta elements, then the page's byline."""
    return first(_candidates(page), default=(), refuse=lambda names: "" if names else "no name")


def _candidates(page: Page) -> Iterator[Candidate[Names]]:
    for found in (texts(page.tree, page.hints.authors_css),):
        yield Candidate(_names(found), "selector")
    yield Candidate(_from_json(page), "json-ld")
    for name in _METAS:
        if contents := page.metas.get(name):
            yield Candidate(_names([c for c in contents if "://" not in c and not c.startswith("@")]), f"meta:{name}")
    yield from _shown(page)


def _names(found: list[str]) -> Names:
    return tuple(unique([name for text in found for name in split_byline(text)]))


def _from_json(page: Page) -> Names:
    for key in ("author", "creator"):
        found: list[str] = []
        for item in jsonld.listed(page.article.get(key)):
            found += _person(item, page)
        if found:
            return tuple(unique(found))
    return ()


def _person(item: object, page: Page) -> list[str]:
    if not isinstance(item, Mapping):
        return split_byline(plain(item))
    if not item.get("name") and (reference := item.get("@id")):
        item = next((n for n in page.nodes if n.get("@id") == reference and n.get("name")), item)
    named = jsonld.texts(item.get("name"))
    return [name for text in named for name in split_byline(text)]


def _shown(page: Page) -> Iterator[Candidate[Names]]:
    ranked: dict[str, list[str]] = {"page:microdata": [], "page:rel": [], "page:byline": []}
    for element in page.tree.iter("a", "span", "div", "p", "address", "li", "strong", "cite", "h4", "h5", "section", "meta"):
        if source := _role(element):
            text = plain(element.get("content") or _text(element))
            if text and len(text) < 150:  # noqa: PLR2004 - longer texts are biographies
                ranked[source].append(text)
    for source, found in ranked.items():
        yield Candidate(_names(found[:10] if source != "page:byline" else found[:1]), source)


def _text(element: HtmlElement) -> str:
    named = next((e for e in element.iter() if (e.get("itemprop") or "") == "name"), None)
    return " ".join((named if named is not None else element).itertext())


def _role(element: HtmlElement) -> str:
    if "author" in (element.get("itemprop") or "").casefold().split():
        return "page:microdata"
    if "author" in (element.get("rel") or "").casefold().split():
        return "page:rel"
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    return "page:byline" if _MARK.search(marks) and not _OTHER.search(marks) else ""


