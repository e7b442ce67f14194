"""Small questions about text that several fields ask."""

import html
import re
import unicodedata

from lxml.html import HtmlElement

from newsarchive.extraction.decode import clean

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\u00ad]")


def one_line(text: str | None) -> str:
    """Text without line breaks, doubled blanks, invisible marks and control characters."""
    return " ".join(_INVISIBLE.sub("", clean(text or "")).split())


def plain(value: object) -> str:
    """One line of text out of a metadata value: entities resolved (twice at most), markup removed."""
    if not isinstance(value, str | int):
        return ""
    text = str(value)
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    return one_line(text)


def squeeze(text: str) -> str:
    """Only the letters and digits, case folded: equal for texts a reader takes for the same."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def fold(text: str) -> str:
    """Words without case, accents and punctuation, with single blanks."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare).strip()


def shown(element: HtmlElement) -> str:
    """One line of the text a reader sees in an element: no scripts, no styles."""
    if element.find(".//script") is None and element.find(".//style") is None:
        return one_line(str(element.text_content()))
    parts = (str(text) for text in element.itertext() if _holder(text) not in {"script", "style"})
    return one_line("".join(parts))


def _holder(text: object) -> str:
    """The tag of the element whose text this is; of a tail, that of the element around it."""
    parent = text.getparent()  # type: ignore[attr-defined] # lxml's strings know where they stand
    if getattr(text, "is_tail", False):
        parent = parent.getparent()
    return str(parent.tag) if parent is not None else ""
