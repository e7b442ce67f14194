"""The standfirst: as the page shows it, else as its metadata give it."""

from collections.abc import Iterator

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import plain


def description(page: Page) -> Choice[str]:
    """The standfirst."""
    return first(_candidates(page), default="", refuse=lambda text: "" if text else "empty")


def _candidates(page: Page) -> Iterator[Candidate[str]]:
    for text in texts(page.tree, page.hints.description_css)[:1]:
        yield Candidate(text, "selector")
    if text := jsonld.text(page.article.get("description")):
        yield Candidate(text, "json-ld")
    for name in ("og:description", "description", "twitter:description", "dc.description", "sailthru.description"):
        if text := page.meta(name):
            yield Candidate(text, f"meta:{name}")
    if page.hints.link_description:
        yield Candidate(plain(page.hints.link_description), "link")
