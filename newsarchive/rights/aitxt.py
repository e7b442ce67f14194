"""Spawning's ai.txt: in the form of robots.txt, what of a host may be used for training, by path and media type."""

from urllib.parse import urlsplit

from protego import Protego

from newsarchive.discovery.robots import rules
from newsarchive.rights import AGENT

PATH = "/ai.txt"


def read(body: bytes) -> Protego | None:
    """Return the rules of an ai.txt; None where it has none for us (or is another kind of file). Never raises."""
    text = rules(body, AGENT)
    return Protego.parse(text) if "User-agent: " in text and "allow" in text.lower() else None


def disallows(found: Protego | None, url: str) -> bool:
    """Tell whether an ai.txt forbids the text of a page: by its address, or as HTML whatever its address ends with."""
    if found is None:
        return False
    path = urlsplit(url).path
    as_html = url if path.endswith((".html", ".htm")) else url.partition("?")[0].partition("#")[0].rstrip("/") + ".html"
    return not found.can_fetch(as_html, AGENT)
