"""CSS selectors of a site's declaration, applied to a page."""

from functools import lru_cache

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from newsarchive.extraction.strings import one_line


@lru_cache(maxsize=1024)
def _compiled(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


def matches(tree: HtmlElement, css: str) -> list[HtmlElement]:
    """The elements a selector matches, in page order; none for an empty selector.

    Raises:
        cssselect.SelectorError: the selector is not CSS.
    """
    return list(_compiled(css)(tree)) if css else []


def texts(tree: HtmlElement, css: str) -> list[str]:
    """The texts of the elements a selector matches, empty ones left out."""
    found = (one_line(element.get("content") or element.text_content()) for element in matches(tree, css))
    return [text for text in found if text]
