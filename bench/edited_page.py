"""A page to be edited in its HTML, and the places where it can be."""

import html
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html.entities import codepoint2name

_PARAGRAPH = re.compile(r"<p(?:\s[^<>]*)?>((?:(?!</?p[\s>]).)*?)</p>", re.DOTALL)
_APART = re.compile(
    r"<script\b.*?</script>|<style\b.*?</style>|<noscript\b.*?</noscript>|<!--.*?-->", re.DOTALL | re.IGNORECASE
)
_LINK = re.compile(r"\s*<a\b(?:(?!</a>).)*</a>\s*", re.DOTALL)
TAG = re.compile(r"<[^<>]*>")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_LONG, _LONG_AND_DENSE = 80, 30

Pair = tuple[str, str]
Edit = Callable[["Page", random.Random], Pair | None]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body: where its element starts and ends in the HTML, where its inside does, and its text."""

    start: int
    inside: int
    inside_end: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page with what a reader sees on it; `other` is a paragraph of another page, in its language if possible."""

    html: str
    url: str
    language: str
    title: str
    description: str
    tags: tuple[str, ...]
    lines: frozenset[str]
    other: str = ""

    @cached_property
    def word(self) -> str:
        """A long word of the other page, or some letters where words have no blanks."""
        words = re.findall(r"[^\W\d_]{4,14}", self.other)
        return max(words, key=len, default=self.other[:6])

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The long paragraphs of the body that stand in one element each."""
        hidden = [match.span() for match in _APART.finditer(self.html)]
        return [p for p in self._elements() if p.text in self.lines and not any(a <= p.start < b for a, b in hidden)]

    def _elements(self) -> Iterator[Paragraph]:
        for match in _PARAGRAPH.finditer(self.html):
            if _LINK.fullmatch(match[1]):
                continue
            text = squeezed(html.unescape(TAG.sub("", match[1])))
            if len(text) >= (_LONG_AND_DENSE if _DENSE.search(text) else _LONG):
                yield Paragraph(match.start(), match.start(1), match.end(1), match.end(), text)


def squeezed(text: str) -> str:
    """Return a text with single blanks."""
    return " ".join(text.split())


def everywhere(page: str, old: str, new: str) -> str:
    """Return a page with a text replaced in its elements, attributes and scripts, however they spell it."""
    spellings: tuple[Callable[[str], str], ...] = (
        str,
        lambda text: html.escape(text, quote=False),
        html.escape,
        lambda text: json.dumps(text)[1:-1],
        lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
        lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
        lambda text: html.escape(text).replace("&#x27;", "&#39;"),
        lambda text: html.escape(text).replace("&#x27;", "&#039;"),
        lambda text: "".join(f"&#{ord(c)};" if ord(c) > 0x7F else c for c in html.escape(text, quote=False)),  # noqa: PLR2004 - ASCII
        lambda text: "".join(f"&{codepoint2name[ord(c)]};" if ord(c) in codepoint2name else c for c in text),
    )
    for spell in spellings:
        page = page.replace(spell(old), spell(new))
    return page


def inserted_at(page: Page, place: int, inserted: str) -> Pair:
    """A page without and with something at a place."""
    return page.html, page.html[:place] + inserted + page.html[place:]


def differing(before: str, after: str) -> Pair | None:
    """The two, if they are."""
    return (before, after) if before != after else None


def replaced(page: Page, rng: random.Random, pattern: re.Pattern[str], new: Callable[[str], str]) -> Pair | None:
    """A piece of a paragraph's text replaced, with the same words wherever else the page has them."""
    for paragraph in rng.sample(page.paragraphs, len(page.paragraphs)):
        inside = page.html[paragraph.inside : paragraph.inside_end]
        found = [m for m in pattern.finditer(inside) if _is_text(inside, m)]
        if found:
            match = rng.choice(found)
            start, end = _context(inside, match)
            old, changed = inside[start:end], inside[start : match.start()] + new(match[0]) + inside[match.end() : end]
            at = paragraph.inside + start
            after = page.html[:at] + changed + page.html[at + len(old) :]
            return page.html, everywhere(after, html.unescape(old), html.unescape(changed))
    return None


def _is_text(inside: str, match: re.Match[str]) -> bool:
    """Tell whether a match is no part of a tag or reference."""
    before = inside[: match.start()]
    return before.rfind("<") <= before.rfind(">") and not re.search(r"&#?\w*$", before)


def _context(inside: str, match: re.Match[str]) -> tuple[int, int]:
    """Return a match's bounds with up to 25 characters of plain text on each side, so that they mean this place."""
    before = re.split(r"[<>&]", inside[: match.start()])[-1][-25:]
    after = re.split(r"[<>&]", inside[match.end() :])[0][:25]
    return match.start() - len(before), match.end() + len(after)


def in_paragraphs(page: Page, text: str, changed: Callable[[str], str]) -> str:
    """Return a page with the text of its paragraphs changed, their tags left alone."""
    for paragraph in page.paragraphs:
        inside = page.html[paragraph.inside : paragraph.inside_end]
        parts = re.split(r"(<[^<>]*>|&[#\w]+;)", inside)
        text = text.replace(inside, "".join(p if n % 2 else changed(p) for n, p in enumerate(parts)))
    return text
