"""The meta elements of a page, found in its bytes without parsing it: a refused page is not worth a parser."""

import re
from collections.abc import Iterator
from html import unescape

_MOST = 1 << 20
_LONGEST_TAG = 8192
_MOST_TAGS = 1000
_START = b"<meta"
_UNREAD = re.compile(rb"<(?:(!--)|(script|style|template|textarea|title)(?=[\s>/])|meta(?=[\s/]))", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_END = re.compile(rb"""[^"'>]*+(?:(?:"[^"]*+"|'[^']*+')[^"'>]*+)*+>""")


def metas(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield name (or http-equiv) in lower case, and content, of the meta elements in the first MiB of a page.

    What stands in comments, scripts and other raw text is none. Time grows with the size of the page only.
    """
    page = _as_utf8(body[:_MOST])
    folded = page.lower()
    behind = folded.rfind(_START) + len(_START) + 1  # what follows the last one is not looked at: nearly all of a page
    place = tags = 0
    while tags < _MOST_TAGS and (found := _UNREAD.search(page, place, behind)):
        place = found.end()
        if found[1]:
            place = _after(folded, b"-->", place)
        elif found[2]:
            place = _after(folded, b"</" + found[2].lower(), place)
        else:
            tags += 1
            tag = _END.match(page, place, place + _LONGEST_TAG)
            place = tag.end() if tag else place
            yield from _read(tag[0].decode("utf-8", "replace") if tag else "")


def _as_utf8(body: bytes) -> bytes:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace").encode()
    return body


def _after(folded: bytes, end: bytes, place: int) -> int:
    found = folded.find(end, place)
    return found + len(end) if found >= 0 else len(folded)


def _read(tag: str) -> Iterator[tuple[str, str]]:
    attributes: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(tag):
        attributes.setdefault(name.lower(), unescape("".join(values)).strip())
    for key in ("name", "http-equiv"):
        if named := attributes.get(key):
            yield named.lower(), attributes.get("content", "")
