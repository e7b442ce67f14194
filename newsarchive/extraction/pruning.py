"""Parts of a page that are not its article, taken off the tree before the body is read."""

import re
from collections import Counter
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.extraction import layout
from newsarchive.extraction.cards import cards, pointers
from newsarchive.extraction.forms import signups
from newsarchive.extraction.page import Page
from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import DENSE, marks

_SILENT = ("script", "style", "template", "svg", "iframe", "select", "button", "object", "canvas", "dialog")
_OTHER = re.compile(rf"(?<![a-z])(?:{alternatives('other-parts')})(?![a-z])")
# What belongs to the article in spite of its name.
_BODY = re.compile(
    r"(?<![a-z])(?:article-?(?:body|content|text)|story-?(?:body|content)|entry-?content|post-?(?:body|content)|body-?(?:text|copy|content)|content-?body|main-content)(?![a-z])"
)
# What is no part of an article however much of it there is.
_SURELY = re.compile(rf"(?<![a-z])(?:{alternatives('surely-other-parts')})(?![a-z])")
# What is shown scrambled to those who have not paid.
_OBFUSCATED, _SCRAMBLED = "obfuscated", "scrambled"
_FEW = 2
_NUMBER = re.compile(r"\d")
_MISLEADING = re.compile(alternatives("misleading"))
_HOLDERS = frozenset({"div", "section", "article"})
_NEARLY = 0.7
_SMALL = 400
_HALF = 0.45
_MOST = 0.4
_SHARE = 0.12
# Boxes that are not shown until something happens; `until-found` is shown to who looks for it.
_UNSEEN = etree.XPath(
    " | ".join(
        f"//{tag}[@hidden and @hidden != 'until-found' or @role = 'dialog' or @role = 'alertdialog' or "
        "contains(@style, 'display:none') or contains(@style, 'display: none')]"
        for tag in ("div", "section")
    )
)
_LONG_TEXTS = etree.XPath("//text()[string-length(.) > 50][not(parent::a)]")
# Sentences are shorter in scripts that write words or syllables in one sign.
_DENSE_TEXTS = etree.XPath("//text()[string-length(.) > 20][not(parent::a)]")


def prune(page: Page) -> int:
    """Take off everything that is named as another part of the page, unless so named parts hold much of its prose.

    Returns the characters of prose that are left at most.
    A misleading name of a part that holds most of the prose is taken off instead, so that nobody else falls for it.
    """
    tree = page.tree
    etree.strip_elements(tree, *_SILENT, with_tail=False)
    for element, names in page.named:
        if _OBFUSCATED in names or _SCRAMBLED in names:
            drop(element)
    prose = _prose(tree)
    total = prose.get(tree, 0)
    sums: Counter[str] = Counter()
    for element, size in prose.items():
        sums[marks(element)] += size
    layout.unfold(prose, total)
    layout.open_slides(prose, total)
    named = page.named
    _unname_the_body(prose, total)
    most = min(max(_SHARE * total, _SMALL), _HALF * total)
    for element in (*cards(page, prose), *(e for e in _UNSEEN(tree) if prose.get(e, 0) <= most)):
        drop(element)
    for element, names in named:
        bound = _NEARLY * total if _is_surely_other(names) else most
        if sums[names] <= bound and _is_other(names) and marks(element) and element.find(".//h1") is None:
            drop(element)
    for form in signups(tree, most=min(_SMALL, _MOST * total)):
        drop(form)
    _mark_body(page, prose)
    for pointer in pointers(page):
        drop(pointer)
    return total


def _mark_body(page: Page, prose: dict[HtmlElement, int]) -> None:
    """Mark the innermost element that is named as the body and holds most of the prose: trafilatura begins there."""
    least = _NEARLY * prose.get(page.tree, 0)
    bodies = [e for e, names in page.named if prose.get(e, 0) > least and _BODY.search(names) and e.tag in _HOLDERS]
    if bodies:
        bodies[-1].set("itemprop", "articleBody")


def _unname_the_body(prose: dict[HtmlElement, int], total: int) -> None:
    """Take misleading names off the parts that hold most of the prose, one of them or all of a kind."""
    kinds: dict[str, list[HtmlElement]] = {}
    for element in prose:
        kinds.setdefault(_kind(marks(element)), []).append(element)
    seen: dict[str, set[HtmlElement]] = {}
    for kind, elements in kinds.items():
        if not kind or sum(prose[e] for e in elements) <= _MOST * total or _is_surely_other(kind):
            continue
        if (misleading := _MISLEADING.search(kind)) is None:
            continue
        for element in elements:
            if len(elements) > _FEW:
                _unname_within(element, misleading[0], seen.setdefault(misleading[0], set()))
            _unname(element)


def _unname_within(element: HtmlElement, misleading: str, seen: set[HtmlElement]) -> None:
    """Take a misleading name off the parts of an element that is one of many, unless it was `seen` within another."""
    if element in seen:
        return
    for part in element.iterdescendants():
        seen.add(part)
        if misleading in marks(part):
            _unname(part)


def _unname(element: HtmlElement) -> None:
    for attribute in ("class", "id", "style", "aria-hidden"):
        element.attrib.pop(attribute, None)


def _prose(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Characters of running text in each element that holds any."""
    found: dict[HtmlElement, int] = {}
    around: dict[HtmlElement, HtmlElement] = {}
    texts = _DENSE_TEXTS if DENSE.search(tree.findtext(".//title") or "") else _LONG_TEXTS
    for text in texts(tree):
        parent = text.getparent()
        element = parent.getparent() if text.is_tail else parent
        for box in reversed(_unknown(element, found, around)):
            found[box] = 0
        found[element] += len(text)
    # Each box was put in after the one around it.
    for box in reversed(found):
        if box in around:
            found[around[box]] += found[box]
    return found


def _unknown(
    element: HtmlElement, known: dict[HtmlElement, int], around: dict[HtmlElement, HtmlElement]
) -> list[HtmlElement]:
    """An element and those around it, up to the first that is known; what is around each is noted."""
    path: list[HtmlElement] = []
    box: HtmlElement | None = element
    while box is not None and box not in known:
        path.append(box)
        if (outer := box.getparent()) is not None:
            around[box] = outer
        box = outer
    return path


def drop(element: HtmlElement) -> None:
    """Take an element off its tree; the text after it stays."""
    if element.getparent() is not None:
        element.drop_tree()


@lru_cache(maxsize=8192)
def _kind(names: str) -> str:
    """Names without those that number one part among its like."""
    if not _NUMBER.search(names):
        return names
    return " ".join(name for name in names.split() if not _NUMBER.search(name)) or names


@lru_cache(maxsize=8192)
def _is_surely_other(names: str) -> bool:
    return bool(_SURELY.search(names))


@lru_cache(maxsize=8192)
def _is_other(names: str) -> bool:
    return bool(_OTHER.search(names)) and not _BODY.search(names)
