"""What changed between two revisions of an article, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from newsarchive.article import Article
from newsarchive.harmless import visible

_COMPARED = ("title", "description", "tags", "text")
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\s+|[^\s\u3040-\u30ff\u3400-\u9fff]+")
_MOST_WORDS = 4_000
_CONTEXT = 160


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is `same`, `del` or `ins`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs between two revisions."""

    name: str
    pieces: tuple[Piece, ...]


def changes(older: Article, newer: Article) -> list[Change]:
    """Return the changed fields of a revision."""
    pairs = ((name, _text(older, name), _text(newer, name)) for name in _COMPARED)
    return [Change(name, tuple(_pieces(before, after))) for name, before, after in pairs if before != after]


def _text(article: Article, name: str) -> str:
    value = getattr(article, name)
    return visible(value if isinstance(value, str) else ", ".join(value))


def _split(text: str, *, fine: bool) -> list[str]:
    return _PIECE.findall(text) if fine else text.splitlines(keepends=True)


def _pieces(before: str, after: str) -> Iterator[Piece]:
    fine = before.count(" ") + after.count(" ") < _MOST_WORDS and len(before) + len(after) < 10 * _MOST_WORDS
    old, new = _split(before, fine=fine), _split(after, fine=fine)
    matcher = SequenceMatcher(None, old, new, autojunk=not fine)
    blocks = matcher.get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(blocks):
        if kind == "equal":
            yield Piece("same", _shortened(old[a:b], first=number == 0, last=number == len(blocks) - 1))
            continue
        if a < b:
            yield Piece("del", "".join(old[a:b]))
        if c < d:
            yield Piece("ins", "".join(new[c:d]))


def _shortened(words: Sequence[str], *, first: bool, last: bool) -> str:
    """Keep what stands beside a change."""
    text = "".join(words)
    if len(text) <= 2 * _CONTEXT:
        return text
    before = "" if first else text[:_CONTEXT].rpartition(" ")[0] or text[:_CONTEXT]
    after = "" if last else text[-_CONTEXT:].partition(" ")[2] or text[-_CONTEXT:]
    return f"{before} …\n… {after}" if before and after else f"{before} … {after}"
