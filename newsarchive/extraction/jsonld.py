"""JSON-LD of a page: blocks, broken ones repaired, to the node that describes the article."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

from newsarchive.extraction.strings import plain, squeeze

MAX_BLOCKS = 200
MAX_CHARACTERS = 3_000_000
MAX_NODES = 3000
_TELLING = 20

Node = Mapping[str, Any]

ARTICLE_TYPES = frozenset(
    [
        "article",
        "newsarticle",
        "analysisnewsarticle",
        "askpublicnewsarticle",
        "backgroundnewsarticle",
        "opinionnewsarticle",
        "reportagenewsarticle",
        "reviewnewsarticle",
        "liveblogposting",
        "blogposting",
        "socialmediaposting",
        "report",
        "review",
        "scholarlyarticle",
        "techarticle",
        "advertisercontentarticle",
        "satiricalarticle",
        "medicalscholarlyarticle",
    ]
)
MEDIA_TYPES = frozenset({"videoobject", "imagegallery", "podcastepisode", "audioobject", "recipe", "newsmediaobject"})
PAGE_TYPES = frozenset({"webpage", "itempage", "collectionpage", "website"})

_OPENING = re.compile(r"^\s*(?:/\*.*?\*/|//[^\n]*|<!--|<!\[CDATA\[)", re.DOTALL)
_CLOSING = re.compile(r"(?:/\*[^*]*\*/|//\s*\]\]>|-->|\]\]>)\s*;?\s*$")
# What stands after the value is short: only so much of a block's end is searched.
_TAIL = 200
_BREAKS = re.compile(r"</?(?:p|br|div|li|h\d|blockquote)\b[^>]*>", re.IGNORECASE)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_DOUBLE_COMMA = re.compile(r",(\s*,)+")
_BARE_BREAK = re.compile(r"[\r\n\t]")
_QUOTE = re.compile(r'(?<!\\)"')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|[{}\[\],]', re.DOTALL)
_AROUND = 40
_DEEPEST = 30
_LONE_BACKSLASH = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')


def read(tree: HtmlElement) -> tuple[Node, ...]:
    """Every typed node of the page's JSON-LD blocks, outer before inner, in page order."""
    found: list[Node] = []
    for block in _blocks(tree):
        for node in _typed(_load(block), 0):
            found.append(node)
            if len(found) >= MAX_NODES:
                return tuple(found)
    return tuple(found)


def article(nodes: Iterable[Node], *, headline: str = "", url: str = "") -> Node:
    """The node that describes this page's article, completed from its twins; empty where there is none.

    Of several articles the one with the page's headline or address is taken, else the first.
    """
    articles = [node for node in nodes if types(node) & ARTICLE_TYPES]
    if not articles:
        return {}
    best = max(articles, key=lambda node: _fitness(node, headline, url))
    merged = dict(best)
    for twin in articles:
        if twin is not best and _same(best, twin):
            merged = {**twin, **{k: v for k, v in merged.items() if v not in ("", None, [], {})}}
    return merged


def first_of(nodes: Iterable[Node], wanted: frozenset[str]) -> Node:
    """The first node of one of the wanted types (lower case), or an empty one."""
    return next((node for node in nodes if types(node) & wanted), {})


def types(node: Node) -> set[str]:
    """The lower-case names of a node's types, without their namespace."""
    named = node.get("@type", node.get("type"))
    return {str(n).rsplit("/", 1)[-1].rsplit(":", 1)[-1].casefold() for n in listed(named) if isinstance(n, str)}


def listed(value: object) -> list[Any]:
    """A value as a list: nothing is empty, a list is itself, all else is one element."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def texts(value: object) -> list[str]:
    """The plain texts in a value: strings, `@value`s, names of nodes."""
    found = []
    for item in listed(value):
        if isinstance(item, Mapping):
            found += texts(item.get("name") or item.get("@value"))
        elif text := plain(item):
            found.append(text)
    return found


def text(value: object) -> str:
    """The first plain text in a value, or nothing."""
    return next(iter(texts(value)), "")


def paragraphs(text: str) -> str:
    """A long text of JSON-LD: markup to line breaks, entities resolved, one paragraph per line."""
    broken = _BREAKS.sub("\n", html.unescape(text) if "&" in text else text)
    return "\n".join(line for raw in broken.split("\n") if (line := plain(raw)))


def _blocks(tree: HtmlElement) -> Iterator[str]:
    budget, count = MAX_CHARACTERS, 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").casefold() or not script.text:
            continue
        budget, count = budget - len(script.text), count + 1
        if budget < 0 or count > MAX_BLOCKS:
            return
        yield script.text


def _load(block: str) -> object:
    """The value of one block; nothing where no repair helps."""
    for repair in (_as_is, _unwrapped, _punctuated, _unescaped, _requoted, _closed):
        try:
            return json.loads(repair(block), strict=False)
        except (ValueError, RecursionError):
            continue
    return _pieces(block)


def _as_is(block: str) -> str:
    return block


def _unwrapped(block: str) -> str:
    """A block without the comment signs around its value."""
    bare = _OPENING.sub("", block, count=1)
    return (bare[:-_TAIL] + _CLOSING.sub("", bare[-_TAIL:])).strip().rstrip(";")


def _punctuated(block: str) -> str:
    bare = _DOUBLE_COMMA.sub(",", _unwrapped(block))
    return _LONE_BACKSLASH.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", bare))


def _unescaped(block: str) -> str:
    return html.unescape(_punctuated(block)) if "&quot;" in block else _BARE_BREAK.sub(" ", _punctuated(block))


def _requoted(block: str) -> str:
    """A block whose quotes inside strings are escaped: those with no sign of JSON before or after them."""
    return _QUOTE.sub(_escaped, _BARE_BREAK.sub(" ", _punctuated(block)))


def _escaped(quote: re.Match[str]) -> str:
    text, at = quote.string, quote.start()
    before = text[max(at - _AROUND, 0) : at].rstrip()
    after = text[at + 1 : at + _AROUND].lstrip()
    outer = not before or before[-1] in ":,[{" or not after or after[0] in ":,}]"
    return quote[0] if outer else r"\""


def _closed(block: str) -> str:
    """A block that ends too early, cut after its last whole value and closed."""
    text, opened, cut, closers = _punctuated(block), [], 0, ""
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            opened.append("}" if token[0] == "{" else "]")
        elif token[0] in "}]" and opened:
            opened.pop()
        elif token[0] == "," and len(opened) < _DEEPEST:
            cut, closers = token.start(), "".join(reversed(opened))
    return text[:cut] + closers


_STRING_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|description|articleSection|inLanguage|@type|keywords|alternativeHeadline)"'
    r'\s*:\s*"((?:[^"\\\n]|\\.){1,2000})"'
)
_AUTHOR = re.compile(r'"author"\s*:\s*(?:\[\s*)?(?:\{[^{}]{0,300}?"name"\s*:\s*)?"((?:[^"\\\n]|\\.){1,200})"')


def _pieces(block: str) -> object:
    """What can be read field by field out of a block beyond repair; the first of each name wins."""
    found: dict[str, str] = {}
    if author := _AUTHOR.search(block[:200_000]):
        found["author"] = author[1]
    for name, value in _STRING_FIELD.findall(block[:200_000]):
        found.setdefault(name, value.replace('\\"', '"').replace("\\/", "/"))
    return found


def _typed(value: object, depth: int) -> Iterator[Node]:
    """Nodes with a type, from lists, graphs and nested values."""
    if depth > 6:  # noqa: PLR2004 - no page nests its article deeper
        return
    if isinstance(value, list):
        for item in value:
            yield from _typed(item, depth + 1)
    elif isinstance(value, Mapping):
        if "@type" in value or "headline" in value:
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item"):
            if isinstance(value.get(key), Mapping | list) and not (key == "mainEntityOfPage" and depth > 1):
                yield from _typed(value[key], depth + 1)


def _fitness(node: Node, headline: str, url: str) -> tuple[int, int, int]:
    """How well a node fits the page: same headline, same address, number of telling fields."""
    title = squeeze(text(node.get("headline")) or text(node.get("name")))
    same = bool(title and headline) and (
        title == headline or (len(title) > _TELLING and (title in headline or headline in title))
    )
    known = sum(bool(node.get(key)) for key in ("headline", "datePublished", "author", "articleBody", "keywords"))
    return int(same), int(bool(url) and _address(node) == url), known


def _address(node: Node) -> str:
    page = node.get("mainEntityOfPage") or node.get("url") or node.get("@id")
    if isinstance(page, Mapping):
        page = page.get("@id") or page.get("url")
    return page.split("#")[0] if isinstance(page, str) else ""


def _same(one: Node, other: Node) -> bool:
    """Whether two nodes describe one article: the headlines or addresses agree."""
    title, twin = squeeze(text(one.get("headline"))), squeeze(text(other.get("headline")))
    if title and twin:
        return title == twin
    return bool(_address(one)) and _address(one) == _address(other)
