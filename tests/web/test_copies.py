"""Copies of other articles: left out of every number until they are asked for."""

import json
import urllib.parse

import pytest

from tests.conftest import article
from tests.web.conftest import HINDI, Shelf, served
from tests.web.markup import links


def test_copies_are_left_out_until_they_are_asked_for(filled: Shelf) -> None:
    """As by the command line and in Python: in totals, lists, charts, search, downloads; every page has the way."""
    with served(filled) as browser:
        pages = {path: browser.get(path).body for path in ("/", "/tags", "/tag?name=Oil", "/search?tag=Oil")}
        more = {path: browser.get(path + ("&" if "?" in path else "?") + "copies=1").body for path in pages}
        hindi = browser.get("/tag?" + urllib.parse.urlencode({"name": HINDI}))
        words = [browser.get(f"/search?q=harbour3{copies}").body for copies in ("", "&copies=1")]
        found = [browser.get(f"/search?q=number&site=wire{copies}").body for copies in ("", "&copies=1")]
        downloads = [browser.get(f"/export/tag-sites.json?name=Oil{copies}") for copies in ("", "&copies=1")]
    assert ["<h1>3 articles</h1>" in pages["/"], "<h1>4 articles</h1>" in more["/"]] == [True, True]
    assert '1 copy of another article is left out: <a href="?copies=1">count it</a>' in pages["/"]
    assert '1 copy of another article is counted: <a href="?">leave it out</a>' in more["/"]
    assert '<a href="?name=Oil&amp;copies=1">count it</a>' in pages["/tag?name=Oil"]
    assert '<a href="?name=Oil">leave it out</a>' in more["/tag?name=Oil"]
    assert [HINDI in pages["/tags"], HINDI in more["/tags"]] == [False, True]
    assert (">0 articles</a>" in hindi.body, "count it</a>" in hindi.body, hindi.status) == (True, True, 200)
    assert ["1 article, newest" in pages["/search?tag=Oil"], "2 articles, newest" in more["/search?tag=Oil"]] == [
        True
    ] * 2
    assert [page.count("data-item") for page in (*words, *found)] == [0, 0, 0, 1]
    assert [[row["site"] for row in json.loads(d.body)["rows"]] for d in downloads] == [
        ["example"],
        ["example", "wire"],
    ]
    counted = [json.loads(d.body)["counts"] for d in downloads]
    assert ["left out" in counted[0], "are counted" in counted[1]] == [True, True]
    assert 'filename="tag-sites-oil-with-copies.json"' in downloads[1].headers["content-disposition"]


def test_pages_with_copies_lead_to_such_pages(filled: Shelf) -> None:
    """Whoever wants copies counted wants it on the next page too."""
    with served(filled) as browser:
        paths = ("/?", "/tags?", "/tag?name=Oil&", "/search?", "/runs?", "/nothing?", "/tag?name=Oli&")
        bodies = [browser.get(f"{path}copies=1").body for path in paths]
        moved = browser.get("/tag?copies=1").headers["location"]
        articles = {link for body in bodies for link in links(body) if link.startswith("/article/")}
        bodies += [browser.get(link).body for link in articles]
    assert moved == "/tags?copies=1"
    own = {link for body in bodies for link in links(body) if link.startswith("/") and "/static/" not in link}
    kept = {link for link in own if "copies=1" in link}
    assert own - kept == {"/search", *(link for link in own if link.endswith(".json")), "/export/runs.csv"}
    assert all('<input type="hidden" name="copies" value="1">' in body for body in bodies)


@pytest.mark.parametrize("date", ["2026-11-02T10:00:00Z", ""])
def test_an_archive_of_copies_is_not_said_to_be_empty(shelf: Shelf, date: str) -> None:
    """Its originals may have been taken down; every page has the way to them."""
    shelf.put(article(1, duplicate_of="0" * 40, date_published=date, date_precision="second" if date else ""))
    with served(shelf) as browser:
        first, found = browser.get("/").body, browser.get("/search?q=number").body
    assert ["0 articles</h1>" in first, '<a href="?copies=1">count it</a>' in first, "is empty" in first] == [
        True, True, False,
    ]  # fmt: skip
    assert '<a href="?q=number&amp;copies=1">copies of other articles too</a> may help' in found
