"""The charts: every exported number is what the shown Python prints."""

import csv
import io
import json
import urllib.parse

import pytest

from newsarchive.archive import Archive
from tests.conftest import article
from tests.web.conftest import HINDI, Shelf, served
from tests.web.markup import printed


@pytest.mark.parametrize(
    "address",
    [
        "articles",
        "tags",
        "places",
        "sites",
        "languages",
        "coverage",
        "runs",
        "tag-timeline?name=Iran",
        "tag-with?name=Iran",
        "tag-sites?name=Oil",
        "tag-articles?name=country%3AIR",
        "tag-by-site?name=Iran",
        "tag-by-site?name=country%3AIR",
        "tag-by-site?name=Iran&spelling=exact",
        "tag-by-site?name=Iran&by=month",
        "tag-timeline?name=Iran&spelling=exact&by=year",
        "tag-with?name=Iran&spelling=exact",
        "coverage?by=month",
        "articles?by=year",
        "every-tag",
        "every-place",
        "articles?copies=1",
        "coverage?by=month&copies=1",
        "tags?copies=1",
        "sites?copies=1",
        "places?copies=1",
        "tag-timeline?name=Oil&copies=1",
        "tag-articles?name=Oil&copies=1",
        "tag-by-site?name=Oil&by=month&copies=1",
        "tag-with?name=Oil&copies=1",
        "tag-sites?name=Oil&copies=1",
        "tag-articles?name=Iran&spelling=exact&by=month",
        "tag-sites?name=Iran&spelling=exact",
        "tag-spellings?name=Iran",
    ],
)
def test_exports_agree_with_each_other_and_with_python(filled: Shelf, address: str) -> None:
    """CSV, JSON and the output of the Python shown hold the same numbers."""
    name, _, query = address.partition("?")
    with served(filled) as browser:
        table = list(csv.DictReader(io.StringIO(browser.get(f"/export/{name}.csv?{query}").body)))
        rows = json.loads(browser.get(f"/export/{name}.json?{query}").body)["rows"]
        page = browser.get(page_of(name, query)).body
    assert [{k: str(v) for k, v in row.items()} for row in rows] == table
    told = [
        (line.partition(" ")[0] if name == "coverage" else line.rpartition(" ")[0], line.rpartition(" ")[2])
        for line in printed(page, name)
    ]
    last = list(rows[0])[-1]
    value = {"runs": "archived", "coverage": last, "tag-timeline": "share"}.get(name, "articles")
    keys = {"tag-by-site": 2, "tag-timeline": 3}.get(name, 1)
    expected = [
        (" ".join(map(str, list(row.values())[:keys])).casefold(), float(row[value])) for row in rows if row[value]
    ]
    assert [(label.casefold(), float(number)) for label, number in told if float(number)] == expected


def page_of(figure: str, query: str) -> str:
    """Return the address of the page that a figure stands on."""
    if figure == "runs" or figure.startswith("every-"):
        return "/runs" if figure == "runs" else f"/tags?{query}"
    return f"/tag?{query}" if figure.startswith("tag-") else f"/?{query}"


def test_rows_are_in_the_order_of_the_archive(shelf: Shelf) -> None:
    """Of a month the site with the most first, as `Archive.count` and the command line have them."""
    for n, site in enumerate(("b", "c", "c", "a")):
        shelf.put(article(n, site=site, tags=("Oil",)))
    with served(shelf) as browser:
        rows = list(csv.reader(io.StringIO(browser.get("/export/tag-by-site.csv?name=Oil&by=month").body)))[1:]
    counted = Archive.open(str(shelf.folder)).count(by=("month", "site"), tag="Oil")
    assert [(month, site, int(n)) for month, site, n in rows] == [(*key, n) for key, n in counted.items()]
    assert [row[1] for row in rows] == ["c", "a", "b"]


def test_equally_frequent_tags_are_listed_by_name(shelf: Shelf) -> None:
    """However many there are, as by the Python beside the list; a list that is cut says so."""
    names = [f"tag {n * 7919 % 1201:04}" for n in range(1201)]
    shelf.put(article(1, tags=("Oil", *names[:600])), article(2, tags=("Oil", *names[600:])))
    with served(shelf) as browser:
        front, listed, body = (browser.get(path).body for path in ("/", "/tags", "/tag?name=Oil"))
    for page, figure, first in (
        (front, "tags", "Oil 2"),
        (listed, "every-tag", "Oil 2"),
        (body, "tag-with", "tag 0000 1"),
    ):
        shown = page.partition(f'id="{figure}"')[2].partition("</table>")[0].split("<bdi>")[1:]
        told = printed(page, figure)
        assert [row.partition("<")[0] for row in shown] == [line.rpartition(" ")[0] for line in told], figure
        assert told[0] == first
    assert "The 15 most frequent; the page Tags has more." in front
    assert "The 400 most frequent.<" in listed


def test_days_without_a_crawl_are_told(filled: Shelf) -> None:
    """The timeline says on which days a crawl ran."""
    with served(filled) as browser:
        rows = json.loads(browser.get("/export/articles.json").body)["rows"]
    assert rows[0] == {"day": "2026-11-02", "articles": 1, "crawled": "no"}
    assert not [
        row for row in rows if (row["crawled"] == "yes") != (row["day"] in ("2026-11-12", "2026-11-23", "2026-11-24"))
    ]


def test_spreadsheets_get_no_formula(shelf: Shelf) -> None:
    """A tag that begins as a formula is text in CSV."""
    shelf.put(article(1, tags=("=HYPERLINK(1)", "+1", "-1", "@a", "\tb")))
    with served(shelf) as browser:
        rows = list(csv.reader(io.StringIO(browser.get("/export/tags.csv").body)))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert ["'=HYPERLINK(1)", "1"] in rows


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("none.csv", "There is no such chart."),
        ("tags.xml", "A chart is exported as csv or json."),
        ("tag-with.csv", "This chart is of a tag: add its name, such as name=Iran."),
        ("tag-with.csv?name=Irna", "No article has the tag 'Irna'. Did you mean 'Iran'?"),
        ("tag-with.csv?name=zzz", "No article has the tag 'zzz'."),
        ("tag-with.csv?name=Spanien", "No article has a tag for Spain, in any language."),
        ("tag-with.csv?name=Ir", "No article has the tag 'Ir'. Did you mean 'country:IR'?"),
        ("articles.csv?by=week", "Charts are by day, month, year, not by 'week'."),
    ],
)
def test_a_download_that_is_not_there_is_no_page(filled: Shelf, path: str, told: str) -> None:
    """Whoever saves the answer as a file finds one line in it that says what is wrong."""
    with served(filled) as browser:
        page = browser.get(f"/export/{path}")
    assert (page.status, page.body) == (404, f"{told}\n")
    assert page.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("articles.csv", "filename=\"articles.csv\"; filename*=UTF-8''articles.csv"),
        ("tag-by-site.csv?name=Iran&by=month", 'filename="tag-by-site-iran-month.csv"'),
        ("tag-sites.json?name=Oil", 'filename="tag-sites-oil.json"'),
        ("tag-with.csv?name=" + urllib.parse.quote(HINDI), "''tag-with-" + urllib.parse.quote("हिन्दी-समाचार")),
        (
            "tag-with.csv?name=%D8%A5%D9%8A%D8%B1%D8%A7%D9%86&spelling=exact",
            "''tag-with-%D8%A5%D9%8A%D8%B1%D8%A7%D9%86",
        ),
    ],
)
def test_a_download_is_named_after_what_is_in_it(filled: Shelf, path: str, file: str) -> None:
    """By its chart, its tag and its unit of time; in any script."""
    with served(filled) as browser:
        assert file in browser.get(f"/export/{path}").headers["content-disposition"]


def test_charts_are_by_the_unit_asked_for(filled: Shelf) -> None:
    """Months in place of days, on the page and in its exports; the page links to the other units."""
    with served(filled) as browser:
        body = browser.get("/tag?name=Iran&by=month").body
        rows = list(csv.DictReader(io.StringIO(browser.get("/export/tag-by-site.csv?name=Iran&by=month").body)))
    assert [tuple(row.values()) for row in rows] == [("2026-11", "example", "2"), ("2026-11", "sahifa", "1")]
    assert "<h2>Articles by month and site</h2>" in body
    assert 'href="?name=Iran&amp;by=day">by day</a>' in body
    assert '<span aria-current="true">by month</span>' in body


def test_the_python_beside_a_tag_leaves_out_what_has_no_date(shelf: Shelf) -> None:
    """As the chart and its exports do."""
    shelf.put(article(1, tags=("Oil",)), article(2, tags=("Oil",), date_published="", date_precision=""))
    with served(shelf) as browser:
        body = browser.get("/tag?name=Oil").body
    for name in ("tag-timeline", "tag-articles", "tag-by-site"):
        assert [line.split()[0] for line in printed(body, name)] == ["2026-11-02"], name


def test_charts_leave_out_a_few_stray_dates(shelf: Shelf) -> None:
    """They say so, and the Python beside them counts what they count."""
    shelf.put(*(article(n) for n in range(1, 121)), article(121, date_published="1999-01-01T00:00:00Z"))
    with served(shelf) as browser:
        body = browser.get("/").body
        rows = json.loads(browser.get("/export/articles.json").body)["rows"]
    assert "1 article of other dates left out." in body
    assert sum(row["articles"] for row in rows) == 120
    assert sum(int(line.split()[1]) for line in printed(body, "articles")) == 120


def test_a_chart_without_any_crawl_is_not_shaded(shelf: Shelf) -> None:
    """All of it would be; it says so instead."""
    shelf.put(article(1, date_published="2026-11-01T06:04:00Z"), article(2, date_published="2026-11-03T06:04:00Z"))
    with served(shelf) as browser:
        body = browser.get("/").body
    assert "All published before the first crawl, of 2026-11-23." in body
    assert 'class="gap"' not in body
