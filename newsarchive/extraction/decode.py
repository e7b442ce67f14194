"""Bytes of a page to clean text: declared or detected charset, no control characters, bounded length."""

import codecs
import re

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

from newsarchive.errors import NotAnArticleError

MAX_BYTES = 10 * 1024 * 1024
_SAMPLE = 8192
_BINARY = 0.01
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_NONCHARACTER = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])")
_NEVER_TEXT = bytes(set(_CONTROLS) - set(b"\x00\x0e\x0f\x1b\x7f"))  # others shift between charsets
_HEAD = 1500
_UNREADABLE = 60
_WIDER = {"shift_jis": "cp932", "euc_kr": "cp949", "euc-kr": "cp949", "big5": "big5hkscs", "euc-jp": "euc_jp"}
_TOLERATED = 0.02


def decode(html: bytes, charset: str = "") -> str:
    """Text of a page, from the first charset that fits: BOM, UTF-8, HTTP header, meta element, detection.

    Raises:
        NotAnArticleError: the bytes are of no text (`not-html`).
    """
    body = html[:MAX_BYTES]
    bom, mark = read_bom(body)
    if bom and mark:
        return clean(body[len(mark) :].decode(bom, "replace"))
    if _is_binary(body[:_HEAD]):
        raise NotAnArticleError("not-html")
    return _utf8(body) or clean(_damaged(body, charset) or _declared(body, charset) or _detected(body))


def clean(text: str) -> str:
    """Text without control characters, lone surrogates and non-characters."""
    return _FORBIDDEN.sub("", text)


def _is_binary(head: bytes) -> bool:
    """Whether more control characters are at the start than a damaged page has; NULs may be UTF-16's."""
    return len(head) - len(head.translate(None, _NEVER_TEXT)) > _UNREADABLE


def _utf8(body: bytes) -> str:
    """Clean text of bytes that are valid UTF-8, which is UTF-8 whatever was declared; else nothing."""
    try:
        # Removed from the bytes, control characters take a fifth of the time that they take in the text.
        text = codecs.getincrementaldecoder("utf-8")().decode(body.translate(None, _CONTROLS))
    except UnicodeDecodeError:
        return ""
    return clean(text) if _NONCHARACTER.search(body) else text


def _damaged(body: bytes, charset: str) -> str:
    """A little damage is tolerated where UTF-8 is declared."""
    names = {resolve_encoding(charset) if charset else None, html_body_declared_encoding(body)}
    return _tolerant(body, "utf-8") if "utf-8" in names else ""


def _declared(body: bytes, charset: str) -> str:
    header = resolve_encoding(charset) if charset else None
    for name in (header, html_body_declared_encoding(body)):
        if name and name != "utf-8" and (text := _tolerant(body, _WIDER.get(name, name))):
            return text
    return ""


def _tolerant(body: bytes, name: str) -> str:
    """Text in that charset, or nothing where more than a few of its characters are damaged."""
    text = body.decode(name, "replace")
    beyond_ascii = sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
    return "" if text.count("\ufffd") > _TOLERATED * beyond_ascii + 2 else text


def _detected(body: bytes) -> str:
    """Text in the likeliest charset of the bytes that are not ASCII, at last in Windows-1252."""
    if body.count(0) > _BINARY * len(body):
        return body.decode("cp1252", "replace")
    telling = b"\n".join(re.findall(rb"[^\n]*[\x80-\xff][^\n]*", body))[:_SAMPLE]
    best = from_bytes(telling or body[:_SAMPLE], steps=4, chunk_size=512).best()
    name = _WIDER.get(best.encoding, best.encoding) if best else "cp1252"
    return body.decode("cp1252" if name == "ascii" else name, "replace")
