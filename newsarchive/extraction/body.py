"""The body of an article: trafilatura on the ready tree, then what it misses on news."""

from lxml.html import HtmlElement
from trafilatura.core import trafilatura_sequence
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

from newsarchive.extraction import containers, jsonld
from newsarchive.extraction.choice import Choice, Rejected
from newsarchive.extraction.lines import cleaned
from newsarchive.extraction.page import Page
from newsarchive.extraction.pruning import drop, prune
from newsarchive.extraction.selectors import matches
from newsarchive.extraction.witness import Witness

_WHOLE = 0.6
_LEAST = 100
_LITTLE = 0.15
_SAME = 0.8
_SHORT = 80


def body(page: Page, *, title: str, standfirst: str, lead: HtmlElement | None, authors: tuple[str, ...]) -> Choice[str]:
    """Paragraphs separated by newlines, without title and standfirst. The page's tree is consumed.

    `lead` is the element that shows the standfirst: it is taken off the tree.
    """
    if lead is not None:
        drop(lead)
    raw = _raw(page)
    return Choice(cleaned(raw.value, title=title, standfirst=standfirst, authors=authors), raw.source, raw.rejected)


def _raw(page: Page) -> Choice[str]:
    tree = page.tree
    for css in page.hints.drop:
        for element in matches(tree, css):
            drop(element)
    chosen = matches(tree, page.hints.body_css)[:1]
    if chosen:
        return Choice("\n".join(containers.lines(chosen[0])), "selector")
    stated = _stated(page)
    prune(tree)
    richest = _richest(tree)
    return _weighed(_trafilatura(tree, page.url), richest, stated)


def _stated(page: Page) -> str:
    """JSON-LD `articleBody`, its paragraphs on lines of their own."""
    text = page.article.get("articleBody") or page.article.get("text") or ""
    return jsonld.paragraphs(text) if isinstance(text, str) else ""


def _richest(tree: HtmlElement) -> str:
    container = containers.richest(tree)
    return "" if container is None else "\n".join(containers.lines(container))


def _trafilatura(tree: HtmlElement, url: str) -> str:
    element, _, _, _ = trafilatura_sequence(tree, Extractor(fast=True, comments=False, output_format="python"), url)
    return xmltotxt(element, include_formatting=False)


def _weighed(found: str, richest: str, stated: str) -> Choice[str]:
    """Trafilatura's body, unless it is much less than the page's running text or than what JSON-LD states."""
    witness = Witness(stated)
    if witness.speaks():
        if witness.share_in(found) >= _WHOLE:
            return Choice(found, "trafilatura+json-ld")
        if witness.share_in(richest) >= _WHOLE:
            return Choice(richest, "page", (Rejected(found, "trafilatura", "not what JSON-LD states"),))
        return Choice(stated, "json-ld", (Rejected(found, "trafilatura", "not what JSON-LD states"),))
    if _is_cut(found, richest):
        return Choice(richest, "page", (Rejected(found, "trafilatura", "much less than the page holds"),))
    return Choice(found, "trafilatura")


def _is_cut(found: str, richest: str) -> bool:
    """Whether a body is but a small part of the richest text, which goes on where it ends."""
    prose = sum(len(line) for line in richest.split("\n") if len(line) > _SHORT)
    return len(found) < _LEAST or (len(found) < _LITTLE * prose and Witness(found).share_in(richest) >= _SAME)
