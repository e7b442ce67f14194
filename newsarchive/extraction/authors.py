"""Who wrote an article."""

import re
from collections.abc import Iterator, Mapping

from newsarchive.extraction import bylines, jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.names import is_personal, split_byline, unique
from newsarchive.extraction.page import Page
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import fold, plain, squeeze

Names = tuple[str, ...]

_METAS = (
    "citation_author", "author", "article:author", "parsely-author", "sailthru.author", "byl", "byline",
    "article:author_name", "article.author", "og:article:author", "og:author", "twitter:creator:name",
    "cxenseparse:author", "dc.creator", "dcterms.creator",
)  # fmt: skip
# Often a system's or a department's name.
_LATE = frozenset({"meta:dc.creator", "meta:dcterms.creator"})


_DOMAIN = re.compile(r"[\w-]+(?:\.[a-z]{2,})+", re.IGNORECASE)


def authors(page: Page) -> Choice[Names]:
    """Names of persons and agencies: the site's selector, JSON-LD, meta elements, then the page's byline."""
    return first(_candidates(page), default=(), refuse=lambda names: "" if names else "no name", thorough=page.thorough)


def _candidates(page: Page) -> Iterator[Candidate[Names]]:
    """Persons before the publisher's own name; a byline that names more persons than the metadata first."""
    own = page.outlet.squeezed
    stated = [c for c in _stated(page, own) if c.value]
    persons = [c for c in stated if not _is_own(c.value, own)]
    yield from _fuller(persons, page, own)
    yield from (c for c in persons if c.source not in _LATE)
    shown = (c for c in _shown(page, own) if not stated or any(map(is_personal, c.value)))
    late = []
    for candidate in shown:
        if not _is_own(candidate.value, own):
            yield candidate
        else:
            late.append(candidate)
    yield from (*persons, *stated, *late)


def _fuller(stated: list[Candidate[Names]], page: Page, own: frozenset[str]) -> Iterator[Candidate[Names]]:
    """A byline that holds all that the metadata name and somebody else besides."""
    known = {fold(name) for name in stated[0].value} if stated else set()
    for source, lines in (("page:link", bylines.linked), ("page:text", bylines.spoken)) if known else ():
        value = _names(lines(page), own)
        if all(map(is_personal, value)) and known < {fold(name) for name in value}:
            yield Candidate(value, source)


def _is_own(found: Names, own: frozenset[str]) -> bool:
    return all(squeeze(name) in own or _DOMAIN.fullmatch(name) for name in found)


def _stated(page: Page, own: frozenset[str]) -> Iterator[Candidate[Names]]:
    yield Candidate(_names(texts(page.tree, page.hints.authors_css), own), "selector")
    yield Candidate(_from_json(page, own), "json-ld")
    for name in _METAS:
        if contents := page.metas.get(name):
            found = [c for c in contents if "://" not in c and not c.startswith("@")]
            yield Candidate(_names(found, own), f"meta:{name}")


def _shown(page: Page, own: frozenset[str]) -> Iterator[Candidate[Names]]:
    for source, find in (("page:microdata", bylines.microdata), ("page:link", bylines.linked)):
        if value := _names(find(page), own):
            yield Candidate(value, source)
    for text in bylines.marked(page):
        if value := _names([text], own):
            yield Candidate(value, "page:byline")
    if value := _names(bylines.spoken(page), own):
        yield Candidate(value, "page:text")


def _names(found: list[str], own: frozenset[str]) -> Names:
    """The names in bylines; the publisher's own, left whole, only where there is no other."""
    everyone = unique([name for text in found for name in ([text] if squeeze(text) in own else split_byline(text))])
    persons = [name for name in everyone if squeeze(name) not in own]
    return tuple(persons or everyone)


def _from_json(page: Page, own: frozenset[str]) -> Names:
    for key in ("author", "creator"):
        found: list[str] = []
        for item in jsonld.listed(page.article.get(key)):
            found += _person(item, page, own)
        if found:
            return tuple(unique(found))
    return ()


def _person(item: object, page: Page, own: frozenset[str]) -> list[str]:
    if not isinstance(item, Mapping):
        return list(_names([plain(item)], own))
    if not item.get("name") and (reference := item.get("@id")):
        item = next((n for n in page.nodes if n.get("@id") == reference and n.get("name")), item)
    return list(_names(jsonld.texts(item.get("name")), own))
