"""Whether a page is an article at all; only pages that surely are none are refused."""

import re

from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import jsonld
from newsarchive.extraction.page import Page
from newsarchive.extraction.phrases import alternatives

_ERROR = re.compile(rf"^\W*(?:{alternatives('error-titles')})(?!\w)", re.IGNORECASE)
_CONSENT = re.compile(rf"^\W*(?:{alternatives('consent-titles')})(?!\w)", re.IGNORECASE)
_STUB = 200
_SHORT = 1500
_LISTED = frozenset({"collectionpage", "searchresultspage", "profilepage", "contactpage"})


def refuse(page: Page, *, title: str, text: str) -> None:
    """Refuse a page that is no article.

    Raises:
        NotAnArticleError: `error-page`, `consent-page`, `section-page`, `video-page` or `no-body`.
    """
    stated = bool(page.article)
    if not stated and len(text) < _SHORT:
        heading = title or (page.headings[0] if page.headings else "")
        if _ERROR.match(heading):
            raise NotAnArticleError("error-page")
        if _CONSENT.match(heading):
            raise NotAnArticleError("consent-page")
    if len(text) < _STUB and not stated and page.meta("og:type").startswith("video"):
        raise NotAnArticleError("video-page")
    if not text:
        raise NotAnArticleError("section-page" if _is_list(page) else "no-body")
    if not stated and len(text) < _SHORT and _is_list(page):
        raise NotAnArticleError("section-page")


def _is_list(page: Page) -> bool:
    """Whether the page says that it is a collection, and nothing that it is an article."""
    kinds = {kind for node in page.nodes for kind in jsonld.types(node)}
    return bool(kinds & _LISTED) and not page.meta("article:published_time", "date", "pubdate")
