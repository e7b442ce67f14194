"""The page's own address and its main image."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page, registrable
from newsarchive.urls import is_web, normalize

_LONGEST = 2_000


def canonical(page: Page) -> Choice[str]:
    """`rel=canonical`, else og:url, where it lies on the same site and is not a front page; else the page's address."""
    return first(_stated(page), default=page.url, refuse=lambda link: _refuse(link, page), thorough=page.thorough)


def canonical_elsewhere(page: Page) -> str:
    """The `rel=canonical` on another site, normalised: evidence that the article is that one's; else nothing."""
    stated = next((found.value for found in _stated(page) if found.source == "canonical"), "")
    if not is_web(stated) or len(stated) > _LONGEST or not page.domain or registrable(stated) == page.domain:
        return ""
    return normalize(stated)


def image(page: Page) -> Choice[str]:
    """The address of the main image."""
    return first(_images(page), default="", refuse=lambda link: "" if link else "no address", thorough=page.thorough)


def _stated(page: Page) -> Iterator[Candidate[str]]:
    for link in page.tree.iter("link"):
        if "canonical" in (link.get("rel") or "").casefold().split():
            yield Candidate(page.absolute(link.get("href") or ""), "canonical")
            break
    if address := page.meta("og:url"):
        yield Candidate(page.absolute(address), "meta:og:url")


def _refuse(link: str, page: Page) -> str:
    if not link:
        return "no address"
    if page.domain and registrable(link) != page.domain:
        return "another site"
    parts, own = urlsplit(link), urlsplit(page.url)
    if parts.path in {"", "/"} and not parts.query and own.path not in {"", "/"}:
        return "front page"
    return ""


def _images(page: Page) -> Iterator[Candidate[str]]:
    for name in ("og:image", "og:image:url", "og:image:secure_url"):
        if link := page.meta(name):
            yield Candidate(page.absolute(link), f"meta:{name}")
    for item in jsonld.listed(page.article.get("image")):
        address = (item.get("url") or item.get("contentUrl") or item.get("@id")) if isinstance(item, Mapping) else item
        if isinstance(address, str):
            yield Candidate(page.absolute(address), "json-ld")
    for name in ("twitter:image", "twitter:image:src", "thumbnail", "parsely-image-url"):
        if link := page.meta(name):
            yield Candidate(page.absolute(link), f"meta:{name}")
