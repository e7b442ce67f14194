"""Fields come from the place that is to be trusted, and are clean."""

import json
import subprocess
import sys
from dataclasses import fields
from typing import Any

import pytest

from newsarchive.article import Article
from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import explain, extract
from tests.extraction.making import PROSE, news, page

SHORT = "<p>" + "12 - 34 - 56 " * 12 + "</p>"
URL = "https://news.example.org/world/2020/06/11/the-harbour-is-closed"


def test_importing_extraction_imports_no_scrapy() -> None:
    """The function stands alone."""
    code = "import sys, newsarchive.extraction; sys.exit('scrapy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_the_crawl_fills_is_left_at_its_default() -> None:
    """Identity, time and place of the fetch are not extraction's business."""
    article = extract(page(), URL, site="example")
    default = {f.name: f.default for f in fields(Article)}
    for name in (
        "id",
        "revision",
        "fingerprint",
        "duplicate_of",
        "cluster",
        "crawled_at",
        "run_id",
        "discovered_via",
        "raw_ref",
    ):
        assert getattr(article, name) == default[name]
    assert (article.url, article.site) == (URL, "example")
    assert article.extractor.startswith("newsarchive/")


def test_body_is_the_paragraphs_on_lines_of_their_own() -> None:
    """No title, no boilerplate; words are counted."""
    article = extract(page(), URL)
    assert article.text == "\n".join(PROSE)
    assert article.word_count == sum(len(p.replace("-", " ").split()) for p in PROSE)


@pytest.mark.parametrize(
    "intruder",
    [
        '<div class="newsletter-box"><p>Get the best of our reporting in your inbox every single morning, for free.</p></div>',  # noqa: E501 - a line of a page
        '<aside class="related"><p>Another story that has nothing to do with the harbour but is long enough to look like prose.</p></aside>',  # noqa: E501 - a line of a page
        '<p><a href="/other">Why the second harbour of the country was also closed last year, and by whom</a></p>',
        "<p>Advertisement</p>",
        "<p>Publicité</p>",
        "<p>Lesen Sie auch: Der Hafen von nebenan</p>",
        "<p>اقرأ أيضا: إغلاق ميناء آخر</p>",
        "<p>Read more: another harbour</p>",
        "<p>Sign up for our newsletter</p>",
        "<figure><img src=x><figcaption>The harbour at noon. Photo: A. Bell</figcaption></figure>",
        '<div class="share-buttons"><span>Share on Facebook</span></div>',
        "<script>var tracking = 'The harbour was closed before dawn and nobody knew';</script>",
    ],
)
def test_intruders_between_paragraphs_are_dropped(intruder: str) -> None:
    """Promotion, captions, share lines and links to other articles are no part of the body."""
    body = f"<p>{PROSE[0]}</p>{intruder}<p>{PROSE[1]}</p><p>{PROSE[2]}</p>"
    assert extract(page(body=body), URL).text == "\n".join(PROSE)


def test_a_body_in_several_boxes_is_whole() -> None:
    """Nothing is cut after the first box, whatever the boxes are called."""
    long = " ".join(PROSE)
    body = "".join(f'<div class="slide-embed"><p>{i}. {long}</p></div>' for i in range(6))
    text = extract(page(body=body), URL).text
    assert [line.split(".")[0] for line in text.split("\n")] == ["0", "1", "2", "3", "4", "5"]


def test_json_ld_body_is_taken_where_the_page_shows_none() -> None:
    """A body that scripts would write is read from the page's own statement."""
    html = page(body="<p>Loading</p>", node=news(articleBody="\n\n".join(PROSE)))
    assert extract(html, URL).text == "\n".join(PROSE)


def test_a_body_that_scripts_would_write_is_read_out_of_them() -> None:
    """A page that streams its markup as strings still gives its paragraphs."""
    markup = "".join(f'<p class="x">{prose}</p>' for prose in PROSE)
    script = f"<script>self.__next_f.push([1,{json.dumps(markup)}])</script>"
    assert extract(page(body="<div id=app></div>", after=script), URL).text == "\n".join(PROSE)


def test_site_selectors_say_where_fields_are() -> None:
    """A declaration's selectors come before everything else."""
    html = page(
        before='<h2 class="x-title">Closed!</h2><p class="x-lead">Why ships wait.</p><i class="x-by">By Anna Bell</i>',
        after='<ul class="x-list"><li>Ports</li><li>Iraq</li></ul><p class="x-junk">A line that only this site has, long as prose is.</p>',  # noqa: E501 - a line of a page
    )
    article = extract(
        html,
        URL,
        title_css=".x-title",
        description_css=".x-lead",
        authors_css=".x-by",
        tags_css=".x-list li",
        drop=(".x-junk",),
    )
    assert (article.title, article.description) == ("Closed!", "Why ships wait.")
    assert (article.authors, article.tags, article.tag_ids) == (("Anna Bell",), ("Ports", "Iraq"), ("country:IQ",))
    assert "only this site" not in article.text


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="/world/closed">', "https://news.example.org/world/closed"),
        ('<link rel="canonical" href="https://www.example.org/closed">', "https://www.example.org/closed"),
        ('<link rel="canonical" href="https://news.example.org/">', URL),
        ('<link rel="canonical" href="https://elsewhere.example.com/closed">', URL),
        ('<link rel="canonical" href="javascript:void(0)">', URL),
        ('<link rel="canonical" href="http://[broken">', URL),
        ("", URL),
    ],
)
def test_canonical(head: str, expected: str) -> None:
    """A canonical address is believed on the same site, unless it is the front page."""
    assert extract(page(head=head), URL).canonical_url == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://wire.example.com/story-1203344?utm_source=x", "https://wire.example.com/story-1203344"),
        ("https://www.example.org/closed", None),
        ("javascript:void(0)", None),
        (f"https://wire.example.com/{'a' * 3000}", None),
    ],
)
def test_a_canonical_address_elsewhere_is_kept_as_evidence(address: str, expected: str | None) -> None:
    """It tells who published the article first, and decides nothing."""
    article = extract(page(head=f'<link rel="canonical" href="{address}">'), URL)
    assert json.loads(article.extra_json).get("canonical_elsewhere") == expected


@pytest.mark.parametrize(
    ("title", "head", "expected"),
    [
        (
            "The harbour is closed",
            '<meta property="og:title" content="The harbour is closed | The Daily Quay">',
            "The harbour is closed",
        ),
        (
            "The harbour is closed - The Daily Quay",
            '<meta property="og:site_name" content="The Daily Quay">',
            "The harbour is closed",
        ),
        ("The harbour is closed | example.org", "", "The harbour is closed"),
        ("Caf&eacute; &amp; harbour", "", "Café & harbour"),
    ],
)
def test_title(title: str, head: str, expected: str) -> None:
    """The headline as shown, without the site's name, entities resolved."""
    assert extract(page(title=title, head=head), URL).title == expected


@pytest.mark.parametrize(
    ("node", "head", "expected"),
    [
        (news(datePublished="2020-06-11T08:04:00+02:00"), "", ("2020-06-11T06:04:00Z", "second")),
        (news(dateModified="2020-06-12T08:04:00+02:00"), "", ("2020-06-11T00:00:00Z", "day")),
        (
            news(datePublished="2120-06-11T08:04:00Z"),
            '<meta name="date" content="2020-06-10">',
            ("2020-06-10T00:00:00Z", "day"),
        ),
        (news(datePublished="1970-01-01T00:00:00Z"), "", ("2020-06-11T00:00:00Z", "day")),
        (
            news(datePublished="2017-10-18T18:01:28Z"),
            '<meta property="article:published_time" content="2017-10-18T18:01:28+02:00">',
            ("2017-10-18T16:01:28Z", "second"),
        ),
        (
            None,
            '<meta property="article:published_time" content="2020-06-09T10:00:00Z">',
            ("2020-06-09T10:00:00Z", "second"),
        ),
    ],
)
def test_date(node: dict[str, Any] | None, head: str, expected: tuple[str, str]) -> None:
    """Structured dates first, the address where there are none; a modification never stands in."""
    article = extract(page(node=node, head=head), URL)
    assert (article.date_published, article.date_precision) == expected


def test_the_feeds_date_is_the_last_resort() -> None:
    """Where the page shows no date at all the link's own is taken."""
    article = extract(page(), "https://news.example.org/closed", link_published="2020-06-11T06:04:00Z")
    assert article.date_published == "2020-06-11T06:04:00Z"


def test_declared_zone() -> None:
    """A local time is an instant where the site says where it is."""
    article = extract(page(node=news(datePublished="2020-06-11T08:04:00")), URL, timezone="Europe/Paris")
    assert (article.date_published, article.date_precision) == ("2020-06-11T06:04:00Z", "second")


@pytest.mark.parametrize(
    "block",
    [
        json.dumps(news(author={"name": "Anna Bell"}, keywords="Ports, Iraq")),
        json.dumps(
            {
                "@graph": [
                    {"@type": "WebPage"},
                    news(author=[{"@type": "Person", "name": "Anna Bell"}], keywords=["Ports", "Iraq"]),
                ]
            }
        ),
        json.dumps([{"@type": "Organization", "name": "Quay"}, news(author="By Anna Bell", keywords="Ports;Iraq")]),
        '{"@type": "NewsArticle", "headline": "The harbour is closed", "author": {"name": "Anna Bell"}, "keywords": "Ports, Iraq",}',  # noqa: E501 - a line of a page
        '<!-- {"@type": "NewsArticle", "author": {"name": "Anna Bell"}, "keywords": "Ports, Iraq"} -->',
        '{"@type": "NewsArticle", "description": "two\nlines\tand a tab", "author": {"name": "Anna Bell"}, "keywords": "Ports, Iraq"};',  # noqa: E501 - a line of a page
    ],
)
def test_json_ld_is_read_in_every_shape(block: str) -> None:
    """Lists, graphs and broken blocks give authors and tags alike."""
    article = extract(page(node=block), URL)
    assert (article.authors, article.tags) == (("Anna Bell",), ("Ports", "Iraq"))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            '<p class="byline">By <a href="/author/anna-bell">Anna Bell</a> and <a href="/author/tom-reed">Tom Reed</a></p>',  # noqa: E501 - a line of a page
            ("Anna Bell", "Tom Reed"),
        ),
        ('<span itemprop="author"><span itemprop="name">Anna Bell</span></span>', ("Anna Bell",)),
        ('<a rel="author" href="/p/1">Anna Bell</a>', ("Anna Bell",)),
        ("<p>Von Anna Bell</p>", ("Anna Bell",)),
        ('<div class="comments"><span class="author">troll</span></div>', ()),
    ],
)
def test_shown_authors(before: str, expected: tuple[str, ...]) -> None:
    """Without metadata the byline tells; commenters are no authors."""
    assert extract(page(before=before), URL).authors == expected


@pytest.mark.parametrize(
    ("head", "after", "expected"),
    [
        ('<meta name="keywords" content="Ports, #Iraq,iraq , WC: 1000">', "", ("Ports", "Iraq")),
        ('<meta name="news_keywords" content="Ports, Strikes">', "", ("Ports", "Strikes")),
        (
            "",
            '<div class="tags">Tags: <a href="/tag/ports">#Ports</a> <a href="/tag/r-d">R&amp;D</a></div>',
            ("Ports", "R&D"),
        ),
        (
            "",
            '<ul><li><a rel="tag" href="/t/1">Ports</a></li><li><a rel="tag" href="/t/2">Strikes</a></li></ul>',
            ("Ports", "Strikes"),
        ),
        ("", '<div class="trending-tags"><a href="/tag/x">Football</a><a href="/tag/y">Weather</a></div>', ()),
        ("", '<div class="related-articles"><a href="/tag/x" rel="tag">Football</a></div>', ()),
    ],
)
def test_tags(head: str, after: str, expected: tuple[str, ...]) -> None:
    """The publisher's tags, split and clean; not those of other boxes."""
    assert extract(page(head=head, after=after), URL).tags == expected


@pytest.mark.parametrize(
    ("lang", "body", "expected"),
    [
        ("fr-CA", SHORT, "fr"),
        (
            "en",
            "".join(
                f"<p>Der Hafen wurde vor der Dämmerung geschlossen, und bis Mittag hatte sich kein Schiff bewegt "
                f"({i}).</p>"
                for i in range(5)
            ),
            "de",
        ),
        ("iw", SHORT, "he"),
        ("", "<p>" + "20 40 60 80 " * 12 + "</p>", "und"),
    ],
)
def test_language(lang: str, body: str, expected: str) -> None:
    """The declared language, in today's code, unless the text is surely in another."""
    assert extract(page(lang=lang, body=body), URL).language == expected


@pytest.mark.parametrize(
    ("node", "head", "expected"),
    [
        (news(isAccessibleForFree=True), "", "free"),
        (news(isAccessibleForFree="True"), "", "free"),
        (news(isAccessibleForFree=False), "", "paywalled"),
        (news(), '<meta property="article:content_tier" content="locked">', "paywalled"),
        (news(), '<meta property="article:content_tier" content="free">', "free"),
        (news(), "", "unknown"),
    ],
)
def test_access(node: dict[str, Any], head: str, expected: str) -> None:
    """Paywalled only on evidence."""
    assert extract(page(node=node, head=head), URL).access == expected


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (b"", "empty-page"),
        (b"   \n ", "empty-page"),
        (
            page(
                title="404 - Page not found",
                body="<p>The page you asked for is not here. Try the search, or go to our front page.</p>",
            ),
            "error-page",
        ),
        (
            page(
                title="Just a moment...", body="<p>Checking your browser before you can go on to the site you want.</p>"
            ),
            "error-page",
        ),
        (
            page(
                title="We value your privacy",
                body="<p>We and our partners store information on your device, if you agree.</p>",
            ),
            "consent-page",
        ),
        (b"<html><head><title>x</title></head><body></body></html>", "no-body"),
    ],
)
def test_what_is_no_article(html: bytes, reason: str) -> None:
    """Pages that are surely none are refused with a reason for the counters."""
    with pytest.raises(NotAnArticleError) as caught:
        extract(html, URL)
    assert caught.value.reason == reason


def test_explanation_names_origin_and_what_was_rejected() -> None:
    """Each field's choice can be shown to whoever asks."""
    html = page(node=news(author={"name": "Anna Bell"}), head='<meta name="author" content="Tom Reed">')
    choice = explain(html, URL).choices["authors"]
    assert (choice.value, choice.source) == (("Anna Bell",), "json-ld")
    assert ("meta:author", "less trusted") in {(r.source, r.reason) for r in choice.rejected}


def test_nothing_forbidden_reaches_the_record() -> None:
    """No NUL, control character or lone surrogate, even out of JSON escapes and entities."""
    html = page(
        node=news(author={"name": "An\\u0000na Bell"}, keywords=["Po\ud800rts", "a\x00b"]),
        title="The &#1;harbour&#xD800; is closed",
    )
    record = extract(html, URL)
    for field in fields(record):
        value = getattr(record, field.name)
        for text in value if isinstance(value, tuple) else (str(value),):
            text.encode("utf-8")
            assert "\0" not in text
            assert "\x01" not in text
