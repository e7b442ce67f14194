"""Feeds of every kind, whole and damaged."""

import gzip
import json
import random
import time

import pytest

from newsarchive.article import ArticleLink
from newsarchive.discovery.feeds import Feed, read_feed

URL = "https://news.example/feeds/world.xml"
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Harbour &amp; Hill</title><language>en-gb</language><atom:link rel="self" href="https://news.example/self"/>
<item><title>Ferry &lt;b&gt;returns&lt;/b&gt; to port</title><link>https://news.example/world/ferry-returns</link>
<media:title>ferry.jpg</media:title><description><![CDATA[<p>The crew is safe.</p><p>All of it.</p>]]></description>
<pubDate>Sun, 01 Nov 2026 07:00:00 +0100</pubDate></item>
<item><title>A day only</title><link>/world/day-only</link><pubDate>2026-11-01</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://nouvelles.example/monde/">
<title>Le Fil</title><entry>
<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Un <b>pont</b> rouvre</div></title>
<link rel="replies" href="pont/commentaires"/><link rel="enclosure" href="pont.mp3"/><link href="pont"/>
<published>2026-11-01T06:00:00+01:00</published><updated>2026-11-02T06:00:00Z</updated><summary>Enfin.</summary>
</entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>Bote</title>
<dc:language>de</dc:language></channel><item rdf:about="https://news.example/a"><title>Hafen</title>
<link>https://news.example/a</link><dc:date>2026-11-01T06:00:00Z</dc:date></item></rdf:RDF>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Tide",
    "language": "en",
    "items": [
        {
            "id": "1",
            "url": "/tide",
            "title": "Tide &amp; time",
            "summary": "High.",
            "date_published": "2026-11-01T06:00:00Z",
        },
        {"id": "https://news.example/ebb", "content_text": "Ebb."},
        {"id": "3", "title": "no address"},
    ],
}


def _item(inside: str) -> bytes:
    return f'<rss version="2.0"><channel><title>t</title><item>{inside}</item></channel></rss>'.encode()


def _addresses(feed: Feed) -> list[str]:
    return [link.url for link in feed.links]


def test_rss_gives_links_with_plain_titles_and_dates_in_utc() -> None:
    """Markup is gone, offsets are applied, a bare day stays one, relative addresses are resolved."""
    assert read_feed(RSS.encode(), URL) == Feed(
        links=(
            ArticleLink(
                url="https://news.example/world/ferry-returns",
                via="feed",
                title="Ferry returns to port",
                description="The crew is safe. All of it.",
                published="2026-11-01T06:00:00Z",
            ),
            ArticleLink(
                url="https://news.example/world/day-only", via="feed", title="A day only", published="2026-11-01"
            ),
        ),
        title="Harbour & Hill",
        language="en-gb",
    )


def test_atom_gives_the_page_and_not_its_comments() -> None:
    """The alternate link wins, xml:base counts, XHTML titles are read, both dates are kept."""
    feed = read_feed(ATOM.encode(), URL)
    assert feed.links == (
        ArticleLink(
            url="https://nouvelles.example/monde/pont",
            via="feed",
            title="Un pont rouvre",
            description="Enfin.",
            published="2026-11-01T05:00:00Z",
            modified="2026-11-02T06:00:00Z",
        ),
    )
    assert (feed.title, feed.language, feed.problem) == ("Le Fil", "fr", "")


def test_rdf_is_read() -> None:
    """RSS 1.0 with Dublin Core dates."""
    feed = read_feed(RDF.encode(), URL)
    assert [(link.url, link.title, link.published) for link in feed.links] == [
        ("https://news.example/a", "Hafen", "2026-11-01T06:00:00Z")
    ]
    assert (feed.title, feed.language) == ("Bote", "de")


def test_json_feed_is_read_and_counts_what_has_no_address() -> None:
    """An id that is an address serves where there is none; the rest is left out, and said."""
    feed = read_feed(json.dumps(JSON_FEED).encode(), URL)
    assert [(link.url, link.title) for link in feed.links] == [
        ("https://news.example/tide", "Tide & time"),
        ("https://news.example/ebb", ""),
    ]
    assert (feed.title, feed.language) == ("Tide", "en")
    assert feed.problem == "1 of 3 entries without a usable address"


def test_rss_written_as_json_is_read() -> None:
    """The rss object of a few blogging tools."""
    item = {
        "title": "Old",
        "guid": {"isPermaLink": "true", "#value": "https://news.example/old"},
        "pubDate": "2026-11-01",
    }
    feed = read_feed(json.dumps({"rss": {"channel": {"title": "t", "item": [item]}}}).encode(), URL)
    assert feed.links == (ArticleLink(url="https://news.example/old", via="feed", title="Old", published="2026-11-01"),)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<guid>https://news.example/by-guid</guid>", "https://news.example/by-guid"),
        ('<guid isPermaLink="true">https://news.example/by-guid</guid>', "https://news.example/by-guid"),
        ('<guid isPermaLink="false">https://news.example/?p=1</guid>', None),
        ("<guid>urn:uuid:1</guid>", None),
        ("<guid>https://news.example/g</guid><link>https://news.example/l</link>", "https://news.example/l"),
        ("<link> \n https://news.example/l \n </link>", "https://news.example/l"),
        ("<link><![CDATA[https://news.example/l?a=1&b=2]]></link>", "https://news.example/l?a=1&b=2"),
        ("<link>https://news.example/l?a=1&amp;amp;b=2</link>", "https://news.example/l?a=1&b=2"),
        ("<link>//cdn.example/l</link>", "https://cdn.example/l"),
        ("<link>story/1.html</link>", "https://news.example/feeds/story/1.html"),
        ("<link>https://news.example/l#top</link>", "https://news.example/l"),
        ("<link>mailto:desk@news.example</link>", None),
        ("<link>javascript:void(0)</link>", None),
        ("<link>http://[broken</link>", None),
        ("<link>http://</link>", None),
        ("<link></link><title>nothing</title>", None),
    ],
)
def test_an_entry_is_followed_to_its_page(inside: str, expected: str | None) -> None:
    """By link, else by a permanent guid; what cannot be fetched is left out with a reason."""
    feed = read_feed(_item(inside), URL)
    assert _addresses(feed) == ([expected] if expected else [])
    assert bool(feed.problem) is (expected is None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("AT&amp;amp;T rises", "AT&T rises"),
        ("Caf&amp;#233;s reopen", "Cafés reopen"),
        ("5 &lt; 6", "5 < 6"),
        ("The &lt;i&gt; element", "The <i> element"),
        ("One&lt;br/&gt;two", "One two"),
        ("<![CDATA[A <em>fine</em> day]]>", "A fine day"),
        (" much \n space ", "much space"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Safe", "Safe"),
    ],
)
def test_titles_become_plain_text(written: str, expected: str) -> None:
    """HTML is removed, entities are resolved, also those escaped twice; speech about HTML survives."""
    feed = read_feed(_item(f"<title>{written}</title><link>https://news.example/l</link>"), URL)
    assert feed.links[0].title == expected


DAMAGED = {
    "cut short": RSS.encode()[:-60],
    "cut within an entry": RSS.encode()[: RSS.index("<item><title>A day") + 90],
    "undefined entity": RSS.replace("Ferry", "F&eacute;rry&nbsp;&unknown;").encode(),
    "stray ampersand": RSS.replace("to port", "to port & home").encode(),
    "control byte": RSS.replace("to port", "to port\x03").encode(),
    "wrong nesting": RSS.replace("<![CDATA[<p>The", "<p><i>The").replace("<p>All of it.</p>]]>", "").encode(),
    "undeclared prefix": RSS.replace('xmlns:media="http://search.yahoo.com/mrss/"', "").encode(),
    "latin-1 declared as UTF-8": RSS.replace("Ferry", "Fähre").encode("latin-1"),
    "junk before": b"<br />\nWarning: headers already sent\n" + RSS.encode(),
    "blank lines and mark before": b"\n\n\xef\xbb\xbf" + RSS.encode(),
    "junk behind": RSS.encode() + b"<!-- cached --><script>x</script>",
    "gzip": gzip.compress(RSS.encode()),
    "gzip twice": gzip.compress(gzip.compress(RSS.encode())),
    "gzip cut short": gzip.compress(RSS.encode(), mtime=0)[:-12],
    "UTF-16": RSS.replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 without mark": RSS.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "declared UTF-16, is UTF-8": RSS.replace("UTF-8", "UTF-16").encode(),
    "unknown encoding": RSS.replace("UTF-8", "x-klingon").encode(),
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_feed_gives_what_it_holds(body: bytes) -> None:
    """The first entry survives every damage: address, title, date."""
    first = read_feed(body, URL).links[0]
    assert first.url == "https://news.example/world/ferry-returns"
    assert "to port" in first.title
    assert first.published == "2026-11-01T06:00:00Z"


@pytest.mark.parametrize(
    "damage", ["undefined entity", "stray ampersand", "control byte", "wrong nesting", "junk before"]
)
def test_damage_to_one_entry_leaves_the_others_alone(damage: str) -> None:
    """Entries are read one by one where the whole is broken."""
    assert _addresses(read_feed(DAMAGED[damage], URL))[1:] == ["https://news.example/world/day-only"]


def test_json_cut_short_gives_its_whole_items() -> None:
    """What was complete is kept, and the damage is said."""
    feed = read_feed(json.dumps(JSON_FEED).encode()[:-60], URL)
    assert _addresses(feed)[:1] == ["https://news.example/tide"]
    assert "damaged JSON" in feed.problem


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty body"),
        (b" \n ", "empty body"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "an HTML page, not a feed"),
        (b"<html><head></head><body><pre>&lt;rss&gt;</pre><rss></rss></body></html>", "an HTML page, not a feed"),
        (b"<urlset><url><loc>https://news.example/</loc></url></urlset>", "a sitemap, not a feed"),
        (b"Service unavailable", "neither RSS, Atom nor JSON Feed"),
        (b'{"error": 404}', "JSON, but no feed: it has no items"),
        (b"[1, 2]", "JSON, but no feed: it has no items"),
        (b'{"items": []}', "no entries"),
        (b'<rss version="2.0"><channel><title>t</title></channel></rss>', "no entries"),
        (b"\x1f\x8b\x08nothing", "damaged gzip"),
    ],
)
def test_a_body_without_entries_has_a_reason(body: bytes, reason: str) -> None:
    """Nothing is never silent."""
    feed = read_feed(body, URL)
    assert feed.links == ()
    assert reason in feed.problem


def test_an_address_counts_once() -> None:
    """The first of two entries for one page is kept."""
    one = "<item><title>{}</title><link>https://news.example/same{}</link></item>"
    feed = read_feed(_item("</item>" + one.format("a", "") + one.format("b", "#part") + "<item>"), URL)
    assert [(link.title, link.url) for link in feed.links] == [("a", "https://news.example/same")]


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e SYSTEM "file:///etc/hostname">]>
<rss><channel><title>&d;</title><item><title>&d;&e;</title><link>https://news.example/l</link></item></channel></rss>"""


def test_entities_are_neither_expanded_nor_fetched() -> None:
    """The link is read; the bomb and the file stay where they are."""
    feed = read_feed(BILLION_LAUGHS, URL)
    assert _addresses(feed) == ["https://news.example/l"]
    assert "haha" not in feed.title + feed.links[0].title
    assert feed.links[0].title == "&d;&e;"


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"<rss><channel><item><title>" + b"a" * 40_000_000),
        b"<rss><channel>" + b"<item>" * 200_000,
        b"<rss><channel>" + b"<a>" * 500_000,
        b'{"items": ' + b"[" * 200_000,
        b'{"items": [' + b'{"a":' * 100_000,
        b"<rss><channel><item><title>" + b"&lt;!--" * 200_000,
        b"<rss><channel><item><title>" + b"&lt;script" * 200_000,
        b"<rss " + b"<!DOCTYPE " * 100_000,
    ],
    ids=["gzip", "entries", "depth", "json depth", "json cut", "comments", "scripts", "declarations"],
)
def test_bombs_end_soon(body: bytes) -> None:
    """Unpacking, nesting, counts and patterns are bounded."""
    start = time.monotonic()
    assert read_feed(body, URL).problem
    assert time.monotonic() - start < 10


def test_no_bytes_make_it_raise() -> None:
    """Mutations of real shapes: whatever comes, a Feed is returned."""
    dice = random.Random(20261123)  # noqa: S311 - a reproducible test, not cryptography
    seeds = [
        RSS.encode(),
        ATOM.encode(),
        RDF.encode(),
        json.dumps(JSON_FEED).encode(),
        gzip.compress(RSS.encode(), mtime=0),
    ]
    for _ in range(400):
        body = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 12)):
            at = dice.randrange(len(body) + 1)
            body[at : at + dice.randint(0, 9)] = dice.randbytes(dice.randint(0, 4))
        feed = read_feed(bytes(body), URL)
        assert all(link.url.startswith(("http://", "https://")) and link.via == "feed" for link in feed.links)


@pytest.mark.parametrize(
    ("first", "filler", "reason"),
    [
        ("<rss><channel><item><link>/a?b=1</link></item>", "<x/>", "more than 250000 tags and attributes, cut"),
        ("<rss><channel><item><link>/a?b=1</link></item><item ", "a='' ", "more than 250000 tags and attributes, cut"),
        (
            "<rss><channel><item><link>/a?b=1</link></item><item><link>/",
            "=",
            "more than 250000 tags and attributes, cut",
        ),
        ('{"items":[{"url":"/a?b=1"}', ",{}", "more than 400000 values, cut"),
        ('{"items":[{"url":"/a?b=1"},', "[", "more than 400000 values, cut"),
        ('{"items":[{"url":"/a?b=1"},{"url":"/a', ",", "more than 400000 values, cut"),
    ],
    ids=["elements", "attributes", "in an address", "objects", "depth", "in a string"],
)
def test_what_stands_before_a_cut_is_read(first: str, filler: str, reason: str) -> None:
    """No address is torn by a cut, and it is said."""
    feed = read_feed((first + filler * 600_000).encode(), URL)
    assert [link.url for link in feed.links] == ["https://news.example/a?b=1"]
    assert reason in feed.problem
