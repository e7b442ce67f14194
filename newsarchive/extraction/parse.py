"""Text of a page to one lxml tree."""

import re
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from newsarchive.errors import NotAnArticleError
from newsarchive.extraction.decode import clean

MAX_TAGS = 100_000
_XML = re.compile(r"^\s*<\?xml[^>]*\?>\s*")
# References in the ranges that hold all characters removed by `clean`; the common ones are outside.
_REFERENCE = re.compile(
    r"&#(?:[xX]0*([01]?[0-9a-fA-F]|7[fF]|[dDfF][0-9a-fA-F]{3})(?![0-9a-fA-F])"
    r"|0*([12]?[0-9]|3[01]|127|5[5-7][0-9]{3}|6[45][0-9]{3})(?![0-9]));?"
)
_MARKUP = re.compile(r"<(?:![dD]|[a-zA-Z][a-zA-Z0-9]*[\s/>])")
_TAG = re.compile(r"<(?:[a-zA-Z/!?]|$)")


def parse(text: str) -> HtmlElement:
    """The root of a page.

    Raises:
        NotAnArticleError: nothing in it can be read as HTML (`empty-page`, `not-html`).
    """
    markup = _whole(_bounded(_XML.sub("", text, count=1)))
    if not markup.strip():
        raise NotAnArticleError("empty-page")
    if not _MARKUP.search(markup):
        raise NotAnArticleError("not-html")
    root = _tree(_REFERENCE.sub(_allowed, markup) if "&#" in markup else markup)
    if root is None or len(root) == 0:
        raise NotAnArticleError("not-html")
    return root


def _bounded(markup: str) -> str:
    """Markup up to its last tag that is read: elements cost a hundred times the memory of their text."""
    if markup.count("<") <= MAX_TAGS:
        return markup
    return markup[: next(islice(re.finditer("<", markup), MAX_TAGS, None)).start()]


def _whole(markup: str) -> str:
    """Markup without a tag that its end cuts off: the parser would take that for text."""
    last = markup.rfind("<")
    return markup[:last] if last > markup.rfind(">") and _TAG.match(markup, last) else markup


def _allowed(reference: re.Match[str]) -> str:
    """A character reference, or nothing where it stands for what `clean` removes: lxml refuses to write it."""
    return reference[0] if clean(chr(int(reference[1], 16) if reference[1] else int(reference[2]))) else ""


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
