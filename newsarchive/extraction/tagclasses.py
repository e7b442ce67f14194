"""The tags that WordPress writes into the classes of a post: `post-7 type-post hentry tag-sea-trade`."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from lxml.html import HtmlElement

from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import fold, squeeze

_POST = re.compile(r"(?:^|\s)(?:hentry|type-\w+|post-\d+)(?:\s|$)")
_TAG = "tag-"
_MARK = f" {_TAG}"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SAME = 0.8


def posted(page: Page) -> tuple[str, ...]:
    """The short names of the tags of the post that holds the headline, or else of the page's only one."""
    around = page.headline.iterancestors() if page.headline is not None else ()
    post = next(filter(_is_post, around), None)
    if post is None:
        posts = list(filter(_is_post, page.tree.iter("article")))
        post = posts[0] if len(posts) == 1 else None
    names = (post.get("class") or "").split() if post is not None else []
    return tuple(unquote(name[len(_TAG) :]) for name in names if name.startswith(_TAG))


def _is_post(element: HtmlElement) -> bool:
    names = element.get("class") or ""
    return _MARK in names and bool(_POST.search(names))


def words(slugs: Iterable[str]) -> tuple[str, ...]:
    """Short names as words; none where some are numbers, which stand for names in other scripts."""
    found = tuple(slug.replace("-", " ") for slug in slugs)
    return () if any(slug.replace(" ", "").isdigit() for slug in found) else found


def are_of(slugs: tuple[str, ...], tags: tuple[str, ...]) -> bool:
    """Whether a list of tags is the one whose short names these are."""
    if not slugs or not tags:
        return False
    known = {squeeze(slug) for slug in slugs}
    hits = sum(bool(_forms(tag) & known) for tag in tags)
    return hits >= _SAME * len(tags) and hits >= _SAME * len(known)


def _forms(tag: str) -> set[str]:
    """A tag as an address may spell it."""
    lower = tag.casefold()
    return {squeeze(form) for form in (lower, lower.translate(_UMLAUTS), fold(lower))}
