"""The pages: where they lead, what they show and tell."""

import urllib.parse

import pytest

from newsarchive.web.store import discard
from tests.web.conftest import Shelf, served
from tests.web.markup import crawl, links


def test_every_link_leads_somewhere_and_nowhere_outside(filled: Shelf) -> None:
    """All pages answer; the only addresses outside are the articles' own, and nothing is loaded from there."""
    with served(filled) as browser:
        pages = crawl(browser)
    outside = {link for body in pages.values() for link in links(body) if "://" in link}
    assert outside == {f"https://example.org/news/{n}" for n in range(1, 5)}
    assert len([p for p in pages if p.startswith("/article/")]) >= 8
    assert not [p for p, body in pages.items() if 'src="http' in body or "style=" in body or "<style" in body]


def test_an_article_tells_where_it_comes_from(filled: Shelf) -> None:
    """Provenance, other publishers and the change between revisions are on the page."""
    with served(filled) as browser:
        address = next(p for p in links(browser.get("/search?q=airport1").body) if p.startswith("/article/"))
        body = browser.get(address).body
        first = browser.get(f"{address}?revision=1").body
    assert "<dt>tags</dt><dd>meta + page</dd>" in body
    assert "<del>harbour1</del><ins>airport1</ins>" in body
    assert "Article number 3" in body
    assert "<h1>Article number 1</h1>" in first


def test_language_and_direction(filled: Shelf) -> None:
    """An Arabic article is marked as such, and is found without its article."""
    with served(filled) as browser:
        found = browser.get("/search?" + urllib.parse.urlencode({"q": "عراق"})).body
        address = next(p for p in links(found) if p.startswith("/article/"))
        assert '<article class="reader" lang="ar" dir="rtl">' in browser.get(address).body


def test_the_health_of_each_site_is_told(filled: Shelf) -> None:
    """A site that listed nothing, or of which nothing could be fetched, is seen at once."""
    with served(filled) as browser:
        body = browser.get("/runs").body
    assert ">✕ nothing listed</td>" in body
    assert ">✕ all failed</td>" in body
    assert "1 failed/http-500" in body


def test_an_empty_archive_says_what_to_do(shelf: Shelf) -> None:
    """All pages of an empty archive answer, and the first names the command that fills it."""
    with served(shelf) as browser:
        assert "newsarchive crawl --all" in crawl(browser)["/"]


@pytest.mark.parametrize(
    "path",
    [
        "/tag?name=nothing",
        "/article/none",
        "/article/none.json",
        "/tag?name=Iran&by=week",
        "/?by=minute",
        "/x",
    ],
)
def test_what_is_not_there_is_said(filled: Shelf, path: str) -> None:
    """An unknown address is a page with status 404."""
    with served(filled) as browser:
        page = browser.get(path)
    assert page.status == 404
    assert "<main" in page.body


def test_a_page_without_its_index_comes_back_by_itself(filled: Shelf) -> None:
    """It says so, and browsers and scripts are told when to ask again."""
    with served(filled) as browser:
        discard(filled.path)
        page = browser.get("/")
    assert (page.status, page.headers["retry-after"]) == (503, "2")
    assert '<meta http-equiv="refresh" content="2">' in page.body
    assert "<title>One moment" in page.body


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=9999999999",
        "page=x",
        "since=x&until=9999-99-99",
        "since=0001-01-01&until=9999-12-31",
        "q=%00%ff%ed%a0%80",
        "q=%22",
        "tag=%00",
    ],
)
def test_odd_queries_are_answered(filled: Shelf, query: str) -> None:
    """Nothing in a query is an error."""
    with served(filled) as browser:
        assert browser.get(f"/search?{query}").status == 200
