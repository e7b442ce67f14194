"""The pages: what they show, export and tell; every exported number is what the shown Python prints."""

import csv
import html
import io
import json
import subprocess
import sys
import urllib.parse
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from newsarchive.archive import Archive
from newsarchive.crawl.tally import Tally
from newsarchive.dedup import identify
from newsarchive.web.store import discard
from tests.conftest import article
from tests.web.conftest import Browser, Shelf, served

IRAN = ("country:IR",)
HINDI = "हिन्दी समाचार"
ARABIC = "اجتمع الوزراء في بغداد اليوم لمناقشة الحدود. " * 8


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """An archive of several sites, languages, tags and runs, with a reprint and a revision."""
    one = article(1, revision=1, tags=("Iran", "Oil"), tag_ids=IRAN, field_sources="date=json-ld;tags=meta+page")
    two = identify(replace(one, revision=2, text=one.text.replace("harbour1", "airport1"), title="Article number one"))
    shelf.put(one, article(2, tags=("iran", "Gas"), tag_ids=IRAN, date_published="2026-11-03T10:00:00Z"))
    shelf.put(two)
    shelf.put(article(3, site="wire", publisher="Wire", duplicate_of=one.id, text=one.text, tags=("Oil", HINDI)))
    shelf.put(
        article(4, site="sahifa", language="ar", title="بغداد", text=ARABIC, tags=("العراق", "إيران"), tag_ids=IRAN),
        crawl_date="2026-11-12",
    )
    shelf.put_run("20261123t061502z-1f3a9c", example=Tally(discovered=2, fetched=2, extracted=2, archived=2))
    shelf.put_run("20261124t061502z-1f3a9c", example=Tally(), wire=Tally(discovered=1, failed=Counter({"http-500": 1})))
    return shelf


def links(body: str) -> set[str]:
    """Return the addresses that a page points to."""
    found: set[str] = set()

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its interface
            found.update(value for name, value in attrs if name in ("href", "src", "action") and value)

    Parser().feed(body)
    return found


def crawl(browser: Browser) -> dict[str, str]:
    """Return every page that can be reached from the first, by address."""
    pages: dict[str, str] = {}
    waiting = {"/"}
    while waiting:
        address = waiting.pop()
        page = browser.get(address)
        assert page.status == 200, address
        pages[address] = page.body
        if page.headers["content-type"].startswith("text/html"):
            joined = {urllib.parse.urljoin(address, link).partition("#")[0] for link in links(page.body)}
            waiting |= {link for link in joined if link.startswith("/")} - set(pages)
    return pages


def test_every_link_leads_somewhere_and_nowhere_outside(filled: Shelf) -> None:
    """All pages answer; the only addresses outside are the articles' own, and nothing is loaded from there."""
    with served(filled) as browser:
        pages = crawl(browser)
    outside = {link for body in pages.values() for link in links(body) if "://" in link}
    assert outside == {f"https://example.org/news/{n}" for n in range(1, 5)}
    assert len([p for p in pages if p.startswith("/article/")]) >= 8
    assert not [p for p, body in pages.items() if 'src="http' in body or "style=" in body or "<style" in body]


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
    printed = subprocess.run([sys.executable, "-c", program(page, name)], capture_output=True, text=True, check=True)
    told = [
        (line.partition(" ")[0] if name == "coverage" else line.rpartition(" ")[0], line.rpartition(" ")[2])
        for line in printed.stdout.splitlines()
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


def program(page: str, figure: str) -> str:
    """Return the Python that a page shows beside a figure."""
    after = page[page.index(f"/export/{figure}.csv") :]
    return html.unescape(after[after.index("<code>") + len("<code>") : after.index("</code>")])


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


def test_a_list_counts_what_its_links_lead_to(filled: Shelf) -> None:
    """A spelling leads to the spelling, a country to the country."""
    with served(filled) as browser:
        for page in ("/tags", "/", "/?copies=1"):
            rows = ranks(browser.get(page).body)
            assert len(rows) >= 4
            for address, count in rows.items():
                told = browser.get(address).body
                assert f"{count} article{'' if count == 1 else 's'}" in told.partition("<main")[2], address


def ranks(body: str) -> dict[str, int]:
    """Return the address and the number of each row of a page's lists."""
    rows = [row.partition("</tr>")[0] for row in body.split("<tr>") if "meter" in row]
    cells = [(row.partition('href="')[2].partition('"')[0], row.partition("<td>")[2].partition("<")[0]) for row in rows]
    return {html.unescape(address): int(count) for address, count in cells}


def test_a_search_for_a_tags_name_tells_of_its_page(filled: Shelf) -> None:
    """A country in any language, any other tag as it is spelled; nothing for a word that is none."""
    with served(filled) as browser:
        iran, oil, none = (browser.get(f"/search?q={q}").body for q in ("Ir%C3%A1n", "oil", "harbour1"))
    assert '<a href="/tag?name=country%3AIR">3 have the tag <bdi>Iran</bdi></a> in any language' in iran
    assert '<a href="/tag?name=Oil">1 has the tag <bdi>Oil</bdi></a>' in oil
    assert "any language" not in oil
    assert "the tag <bdi>" not in none


def test_rows_are_in_the_order_of_the_archive(shelf: Shelf) -> None:
    """Of a month the site with the most first, as `Archive.count` and the command line have them."""
    for n, site in enumerate(("b", "c", "c", "a")):
        shelf.put(article(n, site=site, tags=("Oil",)))
    with served(shelf) as browser:
        rows = list(csv.reader(io.StringIO(browser.get("/export/tag-by-site.csv?name=Oil&by=month").body)))[1:]
    counted = Archive.open(str(shelf.folder)).count(by=("month", "site"), tag="Oil")
    assert [(month, site, int(n)) for month, site, n in rows] == [(*key, n) for key, n in counted.items()]
    assert [row[1] for row in rows] == ["c", "a", "b"]


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


def printed(page: str, figure: str) -> list[str]:
    """Return the lines that the Python beside a chart prints."""
    code = [sys.executable, "-c", program(page, figure)]
    return subprocess.run(code, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize(
    ("tags", "name", "count"),
    [
        ((("country:ir",), ("Persia",)), "country:ir&spelling=exact", 1),
        ((("country:ir",), ("Persia",)), "country:IR", 1),
        ((("Country:IR",), ("Persia", "country:music")), "Iran", 1),
        ((("NATO",), ("\uff2e\uff21\uff34\uff2f", "Oil")), "nato", 2),
        ((("Café",), ("Café",)), "café", 2),
    ],
)
def test_odd_tags_are_what_an_archive_takes_them_for(
    shelf: Shelf, tags: tuple[tuple[str, ...], tuple[str, ...]], name: str, count: int
) -> None:
    """A publisher's tag in the shape of an id is none; ways of encoding a letter are one spelling."""
    shelf.put(article(1, tags=tags[0]), article(2, tags=tags[1], tag_ids=IRAN if "Persia" in tags[1] else ()))
    with served(shelf) as browser:
        body = browser.get("/tag?name=" + urllib.parse.quote(name, safe="&=")).body
        places = list(csv.reader(io.StringIO(browser.get("/export/places.csv").body)))
    assert f">{count} article" in body
    assert printed(body, "tag-sites") == [f"example {count}"]
    assert places == [["country", "articles"], *([["IR", "1"]] if "Persia" in tags[1] else [])]


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


def test_a_page_without_its_index_comes_back_by_itself(filled: Shelf) -> None:
    """It says so, and browsers and scripts are told when to ask again."""
    with served(filled) as browser:
        discard(filled.path)
        page = browser.get("/")
    assert (page.status, page.headers["retry-after"]) == (503, "2")
    assert '<meta http-equiv="refresh" content="2">' in page.body
    assert "<title>One moment" in page.body


def test_charts_are_by_the_unit_asked_for(filled: Shelf) -> None:
    """Months in place of days, on the page and in its exports; the page links to the other units."""
    with served(filled) as browser:
        body = browser.get("/tag?name=Iran&by=month").body
        rows = list(csv.DictReader(io.StringIO(browser.get("/export/tag-by-site.csv?name=Iran&by=month").body)))
    assert [tuple(row.values()) for row in rows] == [("2026-11", "example", "2"), ("2026-11", "sahifa", "1")]
    assert "<h2>Articles by month and site</h2>" in body
    assert 'href="?name=Iran&amp;by=day">by day</a>' in body
    assert '<span aria-current="true">by month</span>' in body


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


@pytest.mark.parametrize("name", ["Iran", "iran", "Irán", "إيران", "伊朗", "country:IR"])
def test_a_country_is_found_in_every_language(filled: Shelf, name: str) -> None:
    """As by the command line and in Python, whether or not an article spells it so; a word is found as it is."""
    with served(filled) as browser:
        body = browser.get("/tag?" + urllib.parse.urlencode({"name": name})).body
        found = browser.get("/search?" + urllib.parse.urlencode({"tag": name})).body
    assert "<h1><bdi>Iran</bdi></h1>" in body
    assert ">3 articles</a>" in body
    assert "3 articles, newest first" in found


def test_the_python_beside_a_tag_leaves_out_what_has_no_date(shelf: Shelf) -> None:
    """As the chart and its exports do."""
    shelf.put(article(1, tags=("Oil",)), article(2, tags=("Oil",), date_published="", date_precision=""))
    with served(shelf) as browser:
        body = browser.get("/tag?name=Oil").body
    for name in ("tag-timeline", "tag-articles", "tag-by-site"):
        told = subprocess.run([sys.executable, "-c", program(body, name)], capture_output=True, text=True, check=True)
        assert [line.split()[0] for line in told.stdout.splitlines()] == ["2026-11-02"], name


def test_every_country_is_listed_however_rare(shelf: Shelf) -> None:
    """Behind a thousand tags that are all more frequent."""
    often = tuple(f"tag {n}" for n in range(1_000))
    shelf.put(article(1, tags=often), article(2, tags=often), article(3, tags=("Tuvalu",), tag_ids=("country:TV",)))
    with served(shelf) as browser:
        assert ">Tuvalu</bdi>" in browser.get("/tags").body
        assert "TV,1" in browser.get("/export/places.csv").body


def test_a_tag_longer_than_names_are_kept_has_its_articles(shelf: Shelf) -> None:
    """On its page, and by the links there."""
    name = "Long " * 60
    shelf.put(article(1, tags=(name.strip(),)))
    with served(shelf) as browser:
        body = browser.get("/tag?" + urllib.parse.urlencode({"name": name})).body
        found = [browser.get(link).body for link in links(body) if link.startswith("/search?tag=")]
    assert "Article number 1" in body
    assert len(found) == 2
    assert not [page for page in found if "1 article, newest first" not in page]


def test_a_spelling_is_a_link_away(filled: Shelf) -> None:
    """A country's page counts the spelling it was asked by, and the spelling's page the country."""
    with served(filled) as browser:
        country = browser.get("/tag?name=Iran").body
        spelled = browser.get("/tag?name=Iran&spelling=exact").body
        found = browser.get("/search?tag=iran&site=example&spelling=exact").body
        wide = browser.get("/search?tag=iran&site=example").body
        assert '<input type="hidden" name="spelling" value="exact">' in found
        assert "hidden" not in wide.partition("<main")[2].partition("</form>")[0]
        plain = browser.get("/tag?name=Oil").body.partition("<figure")[0].partition('class="figures"')[0]
        plain += browser.get("/search?tag=Oil&site=wire").body
    assert ranks(country.partition('id="tag-spellings"')[2].partition("</section>")[0]) == {
        "/tag?name=Iran&spelling=exact": 2,
        f"/tag?{urllib.parse.urlencode({'name': 'إيران', 'spelling': 'exact'})}": 1,
    }
    assert 'of a country: <a href="/tag?name=country%3AIR">Iran, 3 in any language</a>' in spelled
    assert 'id="tag-spellings"' not in spelled
    assert 'href="/search?tag=country%3AIR&amp;site=example">Iran in every language' in found
    assert 'href="/search?tag=Iran&amp;spelling=exact&amp;site=example">only the spelling' in wide
    assert "spelling=exact" not in plain


def test_a_tag_that_none_has_is_said_with_one_that_was_perhaps_meant(filled: Shelf) -> None:
    """On its page and in search; without a name all tags are shown."""
    with served(filled) as browser:
        missing, found = browser.get("/tag?name=Irna").body, browser.get("/search?tag=Irna&q=rain&site=wire").body
        listed = browser.get("/tag")
    assert 'Did you mean <a href="/tag?name=Iran">' in missing
    assert "<bdi>No article has the tag &#39;Irna&#39;.</bdi> Did you mean <a" in found
    assert 'href="/search?q=rain&amp;tag=Iran&amp;site=wire"' in found
    assert "Fewer words" not in found
    assert (listed.status, listed.headers["location"]) == (307, "/tags")


def test_ids_and_codes_are_shown_by_name(filled: Shelf) -> None:
    """Countries and languages have English names on the page, their codes in exports."""
    with served(filled) as browser:
        body = browser.get("/").body
        assert 'href="/tag?name=country%3AIR"><bdi>Iran</bdi>' in body
        assert 'href="/search?language=ar"><bdi>Arabic</bdi>' in body
        assert "IR,3" in browser.get("/export/places.csv").body
        assert '<option value="ar">Arabic</option>' in browser.get("/search").body


def test_charts_leave_out_a_few_stray_dates(shelf: Shelf) -> None:
    """They say so, and the Python beside them counts what they count."""
    shelf.put(*(article(n) for n in range(1, 121)), article(121, date_published="1999-01-01T00:00:00Z"))
    with served(shelf) as browser:
        body = browser.get("/").body
        rows = json.loads(browser.get("/export/articles.json").body)["rows"]
    assert "1 article of other dates left out." in body
    assert sum(row["articles"] for row in rows) == 120
    printed = subprocess.run(
        [sys.executable, "-c", program(body, "articles")], capture_output=True, text=True, check=True
    )
    assert sum(int(line.split()[1]) for line in printed.stdout.splitlines()) == 120


def test_a_chart_without_any_crawl_is_not_shaded(shelf: Shelf) -> None:
    """All of it would be; it says so instead."""
    shelf.put(article(1, date_published="2026-11-01T06:04:00Z"), article(2, date_published="2026-11-03T06:04:00Z"))
    with served(shelf) as browser:
        body = browser.get("/").body
    assert "All published before the first crawl, of 2026-11-23." in body
    assert 'class="gap"' not in body
