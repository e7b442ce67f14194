"""What changes on a page without the article: its form, and boxes around and in the text.

A box is on both states of a page with other contents, or on the second alone.
"""

import json
import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.edited_page import Edit, Page, Pair, differing, in_paragraphs, inserted_at

_DATA = json.loads(Path(__file__).with_name("edits.json").read_text("utf-8"))
_WORDS: dict[str, dict[str, str]] = _DATA["words"]
_ATTRIBUTES = re.compile(r'(<(?:a|div|img|li|link|meta|p|section|span|time|ul))((?:\s+[\w:-]+="[^"<>]*"){2,})(\s*/?>)')
_ATTRIBUTE = re.compile(r'[\w:-]+="[^"]*"')
_END_OF_BLOCK = re.compile(r"(</(?:p|div|li|ul|h[1-6]|section|header|footer|nav)>)")
_MODIFIED = re.compile(r'("dateModified"\s*:\s*")\d{4}-\d\d')


def whitespace(page: Page, _: random.Random) -> Pair:
    """Blocks are indented, paragraphs broken into lines."""
    spread = _END_OF_BLOCK.sub(r"\1\n\t  ", page.html)
    return page.html, in_paragraphs(page, spread, lambda text: text.replace(", ", ",\n      "))


def spaces_and_quotes(page: Page, _: random.Random) -> Pair:
    """Blanks that do not break, soft hyphens, and quotation marks of another form."""
    return page.html, in_paragraphs(page, page.html, _typeset)


def _typeset(text: str) -> str:
    text = text.replace(" - ", " \u2013 ").replace("'", "\u2019").replace("...", "\u2026")
    text = re.sub(r"(\d) (?=\w)", "\\1\u00a0", text)
    return re.sub(r"([a-z]{5})([a-z]{5})", "\\1\u00ad\\2", text)


def attributes_reordered(page: Page, _: random.Random) -> Pair:
    """The attributes of elements stand in another order."""
    return page.html, _ATTRIBUTES.sub(
        lambda m: m[1] + "".join(f" {a}" for a in reversed(_ATTRIBUTE.findall(m[2]))) + m[3], page.html
    )


def pictures(page: Page, _: random.Random) -> Pair | None:
    """Images have other versions and widths, links other marks of where the reader came from."""
    after = re.sub(r'(src="[^"<>]+\.(?:jpe?g|png|webp))(?:\?[^"<>]*)?"', r'\1?v=77&amp;w=640"', page.html)
    after = re.sub(r'(<a\b[^<>]*href="[^"<>#?]+)"', r'\1?ref=box77"', after)
    return differing(page.html, after)


def box(page: Page, rng: random.Random, *, place: str, template: str) -> Pair | None:
    """A box of other contents, or one that was not there."""
    at = PLACES[place](page, rng)
    if at is None:
        return None
    one, other = sorted(rng.sample(range(1000, 99999), 2))
    before = inserted_at(page, at, _contents(page, template, one))[1] if rng.randrange(2) else page.html
    after = inserted_at(page, at, _contents(page, template, other))[1]
    return before, _MODIFIED.sub(r"\g<1>2026-11", after)


def _contents(page: Page, template: str, number: int) -> str:
    words = _WORDS.get(page.language, _WORDS["en"])
    small = number % 50 + 2
    headlines = [_headline(words, number + i) for i in range(4)]
    links = [f'<li><a href="/{number + i}.html">{headline}</a></li>' for i, headline in enumerate(headlines)]
    plain = {name: word for name, word in words.items() if isinstance(word, str)}
    return template.format(
        **plain | {"ago": words["ago"].format(small=small)}, n=number, small=small, hex=f"{number:x}",
        hour=number % 14 + 10, minute=number % 50 + 10, headline=headlines[0], other=headlines[1], link=links[0],
        links="".join(links),
    )  # fmt: skip


def _headline(words: dict[str, str], number: int) -> str:
    return f"{words['subjects'][number % len(words['subjects'])]} {words['acts'][number // 7 % len(words['acts'])]}"


def _within(page: Page, rng: random.Random) -> int | None:
    return rng.choice(page.paragraphs[:-1]).end if page.paragraphs[1:] else None


def _found(pattern: str, *, behind: bool = False) -> "Place":
    def place(page: Page, _: random.Random) -> int | None:
        match = re.search(pattern, page.html)
        return (match.end() if behind else match.start()) if match else None

    return place


Place = Callable[[Page, random.Random], int | None]
PLACES: dict[str, Place] = {
    "head": _found("</head>"),
    "start": _found(r"<body\b[^<>]*>", behind=True),
    "before": lambda page, _: page.paragraphs[0].start,
    "within": _within,
    "after": lambda page, _: page.paragraphs[-1].end,
    "end": _found("</body>"),
}
NOISE: dict[str, Edit] = {
    "white space": whitespace,
    "hard blanks, soft hyphens, quotation marks": spaces_and_quotes,
    "order of attributes": attributes_reordered,
    "image versions, link marks": pictures,
} | {kind: partial(box, place=place, template=template) for kind, (place, template) in _DATA["boxes"].items()}
