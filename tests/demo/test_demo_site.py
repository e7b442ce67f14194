"""The demo site is fresh on any day, and holds exactly the articles and faults its outcomes name."""

import gzip
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations

import fastfeedparser
import pytest
from lxml import etree, html
from protego import Protego

from newsarchive.demo.content import DemoArticle, articles, sites
from newsarchive.demo.outcomes import expected
from newsarchive.demo.site import build

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BASE = "http://127.0.0.1:8000"
ALL = articles(NOW)
WHOLE = [article for article in ALL if article.fault in {"", "flaky"}]
RADIO = [article for article in WHOLE if article.site.shape == "radio"]
PAGES = build(BASE, NOW)
CHANGING = next(row.path for row in expected(NOW) if row.second == "revised")


def document(article: DemoArticle) -> html.HtmlElement:
    """The article's page, parsed."""
    return html.document_fromstring(PAGES[article.path].body.decode())


def texts(root: html.HtmlElement, css: str) -> list[str]:
    """Text of every match, white space collapsed."""
    return [" ".join(str(found.text_content()).split()) for found in root.cssselect(css)]


def test_outcomes_count() -> None:
    """Of 25 listed pages 21 are archived, and each other outcome occurs once."""
    assert Counter(row.first for row in expected(NOW)) == {
        "archived": 21,
        "duplicate": 1,
        "forbidden": 1,
        "gone": 1,
        "not-an-article": 1,
    }
    assert Counter(row.second for row in expected(NOW))["revised"] == 1


@pytest.mark.parametrize("article", WHOLE, ids=lambda article: article.path)
def test_article_is_substantial(article: DemoArticle) -> None:
    """Every whole article has four to eight paragraphs, at least 150 words, an author and two tags or more."""
    assert 4 <= len(article.paragraphs) <= 8
    assert sum(len(paragraph.split()) for paragraph in article.paragraphs) >= 150
    assert article.authors
    assert len(set(article.tags)) == len(article.tags) >= 2


@pytest.mark.parametrize("article", WHOLE, ids=lambda article: article.path)
def test_page_shows_the_article(article: DemoArticle) -> None:
    """A page shows the title once as its heading, every paragraph in order, and the tags in order."""
    root = document(article)
    paragraphs = [text for text in texts(root, "article p") if text in article.paragraphs]
    assert texts(root, "h1") == [article.title]
    assert tuple(paragraphs) == article.paragraphs
    assert tuple(texts(root, "a[rel=tag]")) == article.tags
    assert root.get("lang") == article.site.language


@pytest.mark.parametrize("article", RADIO, ids=lambda article: article.path)
def test_radio_shape(article: DemoArticle) -> None:
    """A radio page interrupts its body with advertisements and ends it with newsletter and app promotion."""
    root, labels = document(article), article.site.labels
    body = "article[data-article-content] div.t-content__body"
    assert texts(root, f"{body} .m-interstitial p") == [labels["advert"], labels["more"]] * 2
    assert labels["newsletter"] in texts(root, f"{body} .o-self-promo--nl p")
    assert texts(root, f"{body} .o-self-promo--app p") == [labels["app"]]
    assert texts(root, ".m-from-author__name") == list(article.authors)
    assert set(texts(root, ".m-from-author__follow")) == {labels["follow"]}
    assert texts(root, "ul.m-tags-list li") == list(article.tags)
    times = [node.get("datetime") for node in root.cssselect(".t-content__dates time")]
    assert times == [article.published.isoformat()]


def test_tags_across_languages() -> None:
    """The same event is tagged with the same three countries in four languages."""
    tags = [article.tags for article in ALL if article.path.split("/")[1] != "post"]
    for wanted in [
        ("Irak", "États-Unis", "Iran"),
        ("Iraq", "United States", "Iran"),
        ("العراق", "الولايات المتحدة", "إيران"),
        ("Irak", "USA", "Iran"),
    ]:
        assert wanted in tags


def test_only_declared_copies_share_text() -> None:
    """Two pages have the same paragraph only where one is declared a copy of the other."""
    shared = {
        frozenset((one.path, other.path))
        for one, other in combinations(ALL, 2)
        if set(one.paragraphs) & set(other.paragraphs)
    }
    declared = {frozenset((a.path, a.copy_of or a.wire_of)) for a in ALL if a.copy_of or a.wire_of}
    assert shared == declared
    assert len(declared) == 2


def test_duplicate_and_wire_copy() -> None:
    """The duplicate has its outlet's own title and text; the wire copy is another outlet's, under another title."""
    by_path = {article.path: article for article in ALL}
    duplicate = next(article for article in ALL if article.copy_of)
    wire = next(article for article in ALL if article.wire_of)
    original, source = by_path[duplicate.copy_of], by_path[wire.wire_of]
    assert (duplicate.site, duplicate.title, duplicate.paragraphs) == (
        original.site,
        original.title,
        original.paragraphs,
    )
    assert wire.paragraphs == source.paragraphs
    assert wire.site.name != source.site.name
    assert wire.title != source.title


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 23, tzinfo=UTC),
        datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC),
        datetime(2027, 3, 1, 2, 0, tzinfo=timezone(timedelta(hours=9))),
    ],
    ids=str,
)
def test_dates_are_fresh(now: datetime) -> None:
    """In either edition everything happened within the ten days before now."""
    for edition in (1, 2):
        for article in articles(now, edition=edition):
            assert now - timedelta(days=10) <= article.published <= article.modified < now


def test_same_day_same_bytes() -> None:
    """A day's builds agree byte for byte; the next day's move with it."""
    assert build(BASE, NOW + timedelta(hours=5)) == PAGES
    assert build(BASE, NOW + timedelta(days=1)) != PAGES


def test_second_edition_changes_one_article() -> None:
    """Between the editions only one article and the feed that lists it change; its address stays."""
    second = build(BASE, NOW, edition=2)
    assert second.keys() == PAGES.keys()
    assert {path for path in PAGES if PAGES[path].body != second[path].body} == {CHANGING, "/en/atom.xml"}
    before, after = (next(a for a in articles(NOW, edition=n) if a.path == CHANGING) for n in (1, 2))
    assert len(after.paragraphs) == len(before.paragraphs) + 1
    assert after.paragraphs[0] != before.paragraphs[0]
    assert after.modified > before.modified == before.published == after.published


@pytest.mark.parametrize("name", ["fr", "en", "ar", "post"])
def test_feed_lists_every_page(name: str) -> None:
    """A feed gives each page's address, title and publication instant, the broken ones among them."""
    site = next(site for site in sites() if site.name == name)
    feed = fastfeedparser.parse(PAGES[site.listing_path].body)
    listed = {(entry["link"], entry["title"], datetime.fromisoformat(entry["published"])) for entry in feed["entries"]}
    assert listed == {(BASE + a.path, a.title, a.published) for a in ALL if a.site.name == name}


def test_sitemap_index_leads_to_every_page() -> None:
    """The sitemap index leads to a news sitemap and a compressed one, which share the pages between them."""
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
    index = etree.fromstring(PAGES["/de/sitemap.xml"].body)
    maps = [str(loc).removeprefix(BASE) for loc in index.xpath("//s:loc/text()", namespaces=space)]
    bodies = [gzip.decompress(PAGES[m].body) if m.endswith(".gz") else PAGES[m].body for m in maps]
    located = [etree.fromstring(body).xpath("//s:loc/text()", namespaces=space) for body in bodies]
    german = {BASE + article.path for article in ALL if article.site.name == "de"}
    assert sorted(german) == sorted(url for urls in located for url in urls)
    assert [len(etree.fromstring(body).xpath("//n:news", namespaces=space)) for body in bodies] == [3, 0]


def test_front_pages_announce_their_feeds() -> None:
    """Every front page of an outlet with a feed links to it, and links every page it shows twice."""
    for site in sites():
        root = html.document_fromstring(PAGES[site.home].body.decode())
        announced = [link.get("href") for link in root.cssselect("link[rel=alternate]")]
        assert announced == ([] if site.listing == "sitemap" else [BASE + site.listing_path])
        linked = Counter(link.get("href") for link in root.cssselect("a[data-article-item-link]"))
        shown = {BASE + a.path for a in ALL if a.site == site and a.fault not in {"gone", "forbidden"}}
        assert linked == Counter(dict.fromkeys(shown, 2))


def test_robots() -> None:
    """robots.txt forbids just the forbidden page, sets no delay, and names the sitemap."""
    robots = Protego.parse(PAGES["/robots.txt"].body.decode())
    refused = {row.path for row in expected(NOW) if not robots.can_fetch(BASE + row.path, "newsarchive")}
    assert refused == {row.path for row in expected(NOW) if row.first == "forbidden"}
    assert robots.crawl_delay("newsarchive") is None
    assert list(robots.sitemaps) == [f"{BASE}/de/sitemap.xml"]


def test_internal_links_lead_somewhere() -> None:
    """A page links only to pages that exist, or to a place on itself."""
    for article in WHOLE:
        linked = {str(link.get("href")).removeprefix(BASE) for link in document(article).cssselect("a")}
        assert {path for path in linked if not path.startswith("#")} <= PAGES.keys()
