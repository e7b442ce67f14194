"""Headlines that a page marks by name, whatever element holds them."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from newsarchive.extraction.author_places import around, is_elsewhere
from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import marks, shown

_MARK = re.compile(
    r"(?<![a-z])(?:(?:entry|post|article|story|news)-{0,2}_*(?:title|headline|heading)|headline|p-name)(?![a-z])",
)
_SHORTEST = 15
_LONGEST = 250


def marked(page: Page) -> str:
    """The text of the first element that microdata, RDFa or its class call a headline, or nothing.

    A class that several texts have says nothing: those are the headlines of a list.
    """
    by_data = _texts(page, (e for e, names in page.properties if "headline" in names and e.tag != "meta"))
    if text := next(by_data, ""):
        return text
    boxes = (*((h1, marks(h1)) for h1 in page.tree.iter("h1")), *page.named)
    texts = set(_texts(page, (e for e, names in boxes if _is_mark(names))))
    return texts.pop() if len(texts) == 1 else ""


def _texts(page: Page, elements: Iterable[HtmlElement]) -> Iterator[str]:
    boxes = around(page.tree)
    for element in elements:
        if not is_elsewhere(element, boxes) and _SHORTEST <= len(text := shown(element)) <= _LONGEST:
            yield text


@lru_cache(maxsize=8192)
def _is_mark(names: str) -> bool:
    return bool(_MARK.search(names))
