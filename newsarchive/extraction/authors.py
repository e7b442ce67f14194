"""Who wrote an article."""

import re
from collections.abc import Iterable, Iterator, Mapping

from newsarchive.extraction import author_links, bylines, jsonld, scripts
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.names import is_agency, is_department, is_personal, split_byline, unique
from newsarchive.extraction.page import Page
from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import fold, plain, squeeze

Names = tuple[str, ...]

_METAS = (
    "citation_author", "author", "article:author", "parsely-author", "sailthru.author", "byl", "byline",
    "article:author_name", "article.author", "og:article:author", "og:author", "twitter:creator:name",
    "cxenseparse:author", "dc.creator", "dcterms.creator",
)  # fmt: skip
_NAMED = re.compile(
    r"(?:^|[.:_-])(?:article|content|story|page|post|news)?_?(?:authors?|byline|creator|writer)[._:-]?(?:full)?(?:names?)?$"
)
# Often a system's or a department's name.
_LATE = frozenset({"meta:dc.creator", "meta:dcterms.creator"})


_WRITTEN = re.compile(alternatives("byline-labels"), re.IGNORECASE)
_PERSON = 2
_DOMAIN = re.compile(r"[\w-]+(?:\.[a-z]{2,})+", re.IGNORECASE)


def authors(page: Page) -> Choice[Names]:
    """Names of persons and agencies: the site's selector, JSON-LD, meta elements, then the page's byline."""
    return first(_candidates(page), default=(), refuse=lambda names: "" if names else "no name", thorough=page.thorough)


def _candidates(page: Page) -> Iterator[Candidate[Names]]:
    """Persons before agencies and the outlet's own names; a byline that names more than the metadata first."""
    own = _outlets(page)
    stated = [c for c in _stated(page, own) if c.value]
    persons = [c for c in stated if not _is_own(c.value, own)]
    yield from _fuller(persons, page, own)
    firm = [c for c in persons if c.source not in _LATE and not _is_doubtful(c.value)]
    yield from (c for c in firm if not all(_is_outlets(name, own) for name in c.value))
    yield from firm
    shown = (c for c in _shown(page, own) if not stated or _names_person(c.value))
    late = []
    for candidate in shown:
        if not _is_own(candidate.value, own):
            yield candidate
        else:
            late.append(candidate)
    yield from (*persons, *stated, *late)
    yield from _so_named(page, own)
    yield Candidate(_said(scripts.authors(page.tree), own), "script")
    # A recipe or a video, where the page has no article; the page itself has the name of who runs the site.
    yield Candidate(_from_json(page.nodes, page, own), "json-ld:other")


def _outlets(page: Page) -> frozenset[str]:
    """The squeezed names under which the outlet writes about itself."""
    stated = (page.meta(name).partition("(")[0] for name in ("publisher", "dc.publisher", "article:publisher"))
    return page.outlet.squeezed | {squeeze(name) for name in stated if name and "://" not in name}


def _is_doubtful(found: Names) -> bool:
    """Whether all are agencies or names of users: a person in the byline is to be preferred."""
    return all(is_agency(name) or _is_handle(name) for name in found)


def _is_outlets(name: str, own: frozenset[str]) -> bool:
    """Whether a name is that of a part of the outlet: `Guardian staff`, `CNN Business`."""
    return is_department(name) or (" " in name and squeeze(name.split(maxsplit=1)[0]) in own)


def _is_handle(name: str) -> bool:
    return " " not in name and (name.islower() or any(map(str.isdigit, name)))


def _names_person(found: Names) -> bool:
    """Whether a person is among them, and no agency under a longer name."""
    return any(
        is_personal(name) and not is_agency(name.split(maxsplit=1)[0]) and not is_department(name) for name in found
    )


def _fuller(stated: list[Candidate[Names]], page: Page, own: frozenset[str]) -> Iterator[Candidate[Names]]:
    """A byline that holds all that the metadata name and somebody else besides."""
    known = {fold(name) for name in stated[0].value} if stated else set()
    for source, lines in (("page:link", author_links.linked), ("page:text", bylines.spoken)) if known else ():
        value = _names(lines(page), own)
        if all(map(is_personal, value)) and known < {fold(name) for name in value}:
            yield Candidate(value, source)


def _is_own(found: Names, own: frozenset[str]) -> bool:
    return all(squeeze(name) in own or _DOMAIN.fullmatch(name) for name in found)


def _stated(page: Page, own: frozenset[str]) -> Iterator[Candidate[Names]]:
    yield Candidate(_names(texts(page.tree, page.hints.authors_css), own), "selector")
    yield Candidate(_from_json([page.article], page, own), "json-ld")
    for name in _METAS:
        if contents := page.metas.get(name):
            found = [c for c in contents if "://" not in c and not c.startswith("@")]
            yield Candidate(_names(found, own), f"meta:{name}")
    yield Candidate(_names(_labelled(page), own), "meta:twitter:data")


def _so_named(page: Page, own: frozenset[str]) -> Iterator[Candidate[Names]]:
    """Authors in meta elements whose names, the site's or its content system's own, end in a word for one."""
    for name, contents in page.metas.items():
        if _NAMED.search(name) and name not in _METAS and not name.startswith("twitter:"):
            found = [c for c in contents if "://" not in c and not c.startswith("@")]
            yield Candidate(_names(found, own), f"meta:{name}")


def _labelled(page: Page) -> list[str]:
    """What a card on Twitter shows beside a label for authors: `twitter:label1` names the kind of `twitter:data1`."""
    pairs = [(page.meta(f"twitter:label{i}"), page.meta(f"twitter:data{i}")) for i in (1, 2)]
    return [text for label, text in (*pairs, *_misc(page)) if text and _WRITTEN.fullmatch(label.strip(" :"))]


def _misc(page: Page) -> Iterator[tuple[str, str]]:
    for name, contents in page.metas.items():
        if name.startswith("twitter:misc:"):
            yield name.removeprefix("twitter:misc:"), contents[0]


def _shown(page: Page, own: frozenset[str]) -> Iterator[Candidate[Names]]:
    marked = Candidate(_names(bylines.microdata(page), own), "page:microdata")
    if marked.value:
        yield from _fuller([marked], page, own)
        yield marked
    if value := _names(author_links.linked(page), own):
        yield Candidate(value, "page:link")
    for text in bylines.marked(page):
        if value := _of_byline(text, own):
            yield Candidate(value, "page:byline")
    if value := _names(bylines.spoken(page), own):
        yield Candidate(value, "page:text")
    if value := _names(bylines.signed(page), own):
        yield Candidate(value, "page:signature")
    if value := _said(bylines.data(page), own):
        yield Candidate(value, "page:data")


def _names(found: list[str], own: frozenset[str]) -> Names:
    """The names in bylines; the publisher's own, left whole, only where there is no other.

    What stands beside its own name and is no person is its address.
    """
    everyone = unique([name for text in found for name in ([text] if squeeze(text) in own else split_byline(text))])
    others = unique([_apart(name, own) for name in everyone if squeeze(name) not in own])
    its = [name for name in everyone if squeeze(name) in own]
    is_address = len(found) == 1 and its and not any(map(_is_known, others))
    return tuple(its) if is_address else _persons(others, own) or tuple(everyone)


def _said(found: list[str], own: frozenset[str]) -> Names:
    """The names in data for machines, where all are persons."""
    names = _names(found, own)
    return names if all(map(is_personal, names)) else ()


def _persons(names: list[str], own: frozenset[str]) -> Names:
    """Names, beside persons without those of parts of the outlet or of an agency: `Journal Staff`, `AP Technology`."""
    found = [name for name in names if not _is_outlets(name, own) and not _is_agencys(name)]
    return tuple(found if any(map(is_personal, found)) else names)


def _is_agencys(name: str) -> bool:
    return not is_agency(name) and is_agency(name.split(maxsplit=1)[0])


def _is_known(name: str) -> bool:
    """Whether a name is a person's or an agency's."""
    return is_personal(name) or is_agency(name)


def _apart(name: str, own: frozenset[str]) -> str:
    """A name without the outlet's after it: `Anna Bell The Daily Quay`."""
    words = name.split()
    for cut in range(_PERSON, len(words)):
        if squeeze("".join(words[cut:])) in own:
            return " ".join(words[:cut])
    return name


def _of_byline(text: str, own: frozenset[str]) -> Names:
    """The names in a line of the page: beside persons no places, initials or departments of the outlet."""
    found = _names([text], own)
    if not any(map(is_personal, found)):
        return found
    return tuple(name for name in found if is_agency(name) or not _is_place(name, own))


def _is_place(name: str, own: frozenset[str]) -> bool:
    if " " not in name:
        return name.isascii() and not name.isupper()
    return squeeze(name.split(maxsplit=1)[0]) in own


def _from_json(nodes: Iterable[jsonld.Node], page: Page, own: frozenset[str]) -> Names:
    """The authors of the first node that names any."""
    for node in nodes:
        for key in ("author", "creator"):
            people = [name for item in _items(node.get(key)) for name in _person(item, page, own)]
            if people:
                return tuple(unique([name for name in people if not _is_agencys(name)] or people))
    return ()


def _items(value: object) -> Iterator[object]:
    """The authors of a node, each alone, be they in a list or in an ordered one."""
    for item in jsonld.listed(value):
        yield from jsonld.listed(item.get("@list", item) if isinstance(item, Mapping) else item)


def _person(item: object, page: Page, own: frozenset[str]) -> list[str]:
    if not isinstance(item, Mapping):
        return list(_names([plain(item)], own))
    if not item.get("name") and (reference := item.get("@id")):
        item = next((n for n in page.nodes if n.get("@id") == reference and n.get("name")), item)
    named = jsonld.texts(item.get("name")) or [" ".join(jsonld.texts([item.get("givenName"), item.get("familyName")]))]
    return list(_names(named, own))
