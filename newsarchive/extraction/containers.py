"""The element of a page that holds most of its running text, as a second opinion on where the body is."""

import re
from collections import Counter
from collections.abc import Container

from lxml.html import HtmlElement

from newsarchive.extraction.strings import length, one_line

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "figcaption",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "tr",
        "ul",
        "br",
    ]
)
_SENTENCE = 60
_LINKED = 0.5
_LINKS = 4
_DIRECTORY = 0.8
_SEVERAL = 0.75
_NO_TEXT = frozenset(
    {"script", "style", "figcaption", "figure", "nav", "footer", "aside", "form", "button", "head", "h1"}
)
_BLANK = re.compile(r"[ \t\r\n\f]+")


def richest(tree: HtmlElement) -> HtmlElement | None:
    """The smallest element that holds three quarters of the page's running text outside of links, or nothing."""
    sizes: dict[HtmlElement, int] = {}
    for paragraph, size in _paragraphs(tree):
        for box in paragraph.iterancestors():
            sizes[box] = sizes.get(box, 0) + size
    total = sizes.get(tree, 0)
    if not total:
        return None
    box = tree
    while (inner := max(box, key=lambda child: sizes.get(child, 0), default=None)) is not None:
        if sizes.get(inner, 0) < _SEVERAL * sizes[box] or not len(inner):
            break
        box = inner
    return box


def lines(container: HtmlElement, *, directories: bool = True) -> list[str]:
    """The text of an element, one line per block, what is no text of an article left out.

    Without `directories`, boxes that hold next to nothing but several links are left out too.
    """
    found: list[str] = []
    current: list[str] = []
    _render(container, found, current, frozenset() if directories else _directories(container))
    _flush(found, current)
    return found


def _paragraphs(tree: HtmlElement) -> list[tuple[HtmlElement, int]]:
    found = []
    for element in tree.iter("p", "div", "td", "li", "section", "article", "blockquote", "font", "span"):
        own = len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)
        if own >= _SENTENCE:
            linked = sum(len(a.text_content()) for a in element.iterchildren("a"))
            if linked <= _LINKED * own:
                found.append((element, own))
    return found


def _directories(container: HtmlElement) -> frozenset[HtmlElement]:
    """The boxes of links: menus, tags, categories, other articles."""
    sizes: Counter[HtmlElement] = Counter()
    linked: Counter[HtmlElement] = Counter()
    links: Counter[HtmlElement] = Counter()
    telling: set[HtmlElement | None] = set()
    for element in reversed(list(container.iter())):
        text, tail = (element.text or "").strip(), (element.tail or "").strip()
        sizes[element] += len(text)
        box = element.getparent()
        if element.tag == "a":
            linked[element], links[element] = sizes[element], 1
        elif length(text) > _SENTENCE or element in telling:
            telling |= {element, box}
        if length(tail) > _SENTENCE:
            telling.add(box)
        if box is not None:
            sizes[box] += sizes[element] + len(tail)
            linked[box] += linked[element]
            links[box] += links[element]
    full = (box for box, size in sizes.items() if links[box] >= _LINKS and linked[box] >= _DIRECTORY * size)
    return frozenset(box for box in full if box not in telling)


def _render(
    element: HtmlElement, found: list[str], current: list[str], skipped: Container[HtmlElement] = frozenset()
) -> None:
    """Depth first, without recursion: pages may be nested deeper than Python's stack."""
    stack: list[tuple[HtmlElement, bool]] = [(element, False)]
    while stack:
        node, done = stack.pop()
        if done:
            if node.tag in _BLOCKS:
                _flush(found, current)
            if node is not element and node.tail:
                current.append(node.tail)
            continue
        stack.append((node, True))
        if node.tag in _NO_TEXT or node in skipped:
            continue
        if node.tag in _BLOCKS:
            _flush(found, current)
        if node.text:
            current.append(node.text)
        stack.extend((child, False) for child in reversed(node))


def _flush(found: list[str], current: list[str]) -> None:
    line = one_line(_BLANK.sub(" ", "".join(current)))
    current.clear()
    if line:
        found.append(line)
