"""When an article was published: every place publishers put it, and what must not stand in."""

import json
import subprocess
import sys

import pytest
from htmldate import extractors

from newsarchive.extraction import explain, extract
from tests.extraction.making import PROSE, news, page

URL = "https://news.example.org/closed"
TIME = "2020-06-11T08:04:00+02:00"
PUBLISHED = "2020-06-11T06:04:00Z"


@pytest.mark.parametrize(
    ("head", "source"),
    [
        (f'<meta property="article:published_time" content="{TIME}">', "meta:article:published_time"),
        (f'<meta name="article:published:time" content="{TIME}">', "meta:article:published:time"),
        (f'<meta name="parsely-pub-date" content="{TIME}">', "meta:parsely-pub-date"),
        (f'<meta name="DC.date.issued" content="{TIME}">', "meta:dc.date.issued"),
        (f'<meta name="dcterms.created" content="{TIME}">', "meta:dcterms.created"),
        (f'<meta itemprop="datePublished" content="{TIME}">', "meta:datepublished"),
        (f'<meta name="sailthru.date" content="{TIME}">', "meta:sailthru.date"),
    ],
)
def test_structured_dates(head: str, source: str) -> None:
    """OpenGraph, Dublin Core, Parsely and microdata name the instant, and the origin is kept."""
    article = extract(page(head=head), URL)
    assert (article.date_published, article.date_precision, article.date_published_raw) == (PUBLISHED, "second", TIME)
    assert f"date_published={source}" in article.field_sources.split(";")


@pytest.mark.parametrize(
    ("before", "expected", "source"),
    [
        (f'<time datetime="{TIME}">today</time>', PUBLISHED, "page:time"),
        (f'<span itemprop="datePublished" content="{TIME}">today</span>', PUBLISHED, "page:microdata"),
        ('<ul class="info"><li>11 juin 2020</li></ul>', "2020-06-11T00:00:00Z", "page:shown"),
        ('<span class="entry-date">Jun 11, 2020</span>', "2020-06-11T00:00:00Z", "page:shown"),
        ("<p>Veröffentlicht am 11.06.2020 Dauer: 4 Minuten</p>", "2020-06-11T00:00:00Z", "page:text"),
        ("<p>发布时间：2020-06-11</p>", "2020-06-11T00:00:00Z", "page:text"),  # noqa: RUF001 - Chinese has signs of its own
        ("<p>来源：晨报<br>2020年6月11日\n</p>", "2020-06-11T00:00:00Z", "page:text"),  # noqa: RUF001 - Chinese has signs of its own
    ],
)
def test_shown_dates(before: str, expected: str, source: str) -> None:
    """Without structured dates the page's own text tells."""
    article = extract(page(before=before), URL)
    assert article.date_published == expected
    assert f"date_published={source}" in article.field_sources.split(";")


@pytest.mark.parametrize(
    "around",
    [
        '<div class="header-date">Monday, 5 August 2019</div>{}<div class="x"></div>',
        '<div class="x"></div>{}<div class="date">Monday, 5 August 2019</div>',
        '<p class="teaser"><time datetime="2019-08-05">5 August</time></p>{}',
        '<p class="updated"><time datetime="2019-08-05">5 August</time></p>{}',
    ],
)
def test_the_date_at_the_headline_comes_before_others(around: str) -> None:
    """The day of the visit in a page's head, of another article or of a change is not this article's."""
    middle = '<h1>The harbour is closed</h1><p class="when"><span>11 June 2020</span></p>'
    body = "".join(f"<p>{prose}</p>" for prose in PROSE)
    html = f"<html><head><title>The harbour is closed</title></head><body>{around.format(middle + body)}</body></html>"
    assert extract(html.encode(), URL).date_published == "2020-06-11T00:00:00Z"


def test_a_date_in_the_documents_title_is_read() -> None:
    """Some outlets end the title with the day."""
    html = page().replace(b"closed</title>", b"closed | Quay | 11.06.2020</title>")
    assert extract(html, URL).date_published == "2020-06-11T00:00:00Z"


@pytest.mark.parametrize(
    ("head", "before", "raw"),
    [
        (
            '<meta property="article:published_time" content="2020-06-10 21:04:00 -0500">',
            "",
            "2020-06-10T21:04:00-05:00",
        ),
        ('<meta name="sailthru.date" content="2020-06-10 21:04:00">', "", "2020-06-10T21:04:00-05:00"),
        ("", '<p class="byline-date">June 10, 2020 | 9:04pm</p>', "2020-06-10T21:04:00-05:00"),
        ("", '<p class="byline-date">June 10, 2020 | 9:17pm</p>', "2020-06-11T02:04:00Z"),
        ("", "", "2020-06-11T02:04:00Z"),
        ('<meta name="sailthru.date" content="2020-06-11 02:04:00">', "", "2020-06-11T02:04:00Z"),
    ],
)
def test_local_time_of_an_instant_in_utc(head: str, before: str, raw: str) -> None:
    """The offset is kept where the page tells it beside an instant in UTC; the instant itself never changes."""
    html = page(node=news(datePublished="2020-06-11T02:04:00Z"), head=head, before=before)
    article = extract(html, "https://news.example.org/2020/06/10/closed")
    assert (article.date_published, article.date_precision) == ("2020-06-11T02:04:00Z", "second")
    assert article.date_published_raw == raw


def test_a_bare_day_of_doubtful_name_yields_to_the_time_shown() -> None:
    """`meta name=date` often holds the day of the last change."""
    html = page(head='<meta name="date" content="2020-06-12">', before="<time>11.06.2020, 12:01</time>")
    assert extract(html, URL).date_published == "2020-06-11T00:00:00Z"
    alone = page(head='<meta name="date" content="2020-06-12">')
    assert extract(alone, URL).date_published == "2020-06-12T00:00:00Z"


def test_a_live_blogs_updates_are_not_the_article() -> None:
    """The newest entry's time is not that of the page."""
    update = {
        "@type": "BlogPosting",
        "headline": "A ship",
        "datePublished": "2020-06-12T09:00:00Z",
        "author": "Tom Reed",
    }
    node = {"@type": "LiveBlogPosting", "headline": "The harbour is closed", "liveBlogUpdate": [update]}
    html = page(node=json.dumps([node, news(datePublished=TIME)]))
    assert extract(html, URL).date_published == PUBLISHED


@pytest.mark.parametrize(
    "node",
    [
        {"dateModified": TIME},
        {"datePublished": "2120-06-11T08:04:00Z"},
        {"datePublished": "1970-01-01T00:00:00Z"},
        {"datePublished": "1989-11-09T18:53:00Z"},
        {"datePublished": "soon"},
    ],
)
def test_what_is_no_publication_is_refused(node: dict[str, str]) -> None:
    """A change, the future, times before the web and nonsense are named as rejected, never taken."""
    linked = "2020-06-10T05:00:00Z"
    found = explain(page(node=news(**node)), URL, link_published=linked)
    assert found.article.date_published == linked
    if "datePublished" in node:
        assert [r.source for r in found.choices["date_published"].rejected][:1] == ["json-ld"]
    else:
        assert found.article.date_modified == PUBLISHED


def test_last_resorts_in_order() -> None:
    """The search of the page, then the feed's date; where both name one day, the feed's, which has a time."""
    searched = page(after="<footer><p>Copyright 2020-06-11 The Daily Quay</p></footer>")
    assert extract(searched, URL, link_published="2020-06-13T05:00:00Z").date_published == "2020-06-11T00:00:00Z"
    assert extract(searched, URL, link_published=PUBLISHED).date_published == PUBLISHED
    assert extract(page(), URL, link_published=PUBLISHED).date_published == PUBLISHED
    assert extract(page(), URL).date_published == ""


def test_no_language_data_is_loaded_for_a_search() -> None:
    """Dates in words on a page without other dates do not cost seconds of loading."""
    body = "".join(f"<p>{prose} Das war am 11. Juni 2020.</p>" for prose in PROSE)
    code = (
        "import sys; from newsarchive.extraction import extract; "
        f"date = extract({page(body=body)!r}, {URL!r}).date_published; "
        "sys.exit(0 if date.startswith('2020-06-11') and 'dateparser' not in sys.modules else 1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_search_leaves_htmldate_as_it_was() -> None:
    """Whoever else uses htmldate in this process, such as a peer in the benchmark, keeps its own parser."""
    before = extractors.get_external_parser
    extract(page(body="".join(f"<p>{prose} Das war am 11. Juni 2020.</p>" for prose in PROSE)), URL)
    assert extractors.get_external_parser is before


def test_an_instant_is_not_shifted_by_a_clock_whose_zone_is_assumed() -> None:
    """Some systems write UTC without saying so: only an offset in the text tells that a `Z` is a local time."""
    html = page(
        node=news(datePublished="2020-06-11T08:04:00Z"),
        head='<meta name="publishedDate" content="2020-06-11T08:04:00">',
    )
    assert extract(html, URL, timezone="Asia/Qatar").date_published == "2020-06-11T08:04:00Z"


def test_a_country_does_not_make_an_instant_of_a_local_time() -> None:
    """Only the site's declaration does: its system may write UTC."""
    html = page(head='<meta name="date" content="2020-06-11T08:04:00">')
    found = extract(html, "https://www.quay.de/a")
    assert (found.date_published, found.date_precision) == ("2020-06-11T00:00:00Z", "day")
    assert extract(html, "https://www.quay.de/a", timezone="Europe/Berlin").date_published == "2020-06-11T06:04:00Z"
