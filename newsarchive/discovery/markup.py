"""Bytes of unknown packing and encoding, made into text and trees without danger."""

import codecs
import html
import re
import zlib
from collections.abc import Iterator
from html.entities import name2codepoint
from io import BytesIO, TextIOWrapper
from itertools import islice
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml import etree

LEADING = 8192  # characters in which a document must have shown what it is
HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body)(?=[\s>])", re.IGNORECASE)
SITEMAP_START = re.compile(r"<(?:[\w.-]+:)?(?:urlset|sitemapindex)(?=[\s/>])", re.IGNORECASE)
MOST_MARKS = 250_000  # each costs up to 250 bytes in a tree
_MARK = re.compile("[<=]")
_PIECE = 64 * 1024
_PACKED_PIECE = 4096  # what follows a member is copied
_MEBIBYTE = 1024 * 1024
_LONGEST_URL = 4096
_LONGEST_TEXT = 20_000
_GZIP = b"\x1f\x8b"
_NESTED_GZIP = 2  # a .gz file that the server compressed once more
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.IGNORECASE)
_WIDE = (b"utf-16", b"utf-32", b"ucs", b"iso-10646")  # where this can be read, it is not true
_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*>", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STRAY_AMPERSAND = re.compile(r"&(?!(?:#\d+|#[xX][0-9a-fA-F]+|\w+);)")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_UNREAD = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|h[1-6]|tr|td|th|table|figure|figcaption|blockquote|img)\b[^<>]*>", re.IGNORECASE
)
_MARKUP = re.compile(r"</[A-Za-z]|<!--|<(?:br|hr|img|p|script|style)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def unpacked(body: bytes, *, mebibytes: int) -> tuple[bytes, str]:
    """The body without gzip, cut to at most so many MiB, and what was wrong with it or empty."""
    most = mebibytes * _MEBIBYTE
    for _ in range(_NESTED_GZIP):
        if not body.startswith(_GZIP):
            break
        body, problem = _inflated(body, most)
        if problem:
            return body, problem
    return (body, "") if len(body) < most else (body[:most], f"{mebibytes} MiB or more, cut")


def _inflated(body: bytes, room: int) -> tuple[bytes, str]:
    found, at = BytesIO(), 0
    while body.startswith(_GZIP, at) and found.tell() < room:
        at, problem = _inflate_member(body, at, found, room)
        if problem:
            return found.getvalue(), problem
    return found.getvalue(), ""


def _inflate_member(body: bytes, at: int, found: BytesIO, room: int) -> tuple[int, str]:
    """Where a member that begins at a place ends, and what is wrong with it; it is written to `found`."""
    member = zlib.decompressobj(16 + zlib.MAX_WBITS)
    while not member.eof and found.tell() < room:
        packed = body[at : at + _PACKED_PIECE]
        try:
            piece = member.decompress(packed, min(_MEBIBYTE, room - found.tell()))
        except zlib.error:
            return at, "damaged gzip"
        if not piece and not packed:
            return at, "gzip cut short"
        found.write(piece)
        at += len(packed) - len(member.unconsumed_tail) - len(member.unused_data)
    return at, ""


def decoded(body: bytes) -> str:
    """The body as text: by its byte order mark, its XML declaration, UTF-8, else Windows-1252; never fails."""
    for encoding in _encodings(body):
        try:
            return body.decode(encoding).lstrip("\ufeff")
        except (UnicodeError, LookupError):
            continue
    return body.decode("cp1252", errors="replace")


def reader(body: bytes) -> TextIOWrapper:
    """The body as a file of text, decoded as `decoded` does, but only while it is read."""
    for encoding in _encodings(body):
        try:
            trial = TextIOWrapper(BytesIO(body), encoding, newline="")
            while trial.read(_PIECE):
                pass
        except (UnicodeError, LookupError):
            continue
        return TextIOWrapper(BytesIO(body), encoding, newline="")
    return TextIOWrapper(BytesIO(body), "cp1252", errors="replace", newline="")


def marks(text: str) -> int:
    """A number that the tags and attributes in a text do not exceed."""
    return text.count("<") + text.count("=")


def bounded(text: str) -> tuple[str, str]:
    """The text before the tag with which it has too many tags and attributes for a tree, and what was cut, or empty."""
    over = next(islice(_MARK.finditer(text), MOST_MARKS, None), None)
    if over is None:
        return text, ""
    return text[: max(0, text.rfind("<", 0, over.end()))], f"more than {MOST_MARKS} tags and attributes, cut"


def _encodings(body: bytes) -> Iterator[str]:
    yield from (encoding for mark, encoding in _BOMS if body.startswith(mark))
    yield from (encoding for start, encoding in _UNMARKED if body.startswith(start))
    declared = _DECLARED.search(body[:1024])
    if declared and not declared[1].lower().startswith(_WIDE):
        yield declared[1].decode("ascii")
    yield "utf-8"


def strict_tree(text: str, url: str = "") -> etree._Element | None:
    """The root of well-formed XML, or None; entities stay unresolved and nothing is fetched."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(_as_utf8(text), parser, base_url=url or None)
    except (etree.XMLSyntaxError, ValueError):
        return None


def mended_tree(text: str) -> etree._Element | None:
    """The root of whatever a forgiving parser finds in a piece of damaged XML, or None."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        return etree.fromstring(_as_utf8(mended(text)), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _as_utf8(text: str) -> bytes:
    return _DECLARATION.sub("", text, count=1).lstrip().encode("utf-8", errors="replace")


def mended(text: str) -> str:
    """Text whose stray ampersands, HTML entities and forbidden characters no longer break XML."""
    text = _NOT_XML.sub("", text)
    text = _STRAY_AMPERSAND.sub("&amp;", text)
    return _ENTITY.sub(_entity, text)


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if name in _XML_ENTITIES:
        return found[0]
    return chr(name2codepoint[name]) if name in name2codepoint else f"&amp;{name};"


def local(element: etree._Element) -> str:
    """The name of an element in lower case, without namespace or prefix; empty for comments and entities."""
    if not isinstance(element.tag, str):
        return ""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower()


def inner_text(element: etree._Element) -> str:
    """All text within an element, trimmed."""
    return "".join(str(part) for part in element.itertext()).strip()


def plain(text: str) -> str:
    """Text without HTML: tags gone, entities resolved (also those escaped twice), whitespace single.

    An opening tag without any closing one is taken for what the text speaks of.
    """
    text = text[:_LONGEST_TEXT]
    for _ in range(2):
        if _MARKUP.search(text):
            text = _TAG.sub("", _BLOCK.sub(" ", _UNREAD.sub(" ", text)))
        if "&" in text:
            text = html.unescape(text)
    return " ".join(_NOT_XML.sub("", text).split())


def absolute(href: str, base: str) -> str:
    """The http(s) address a reference means, without fragment, user and password, or empty where there is none."""
    href = re.sub(r"[\t\r\n]\s*", "", href.strip()).replace("&amp;", "&")
    if not href or len(href) > _LONGEST_URL:
        return ""
    try:
        url = urljoin(base, href).partition("#")[0]
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    if not usable or _NOT_XML.search(url):
        return ""
    return url if "@" not in parts.netloc else urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
