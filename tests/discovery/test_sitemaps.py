"""Sitemaps of every kind, whole and damaged."""

import gzip
import random
import time

import pytest

from newsarchive.article import ArticleLink
from newsarchive.discovery.sitemaps import Sitemap, SitemapRef, read_sitemap
from tests.conftest import slow

URL = "https://news.example/sitemaps/news.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
NEWS = """<url><loc>https://news.example/pont?a=1&amp;b=2</loc><lastmod>2026-11-02</lastmod>
<image:image><image:loc>https://news.example/pont.jpg</image:loc><image:title>pont.jpg</image:title></image:image>
<news:news><news:publication><news:name>Le Fil</news:name><news:language>fr</news:language></news:publication>
<news:publication_date>2026-11-01T07:00:00+01:00</news:publication_date>
<news:title>Le pont &amp;amp; la mer</news:title>
</news:news></url>"""
PLAIN = "<url><loc> /archives/2026/quay </loc><lastmod>2026-11-01T06:00:00Z</lastmod></url>"
SITEMAP = f"{HEAD}{NEWS}{PLAIN}</urlset>"
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc><![CDATA[https://news.example/s1.xml.gz]]></loc><lastmod>2026-11-01T06:00:00+00:00</lastmod></sitemap>
<sitemap><loc>s2.xml</loc><lastmod>2026-11-01</lastmod></sitemap><sitemap><loc>s2.xml</loc></sitemap>
<sitemap><loc>https://news.example/sitemaps/news.xml</loc></sitemap></sitemapindex>"""
PONT = ArticleLink(
    url="https://news.example/pont?a=1&b=2",
    via="news-sitemap",
    title="Le pont & la mer",
    published="2026-11-01T06:00:00Z",
    modified="2026-11-02",
    language="fr",
)
QUAY = ArticleLink(url="https://news.example/archives/2026/quay", via="sitemap", modified="2026-11-01T06:00:00Z")


def test_news_entries_give_date_title_and_language() -> None:
    """The news element counts, the image's title does not; entries without one come as plain sitemap links."""
    assert read_sitemap(SITEMAP.encode(), URL) == Sitemap(links=(PONT, QUAY), news=True)


def test_an_index_gives_its_children_once_and_never_itself() -> None:
    """Children with their dates, relative ones resolved; a loop to itself is left out, and counted."""
    found = read_sitemap(INDEX.encode(), URL)
    assert found.children == (
        SitemapRef(url="https://news.example/s1.xml.gz", modified="2026-11-01T06:00:00Z"),
        SitemapRef(url="https://news.example/sitemaps/s2.xml", modified="2026-11-01"),
    )
    assert (found.links, found.news) == ((), False)
    assert found.problem == "1 of 4 entries without a usable address"


def test_a_list_of_addresses_is_a_sitemap() -> None:
    """One address a line; what is none is left out."""
    found = read_sitemap(b"\xef\xbb\xbfhttps://news.example/a\r\nhttps://news.example/b\nnews.example:x\n", URL)
    assert [link.url for link in found.links] == ["https://news.example/a", "https://news.example/b"]
    assert found.problem == "1 of 3 entries without a usable address"


def test_a_feed_in_the_place_of_a_sitemap_is_read() -> None:
    """Its links say that they come from a feed."""
    body = b"<rss><channel><item><title>Quay</title><link>/quay</link></item></channel></rss>"
    assert read_sitemap(body, URL).links == (ArticleLink(url="https://news.example/quay", via="feed", title="Quay"),)


VARIANTS = {
    "gzip": gzip.compress(SITEMAP.encode()),
    "gzip twice": gzip.compress(gzip.compress(SITEMAP.encode())),
    "two gzip members": gzip.compress(SITEMAP[:300].encode()) + gzip.compress(SITEMAP[300:].encode()),
    "byte order mark": b"\xef\xbb\xbf" + SITEMAP.encode(),
    "blank lines before": b"\n\n" + SITEMAP.encode(),
    "comment before": b"<!-- made by hand -->" + SITEMAP.encode(),
    "style sheet": SITEMAP.replace("<urlset", '<?xml-stylesheet href="s.xsl"?><urlset').encode(),
    "UTF-16": SITEMAP.replace("UTF-8", "UTF-16").encode("utf-16"),
    "stray ampersands": SITEMAP.replace("&amp;", "&").encode(),
    "no namespace": SITEMAP.replace(' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', "").encode(),
    "old namespace": SITEMAP.replace(
        "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.google.com/x/0.84"
    ).encode(),
    "undeclared news prefix": SITEMAP.replace(
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', ""
    ).encode(),
    "end missing": SITEMAP.removesuffix("</urlset>").encode(),
    "torn behind": (SITEMAP.removesuffix("</urlset>") + "<url><loc>https://news.example/to").encode(),
    "control byte": SITEMAP.replace("la mer", "la\x00 mer").encode(),
    "control reference": SITEMAP.replace("<lastmod>2026-11-02", "<x>&#3;</x><lastmod>2026-11-02").encode(),
}


@pytest.mark.parametrize("body", VARIANTS.values(), ids=VARIANTS.keys())
def test_sitemaps_are_read_however_they_are_packed_or_damaged(body: bytes) -> None:
    """Both entries survive; a torn address is never taken for a whole one."""
    links = read_sitemap(body, URL).links
    assert [(link.url, link.published, link.modified) for link in links] == [
        (PONT.url, PONT.published, PONT.modified),
        (QUAY.url, QUAY.published, QUAY.modified),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty body"),
        (b"<!doctype html><html><body>Moved</body></html>", "an HTML page, not a sitemap"),
        (b"Forbidden", "neither XML nor a list of addresses"),
        (b"<urlset></urlset>", "no entries"),
        (b"<urlset/>", "no entries"),
        (b"<urlset><url><loc></loc></url></urlset>", "1 of 1 entries without a usable address"),
        (b"<urlset><url><loc>ftp://news.example/a</loc></url></urlset>", "1 of 1 entries without a usable address"),
        (b"<urlset><url><loc>https://news.example/a</loc></url><url><loc>https", "1 of 2 entries read"),
        (gzip.compress(b"<urlset>" + random.Random(1).randbytes(5000))[:900], "gzip cut short"),  # noqa: S311 - filler
        (b"\x1f\x8bnothing", "damaged gzip"),
    ],
)
def test_a_sitemap_that_gives_less_than_it_should_says_why(body: bytes, reason: str) -> None:
    """Nothing is never silent."""
    assert reason in read_sitemap(body, URL).problem


def test_a_sitemap_is_read_to_the_protocols_limit() -> None:
    """Fifty thousand entries, and a word about the rest; in seconds."""
    start = time.monotonic()
    entries = "".join(f"<url><loc>https://news.example/{n}</loc></url>" for n in range(50_010))
    found = read_sitemap(gzip.compress(f"{HEAD}{entries}</urlset>".encode(), 1), URL)
    assert len(found.links) == 50_000
    assert found.problem == "only the first 50000 entries read"
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"<urlset><url><loc>" + b"a" * 60_000_000, 1),
        b"<urlset>" + b"<url>" * 300_000,
        b"<urlset>" + b"<a>" * 500_000,
        b"<urlset " + b"<!DOCTYPE " * 100_000,
    ],
    ids=["gzip", "entries", "depth", "declarations"],
)
def test_bombs_end_soon_and_give_nothing(body: bytes) -> None:
    """Unpacking, nesting and counts are bounded."""
    start = time.monotonic()
    found = read_sitemap(body, URL)
    assert not found.links
    assert found.problem
    assert time.monotonic() - start < 20


def test_entities_are_neither_expanded_nor_fetched() -> None:
    """They stay as they are written."""
    entities = '<!DOCTYPE u [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY e SYSTEM "file:///etc/hostname">]>'
    found = read_sitemap(f"{entities}<urlset><url><loc>/x/&b;&e;</loc></url></urlset>".encode(), URL)
    assert [link.url for link in found.links] == ["https://news.example/x/&b;&e;"]


def test_no_bytes_make_it_raise() -> None:
    """Mutations of real shapes: whatever comes, a Sitemap is returned."""
    dice = random.Random(20261123)  # noqa: S311 - a reproducible test, not cryptography
    seeds = [SITEMAP.encode(), INDEX.encode(), gzip.compress(SITEMAP.encode(), mtime=0), b"https://news.example/a\n"]
    for _ in range(400):
        body = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 12)):
            at = dice.randrange(len(body) + 1)
            body[at : at + dice.randint(0, 9)] = dice.randbytes(dice.randint(0, 4))
        found = read_sitemap(bytes(body), URL)
        addresses = [*(link.url for link in found.links), *(child.url for child in found.children)]
        assert all(address.startswith(("http://", "https://")) for address in addresses)


@slow
def test_the_largest_valid_sitemap_is_read_whole() -> None:
    """Fifty thousand entries of 46 MB with everything that sitemaps hold; none is cut."""
    images = "<image:image><image:loc>https://news.example/pictures/pont.jpg</image:loc></image:image>" * 9
    entries = "".join(f"<url><loc>https://news.example/{n}</loc><x/>{images}é</url>" for n in range(50_000 - 1))
    body = f"{HEAD}{entries}{PLAIN}</urlset>".encode()
    assert 40_000_000 < len(body) < 50 * 1024 * 1024
    found = read_sitemap(gzip.compress(body, 1), URL)
    assert (len(found.links), found.links[-1], found.problem) == (50_000, QUAY, "only the first 50000 entries read")


def test_the_largest_valid_list_of_addresses_is_read_whole() -> None:
    """Addresses that stand across the pieces in which it is read are not torn."""
    addresses = [f"https://news.example/{n}/{'quay' * 100}" for n in range(49_999)]
    found = read_sitemap("\r\n".join(addresses).encode(), URL)
    assert ([link.url for link in found.links], found.problem) == (addresses, "")


@pytest.mark.parametrize("filler", ["<x>", "<x/>", "<x a=''/>", "<url><x/>"], ids=["open", "beside", "named", "in"])
def test_an_entry_is_not_read_beyond_measure(filler: str) -> None:
    """What stands before is read; that the rest is not is said."""
    found = read_sitemap(f"{HEAD}{PLAIN}{filler}{'<x/>' * 600_000}{NEWS}</urlset>".encode(), URL)
    assert found.links == (QUAY,)
    assert found.problem == "more than 250000 tags and attributes around an entry, cut after 1 entries"
