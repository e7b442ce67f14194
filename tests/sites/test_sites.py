"""Each site's page gives the record a careful reader would write: one test per site and field.

A folder here holds `page.html`, in the shape of the site's own pages and in our words, and `expected.json`: fields of
the record, all of them filled. The page is extracted with the hints of the site's declaration in `spiders/`.
"""

import importlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newsarchive.article import FIELDS, Article, ArticleLink
from newsarchive.crawl.site import SiteSpider
from newsarchive.extraction import extract

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent.name for path in HERE.glob("*/page.html"))
REQUIRED = frozenset(
    {"url", "site", "title", "description", "section", "authors", "date_published", "language", "tags", "text"}
)


@cache
def _expected(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / folder / "expected.json").read_text(encoding="utf-8"))
    return found


def _spider(site: str) -> SiteSpider:
    module = importlib.import_module(f"spiders.{site}")
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, SiteSpider)]
    spider = next(kind for kind in kinds if kind is not SiteSpider and kind.name == site)()
    spider.arguments = spider.parse_arguments({})
    return spider


@cache
def _article(folder: str) -> Article:
    expected = _expected(folder)
    site, url = expected["site"], expected["url"]
    hints = _spider(site).hints(site, ArticleLink(url=url, via="url-list"), url)
    return extract((HERE / folder / "page.html").read_bytes(), url, **asdict(hints))


def _comparable(value: object) -> object:
    """Lists as tuples; texts with plain spaces, where a page may have no-break ones."""
    if isinstance(value, str):
        return "\n".join(" ".join(line.split()) for line in value.split("\n"))
    return tuple(value) if isinstance(value, list | tuple) else value


CASES = [pytest.param(folder, field, id=f"{folder}-{field}") for folder in FOLDERS for field in _expected(folder)]


@pytest.mark.parametrize(("folder", "field"), CASES)
def test_a_field_is_as_a_careful_reader_would_write_it(folder: str, field: str) -> None:
    """The whole value, exactly."""
    assert _comparable(getattr(_article(folder), field)) == _comparable(_expected(folder)[field])


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_expectation_says_something_of_every_content_field(folder: str) -> None:
    """No field is missing, unknown to the record, or empty: an expectation that nothing is found tests nothing."""
    expected = _expected(folder)
    assert set(expected) <= set(FIELDS)
    assert set(expected) >= REQUIRED
    assert [field for field, value in expected.items() if not value] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_declaration_knows_its_own_page(folder: str) -> None:
    """The site's article pattern and domains fit the page's address."""
    expected = _expected(folder)
    spider, link = _spider(expected["site"]), ArticleLink(url=expected["url"], via="url-list")
    assert spider.site_of(link.url) == expected["site"]
    assert spider.article_pattern
    assert spider.is_article_url(link)
