"""Hostile articles: shown as text, acting nowhere."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.hostile import hostile_lines
from tests.web.conftest import Browser, Shelf, served

LINES = list(hostile_lines())
FORBIDDEN = {"iframe", "object", "embed", "base", "math", "style", "img", "body.onpageshow"}
REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A page on an archive of them all."""
    folder = tmp_path_factory.mktemp("hostile") / "archive"
    folder.mkdir()
    shelf = Shelf(folder)
    shelf.put_lines(LINES, "example")
    with served(shelf) as running:
        yield running


class Elements(HTMLParser):
    """The elements of a page, those that carry a script, and the addresses they name."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.handlers: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.names.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def check(body: str) -> None:
    """Raise AssertionError if a page holds anything but what our templates make."""
    page = Elements()
    page.feed(body)
    assert not FORBIDDEN.intersection(page.names)
    assert page.names.count("script") == page.names.count("body") == page.names.count("main") == 1
    assert not page.handlers
    assert not [a for a in page.addresses if not a.startswith(("/", "#", "?", "https://example.org/"))]
    assert not REORDERING.intersection(body)
    assert not [c for c in body if ord(c) < 0x20 and c not in "\n\t"]


@pytest.mark.parametrize("number", range(1, len(LINES) + 1))
def test_a_hostile_article_is_read_and_does_nothing(browser: Browser, number: int) -> None:
    """It is found by a word of its text; its pages hold no element, handler or address of its own making."""
    found = browser.get(f"/search?q=readable{number}")
    address = next(part.split('"')[0] for part in found.body.split('href="')[1:] if part.startswith("/article/"))
    shown = browser.get(address)
    assert found.status == shown.status == 200
    assert f"readable{number}" in shown.body
    assert f"the end of {number}" in shown.body
    assert len(shown.body) < 3_000_000
    for page in (found, shown, browser.get(f"/tag?name=n{number}")):
        check(page.body)


@pytest.mark.parametrize("path", ["/", "/search", "/search?page=2", "/runs"])
def test_pages_that_show_many(browser: Browser, path: str) -> None:
    """Lists and charts of them are as harmless."""
    check(browser.get(path).body)


def test_there_are_thirty() -> None:
    """As many as were promised."""
    assert len(LINES) >= 30
