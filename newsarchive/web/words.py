"""Words as the index holds them: Arabic without its article; Chinese, Japanese, Korean, Thai by pairs of characters."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ARABIC = re.compile(r"[\u0620-\u065f\u066e-\u06d3\u06fa-\u06ff]+")
_ARABIC_MARKS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_ARABIC_LETTERS = str.maketrans("أإآٱىةکی", "ااااي\u0647كي")
_PAIRED = (
    r"\u0e00-\u0e7f\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_PAIRED}]+")
_SPECIAL = re.compile(f"[{_PAIRED}\u0600-\u06ff]")
_MARKS = "".join(chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c)) in ("Mn", "Mc"))
_WORD = re.compile(f"[{_PAIRED}]+|(?:[^\\W_]|[{_MARKS}])+")
_QUERY = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')
_SURROGATE = re.compile("[\ud800-\udfff]")
_ARTICLES = (("وال", 6), ("بال", 6), ("كال", 6), ("فال", 6), ("ال", 5), ("لل", 5))


def storable(text: str) -> str:
    """Return text without lone surrogates, which no UTF-8 holds; each becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def _arabic(match: re.Match[str]) -> str:
    word = _ARABIC_MARKS.sub("", match[0]).translate(_ARABIC_LETTERS)
    for article, least in _ARTICLES:
        if word.startswith(article) and len(word) >= least:
            return word[len(article) :]
    return word


def _pairs(match: re.Match[str]) -> str:
    run = match[0]
    return " " + " ".join([*(run[i : i + 2] for i in range(len(run) - 1)), run[-1]]) + " "


def indexable(text: str) -> str:
    """Return text as the full-text index is given it."""
    if text.isascii() or not _SPECIAL.search(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return _RUN.sub(_pairs, _ARABIC.sub(_arabic, composed))


@lru_cache(maxsize=1 << 15)
def folded(word: str) -> str:
    """Return a word as two spellings of it compare: no case, no Latin accents, no Arabic article."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not "\u0300" <= c <= "\u036f")
    return _ARABIC.sub(_arabic, unicodedata.normalize("NFC", plain))


def _term(words: str) -> str:
    """Return the FTS5 expression for words that follow each other; `""` if none of them can be searched."""
    parts = [_part(m[0]) for m in _WORD.finditer(unicodedata.normalize("NFC", words))]
    return " + ".join(p for p in parts if p)


def _part(word: str) -> str:
    if not _RUN.fullmatch(word):
        return f'"{indexable(word)}"'
    if len(word) == 1:
        return f'"{word}" *'
    return " + ".join(f'"{word[i : i + 2]}"' for i in range(len(word) - 1))


def match_expression(query: str, *, columns: str = "title body") -> str:
    """Return the FTS5 expression of what a reader typed; `""` if it holds no word.

    Words are all required, "words in quotes" must follow each other, -words must not occur, and a word that ends in
    `*` stands for all that begin so. Everything else a reader can type is no syntax.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, text, starred in _asked(query):
        if term := _term(text):
            (unwanted if minus else wanted).append(_starred(term) if starred else term)
    if not wanted:
        return ""
    expression = " AND ".join(f"({w})" for w in wanted)
    excluded = "".join(f" NOT ({u})" for u in unwanted)
    return f"{{{columns}}} : ({expression}{excluded})"


def _starred(term: str) -> str:
    return term if term.endswith("*") else f"{term} *"


def _asked(query: str) -> Iterator[tuple[bool, str, bool]]:
    for match in _QUERY.finditer(storable(query).replace("\x00", " ")):
        if match[4] is None:
            yield bool(match[1]), match[2], False
        else:
            yield bool(match[3]), match[4], match[4].endswith("*")


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Return where in text a query's words stand, as start and end."""
    sought = {folded(m[0]) for minus, words, _ in _asked(query) if not minus for m in _WORD.finditer(words)}
    starts = tuple(folded(words.rstrip("*")) for minus, words, starred in _asked(query) if starred and not minus)
    paired = [word for word in sought if _RUN.fullmatch(word)]
    found = [m.span() for m in _WORD.finditer(text) if _is_sought(folded(m[0]), sought, starts)]
    found += [m.span() for word in paired for m in re.finditer(re.escape(word), text)]
    return sorted(set(found))


def _is_sought(word: str, sought: set[str], starts: tuple[str, ...]) -> bool:
    return word in sought or bool(starts and word.startswith(starts) and starts[0])
