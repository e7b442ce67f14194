"""Text from the archive, made fit to be looked at: nothing in it can act, hide or reorder what stands around it."""

import re
from functools import cache
from urllib.parse import urlsplit

from babel import Locale
from markupsafe import Markup, escape

from newsarchive.archive.query import COUNTRY
from newsarchive.article import Article
from newsarchive.harmless import visible
from newsarchive.web.words import spans

_RTL = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "yi", "dv", "sd", "ug", "arc"})
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_AROUND = 110
_SCANNED = 40_000
SHORT = 220
LONG = 2_000
PARAGRAPHS = 2_000
PARAGRAPH = 50_000


def brief(text: str, length: int = SHORT) -> str:
    """Return the visible beginning of a text, on one line."""
    shown = " ".join(visible(text[: length * 4]).split())
    return shown if len(shown) <= length and len(text) <= length * 4 else shown[:length].rstrip() + "…"


def direction(language: str) -> str:
    """Return the writing direction of a language as HTML's dir."""
    if language in ("", "und"):
        return "auto"
    return "rtl" if language.partition("-")[0] in _RTL else "ltr"


def language_tag(language: str) -> str:
    """Return a language as HTML's lang: `""` (unknown) for what is no tag."""
    return language if _TAG.fullmatch(language) and language != "und" else ""


@cache
def _english() -> Locale:
    return Locale("en")


def spelled(tag: str) -> str:
    """Return a tag as it is shown: the id of a country, such as `country:IQ`, by the country's name."""
    code = tag.removeprefix(COUNTRY)
    return str(_english().territories.get(code, tag)) if code != tag else tag


def country_name(code: str) -> str:
    """Return the English name of a country by its ISO 3166-1 code; the code where it is none."""
    return str(_english().territories.get(code, code))


def language_name(code: str) -> str:
    """Return the English name of a language; the code where it is none."""
    return str(_english().languages.get(code, code))


def web_address(url: str) -> str:
    """Return a URL that may be a link, http or https; `""` for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and visible(url) == url else ""


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs to show; what is longer than anyone reads is cut, with a mark."""
    lines = [line for line in text.split("\n") if line.strip()]
    shown = [visible(line[:PARAGRAPH]) + ("…" if len(line) > PARAGRAPH else "") for line in lines[:PARAGRAPHS]]
    return [*shown, "…"] if len(lines) > PARAGRAPHS else shown


def snippet(article: Article, query: str) -> Markup:
    """Return the part of a text where the query's words stand, marked; its beginning where they do not."""
    text = (article.text or article.description)[:_SCANNED]
    found = spans(text, query) if query else []
    if not found:
        return escape(brief(article.description or text, SHORT))
    start = _word_start(text, found[0][0])
    end = min(len(text), found[0][1] + 2 * _AROUND)
    return _marked(text, start, end, [s for s in found if s[0] >= start and s[1] <= end])


def _word_start(text: str, found: int) -> int:
    """Return where a snippet begins: some way before what was found, at a word's beginning where words have spaces."""
    start = max(0, found - _AROUND // 2)
    return text.find(" ", start, found) + 1 or start if start else 0


def _marked(text: str, start: int, end: int, found: list[tuple[int, int]]) -> Markup:
    parts, at = [escape("…" if start else "")], start
    for left, right in found:
        if left >= at:
            parts += [escape(visible(text[at:left])), Markup("<mark>{}</mark>").format(visible(text[left:right]))]
            at = right
    parts.append(escape(visible(text[at:end]) + ("…" if end < len(text) else "")))
    return Markup("").join(parts)
