"""The day that htmldate finds anywhere on a page, its dates in words read by our own reader.

htmldate hands dates in words to dateparser, which loads 200 languages the first time: seven seconds of CPU in every
process. It asks for that parser through one function, which is replaced while we search: others who use htmldate in
this process keep theirs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

from htmldate import extractors, find_date
from lxml.html import HtmlElement

from newsarchive.extraction.moments import moment


class Reader:
    """What htmldate needs of dateparser."""

    def get_date_data(self, text: str) -> dict[str, datetime | None]:
        """The day a text names, under the name that dateparser gives it."""
        found = moment(text)
        return {"date_obj": (found.wall or found.instant.replace(tzinfo=None)) if found else None}


@cache
def _reader() -> Reader:
    return Reader()


_SEARCHABLE = 10_000


@contextmanager
def _own_reader() -> Iterator[None]:
    """Our reader in dateparser's place; what htmldate remembers of texts read by either is forgotten."""
    theirs = extractors.get_external_parser
    extractors.try_date_expr.cache_clear()
    extractors.get_external_parser = _reader
    try:
        yield
    finally:
        extractors.get_external_parser = theirs
        extractors.try_date_expr.cache_clear()


def searched(tree: HtmlElement, url: str) -> str:
    """The day as YYYY-MM-DD, or nothing; htmldate's time grows with the square of the number of elements."""
    if sum(1 for _ in tree.iter()) > _SEARCHABLE:
        return ""
    with _own_reader():
        try:
            return find_date(tree, url=url, original_date=True, extensive_search=True) or ""
        except (ValueError, TypeError, RecursionError, OverflowError):
            return ""
