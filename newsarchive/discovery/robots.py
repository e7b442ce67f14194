"""What robots.txt says: its sitemaps, and the rules that are for us, in the form that a parser of such files takes."""

import re

from newsarchive.discovery.markup import absolute, decoded, unpacked

MOST_SITEMAPS = 1000
_LARGEST = 512 * 1024  # RFC 9309 asks for at least 500 KiB to be read
_SITEMAP = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_LINE_END = re.compile(r"\r\n?|\n")
_AGENT = re.compile(r"\s*user[ -]?agent\s*[:\s]\s*(\*(?=\s|#|$)|[a-z_-]+)?", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:allow|dis+al+[oa]w|dias+al+ow|crawl[ -]delay)\s*[:\s]", re.IGNORECASE)
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_NOBODY = "?"


def sitemap_urls(body: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps a robots.txt fetched from `url` names, in its order, each once; never raises."""
    text = re.sub(r"\r\n?", "\n", decoded(_within_bounds(body)))
    found = (absolute(line[1].partition("#")[0], url) for line in _SITEMAP.finditer(text))
    return tuple(dict.fromkeys(address for address in found if address))[:MOST_SITEMAPS]


def product_token(user_agent: str) -> str:
    """The name by which a robots.txt addresses a crawler: `newsarchive` of `newsarchive/0.1.0 (+…)`."""
    found = re.match(r"[A-Za-z_-]+", user_agent.strip())
    return found[0].lower() if found else ""


def rules(body: bytes, agent: str) -> str:
    """The user-agent, rule and delay lines of a robots.txt, for a parser that matches names more loosely than RFC 9309.

    `agent` is our product token; every group of it is called so, those of other crawlers `?`. Only the first 512 KiB
    count. Bytes that are not UTF-8 are percent-encoded, as they are in addresses. Never raises.
    """
    lines = (_ruling(line, agent) for line in _LINE_END.split(_text(_within_bounds(body))))
    return "\n".join(filter(None, lines))


def _within_bounds(body: bytes) -> bytes:
    plain, _ = unpacked(body, mebibytes=1)
    if len(plain) <= _LARGEST:
        return plain
    return plain[: max(plain.rfind(b"\n", 0, _LARGEST), plain.rfind(b"\r", 0, _LARGEST), 0)]


def _text(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return _NOT_UTF8.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", text)


def _ruling(line: str, agent: str) -> str:
    if named := _AGENT.match(line):
        token = (named[1] or _NOBODY).lower()
        return f"User-agent: {token if token in ('*', agent) else _NOBODY}"
    return line if _RULE.match(line) else ""
