"""The outlet's name."""

import re
from collections.abc import Iterable, Iterator, Mapping

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.strings import fold, squeeze

_ORGANISATIONS = frozenset({"organization", "newsmediaorganization", "corporation"})
_METAS = ("application-name", "apple-mobile-web-app-title", "cre", "dc.publisher", "copyright")
_DOMAIN_END = re.compile(r"\.\w{2,3}$")


class Outlet:
    """The names a page gives its outlet: one for the record, all to be told from headlines, persons and tags."""

    def __init__(self, candidates: Iterable[Candidate[str]]) -> None:
        self.candidates = tuple(candidates)
        names = [n for c in self.candidates for n in (c.value, _DOMAIN_END.sub("", c.value)) if n]
        self.squeezed = frozenset(filter(None, map(squeeze, names)))
        self.folded = frozenset(filter(None, map(fold, names)))

    def choice(self) -> Choice[str]:
        """The outlet's name: declared by the site, else as the page states it, else its domain."""
        return first(self.candidates, default="", refuse=lambda name: "" if name else "empty")


def candidates(
    *,
    declared: str,
    metas: Mapping[str, tuple[str, ...]],
    article: jsonld.Node,
    nodes: Iterable[jsonld.Node],
    domain: str,
) -> Iterator[Candidate[str]]:
    """Every name of the outlet, the most trusted first."""
    if declared:
        yield Candidate(declared, "site")
    yield from (Candidate(name, "meta:og:site_name") for name in metas.get("og:site_name", ())[:1])
    for node in jsonld.listed(article.get("publisher")):
        if name := jsonld.text(node.get("name") if isinstance(node, Mapping) else node):
            yield Candidate(name, "json-ld")
    for kind in (_ORGANISATIONS, frozenset({"website"})):
        if name := jsonld.text(jsonld.first_of(nodes, kind).get("name")):
            yield Candidate(name, "json-ld")
    yield from (Candidate(metas[key][0], f"meta:{key}") for key in _METAS if key in metas)
    yield Candidate(domain, "url")
