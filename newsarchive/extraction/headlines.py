"""Headlines that a page marks by name, whatever element holds them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from newsarchive.extraction.author_places import around, is_elsewhere
from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import marks, shown

_MARK = re.compile(
    r"(?<![a-z])(?:(?:entry|post|article|story|news)-{0,2}_*(?:title|headline|heading)|headline|p-name)(?![a-z])",
)
_HEADLINE = frozenset({"headline", "schema:headline"})
_TAGS = ("h1", "h2", "h3", "div", "span", "p", "a")
_SHORTEST = 15
_LONGEST = 250


def marked(page: Page) -> str:
    """The text of the first element that microdata, RDFa or its class call a headline, or nothing.

    A class that several elements have says nothing: those are the headlines of a list.
    """
    by_data = next(_texts(page, by_class=False), "")
    by_class = list(_texts(page, by_class=True))
    return by_data or (by_class[0] if len(set(by_class)) == 1 else "")


def _texts(page: Page, *, by_class: bool) -> Iterator[str]:
    boxes = around(page.tree)
    for element in page.tree.iter(*_TAGS):
        named = (
            _is_mark(marks(element)) if by_class else (element.get("itemprop") or element.get("property")) in _HEADLINE
        )
        if named and _SHORTEST <= len(text := shown(element)) <= _LONGEST and not is_elsewhere(element, boxes):
            yield text


@lru_cache(maxsize=8192)
def _is_mark(names: str) -> bool:
    return bool(_MARK.search(names))
