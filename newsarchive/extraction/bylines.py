"""The byline a reader sees on a page."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from newsarchive.extraction.strings import one_line, plain

_MARK = re.compile(
    r"(?:author|byline|by-line|auteur|autor(?:en|es|in)?\b|autore|writer|journalist|contributor|reporter|zuozhe|editor-name|"
    r"redakteur|credit-name|posted-by|written-by|signature|firma\b|skribent|toimittaja|yazar|muhabir)",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:bio|box|image|img|photo|avatar|pic|social|date|time|role|job|info|desc|follow|twitter|mail|title|more|about|count|"
    r"publisher|authority|authoriz|comment)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:comments?|commentlist|related|sidebar|footer|recommend\w*|teasers?|widget|promo|most|popular|more-\w+|latest|archive|nav|"
    r"menu|carousel|cards?|trending|newsletter)(?![a-z])",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|in)?|auteurs?|auteur-\w+|journalists?|journalistes?|reporters?|people|person|profiles?|profil|"
    r"contributors?|columnists?|writers?|staff|by|user|members?|redakteure?|redaktion/autoren|korrespondenten?|firmas?|skribent|yazar\w*|"
    r"members)/[^/]+",
    re.IGNORECASE,
)
_NAME = r"(?:[^\W\d_a-z][\w.'’-]*|de|da|di|del|della|van|von|der|den|la|le|el|al|bin|ben|und|and|et|y|e|&)"
_BY = re.compile(rf"^(?:by|von|par|por|texte? par|text|di|de notre correspondante?|written by|story by|от|автор)\s*:?\s+({_NAME}(?:[ ,]+{_NAME}){{0,9}})", re.IGNORECASE)
_HAN_NAME = r"[\u4e00-\u9fff·]{2,4}"
_HAN = re.compile(rf"(?:作\s*者|撰\s*文|记\s*者|記\s*者|通讯员|文\s*[/／])\s*[:：/／]?\s*({_HAN_NAME}(?:[、 　,，]{_HAN_NAME}){{0,4}})(?=[\s　<>()（）】\]|/，。]|$)")
_LONGEST = 140
_FEW = 8


def linked(tree: HtmlElement) -> list[str]:
    """Texts of the links to the authors' own pages: the first, and those that stand beside it."""
    found = [a for a in tree.iter("a") if _is_author_link(a) and not _is_elsewhere(a)]
    if not found:
        return []
    box = _box(found[0])
    return [text for a in found[:_FEW] if _box(a) is box and (text := plain(a.text_content()))]


def marked(tree: HtmlElement) -> Iterator[str]:
    """Texts of elements whose names say that they hold an author, the innermost of each."""
    for element in tree.iter("span", "div", "p", "a", "address", "li", "strong", "cite", "h3", "h4", "h5", "section", "td", "em", "b", "ul"):
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
        if _MARK.search(names) and not _PART.search(names) and not _is_elsewhere(element):
            text = _innermost(element)
            if text and len(text) <= _LONGEST:
                yield text


def microdata(tree: HtmlElement) -> list[str]:
    """Texts of the elements with `itemprop=author`, or of the name in each."""
    found = []
    for element in tree.iter():
        if "author" in (element.get("itemprop") or "").casefold().split() and not _is_elsewhere(element):
            named = next((e for e in element.iter() if (e.get("itemprop") or "") == "name"), element)
            found.append(plain(named.get("content") or named.text_content()))
    return [text for text in found if text and len(text) <= _LONGEST][:_FEW]


def spoken(tree: HtmlElement) -> str:
    """A short line that begins with "By" or its like, or a Chinese byline."""
    for element in tree.iter("p", "div", "span", "strong", "em", "b", "i", "h3", "h4", "h5", "h6", "li", "td", "small", "font"):
        if len(element) > 4 or _is_elsewhere(element):  # noqa: PLR2004 - a byline is a small element
            continue
        text = one_line(element.text_content())
        if 4 < len(text) <= _LONGEST and (match := _BY.match(text)) and len(text) < len(match[0]) + 60:  # noqa: PLR2004
            return match[1]
    return _han(tree)


def _han(tree: HtmlElement) -> str:
    text = one_line(tree.text_content()) if any("\u4e00" <= c <= "\u9fff" for c in (tree.findtext(".//title") or "")) else ""
    match = _HAN.search(text)
    return match[1] if match else ""


def _is_author_link(link: HtmlElement) -> bool:
    if "author" in (link.get("rel") or "").casefold().split():
        return True
    href = link.get("href") or ""
    return bool(_PAGE.search(href)) and 3 < len(one_line(link.text_content())) < 60 and not len(link.xpath(".//img"))  # noqa: PLR2004


def _box(link: HtmlElement) -> HtmlElement | None:
    """The element that holds the whole byline: up to three levels above a link."""
    box = link.getparent()
    for _ in range(2):
        if box is not None and box.getparent() is not None and box.getparent().tag not in {"body", "article", "main"}:
            box = box.getparent()
    return box


def _innermost(element: HtmlElement) -> str:
    """The text of the links or names in a byline, else all of it."""
    links = [text for a in element.iter("a") if _is_author_link(a) and (text := plain(a.text_content()))]
    if links:
        return ", ".join(dict.fromkeys(links[:_FEW]))
    inner = [e for e in element.iter() if e is not element and re.search(r"name|(?<![a-z])fn(?![a-z])", e.get("class") or "")]
    texts = [text for e in inner[:_FEW] if (text := plain(e.text_content()))]
    return texts[0] if texts else plain(" ".join(element.itertext()))


def _is_elsewhere(element: HtmlElement) -> bool:
    for depth, box in enumerate((element, *element.iterancestors())):
        if depth > 6 or box.tag in {"body", "main"}:  # noqa: PLR2004 - further boxes hold the whole page
            return False
        if depth and box.tag == "article":
            return "comment" in (box.get("class") or "")
        if box.tag in {"footer", "nav"} or _ELSEWHERE.search(f"{box.get('class') or ''} {box.get('id') or ''}"):
            return True
    return False
