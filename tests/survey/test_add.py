"""`newsarchive add` as an operator runs it, on the demo's outlets."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from newsarchive.article import ArticleLink
from newsarchive.crawl.site import SiteSpider
from newsarchive.demo.server import DemoServer
from newsarchive.extraction import extract

Result = subprocess.CompletedProcess[str]
Add = Callable[..., Result]
LANGUAGES = {"post": "en"}


def slow(*values: str) -> ParameterSet:
    """Return a case that is left out of the fast tests: each is a process with Scrapy in it."""
    return pytest.param(*values, marks=pytest.mark.slow)


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    """The demo's outlets."""
    with DemoServer(now=datetime(2026, 11, 20, 12, tzinfo=UTC)) as server:
        yield server


@pytest.fixture
def add(tmp_path: Path) -> Add:
    """Run the command, writing into the test's folder, without waiting between requests for politeness' sake."""
    (tmp_path / "quick.py").write_text(
        "from newsarchive.settings import *\nDOWNLOAD_DELAY = 0\nAUTOTHROTTLE_ENABLED = False\nRETRY_TIMES = 0\n"
    )
    (tmp_path / "scrapy.cfg").touch()
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "quick", "PYTHONPATH": f"{tmp_path}:{Path.cwd()}"}

    def call(*arguments: str) -> Result:
        return subprocess.run(
            [sys.executable, "-m", "newsarchive", "add", *arguments, "--into", str(tmp_path)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


def _spider(module: Path, name: str) -> SiteSpider:
    spec = importlib.util.spec_from_file_location("added", module)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    kinds = (kind for kind in vars(loaded).values() if isinstance(kind, type) and issubclass(kind, SiteSpider))
    return next(kind for kind in kinds if kind is not SiteSpider)(name)


@pytest.mark.parametrize(
    ("outlet", "listing"),
    [("fr", "rss"), slow("ar", ""), slow("de", "sitemap"), slow("post", "feed.json")],
)
def test_an_outlet_is_declared_and_tested(
    demo: DemoServer, add: Add, tmp_path: Path, *, outlet: str, listing: str
) -> None:
    """The declaration passes its check, its pattern fits, and its page gives the record in its folder."""
    done = add(f"{demo.base}/{outlet}/", "--name", f"my-{outlet}", "--country", "fr", "--allow-private")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n  tags: ") == 3
    spider = _spider(tmp_path / "spiders" / f"my-{outlet}.py", f"my-{outlet}")
    assert (spider.language, spider.country, spider.name) == (LANGUAGES.get(outlet, outlet), "FR", f"my-{outlet}")
    assert any(listing in url for url in (*spider.feeds, *spider.sitemaps))
    folder = tmp_path / "tests" / "sites" / f"my-{outlet}"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    link = ArticleLink(url=expected["url"], via="url-list")
    spider.arguments = spider.parse_arguments({})
    assert spider.is_article_url(link)
    hints = asdict(spider.hints(spider.name, link, link.url))
    found = asdict(extract((folder / "page.html").read_bytes(), link.url, **hints))
    assert {name: found[name] for name in ("title", "text", "tags", "site")} == {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in expected.items()
        if name in ("title", "text", "tags", "site")
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        slow("/nowhere/ --allow-private", "http-404"),
        ("/private/ --allow-private", "robots"),
        slow("/fr/", "private-address"),
        slow("/fr/ --allow-private", "give --country"),
    ],
)
def test_what_cannot_be_declared_is_said_and_nothing_is_written(
    demo: DemoServer, add: Add, tmp_path: Path, *, given: str, told: str
) -> None:
    """Exit 2 with the reason."""
    done = add(*f"{demo.base}{given}".split())
    assert (done.returncode, told in done.stderr) == (2, True)
    assert not (tmp_path / "spiders").exists()


@pytest.mark.slow
def test_a_dry_run_writes_nothing_and_a_second_add_overwrites_nothing(
    demo: DemoServer, add: Add, tmp_path: Path
) -> None:
    """A declaration that somebody has corrected is not lost."""
    given = (f"{demo.base}/post/", "--name", "post", "--country", "CA", "--allow-private")
    shown = add(*given, "--dry-run")
    assert (shown.returncode, "class PostSpider" in shown.stdout) == (0, True)
    assert not (tmp_path / "spiders").exists()
    (tmp_path / "spiders").mkdir()
    (tmp_path / "spiders" / "post.py").write_text("# mine\n")
    done = add(*given)
    assert (done.returncode, "exists" in done.stderr) == (2, True)
    assert (tmp_path / "spiders" / "post.py").read_text() == "# mine\n"
