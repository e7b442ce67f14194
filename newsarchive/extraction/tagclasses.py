"""The tags that WordPress writes into the classes of a post: `post-7 type-post hentry tag-sea-trade`."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import fold, squeeze

_POST = re.compile(r"(?:^|\s)(?:hentry|type-\w+|post-\d+)(?:\s|$)")
_TAG = "tag-"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SAME = 0.8


def posted(page: Page) -> tuple[str, ...]:
    """The short names of the tags of the page's only post, or of the one that holds the headline."""
    posts = [
        element
        for element in page.tree.iter("article", "div", "section", "main")
        if f" {_TAG}" in (marks := element.get("class") or "") and _POST.search(marks)
    ]
    if len(posts) > 1 and page.headline is not None:
        around = set(page.headline.iterancestors())
        posts = [post for post in posts if post in around]
    if len(posts) != 1:
        return ()
    names = (posts[0].get("class") or "").split()
    return tuple(unquote(name[len(_TAG) :]) for name in names if name.startswith(_TAG))


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
