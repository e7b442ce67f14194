"""Text of a page to one lxml tree."""

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from newsarchive.errors import NotAnArticleError

MAX_DEPTH = 200
_XML = re.compile(r"^\s*<\?xml[^>]*\?>\s*")


def parse(text: str) -> HtmlElement:
    """The root of a page.

    Raises:
        NotAnArticleError: nothing in it can be read as HTML (`empty-page`, `not-html`).
    """
    markup = _XML.sub("", text, count=1)
    if not markup.strip():
        raise NotAnArticleError("empty-page")
    root = _tree(markup)
    if root is None or len(root) == 0:
        raise NotAnArticleError("not-html")
    return root


def _tree(markup: str) -> HtmlElement | None:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    # One class for all elements: the look-up of lxml.html runs in Python for every element touched.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        root: HtmlElement | None = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError(str(error)) from error
        return None
    return root
