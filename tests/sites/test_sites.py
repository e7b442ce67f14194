"""Each site's page gives the record a careful reader would write: one test per site and field.

A folder here holds `page.html`, in the shape of the site's own pages and in our words, and `expected.json`: fields of
the record, all of them filled. The page is extracted with the hints of the site's declaration in `spiders/`.
"""

from pathlib import Path

import pytest

from newsarchive.article import FIELDS, ArticleLink
from newsarchive.survey.expectation import cases, compared, declared, expected

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent.name for path in HERE.glob("*/page.html"))
REQUIRED = frozenset(
    {"url", "site", "title", "description", "section", "authors", "date_published", "language", "tags", "text"}
)


@pytest.mark.parametrize(("folder", "field"), cases(HERE))
def test_a_field_is_as_a_careful_reader_would_write_it(folder: str, field: str) -> None:
    """The whole value, exactly."""
    found, wanted = compared(HERE / folder, field)
    assert found == wanted


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_expectation_says_something_of_every_content_field(folder: str) -> None:
    """No field is missing, unknown to the record, or empty: an expectation that nothing is found tests nothing."""
    record = expected(HERE / folder)
    assert set(record) <= set(FIELDS)
    assert set(record) >= REQUIRED
    assert [field for field, value in record.items() if not value] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_declaration_knows_its_own_page(folder: str) -> None:
    """The site's article pattern and domains fit the page's address."""
    record = expected(HERE / folder)
    spider, link = declared(record["site"]), ArticleLink(url=record["url"], via="url-list")
    assert spider.site_of(link.url) == record["site"]
    assert spider.article_pattern
    assert spider.is_article_url(link)
