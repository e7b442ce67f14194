"""Articles that try to act, to hide, or to break what shows them: on a terminal, in a spreadsheet, in a page."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from newsarchive.archive import line
from newsarchive.article import Article
from newsarchive.validation import clean
from tests.conftest import article

ACT = "window.acted=1"
PAGES = (
    f"<script>{ACT}</script>",
    f"</title><script>{ACT}</script>",
    f"</script><script>{ACT}</script>",
    f'{{"a": "</script><!--<script>{ACT}"}}',
    f"<img src=x onerror={ACT}>",
    f"<svg onload={ACT}>",
    f'"><script>{ACT}</script>',
    f"' onmouseover='{ACT}",
    f'" autofocus onfocus="{ACT}',
    "<iframe srcdoc='<script>parent.acted=1</script>'>",
    f"<a href=javascript:{ACT}>x</a>",
    f"<body onpageshow={ACT}>",
    f"<math><mtext></table><style><img src onerror={ACT}>",
    "{{ ''.__class__.__mro__ }}{% for x in ().__class__ %}",
    "{{7*7}} ${7*7} #{7*7} %(x)s {0}",
    f"<!--><script>{ACT}</script>-->",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=/runs'>",
    "<base href='https://attacker.example/'>",
    "</article></main></body></html>",
    "&lt;script&gt;window.acted=1&lt;/script&gt;",
    f"<a href='data:text/html,<script>{ACT}</script>'>x</a>",
    "one\r\nSet-Cookie: a=b\r\n\r\n<b>two</b>",
    "'; DROP TABLE article; -- \" OR 1=1",
)
MARKDOWN = (
    f"[click](javascript:{ACT}) ![x](https://attacker.example/x.png)",
    "# heading `code` **bold** ~~gone~~ <b>html</b>",
    "- list\n1. list\n> quote\n| a | b |\n|---|---|",
    "[red]rich[/red] [link=https://attacker.example]x[/link] [/]",
)
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("https://attacker.example","x")',
    "=cmd|' /C calc'!A0",
    "  =1+1",
    '"=1+1',
    "'=1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    " '\uff1dcmd",
)  # fmt: skip
TERMINAL = (
    "\x1b[2J\x1b]0;owned\x07\x1b[31mred",
    "\x1b]8;;https://attacker.example\x1b\\x\x1b]8;;\x1b\\",
    "\x1bP0;1|17/ab\x1b\\ \x1b[6n \x1b[?1049h",
    "\x9b31m C1 \x9d0;owned\x9c \x85 \x90",
    "over\rwritten\x08\x08\x0b\x0c \x7f",
    "\x00\x01\x02\x05\x0e\x0f\x1f controls",
)
HIDDEN = (
    "safe \u202egnp.exe\u202c\u2066\u2067 end",
    "\u202a\u202b\u202d\u2068\u2069 \u200e\u200f\u061c marks",
    "zero\u200bwidth\u200cjoin\u200der\u2060\ufeff\u00ad",
    "\u2028line\u2029paragraph",
    "abc \u05d0\u05d1\u05d2 123 \u0639\u0631\u0628\u064a (x) \u202e",
    "broken \ud800 surrogate \udfff",
)
LARGE = ("T" * 1_000_000, "a\u0300" * 3_000, "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500)
TEXTS = (*PAGES, *MARKDOWN, *FORMULAS, *TERMINAL, *HIDDEN, *LARGE)
URLS = (
    f"javascript:{ACT}",
    f" javascript:{ACT}",
    f"JaVaScRiPt:{ACT}",
    f"data:text/html,<script>{ACT}</script>",
    f'https://example.org/"onclick="{ACT}',
    f"java\nscript:{ACT}",
    "https://[bad",
    "https://example.org/\x1b[31m\u202e\x9b\r\n--output-document=x",
)


def hostile_articles() -> Iterator[Article]:
    """Yield them; each text says `readable` and its number, and ends in `the end of` it."""
    for number, text in enumerate(TEXTS, 1):
        fields = dict.fromkeys(("title", "description", "section", "publisher"), text)
        yield _article(number, fields, text, authors=(text,))
    for number, url in enumerate(URLS, len(TEXTS) + 1):
        yield _article(number, dict.fromkeys(("url", "canonical_url", "image_url"), url), f"a link to {url}")


def _article(number: int, fields: dict[str, Any], text: str, **given: Any) -> Article:  # noqa: ANN401 - any field
    body = f"readable{number}\n{text}\nthe end of {number}"
    return replace(article(number), revision=1, text=body, tags=(text[:300], f"n{number}"), **fields, **given)


def archivable() -> list[Article]:
    """Return them as the validation lets them into an archive."""
    return [clean(hostile) for hostile in hostile_articles()]


def hostile_lines() -> Iterator[bytes]:
    """Yield lines that no validation has seen, with lone surrogates, and languages that are none."""
    for hostile in hostile_articles():
        given = {"language": hostile.title} if hostile.title in PAGES else {}
        yield json.dumps({**line.to_mapping(hostile), **given}).encode() + b"\n"
