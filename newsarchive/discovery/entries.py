"""The entries of RSS, RDF and Atom, of whatever version, whole or in pieces."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from newsarchive.discovery.markup import inner_text, local, mended_tree

MOST_ENTRIES = 10_000
_ENTRY_NAMES = frozenset({"item", "entry"})
_ENTRY_START = re.compile(r"<(?:[\w.-]{1,20}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
_LARGEST_HEAD = 64 * 1024
_SIDE_NAMESPACE = re.compile(r"mrss|itunes|googleplay|podcast", re.IGNORECASE)
_SIDE_PREFIX = re.compile(r"\A(?:media|itunes|googleplay|podcast):", re.IGNORECASE)
_LANGUAGE_ATTRIBUTE = "{http://www.w3.org/XML/1998/namespace}lang"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_PAGE_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})

_TITLES = ("title", "side title")
_DESCRIPTIONS = ("description", "summary", "subtitle", "side description", "side summary")
_PUBLISHED = ("pubdate", "published", "issued", "date", "created", "updated", "modified")
_MODIFIED = ("updated", "modified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as the feed wrote it; `links` are the possible addresses of its page, best first."""

    links: tuple[str, ...] = ()
    base: str = ""
    title: str = ""
    description: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""


def entries_of_tree(root: etree._Element) -> Iterator[Entry]:
    """The entries of well-formed XML."""
    for element in root.iter("{*}*"):
        if local(element) in _ENTRY_NAMES:
            yield _entry(element, list(element))


def entries_in_pieces(text: str) -> Iterator[Entry]:
    """The entries of damaged XML: each is cut out and read by itself, so that damage stays where it is."""
    starts = [start.start() for start in _ENTRY_START.finditer(text)][: MOST_ENTRIES + 1]
    for start, end in pairwise([*starts, len(text)]):
        close = _ENTRY_END.search(text, start, end)
        root = mended_tree(text[start : close.end() if close else end])
        if root is not None:
            yield _entry(root, list(root.iter("{*}*"))[1:])


def head_of(text: str) -> etree._Element | None:
    """What stands before the first entry of damaged XML."""
    start = _ENTRY_START.search(text)
    return mended_tree(text[: min(start.start() if start else len(text), _LARGEST_HEAD)])


def heading(root: etree._Element) -> tuple[str, str]:
    """The title and the language a feed declares for itself."""
    channel = next((child for child in root if local(child) == "channel"), root)
    fields = _fields(child for child in channel if local(child) not in _ENTRY_NAMES)
    attribute = root.get(_LANGUAGE_ATTRIBUTE) or channel.get(_LANGUAGE_ATTRIBUTE) or ""
    return _first(fields, _TITLES), _first(fields, ("language",)) or attribute.strip()


def _entry(element: etree._Element, parts: list[etree._Element]) -> Entry:
    fields = _fields(parts)
    return Entry(
        links=_links(element, parts),
        base=element.base or "",
        title=_first(fields, _TITLES),
        description=_first(fields, _DESCRIPTIONS),
        published=_first(fields, _PUBLISHED),
        modified=_first(fields, _MODIFIED),
        language=_first(fields, ("language",)) or element.get(_LANGUAGE_ATTRIBUTE) or "",
    )


def _fields(parts: Iterable[etree._Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        name = _name(part)
        if name and name not in found and (text := _value(part)):
            found[name] = text
    return found


def _value(part: etree._Element) -> str:
    """The text of a part, or the machine's date of an HTML `time` within it (a known fault of Drupal)."""
    time = next(part.iter("{*}time"), None)
    return (time.get("datetime") or inner_text(part)) if time is not None else inner_text(part)


def _name(part: etree._Element) -> str:
    tag = part.tag if isinstance(part.tag, str) else ""
    namespace = tag[1:].partition("}")[0] if tag.startswith("{") else ""
    is_side = _SIDE_NAMESPACE.search(namespace) or _SIDE_PREFIX.match(tag)
    return f"side {local(part)}" if is_side else local(part)


def _first(fields: dict[str, str], names: Iterable[str]) -> str:
    return next((fields[name] for name in names if name in fields), "")


def _links(element: etree._Element, parts: list[etree._Element]) -> tuple[str, ...]:
    ranked = [(rank, link) for part in parts if (rank := _rank(part)) and (link := _link(part))]
    if about := element.get(_RDF_ABOUT):
        ranked.append((5, about))
    return tuple(link for _, link in sorted(ranked, key=lambda pair: pair[0]))


def _link(part: etree._Element) -> str:
    return (part.get("href") or inner_text(part)).strip()


def _rank(part: etree._Element) -> int:
    """How well a part of an entry serves as the address of its page: 1 best, 0 not at all."""
    name = _name(part)
    if name == "origlink":
        return 1
    if name == "link":
        return _rank_of_link(part)
    if name in {"guid", "id"}:
        permanent = (part.get("isPermaLink") or "true").strip().lower() != "false"
        return 4 if permanent and inner_text(part).startswith(("http://", "https://")) else 0
    return 0


def _rank_of_link(part: etree._Element) -> int:
    relation = (part.get("rel") or "alternate").strip().lower()
    if relation == "alternate":
        return 2 if (part.get("type") or "").strip().lower() in _PAGE_TYPES else 3
    return {"self": 5, "related": 6}.get(relation, 0)
