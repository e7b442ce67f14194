"""What robots.txt says about sitemaps; whether a page may be fetched is the fetcher's concern."""

import re

from newsarchive.discovery.markup import absolute, decoded

MOST_SITEMAPS = 1000
_LARGEST = 512 * 1024  # RFC 9309 asks for at least 500 KiB to be read
_SITEMAP = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


def sitemap_urls(body: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps a robots.txt fetched from `url` names, in its order, each once; never raises."""
    text = re.sub(r"\r\n?", "\n", decoded(body[:_LARGEST]))
    found = (absolute(line[1].partition("#")[0], url) for line in _SITEMAP.finditer(text))
    return tuple(dict.fromkeys(address for address in found if address))[:MOST_SITEMAPS]
