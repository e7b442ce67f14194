"""Sitemaps named by robots.txt."""

import pytest

from newsarchive.discovery.robots import sitemap_urls

URL = "https://news.example/robots.txt"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"User-agent: *\nSitemap: https://news.example/s.xml\n", ("https://news.example/s.xml",)),
        (
            b"SITEMAP:https://news.example/a.xml\r\nsitemap : /b.xml\r\n",
            ("https://news.example/a.xml", "https://news.example/b.xml"),
        ),
        (b"\xef\xbb\xbfSitemap: /s.xml", ("https://news.example/s.xml",)),
        (b"Sitemap: /s.xml # the news\rSitemap: /s.xml", ("https://news.example/s.xml",)),
        ("Sitemap: https://новости.example/карта.xml".encode(), ("https://новости.example/карта.xml",)),
        (b"# Sitemap: /old.xml\nDisallow: /sitemap: x\n", ()),
        (b"Sitemap: ftp://news.example/s.xml\nSitemap: javascript:x\nSitemap:\n", ()),
        (b"", ()),
        (b"\xff\xfe\x00\x80", ()),
    ],
)
def test_sitemap_lines_are_read_as_sites_write_them(body: bytes, expected: tuple[str, ...]) -> None:
    """In any case, with a byte order mark, relative, repeated, with comments; nothing but http(s)."""
    assert sitemap_urls(body, URL) == expected
