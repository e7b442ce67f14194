"""The whole demo site as a value: every path and what it answers."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from newsarchive.demo.content import DemoArticle, DemoSite, articles, sites
from newsarchive.demo.listings import listings, newest, robots
from newsarchive.demo.rendering import article_page, front_page, image_path

HTML_TYPE = "text/html; charset=utf-8"
UNLISTED = ("gone", "forbidden")
"""Faults of pages that only the feed mentions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one path answers; a `flaky` one answers 500 before it answers at all."""

    content_type: str
    body: bytes
    modified: datetime
    flaky: bool = False

    @property
    def etag(self) -> str:
        """Strong entity tag of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'

    @property
    def last_modified(self) -> str:
        """HTTP date of the last change."""
        return format_datetime(self.modified.astimezone(UTC), usegmt=True)


Pages = Mapping[str, Page]
"""What each path answers."""


def build(base: str, now: datetime, *, edition: int = 1) -> Pages:
    """Every page by its path, as it stands in `edition` (1 or 2).

    `base` is scheme, host and port without a slash at the end. `now` must have a time zone; only its day in UTC
    counts, so the same day always gives the same bytes.
    """
    published = articles(now, edition=edition)
    outlets = sites()
    pages = {
        "/": _page(_welcome(base, outlets), newest(published)),
        "/robots.txt": _page(robots(base, outlets), newest(published), "text/plain; charset=utf-8"),
    }
    for outlet in outlets:
        pages |= _outlet_pages(outlet, base, [article for article in published if article.site.name == outlet.name])
    return pages


def _outlet_pages(site: DemoSite, base: str, own: Sequence[DemoArticle]) -> dict[str, Page]:
    changed = newest(own)
    shown = [article for article in own if article.fault not in UNLISTED]
    pages = {
        site.home: _page(front_page(site, base, shown), changed),
        image_path(site): _page(_picture(site), datetime(2026, 1, 1, tzinfo=UTC), "image/svg+xml"),
    }
    for path, (content_type, body) in listings(site, base, own).items():
        pages[path] = Page(content_type=content_type, body=body, modified=changed)
    for article in own:
        if article.fault != "gone":
            pages[article.path] = _article(article, base, shown)
    return pages


def _article(article: DemoArticle, base: str, shown: Sequence[DemoArticle]) -> Page:
    neighbours = [other for other in shown if other.title != article.title][:3]
    body = article_page(article, base, neighbours).encode()
    return Page(content_type=HTML_TYPE, body=body, modified=article.modified, flaky=article.fault == "flaky")


def _page(text: str, modified: datetime, content_type: str = HTML_TYPE) -> Page:
    return Page(content_type=content_type, body=text.encode(), modified=modified)


def _welcome(base: str, outlets: Sequence[DemoSite]) -> str:
    items = "".join(f'<li><a href="{base}{outlet.home}">{outlet.publisher}</a></li>' for outlet in outlets)
    return f"<!doctype html>\n<html lang=en><meta charset=utf-8><title>Demo outlets</title><ul>{items}</ul></html>\n"


def _picture(site: DemoSite) -> str:
    hue = sum(site.name.encode()) % 360
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="675">'
        f'<rect width="1200" height="675" fill="hsl({hue} 40% 45%)"/></svg>\n'
    )
