"""The lines of a body, without those that are not of the article."""

import re
from collections.abc import Iterable
from itertools import pairwise

from newsarchive.extraction.moments import moment
from newsarchive.extraction.months import month
from newsarchive.extraction.names import split_byline
from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import fold, length, one_line, squeeze

_RULE = re.compile(r"^[\s|:•·*_=~-]*$")
_TAG = re.compile(r"^[^.!?]{2,40}:$")
_HEADER = "|---"
_SENTENCE = re.compile('[.!?\u3002\uff01\uff1f\u061f\u0964]["\u201d\u00bb\u300d]?\\s*$|[\u3002\uff0c]')
_HEAD = 5
_DATELINE = 100
_FEW = 2
_OTHERS = 4
_FOOT = 6
_SIGNATURE = 60
_REPEATED = 40
_ASKED = ("?", "\uff1f", "\u061f")
_OFTEN = 8
_LATE = 0.45
_SHORT = 160
_TINY = 90
_LONG = 230

_ALONE = re.compile(rf"^\W*(?:{alternatives('alone')})\W*$", re.IGNORECASE)
_END = re.compile(rf"^\W*(?:{alternatives('end')})\W*$", re.IGNORECASE)
_FOOTNOTE = re.compile(rf"^\W*(?:{alternatives('footnote')})", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PUBLISHED = re.compile(rf"(?:{alternatives('date-leads')})(?!\w)", re.IGNORECASE)
_LEADS = re.compile(
    rf"(?<!\w)(?:{alternatives('date-leads')}|{alternatives('change-leads')}|{alternatives('byline-leads')})(?!\w)",
    re.IGNORECASE,
)
_BIOGRAPHY = re.compile(
    r"\b(?:is|was|has|covers|writes|reports|works|joined|ist|schreibt|arbeitet|est|es|è|är|er)\b", re.IGNORECASE
)


def cleaned(text: str, *, known: Iterable[str], authors: Iterable[str] = ()) -> str:
    """Lines of an article only.

    Nothing of what is known already (title, standfirst, section); no invitation, label, credit, biography of one of
    the authors, or other article's teaser.
    """
    raw = _out_of_layout(text)
    lines = [line for part in raw.split("\n") if (line := one_line(part)) and not _RULE.match(line)]
    body = _ended(_once(_without_head(lines, known, list(authors))))
    kept = [line for line in body if len(line) > 2 * _SHORT or not (_ALONE.match(line) or _END.match(line))]
    return "\n".join(_without_foot(kept, authors) or body)


def _out_of_layout(text: str) -> str:
    """A text whose tables without header are taken for the page's layout: only their sentences stay."""
    if _HEADER in text or "|" not in text:
        return text
    lines = [_sentences(line) if line.startswith("|") else line for line in text.split("\n")]
    plain = "\n".join(lines)
    return plain if len(plain) > len(text) / 2 else text


def _sentences(row: str) -> str:
    return "\n".join(cell for cell in row.split("|") if len(cell) > _TINY or _SENTENCE.search(cell))


def _without_head(lines: list[str], known: Iterable[str], authors: list[str]) -> list[str]:
    """Lines without those at the start that repeat what is known, or are but a label, a day or a byline."""
    told = {squeeze(text) for text in known} - {""}
    begun = next((i for i, line in enumerate(lines) if _SENTENCE.search(line)), len(lines))
    return [
        line
        for i, line in enumerate(lines)
        if i > _HEAD or not (squeeze(line) in told or (_is_of_head(line, authors) if i < begun else _is_stamp(line)))
    ]


def _is_of_head(line: str, authors: list[str]) -> bool:
    """Whether a line before the first sentence is a label such as "Published:", the day, or who wrote the article."""
    return bool(_TAG.match(line)) or (len(line) <= _DATELINE and (_is_byline(line, authors) or _is_day(line, authors)))


def _is_stamp(line: str) -> bool:
    """Whether a line says when the article was published, in so many words."""
    return len(line) <= _DATELINE and bool(_PUBLISHED.match(line)) and _is_day(line, [])


def _is_byline(line: str, authors: list[str]) -> bool:
    known, told = {fold(author) for author in authors}, fold(line)
    if not any(name and name in told for name in known):
        return False
    named = {fold(name) for name in split_byline(line)}
    return bool(named) and named <= known


def _is_day(line: str, authors: list[str]) -> bool:
    """Whether a line says a day, perhaps a clock and the authors, and next to nothing else."""
    if not _DIGITS.search(line) or moment(line) is None:
        return False
    rest = line
    for author in authors:
        rest = rest.replace(author, " ")
    before, *others = _DIGITS.split(_LEADS.sub(" ", rest))
    words = [word for part in (before, *others) for word in _WORD.findall(part) if not month(word)]
    return len(_WORD.findall(before)) <= _FEW and len(words) <= _OTHERS


def _once(lines: list[str]) -> list[str]:
    """Longer lines once each, since what comes again is a pull quote or a teaser; all where that is the text's way."""
    seen: set[str] = set()
    again = []
    for line in lines:
        key = squeeze(line)
        again.append(len(key) >= _REPEATED and key in seen and not line.endswith(_ASKED))
        seen.add(key)
    places = sum(repeated and not before for before, repeated in pairwise([False, *again]))
    return [line for line, repeated in zip(lines, again, strict=True) if not repeated or places > _OFTEN]


def _ended(lines: list[str]) -> list[str]:
    """Lines up to a heading of the page's other articles, if that stands in the latter half and only teasers follow."""
    total = sum(map(len, lines))
    before = 0
    last = max((i for i, line in enumerate(lines) if _is_long(line)), default=0)
    for i, line in enumerate(lines):
        if i > last and before > _LATE * total and len(line) < _TINY and _END.match(line):
            return lines[:i]
        before += len(line)
    return lines


def _is_long(line: str) -> bool:
    """Whether a line is a paragraph too long for a teaser."""
    return length(line) > _LONG and bool(_SENTENCE.search(line[-4:]))


def _without_foot(lines: list[str], authors: Iterable[str]) -> list[str]:
    """Lines without the credits and the authors' biographies at the end."""
    names = [fold(author) for author in authors]
    kept = list(lines)
    for i in range(len(lines) - 1, max(0, len(lines) - _FOOT - 1), -1):
        if _is_foot(kept[i], names) and len("".join(kept[i + 1 :])) < _SIGNATURE:
            kept = kept[:i]
    return kept


def _is_foot(line: str, names: list[str]) -> bool:
    start = fold(line[:80])
    told = (
        any(name and start.startswith(name) for name in names)
        and bool(_BIOGRAPHY.search(line))
        and len(line) < 4 * _SHORT
    )
    return told or (len(line) < 2 * _SHORT and bool(_FOOTNOTE.match(line)))
