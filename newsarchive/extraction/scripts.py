"""What a page's own scripts say about its article: the last resort for tags, dates and authors."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from newsarchive.extraction.strings import plain

_LIST = re.compile(
    r"""\\?["'](?:(?:article|content|meta|page|post|story)?_?(?:[tT]ags|[kK]eywords)|pageAttributes|topics)\\?["']"""
    r"""\s*:\s*(?:\{\s*"tags"\s*:\s*)?(?=\[|\\?["'][^"'\\]{3})"""
)
_PUBLISHED = re.compile(
    r"""\\?["'](?:\w+\.)?(?:article|content|page|post|story|news)?_?(?:first)?_?"""
    r"""(?:publi(?:sh(?:ed)?|cation)_?(?:date|time|datetime|at|on)|date_?published|posted_?date|pagepostdate|display_?date)"""
    r"""\\?["']\s*:\s*\\?["']?([^"'{}\[\]\\]{8,40}?)(?:\\?["']|,\s*\\?["']|\s*\})""",
    re.IGNORECASE,
)
_DATED = ("ubli", "posted", "Posted", "PostDate", "isplay")
_AUTHORS = re.compile(
    r"""\\?["'](?:\w+\.)?(?:(?:article|content|page|story|news)_?(?:post)?_?(?:authors?|byline)(?:_?names?)?|"""
    r"""credits\\?["']\s*:\s*\{\s*\\?["']by)\\?["']\s*:\s*(?=[\["'\\])""",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[,;|]")
_SINGLE = re.compile(r"\[\s*'[^\[\]{}\"]*\]")
_PUSHED = re.compile(r"__next_f\.push\(\[1,\s*(?=\")")
_OPENING = re.compile(r"<p\b[^<>]{0,500}>")
_SENTENCE = 20
_DECODER = json.JSONDecoder(strict=False)
_MOST = 40
_LONGEST = 5000
_TRIED = 500
_LARGEST = 2_000_000


def keywords(tree: HtmlElement) -> list[str]:
    """The first list of tags or keywords in the page's scripts; none where there is none."""
    return next(_lists(tree), [])


def authors(tree: HtmlElement) -> list[str]:
    """The first authors that the page's scripts name as the article's; none where there are none."""
    for text in _own(tree, "uthor", "yline", "credits"):
        for match in islice(_AUTHORS.finditer(text), _TRIED):
            found = _read(match)
            if names := [found] if isinstance(found, str) else _named(found):
                return names
    return []


def publications(tree: HtmlElement) -> list[str]:
    """What the page's scripts call a date of publication."""
    return [match[1] for text in _own(tree, *_DATED) for match in islice(_PUBLISHED.finditer(text), _TRIED)]


def streamed(tree: HtmlElement) -> str:
    """The markup that a page's scripts carry as pushed strings and would write into it when they run."""
    texts = (script.text or "" for script in tree.iter("script"))
    pushed = (_PUSHED.search(text) for text in texts if len(text) < _LARGEST)
    values = (_value(match.string, match.end()) for match in pushed if match)
    return "".join(value for value in values if isinstance(value, str))


def paragraphs(markup: str) -> list[str]:
    """The texts of the paragraphs in a markup that no page shows."""
    parts = (part.partition("</p>") for part in _OPENING.split(markup)[1:])
    return [text for part, closing, _ in parts if closing and len(text := plain(part)) > _SENTENCE]


def _lists(tree: HtmlElement) -> Iterator[list[str]]:
    for match in islice(_named_so(tree), _TRIED):
        found = _named(_read(match))
        if found and len(found) <= _MOST:
            yield found


def _named_so(tree: HtmlElement) -> Iterator[re.Match[str]]:
    """The places in the page's scripts where a list of tags may begin."""
    for text in _own(tree, "ags", "eywords", "opics", "pageAttributes"):
        yield from _LIST.finditer(text)


def _own(tree: HtmlElement, *words: str) -> Iterator[str]:
    """The texts of the page's scripts that are no JSON-LD and hold one of some words: a look at them is cheap."""
    for script in tree.iter("script"):
        text = script.text or ""
        named = len(text) <= _LARGEST and any(word in text for word in words)
        if named and "ld+json" not in (script.get("type") or ""):
            yield text


def _read(match: re.Match[str]) -> Any:  # noqa: ANN401 - any JSON value
    """The value after a match, as JSON, JSON in a string, or JavaScript between single quotes."""
    text, position = match.string, match.end()
    if match[0].startswith("\\"):
        return _quoted(text, position)
    if text[position : position + 1] == "'":
        end = text.find("'", position + 1, position + _LONGEST)
        return text[position + 1 : end] if end > 0 else None
    if single := _SINGLE.match(text, position, position + _LONGEST):
        return re.findall(r"'([^']*)'", single[0])
    return _value(text, position)


def _value(text: str, position: int) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return _DECODER.raw_decode(text, position)[0]
    except (ValueError, RecursionError):
        return None


def _quoted(text: str, position: int) -> Any:  # noqa: ANN401 - any JSON value
    """A JSON value inside a string of JavaScript."""
    return _value(text[position : position + _LONGEST].replace('\\"', '"'), 0)


def _named(value: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    """Texts of a list of strings or of things with a name; of one string its parts between commas."""
    if isinstance(value, str):
        return [part for part in parts if part.strip()] if len(parts := _BETWEEN.split(value)) > 1 else []
    if not isinstance(value, list):
        return []
    return [name for item in value if (name := _name(item))]


def _name(item: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(item, Mapping):
        item = next((item[key] for key in ("name", "label", "title", "tag", "text") if key in item), "")
    return item.strip() if isinstance(item, str) else ""
