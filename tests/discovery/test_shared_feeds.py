"""Feeds and sitemaps as captured in the wild, where they are at hand."""

from pathlib import Path

import pytest

from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.sitemaps import read_sitemap

FEEDS = Path(__file__).resolve().parents[3] / "shared" / "feeds"
FILES = sorted(path for path in FEEDS.glob("*/*") if path.is_file())
URL = "https://wild.example/feeds/feed.xml"
# Entries that name no page at all, as an attentive reader finds them too.
WITHOUT_PAGES = {"feed-test-audio.xml", "feed-test-charset.xml", "authors.json", "jsonfeed-extension.json"}

pytestmark = pytest.mark.skipif(not FILES, reason="the captured feeds are not beside this checkout (../shared/feeds)")


def _written(body: bytes) -> int:
    return max(body.count(b"<item>") + body.count(b"<item "), body.count(b"<entry>") + body.count(b"<entry "))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_captured_file_gives_its_entries_or_a_reason(path: Path) -> None:
    """As a feed and as a sitemap: links, children or a problem, and only links that can be fetched."""
    body = path.read_bytes()
    feed, sitemap = read_feed(body, URL), read_sitemap(body, URL)
    assert feed.links or feed.problem
    assert sitemap.links or sitemap.children or sitemap.problem
    assert all(link.url.startswith(("http://", "https://")) for link in (*feed.links, *sitemap.links))


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name != "sitemaps"], ids=lambda path: path.name)
def test_no_entry_of_a_captured_feed_is_lost(path: Path) -> None:
    """All entries written are read; fewer links only where entries share a page, or name none."""
    body = path.read_bytes()
    feed = read_feed(body, URL)
    assert "only the first" not in feed.problem
    assert bool(feed.links) is (path.name not in WITHOUT_PAGES)
    if path.name not in WITHOUT_PAGES | {"scriptingNews.rss"}:  # fifty notes on seven pages
        assert len(feed.links) >= _written(body) - 1
