"""Lines that stand on several articles of one site: what may be such a line, and a text without them."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Container, Mapping, Sequence
from functools import lru_cache

from newsarchive.article import Article
from newsarchive.extra import read_extra

_LONG, _LONG_AT_END = 40, 24
_END = 3
_BEGINNING, _MOST_LINES = 20, 60
_NOISE = re.compile(r"[\W_]+")
_ASCII_NOISE = bytes(code for code in range(128) if not chr(code).isalnum())
_WORD = re.compile(r"[^\W\d_]{5,}")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DENSE_WEIGHT = 2.5
_TOLD = 1 / 3
_LARGEST_PART = 0.5


def line_key(line: str) -> str:
    """16 hex digits, equal for lines that differ in case, blanks and punctuation only."""
    return hashlib.blake2b(_squeeze(line).encode(), digest_size=8).hexdigest()


def without(text: str, repeated: Container[str]) -> tuple[str, tuple[str, ...]]:
    """A text without the lines whose keys are known as repeated, and those lines.

    Short lines are never taken for repeated: headings, datelines and interjections come again in good faith. A text
    that would lose more than half stays whole: it is a copy, not an article with boilerplate.
    """
    lines = text.split("\n")
    dropped = [line for place in _places(lines) if line_key(line := lines[place]) in repeated]
    if not dropped or sum(map(len, dropped)) > _LARGEST_PART * len(text):
        return text, ()
    gone = set(dropped)
    return "\n".join(line for line in lines if line not in gone), tuple(dict.fromkeys(dropped))


def places(article: Article) -> dict[str, int]:
    """The places of those lines that may be the site's, by their keys: in the text, then in what was left out of it."""
    text = article.text.split("\n")
    own = _places(text)
    chosen = own if len(own) <= _MOST_LINES else own[:_BEGINNING] + own[_BEGINNING - _MOST_LINES :]
    dropped = read_extra(article).repeated
    return {line_key(line): place for place, line in [*((i, text[i]) for i in chosen), *enumerate(dropped, len(text))]}


def lines(article: Article, at: Mapping[str, int] | None = None) -> dict[str, str]:
    """Those of an article's lines that may be the site's, by their keys; `at` are their places, if they are known."""
    own = [*article.text.split("\n"), *read_extra(article).repeated]
    found = places(article) if at is None else at
    return {key: own[place] for key, place in found.items() if place < len(own)}


def foreign(article: Article, shared: Collection[str]) -> frozenset[str]:
    """Those of the lines shared with other articles that say next to nothing of what this article says.

    A paragraph of background comes again too, but in the words of its article.
    """
    own = [line for line in article.text.split("\n") if line not in shared]
    told = _words(" ".join([article.title, *article.tags, *own]))
    return frozenset(line for line in shared if _part_in(told, line) <= _TOLD)


def topic(article: Article) -> frozenset[str]:
    """Hashes of the words of an article's title and tags: what remembers them holds no text to be erased."""
    words = _words(" ".join([article.title, *article.tags]))
    return frozenset(hashlib.blake2b(word.encode(), digest_size=6).hexdigest() for word in words)


def _places(lines: Sequence[str]) -> list[int]:
    end = len(lines) - _END
    return [i for i, line in enumerate(lines) if _size(line) >= (_LONG if i < end else _LONG_AT_END)]


def _part_in(told: set[str], line: str) -> float:
    words = _words(line)
    return len(words & told) / len(words) if words else 0.0


def _words(text: str) -> set[str]:
    """Words of five letters or more; pairs of signs in scripts without blanks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    found = {word for word in _WORD.findall(folded) if not _DENSE.search(word)}
    dense = "".join(_DENSE.findall(folded))
    return found | {dense[i : i + 2] for i in range(len(dense) - 1)}


def _size(line: str) -> float:
    squeezed = _squeeze(line)
    return len(squeezed) * (_DENSE_WEIGHT if _DENSE.search(squeezed) else 1)


@lru_cache(maxsize=1024)
def _squeeze(line: str) -> str:
    folded = unicodedata.normalize("NFKC", line).casefold()
    # Blanks first, as bytes: a pattern takes one step for each run of what it removes.
    bare = folded.encode("utf-8", "surrogatepass").translate(None, _ASCII_NOISE).decode("utf-8", "surrogatepass")
    return bare if bare.isalnum() else _NOISE.sub("", bare)
