"""The names that mark a box of a page as a list of tags."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from newsarchive.extraction.strings import marks

LARGE = frozenset({"article", "main", "body", "html"})

WORD = (
    r"(?:hash)?tags?|tag-?(?:list|group|cloud|links?)|topics?|key-?words?|schlag-?w(?:ort|orte|oerter)|stich-?w(?:ort|orte|oerter)|themen|thema|"
    r"temas?|sujets?|mots?-cles?|etiquetas?|assuntos|emneord|emner|amnen|argomenti|labels"
)
_MARK = re.compile(rf"(?<![a-z])(?:{WORD})(?![a-z])")
_NAME = 30
_PLAIN = re.compile(r"^[\w -]*$")


def named(element: HtmlElement) -> str:
    """The names an element carries; an article's say too much."""
    return "" if element.tag in LARGE else marks(element)


def is_marked(element: HtmlElement) -> bool:
    """Whether an element is named as tags, by its class and id or by what its data attributes say."""
    return is_mark(named(element)) or (element.tag not in LARGE and any(map(is_mark, _data(element))))


def _data(element: HtmlElement) -> Iterator[str]:
    """What the data attributes of an element say of it: their values where these are short words."""
    for name, value in element.attrib.items():
        if name.startswith("data-") and len(value) <= _NAME and _PLAIN.match(value):
            yield f"{name[5:]} {value}".casefold().replace("_", "-")


@lru_cache(maxsize=8192)
def is_mark(names: str) -> bool:
    """Whether names, as words, say that a box holds tags."""
    return bool(_MARK.search(names))
