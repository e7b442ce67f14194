"""The body of an article: trafilatura on the ready tree, then what it misses on news."""

from copy import copy

from lxml.html import HtmlElement
from trafilatura.baseline import baseline
from trafilatura.htmlprocessing import convert_tags, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

from newsarchive.extraction import containers, jsonld, scripts
from newsarchive.extraction.choice import Choice, Rejected
from newsarchive.extraction.lines import cleaned
from newsarchive.extraction.page import Page
from newsarchive.extraction.pruning import drop, prune
from newsarchive.extraction.selectors import matches
from newsarchive.extraction.strings import length
from newsarchive.extraction.witness import Witness

_WHOLE = 0.6
_LEAST = 100
_LITTLE = 0.2
_SAME = 0.6
_MUCH = 300
_SHORT = 80


def body(page: Page, *, known: tuple[str, ...], lead: HtmlElement | None, authors: tuple[str, ...]) -> Choice[str]:
    """Paragraphs separated by newlines, without what is `known` of title, standfirst and section. The tree is consumed.

    `lead` is the element that shows the standfirst: it is taken off the tree.
    """
    if lead is not None:
        drop(lead)
    raw = _raw(page)
    return Choice(cleaned(raw.value, known=known, authors=authors), raw.source, raw.rejected)


def _raw(page: Page) -> Choice[str]:
    tree = page.tree
    for css in page.hints.drop:
        for element in matches(tree, css):
            drop(element)
    chosen = matches(tree, page.hints.body_css)[:1]
    if chosen:
        return Choice("\n".join(containers.lines(chosen[0])), "selector")
    stated = _stated(page)
    streamed = scripts.streamed(tree)
    prose = prune(page)
    found = _trafilatura(tree, page.url)
    witness = Witness(stated)
    if witness.speaks():
        return _witnessed(found, stated, witness, tree)
    if len(found) < _LEAST < len(stated):
        return Choice(stated, "json-ld", (Rejected(found, "trafilatura", "less than JSON-LD states"),))
    completed = _completed(found, prose, tree)
    if len(completed.value) < _LEAST and (told := scripts.paragraphs(streamed)):
        return Choice("\n".join(told), "script", completed.rejected)
    return completed


def _stated(page: Page) -> str:
    """JSON-LD `articleBody`, its paragraphs on lines of their own."""
    text = page.article.get("articleBody") or page.article.get("text") or ""
    return jsonld.paragraphs(text) if isinstance(text, str) else ""


def _richest(tree: HtmlElement) -> str:
    container = containers.richest(tree)
    return "" if container is None else "\n".join(containers.lines(container, directories=False))


def _trafilatura(tree: HtmlElement, url: str) -> str:
    options = Extractor(fast=True, comments=False, output_format="python")
    element, _ = extract_content(convert_tags(tree_cleaning(copy(tree), options), options, url), options)
    return xmltotxt(element, include_formatting=False)


def _anything(tree: HtmlElement) -> str:
    """Whatever text trafilatura finds by its crudest means."""
    element, _, _ = baseline(tree)
    return xmltotxt(element, include_formatting=False)


def _witnessed(found: str, stated: str, witness: Witness, tree: HtmlElement) -> Choice[str]:
    """Trafilatura's body where JSON-LD confirms it, else what is nearer to what JSON-LD states."""
    if witness.share_in(found) >= _WHOLE:
        told, rest = witness.parted(found)
        after = (Rejected(rest, "trafilatura", "after what JSON-LD states"),) if rest else ()
        return Choice(told, "trafilatura+json-ld", after)
    rejected = (Rejected(found, "trafilatura", "not what JSON-LD states"),)
    richest = _richest(tree)
    if witness.share_in(richest) >= _WHOLE:
        return Choice(richest, "page", rejected)
    return Choice(stated, "json-ld", rejected)


def _completed(found: str, prose: int, tree: HtmlElement) -> Choice[str]:
    """Trafilatura's body, or the richest part of the page where that is but its small beginning, or no sentence."""
    running = _running(found)
    if running >= max(_LEAST, _LITTLE * prose):
        return Choice(found, "trafilatura")
    richest = _richest(tree)
    size = _running(richest)
    if not found and not richest:
        return Choice(_anything(tree), "page")
    if (
        len(found) < _LEAST
        or (size > _MUCH and not running)
        or (running < _LITTLE * size and Witness(found).share_in(richest) >= _SAME)
    ):
        return Choice(richest, "page", (Rejected(found, "trafilatura", "much less than the page holds"),))
    return Choice(found, "trafilatura")


def _running(text: str) -> int:
    """The characters of a text in lines that are sentences, not labels or rows of a table."""
    return sum(len(line) for line in text.split("\n") if length(line) > _SHORT and not line.startswith("|"))
