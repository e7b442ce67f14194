"""The section or rubric of an article."""

from collections.abc import Iterator

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page

_LONGEST = 80


def section(page: Page) -> Choice[str]:
    """The section: JSON-LD `articleSection`, `article:section` and its like."""
    return first(_candidates(page), default="", refuse=_refuse, thorough=page.thorough)


def _candidates(page: Page) -> Iterator[Candidate[str]]:
    for text in jsonld.texts(page.article.get("articleSection"))[:1]:
        yield Candidate(text, "json-ld")
    for name in (
        "article:section",
        "og:article:section",
        "og:section",
        "parsely-section",
        "cxenseparse:section",
        "section",
    ):
        if text := page.meta(name):
            yield Candidate(text, f"meta:{name}")


def _refuse(text: str) -> str:
    if not text or text.startswith(("http:", "https:", "/")):
        return "no name"
    return "too long" if len(text) > _LONGEST else ""
