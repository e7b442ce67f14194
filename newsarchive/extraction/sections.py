"""The section or rubric of an article."""

from collections.abc import Iterator

from lxml import etree

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page

_LONGEST = 80
_TOKENS = ("breadcrumbs", "breadcrumb", "kicker")
_CLASSES = " or ".join(f"contains(concat(' ', @class, ' '), ' {token} ')" for token in _TOKENS)
_SHOWN = etree.XPath(f"(//header//*[{_CLASSES}])[1]/*[1]")


def section(page: Page) -> Choice[str]:
    """The section: JSON-LD `articleSection`, `article:section` and its like, else breadcrumbs or kicker in a header."""
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
    for shown in _SHOWN(page.tree):
        if text := " ".join(shown.text_content().split()):
            yield Candidate(text, "page")


def _refuse(text: str) -> str:
    if not text or text.startswith(("http:", "https:", "/")):
        return "no name"
    return "too long" if len(text) > _LONGEST else ""
