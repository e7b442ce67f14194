"""The body of an article: trafilatura on the ready tree, then what it misses on news."""

from lxml.html import HtmlElement
from trafilatura.core import trafilatura_sequence
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

from newsarchive.extraction.choice import Choice
from newsarchive.extraction.page import Page
from newsarchive.extraction.selectors import matches



def body(page: Page) -> Choice[str]:
    """Paragraphs separated by newlines. The page's tree is consumed."""
    tree = page.tree
    for css in page.hints.drop:
        for element in matches(tree, css):
            _drop(element)
    chosen = matches(tree, page.hints.body_css)[:1]
    if chosen:
        return Choice(_paragraphs(chosen[0]), "selector")
    element, _, _, _ = trafilatura_sequence(tree, Extractor(fast=True, comments=False, output_format="python"), page.url)
    return Choice(xmltotxt(element, include_formatting=False), "trafilatura")


def _paragraphs(element: HtmlElement) -> str:
    lines = (" ".join(p.text_content().split()) for p in element.iter("p", "h2", "h3", "h4", "li", "blockquote"))
    return "\n".join(line for line in lines if line)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


