"""The page in a real browser: accessible, usable by keyboard and on a phone, and deaf to hostile articles."""

from collections.abc import Iterator
from importlib.resources import files

import pytest

from tests.conftest import article
from tests.hostile import hostile_lines
from tests.web.chromium import Chromium, chromium
from tests.web.conftest import Browser, Shelf, served

pytestmark = pytest.mark.slow
ARABIC = "اجتمع الوزراء في بغداد اليوم. " * 9
WRAPPED = "e => e.getClientRects().length && e.innerText.length < 8 && e.scrollHeight > 60"
PATHS = (
    *("/", "/?by=month", "/tags", "/tag?name=Iran", "/tag?name=Iran&by=month&spelling=exact", "/tag?name=Irna"),
    *("/search?q=harbour1", "/search", "/search?tag=Irna", "/search?q=Oil&copies=1", "/runs", "/nothing"),
    *("/?copies=1", "/tag?name=Oil&copies=1"),
)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser."""
    with chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def filled(shelf: Shelf) -> Iterator[tuple[Browser, list[str]]]:
    """A page on a few articles, and the addresses of two of them."""
    one = article(1, tags=("Iran", "Oil"), field_sources="tags=meta")
    two = article(4, site="sahifa", language="ar", title="بغداد", text=ARABIC, tags=("العراق",))
    shelf.put(one)
    shelf.put(two, article(5, site="sahifa", duplicate_of=one.id, text=one.text, tags=("Oil",)))
    shelf.put(*(article(n, tags=("Iran",), tag_ids=("country:IR",)) for n in range(10, 22)))
    with served(shelf) as running:
        yield running, [f"/article/{one.id}", f"/article/{two.id}"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 500)])
def test_no_page_has_an_accessibility_violation(
    window: Chromium, filled: tuple[Browser, list[str]], scheme: str, width: int
) -> None:
    """axe-core finds nothing, and no page is wider than a narrow window."""
    browser, articles = filled
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    window.prefer(scheme)
    window.resize(width, 900)
    for path in (*PATHS, *articles):
        window.open(f"http://127.0.0.1:{browser.port}{path}")
        found = window.run(f"{axe}; return axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
        assert found == [], path
        assert window.run("return document.documentElement.scrollWidth <= innerWidth"), path
        assert window.run(f"return [...document.querySelectorAll('td')].filter({WRAPPED}).map(e => e.innerText)") == []


def test_keys(window: Chromium, filled: tuple[Browser, list[str]]) -> None:
    """`/` goes to the search field, j and k through a list, ? to the help; in a field keys are letters."""
    browser, _ = filled
    window.open(f"http://127.0.0.1:{browser.port}/search")
    window.press("j")
    first = window.run("return document.activeElement.textContent")
    window.press("j")
    second = window.run("return document.activeElement.textContent")
    window.press("k")
    assert first != second
    assert window.run("return document.activeElement.textContent") == first
    window.press("?")
    assert window.run("return document.getElementById('keys').open")
    window.press("?")
    window.press("/")
    window.press("j")
    assert window.run("return document.getElementById('q').value") == "j"


def test_hostile_articles_do_nothing(window: Chromium, shelf: Shelf) -> None:
    """No article's script runs, no page moves elsewhere, nothing is asked for outside."""
    shelf.put_lines(list(hostile_lines()), "example")
    with served(shelf) as browser:
        base = f"http://127.0.0.1:{browser.port}"
        articles = [f"/article/{i}" for (i,) in shelf.index().rows("SELECT id FROM article")]
        for path in ("/", "/search", "/search?page=2", *articles):
            window.open(base + path)
            assert window.run("return window.acted === undefined"), path
            assert window.run("return location.pathname + location.search") == path
            assert window.run("return getComputedStyle(document.querySelector('main')).display") == "block"
            asked = "return performance.getEntriesByType('resource').map(e => new URL(e.name).origin)"
            assert set(window.run(asked)) <= {base}


def test_another_origin_reads_nothing(window: Chromium, filled: tuple[Browser, list[str]], shelf: Shelf) -> None:
    """A page on another port can neither fetch, frame nor include the archive's pages."""
    browser, _ = filled
    with served(shelf) as other:
        window.open(f"http://127.0.0.1:{other.port}/nothing")
        target = f"http://localhost:{browser.port}/"
        script = f"return fetch('{target}').then(r => r.text()).then(t => 'read ' + t.length, e => 'refused')"
        assert window.run(script) == "refused"
