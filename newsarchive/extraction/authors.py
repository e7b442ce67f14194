"""Who wrote an article."""

from collections.abc import Iterator, Mapping

from newsarchive.extraction import bylines, jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.names import split_byline, unique
from newsarchive.extraction.page import Page
from newsarchive.extraction.publishers import names
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import plain, squeeze

Names = tuple[str, ...]

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "byline",
    "article:author_name", "article.author", "citation_author", "og:article:author", "og:author", "twitter:creator:name",
    "cxenseparse:author",
)  # fmt: skip
def authors(page: Page) -> Choice[Names]:
    """Names of persons and agencies: the site's selector, JSON-LD, meta elements, then the page's byline."""
    return first(_candidates(page), default=(), refuse=lambda names: "" if names else "no name")


def _candidates(page: Page) -> Iterator[Candidate[Names]]:
    """Persons before the publisher's own name, whatever the place they stand in."""
    own = {squeeze(name) for name in names(page)}
    late = []
    for candidate in _anyone(page):
        persons = tuple(name for name in candidate.value if squeeze(name) not in own)
        if persons:
            yield Candidate(persons, candidate.source)
        elif candidate.value:
            late.append(candidate)
    yield from late


def _anyone(page: Page) -> Iterator[Candidate[Names]]:
    yield Candidate(_names(texts(page.tree, page.hints.authors_css)), "selector")
    yield Candidate(_from_json(page), "json-ld")
    for name in _METAS:
        if contents := page.metas.get(name):
            yield Candidate(_names([c for c in contents if "://" not in c and not c.startswith("@")]), f"meta:{name}")
    yield Candidate(_names(bylines.microdata(page.tree)), "page:microdata")
    yield Candidate(_names(bylines.linked(page.tree)), "page:link")
    yield Candidate(next(filter(None, (_names([text]) for text in bylines.marked(page.tree))), ()), "page:byline")
    yield Candidate(_names([bylines.spoken(page.tree)]), "page:text")


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
