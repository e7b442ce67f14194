"""Sitemaps named by robots.txt."""

import gzip

import pytest

from newsarchive.discovery.robots import product_token, rules, sitemap_urls

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


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"User-agent: NewsArchive/0.1.0 (+https://x.example)\nDisallow: /", "User-agent: newsarchive\nDisallow: /"),
        (b"User-agent: news\nDisallow: /", "User-agent: ?\nDisallow: /"),
        (b"User-agent: newsarchive2\nDisallow: /", "User-agent: newsarchive\nDisallow: /"),
        (b"User-agent: newsarchive-images\nDisallow: /", "User-agent: ?\nDisallow: /"),
        (b"USERAGENT *\nDissallow: /a", "User-agent: *\nDissallow: /a"),
        (b"User-agent: * # all\rAllow: /a\r\nCrawl-delay: 2", "User-agent: *\nAllow: /a\nCrawl-delay: 2"),
        (b"\xef\xbb\xbfUser-agent:*\nNoindex: /a\nSitemap: /s.xml\nDisallow: /b", "User-agent: *\nDisallow: /b"),
        (b"User-agent: *\nDisallow: /caf\xe9/", "User-agent: *\nDisallow: /caf%E9/"),
        ("User-agent: *\nDisallow: /café/".encode("utf-16"), "User-agent: *\nDisallow: /café/"),
        (gzip.compress(b"User-agent: *\nDisallow: /", mtime=0), "User-agent: *\nDisallow: /"),
        (b"User-agent: *\n#" + b"x" * (512 << 10) + b"\nDisallow: /", "User-agent: *"),
        (b"User-agent: *\nDisallow: /" + b"x" * (512 << 10), "User-agent: *"),
        (b"<html><p>User-agent: *<p>Disallow: /</html>", ""),
        (bytes(range(256)), ""),
        (b"", ""),
    ],
)
def test_rules_are_cut_to_what_concerns_us(body: bytes, expected: str) -> None:
    """Names are product tokens, unknown lines do not part groups, and what is beyond 512 KiB does not count."""
    assert rules(body, "newsarchive") == expected


@pytest.mark.parametrize(
    ("user_agent", "token"), [("newsarchive/0.1.0 (+x)", "newsarchive"), ("My-Bot_x 2", "my-bot_x"), ("", "")]
)
def test_product_token(user_agent: str, token: str) -> None:
    """The letters before the version, in lower case."""
    assert product_token(user_agent) == token
