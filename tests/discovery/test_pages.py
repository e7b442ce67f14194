"""Front pages: declared feeds, anchors, and whether a page is itself an article."""

import pytest

from newsarchive.article import ArticleLink
from newsarchive.discovery.pages import read_front_page

URL = "https://news.example/world/"
PAGE = """<!doctype html><html><head><base href="https://news.example/world/"><link rel="canonical" href="/world">
<link rel="alternate" type="application/rss+xml" title="World" href="/world/rss">
<link rel="ALTERNATE feed" type="application/atom+xml; charset=utf-8" href="atom.xml">
<link rel="alternate" type="application/feed+json" href="//cdn.example/feed.json">
<link rel="alternate" type="application/rss+xml" title="World" href="/world/rss">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/json" href="https://news.example/wp-json/wp/v2/pages/2">
<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
<link rel="alternate" hreflang="fr" href="/fr/">
<link rel="stylesheet" type="application/rss+xml" href="/odd.xml"></head><body>
<a href="ferry"><img alt="A ferry at the quay" src="f.jpg"></a><a href="/world/ferry#comments">Ferry <b>returns</b>
 to port</a><a href="quay" aria-label="The old quay"></a>
<a href="mast"><img alt="A mast"></a><!-- <a href="old">Old</a> -->
<a href="/world/">here</a><a href="#top">up</a><a href="mailto:desk@news.example">write</a>
<a href="javascript:go()">go</a>
<a>no address</a><a href="http://[">broken</a><a href="https://other.example/x">Elsewhere</a></body></html>"""


def test_a_front_page_names_its_feeds_without_those_of_comments() -> None:
    """RSS, Atom and JSON Feed, each once, resolved against the base."""
    page = read_front_page(PAGE.encode(), "http://mirror.example/")
    assert page.feeds == (
        "https://news.example/world/rss",
        "https://news.example/world/atom.xml",
        "https://cdn.example/feed.json",
    )
    assert page.canonical == "https://news.example/world"


def test_anchors_come_once_in_page_order_with_their_text() -> None:
    """The text of any anchor to it, else a spoken label, else its picture's; only http(s), never the page itself."""
    assert read_front_page(PAGE.encode(), URL).links == (
        ArticleLink(url="https://news.example/world/ferry", via="page", title="Ferry returns to port"),
        ArticleLink(url="https://news.example/world/quay", via="page", title="The old quay"),
        ArticleLink(url="https://news.example/world/mast", via="page", title="A mast"),
        ArticleLink(url="https://other.example/x", via="page", title="Elsewhere"),
    )


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="og:type" content="article">', True),
        ('<meta property="og:type" content="website">', False),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x"}</script>', True),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "Thing"}, {"@type": ["NewsArticle"]}]}</script>',
            True,
        ),
        (
            '<script type="application/ld+json">[{"@type": "ReportageNewsArticle"}, {"@type": "Thing"}]</script>',
            True,
        ),
        ('<script type="application/ld+json">[{"@type": "NewsArticle"}, {"@type": "NewsArticle"}]</script>', False),
        ('<script type="application/ld+json">{"@type": "ItemList", "item": {"@type": "NewsArticle"}}</script>', False),
        ('<script type="application/ld+json">{"@type": "NewsArticle", </script>', False),
        ('<script type="application/ld+json">"NewsArticle"</script>', False),
        ("", False),
    ],
)
def test_a_page_declares_itself_an_article_or_not(head: str, *, expected: bool) -> None:
    """By og:type, or by exactly one article among the main entities of its JSON-LD."""
    assert read_front_page(f"<html><head>{head}</head><body></body></html>".encode(), URL).is_article is expected


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<meta charset=windows-1251><a href=/x>Порт</a>".encode("windows-1251"), "Порт"),
        ("<a href=/x>القارب</a>".encode(), "القارب"),
        ("\ufeff<a href=/x>港口</a>".encode("utf-16"), "港口"),
        (b"<a href=/x>Qu\x00ay</a>", "Quay"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><html><a href="/x">F\xe4hre</a></html>', "Fähre"),
    ],
)
def test_pages_are_read_in_their_own_encoding(body: bytes, title: str) -> None:
    """By mark, declaration or meta; control bytes do no harm."""
    assert [link.title for link in read_front_page(body, URL).links] == [title]


@pytest.mark.parametrize("body", [b"", b" ", b"\x00\xff\xfe", b"%PDF-1.7", b"<" * 1000, b"<div>" * 100_000])
def test_no_page_makes_it_raise(body: bytes) -> None:
    """What is no page gives nothing."""
    page = read_front_page(body, URL)
    assert (page.links, page.feeds, page.is_article) == ((), (), False)
