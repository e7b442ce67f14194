"""Small questions about text that several fields ask."""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.extraction.decode import clean

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_HUMP = re.compile(r"([a-z])([A-Z])")
_UNPRINTED = {code: None for code in range(128) if not chr(code).isalnum()}
_BETWEEN = re.compile(r"[\W_]+")
DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WEIGHT = 2.5
# Marks without a shape, and the private signs of icon fonts.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\u00ad\ue000-\uf8ff]")


def one_line(text: str | None) -> str:
    """Text without line breaks, doubled blanks, invisible marks and icons."""
    if not text:
        return ""
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


def plain(value: object) -> str:
    """One line of text out of a metadata value: entities resolved (twice at most), markup removed."""
    if not isinstance(value, str | int):
        return ""
    text = clean(str(value))
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    return one_line(text)


def squeeze(text: str) -> str:
    """Only the letters and digits, case folded: equal for texts a reader takes for the same."""
    if text.isascii():
        return text.lower().translate(_UNPRINTED)
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def fold(text: str) -> str:
    """Words without case, accents and punctuation, with single blanks."""
    if text.isascii():
        return _BETWEEN.sub(" ", text.lower()).strip()
    bare = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return _BETWEEN.sub(" ", bare).strip()


def length(text: str) -> float:
    """Characters of a text, as many more in scripts that write words or syllables in one sign as others would take."""
    return len(text) * (_WEIGHT if DENSE.search(text) else 1)


def shown(element: HtmlElement) -> str:
    """One line of the text a reader sees in an element: no scripts, no styles."""
    text = str(element.text_content())
    for silent in element.iter("script", "style"):
        text = text.replace(silent.text or "\0", " ")
    return one_line(text)


def told(element: HtmlElement) -> str:
    """The text of a heading as one line: where a line of it breaks a blank stands."""
    if element.find(".//br") is None:
        return plain(str(element.text_content()))
    return plain("".join(_broken(element)))


def _broken(element: HtmlElement) -> Iterator[str]:
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            yield "\n" if node.tag == "br" else node.text or ""
        elif node is not element:
            yield node.tail or ""


def marks(element: HtmlElement) -> str:
    """The class, id and test id of an element as words: lower case, humps and underscores turned to hyphens."""
    get = element.get
    return _spelled(get("class"), get("id"), get("data-testid"))


@lru_cache(maxsize=16384)
def _spelled(*names: str | None) -> str:
    joined = " ".join(name for name in names if name)
    return _HUMP.sub(r"\1-\2", joined).replace("_", "-").casefold() if joined else ""
