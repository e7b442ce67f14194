"""Whether a page is an article at all; only pages that surely are none are refused."""

import re

from lxml.html import HtmlElement

from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import jsonld
from newsarchive.extraction.page import Page
from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import plain, squeeze

_ERROR = re.compile(rf"^\W*(?:{alternatives('error-titles')})(?!\w)", re.IGNORECASE)
_CONSENT = re.compile(rf"^\W*(?:{alternatives('consent-titles')})(?!\w)", re.IGNORECASE)
_STUB = 200
_SHORT = 1500
_SEVERAL = 5
_DATES = ("article:published_time", "date", "pubdate")
_LISTED = frozenset({"collectionpage", "searchresultspage", "profilepage", "contactpage"})


def teasers(page: Page) -> tuple[str, ...]:
    """The texts, squeezed, of the boxes that hold one linked heading each; none where the page says it is an article.

    To be asked for before the body is read: that consumes the tree.
    """
    if page.article or page.meta("og:type") == "article" or page.meta(*_DATES):
        return ()
    headings = [h for h in page.tree.iter("h2", "h3", "h4") if h.find(".//a") is not None or _is_in_link(h)]
    if len(headings) < _SEVERAL:
        return ()
    boxes = [_box(heading) for heading in headings]
    return tuple(squeeze(box.text_content()) for box in boxes)


def _box(heading: HtmlElement) -> HtmlElement:
    """The largest box around a heading that holds no other."""
    box = heading
    for outer in heading.iterancestors("article", "div", "li", "section", "a"):
        if sum(1 for _ in outer.iter("h2", "h3", "h4")) > 1:
            break
        box = outer
    return box


def _is_in_link(heading: HtmlElement) -> bool:
    parent = heading.getparent()
    return parent is not None and parent.tag == "a"


def refuse(page: Page, *, title: str, text: str, teasers: tuple[str, ...] = ()) -> None:
    """Refuse a page that is no article.

    A page without any statement that it is one, whose text is nothing but `teasers`, is a section page.

    Raises:
        NotAnArticleError: `error-page`, `consent-page`, `section-page`, `video-page` or `no-body`.
    """
    stated = bool(page.article)
    if not stated and len(text) < _SHORT:
        shown = (title, *page.headings[:1], plain(page.tree.findtext(".//title")))
        if any(_ERROR.match(heading) for heading in shown):
            raise NotAnArticleError("error-page")
        if any(_CONSENT.match(heading) for heading in shown):
            raise NotAnArticleError("consent-page")
    if len(text) < _STUB and not stated and _is_video(page):
        raise NotAnArticleError("video-page")
    if not text:
        raise NotAnArticleError("section-page" if _is_list(page) else "no-body")
    if not stated and len(text) < _SHORT and _is_list(page):
        raise NotAnArticleError("section-page")
    if _is_spread(text, teasers):
        raise NotAnArticleError("section-page")


def _is_spread(text: str, teasers: tuple[str, ...]) -> bool:
    """Whether each line of a text is in a teaser, and several teasers hold them: one that holds all is an article."""
    if not teasers:
        return False
    holders = [
        next((i for i, teaser in enumerate(teasers) if line in teaser), -1) for line in map(squeeze, text.split("\n"))
    ]
    return -1 not in holders and len(set(holders)) >= _SEVERAL


def _is_video(page: Page) -> bool:
    kinds = {kind for node in page.nodes for kind in jsonld.types(node)}
    return page.meta("og:type").startswith("video") or "videoobject" in kinds


def _is_list(page: Page) -> bool:
    """Whether the page says that it is a collection, and nothing that it is an article."""
    kinds = {kind for node in page.nodes for kind in jsonld.types(node)}
    return bool(kinds & _LISTED) and not page.meta(*_DATES)
