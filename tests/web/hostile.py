"""Thirty articles that try to act, to hide or to break the page that shows them."""

import json
from collections.abc import Iterator

from newsarchive.archive import line
from tests.conftest import article

ACT = "window.acted=1"
_SCRIPTS = (
    f"<script>{ACT}</script>",
    f"</title><script>{ACT}</script>",
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
    f"<!--><script>{ACT}</script>-->",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=/runs'>",
    "<base href='https://attacker.example/'>",
    "</article></main></body></html>",
    "&lt;script&gt;window.acted=1&lt;/script&gt;",
)
_URLS = (
    f"javascript:{ACT}",
    f" javascript:{ACT}",
    f"JaVaScRiPt:{ACT}",
    f"data:text/html,<script>{ACT}</script>",
    f'https://example.org/"onclick="{ACT}',
    f"java\nscript:{ACT}",
    "https://[bad",
)
_CHARACTERS = (
    "\x1b[2J\x1b]0;owned\x07\x1b[31mred",
    "safe \u202egnp.exe\u202c\u2066\u2067 end",
    "broken \ud800 surrogate \udfff",
    "T" * 1_000_000,
    "\x00\x01\x08\x7f\x9b controls",
    "a\u0300" * 3_000,
)


def hostile_lines() -> Iterator[bytes]:
    """Yield their archived lines; each text says `readable` and its number."""
    number = 0
    for text in (*_SCRIPTS, *_CHARACTERS):
        number += 1
        language = {"language": text} if text in _SCRIPTS else {}
        yield _line(number, {**dict.fromkeys(("title", "description", "section", "publisher"), text), **language}, text)
    for url in _URLS:
        number += 1
        yield _line(number, {"url": url, "canonical_url": url, "image_url": url}, f"a link to {url}")


def _line(number: int, fields: dict[str, str], text: str) -> bytes:
    plain = line.to_mapping(article(number))
    body = f"readable{number}\n{text}\nthe end of {number}"
    return (
        json.dumps({**plain, **fields, "text": body, "tags": [text[:300], f"n{number}"], "authors": [text]}).encode()
        + b"\n"
    )
