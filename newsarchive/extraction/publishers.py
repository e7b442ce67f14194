"""The outlet's name."""

import re
from collections.abc import Iterator, Mapping

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page

_ORGANISATIONS = frozenset({"organization", "newsmediaorganization", "corporation"})


def publisher(page: Page) -> Choice[str]:
    """The outlet's name: declared by the site, else as the page states it, else its domain."""
    return first(_candidates(page), default="", refuse=lambda name: "" if name else "empty")


def names(page: Page) -> list[str]:
    """Every name the page gives its outlet, to be taken off titles and out of tags."""
    return [name for c in _candidates(page) for name in (c.value, re.sub(r"\.\w{2,3}$", "", c.value)) if name]


def _candidates(page: Page) -> Iterator[Candidate[str]]:
    if page.hints.publisher:
        yield Candidate(page.hints.publisher, "site")
    if name := page.meta("og:site_name"):
        yield Candidate(name, "meta:og:site_name")
    owner = page.article.get("publisher")
    for node in jsonld.listed(owner):
        if name := jsonld.text(node.get("name") if isinstance(node, Mapping) else node):
            yield Candidate(name, "json-ld")
    for kind in (_ORGANISATIONS, frozenset({"website"})):
        if name := jsonld.text(jsonld.first_of(page.nodes, kind).get("name")):
            yield Candidate(name, "json-ld")
    for key in ("application-name", "apple-mobile-web-app-title", "cre", "dc.publisher", "copyright"):
        if name := page.meta(key):
            yield Candidate(name, f"meta:{key}")
    yield Candidate(page.domain, "url")
