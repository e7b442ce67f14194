"""A text as the units that near-duplicates are found by: words, or characters where words have no blanks."""

import re
import sys
import unicodedata
from dataclasses import dataclass

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_LETTER = re.compile(rf"[{_UNSPACED}]")
_UNSPACED_SHARE = 0.3
_FIGURE = re.compile(r"\d+")
_LONGEST = 100_000
_LOOKED_AT = 3_000
_BASIC_PLANE = min(0xFFFF, sys.maxunicode)


def _marks() -> str:
    """Return the marks of the basic plane: vowels of Indic scripts, tones of Thai; to `re` they are no word's part."""
    return "".join(chr(code) for code in range(0x300, _BASIC_PLANE) if unicodedata.category(chr(code))[0] == "M")


_WORD = re.compile(rf"[\w{_marks()}]+")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The units of a text in order, casefolded; its figures with what stands before them; its names."""

    units: tuple[str, ...]
    spaced: bool
    numbers: frozenset[str]
    names: frozenset[str]


def tokens(text: str) -> Tokens:
    """Return the tokens of a text; the scripts that most of its letters belong to decide which."""
    cased: list[str] = _WORD.findall(unicodedata.normalize("NFKC", text[:_LONGEST]))
    if is_spaced(text[:_LOOKED_AT]):
        return _words(cased)
    return _characters("".join(cased).casefold())


def is_spaced(text: str) -> bool:
    """Tell whether a text is in scripts that put blanks between words; Han, Kana, Thai, Lao, Khmer, Myanmar do not."""
    letters = len(text) - text.count(" ")
    return len(_LETTER.findall(text)) <= _UNSPACED_SHARE * letters


def _words(cased: list[str]) -> Tokens:
    words = tuple(word.casefold() for word in cased)
    lower = set(cased)
    names = frozenset(w for c, w in zip(cased, words, strict=True) if c != w and len(w) > 1 and w not in lower)
    pairs = zip(("", *words), words, strict=False)
    numbers = frozenset(f"{before} {word}" for before, word in pairs if word[0].isdigit())
    return Tokens(words, spaced=True, numbers=numbers, names=names)


def _characters(text: str) -> Tokens:
    numbers = frozenset(text[max(0, match.start() - 2) : match.end()] for match in _FIGURE.finditer(text))
    return Tokens(tuple(text), spaced=False, numbers=numbers, names=frozenset())
