"""Forms that ask a reader for an address, with what is said around them."""

from collections.abc import Iterator
from itertools import islice, takewhile

from lxml import etree
from lxml.html import HtmlElement

_EMAIL = etree.XPath("//input[@type='email']")
_FORMS = 10
_DEPTH = 12


def signups(tree: HtmlElement, *, most: float) -> Iterator[HtmlElement]:
    """Yield for each field for an e-mail address the outermost box of at most so many characters, or the field."""
    for field in _EMAIL(tree)[:_FORMS]:
        around = islice(field.iterancestors(), _DEPTH)
        boxes = list(takewhile(lambda box: len(box.text_content()) <= most, around))
        yield boxes[-1] if boxes else field
