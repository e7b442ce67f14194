"""Which addresses are one page, what a declared canonical address may change, and how sites are named."""

import pytest

from newsarchive.urls import article_id, canonical_url, is_web, normalize, registrable_domain, site_name, url_key

SAME = [
    ("http://example.org/a", "https://example.org/a"),
    ("https://example.org", "https://example.org/"),
    ("https://EXAMPLE.org/a", "https://example.org/a"),
    ("HTTPS://example.org/a", "https://example.org/a"),
    ("https://example.org:443/a", "https://example.org/a"),
    ("http://example.org:80/a", "http://example.org/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://example.org/a#top", "https://example.org/a"),
    ("https://example.org/a#", "https://example.org/a"),
    ("https://example.org/a?", "https://example.org/a"),
    (" https://example.org/a\n", "https://example.org/a"),
    ("https://example.org/a?utm_source=x", "https://example.org/a"),
    ("https://example.org/a?utm_source=x&utm_medium=y&utm_term=", "https://example.org/a"),
    ("https://example.org/a?UTM_Source=x", "https://example.org/a"),
    ("https://example.org/a?id=7&utm_campaign=z", "https://example.org/a?id=7"),
    ("https://example.org/a?fbclid=1", "https://example.org/a"),
    ("https://example.org/a?gclid=1&id=7", "https://example.org/a?id=7"),
    ("https://example.org/a?xtor=RSS-1", "https://example.org/a"),
    ("https://example.org/a?at_medium=RSS&at_campaign=KARANGA", "https://example.org/a"),
    ("https://example.org/a?mc_cid=1&mc_eid=2", "https://example.org/a"),
    ("https://example.org/a?pk_campaign=1&mtm_source=2&hsa_acc=3", "https://example.org/a"),
    ("https://example.org/a?ns_mchannel=rss", "https://example.org/a"),
    ("https://example.org/a?srsltid=x&igshid=y&twclid=z", "https://example.org/a"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/a?q=a+b", "https://example.org/a?q=a%20b"),
    ("https://example.org/a?q=ü", "https://example.org/a?q=%C3%BC"),
    ("https://example.org/%7Euser", "https://example.org/~user"),
    ("https://example.org/%e4%bd%a0", "https://example.org/%E4%BD%A0"),
    ("https://example.org/你", "https://example.org/%E4%BD%A0"),
    ("https://example.org/a b", "https://example.org/a%20b"),
    ("https://example.org/a/../b", "https://example.org/b"),
    ("https://example.org/./a", "https://example.org/a"),
    ("https://münchen.example/a", "https://xn--mnchen-3ya.example/a"),
    ("https://MÜNCHEN.example/a", "https://münchen.example/a"),
    ("https://例え.example/", "https://xn--r8jz45g.example/"),
    ("https://reader:secret@example.org/a", "https://example.org/a"),
    ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
]
DIFFERENT = [
    ("https://example.org/a", "https://example.org/b"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a", "https://example.org/a/"),
    ("https://example.org/a", "https://example.org/a.html"),
    ("https://example.org/a", "https://example.com/a"),
    ("https://example.org/a", "https://m.example.org/a"),
    ("https://example.org/a", "https://www.example.org/a"),
    ("https://example.org/a", "https://example.org:8443/a"),
    ("http://example.org:443/a", "https://example.org/a"),
    ("https://example.org/a", "https://example.org/a?id=1"),
    ("https://example.org/a?id=1", "https://example.org/a?id=2"),
    ("https://example.org/a?id=1", "https://example.org/a?ID=1"),
    ("https://example.org/a?page=1", "https://example.org/a?page=2"),
    ("https://example.org/a?gallery=1", "https://example.org/a?gallery=2"),
    ("https://example.org/a?source_id=1", "https://example.org/a?source_id=2"),
    ("https://example.org/a?keyword=1", "https://example.org/a?keyword=2"),
    ("https://example.org/a?uid=1", "https://example.org/a?uid=2"),
    ("https://example.org/a?ref=1", "https://example.org/a?ref=2"),
    ("https://example.org/a?story=1", "https://example.org/a?story=2"),
    ("https://example.org/a?utmost=1", "https://example.org/a?utmost=2"),
    ("https://example.org/a?q=%26", "https://example.org/a?q=%23"),
    ("https://example.org/a?q=a%26b=c", "https://example.org/a?q=a&b=c"),
    ("https://example.org/a?q=%B1%B1", "https://example.org/a?q=%C9%CF"),
    ("https://example.org/a?q=%FF", "https://example.org/a?q=%FE"),
    ("https://example.org/%FF", "https://example.org/%FE"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/a//b", "https://example.org/a/b"),
    ("https://example.org/a;x=1", "https://example.org/a;x=2"),
    ("https://example.org/a%3Fid=1", "https://example.org/a?id=1"),
    ("http://[2001:db8::1]/a", "http://[2001:db8::2]/a"),
    ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
    ("https://example.org/a?b=1", "https://example.org/a?b=1&b=1"),
]
ODD = [
    "https://example.org/?a=\ud800",
    "https://example.org/\ud800",
    "http://ex..org/",
    "http://-a.org",
    "http://ex_a.org/",
    "http://" + "a" * 70 + ".org/",
    "https://example.org/\x00a",
    "https://example.org/?a=1;b=2",
    "https://example.org/a?amp;b=1",
    "http://[fe80::1%25eth0]/",
    "http://faß.example/",
    "https://example.org/%",
    "https://example.org/%zz?%zz=%",
    "https://example.org/?" + "&".join(f"p{n}={n}" for n in range(400)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_of_one_page_share_a_key(one: str, other: str) -> None:
    """What differs only in form is one page."""
    assert url_key(one) == url_key(other)
    assert article_id(one) == article_id(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_of_two_articles_never_share_a_key(one: str, other: str) -> None:
    """Anything that may select another article stays in the key."""
    assert url_key(one) != url_key(other)
    assert article_id(one) != article_id(other)


@pytest.mark.parametrize("url", [*(url for pair in (*SAME, *DIFFERENT) for url in pair), *ODD])
def test_a_normal_form_is_its_own(url: str) -> None:
    """Normalising twice is normalising once; the result is ASCII and the same page."""
    once = normalize(url)
    assert normalize(once) == once
    assert once.isascii()
    assert url_key(once) == url_key(url)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("HTTP://Example.org:80/%7ea/../ü?b=2&utm_source=x&a=1#top", "http://example.org/%C3%BC?a=1&b=2"),
        ("https://example.org?b", "https://example.org/?b="),
        ("http://127.0.0.1:8800/site/", "http://127.0.0.1:8800/site/"),
    ],
)
def test_the_normal_form_keeps_the_scheme(url: str, form: str) -> None:
    """The normal form can be fetched."""
    assert normalize(url) == form


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("http://[::1]:80/", True),
        ("ftp://example.org/a", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//example.org/a", False),
        ("/a", False),
        ("", False),
        ("https://", False),
        ("https:///a", False),
        ("http://example.org:99999/", False),
        ("http://example.org:port/", False),
        ("http://example.org:0/", False),
        ("http://[bad/", False),
    ],
)
def test_what_is_a_web_address(url: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """Absolute, http or https, with a host and a port that can be."""
    assert is_web(url) is expected


PAGE = "https://www.example.org/news/20261123-river-rises"


MOBILE = "https://m.example.org/world/20261123-river-rises.html"


@pytest.mark.parametrize(
    ("url", "declared", "expected"),
    [
        (f"{PAGE}?page=2", PAGE, PAGE),
        (f"{PAGE}/amp", PAGE, PAGE),
        (f"{PAGE}?utm_source=x", f"{PAGE}?utm_source=y#top", PAGE),
        (f"{PAGE}?page=2", "/news/20261123-river-rises", PAGE),
        (PAGE, "  https://example.org/news/20261123-river-rises ", "https://example.org/news/20261123-river-rises"),
        (PAGE, MOBILE, MOBILE),
        ("https://example.org/1234567-old", "https://example.org/1234567-new", "https://example.org/1234567-new"),
    ],
)
def test_a_declared_canonical_address_is_taken(url: str, declared: str, expected: str) -> None:
    """It is taken, normalised, where it names the same page of the same registrable domain."""
    assert canonical_url(url, declared) == expected


@pytest.mark.parametrize(
    ("url", "declared"),
    [
        (PAGE, ""),
        (PAGE, "https://www.example.org/"),
        (PAGE, "https://www.example.org"),
        (PAGE, "https://www.example.org/news/"),
        (PAGE, "https://www.example.org/news/20261123-another-article"),
        (PAGE, "https://other.example/news/20261123-river-rises"),
        (PAGE, "javascript:void(0)"),
        (PAGE, "http://[bad"),
        (PAGE, "//www.example.org:port/news/20261123-river-rises"),
        (PAGE, "https://www.example.org:99999/news/20261123-river-rises"),
        (PAGE, "https://www.example.org:8443/news/20261123-river-rises"),
        ("https://one.co.uk/a/river-rises", "https://two.co.uk/a/river-rises"),
        ("https://one.github.io/a/river-rises", "https://two.github.io/a/river-rises"),
        ("http://127.0.0.1:8001/a/river-rises", "http://127.0.0.1:8002/a/river-rises"),
        ("https://example.org/story?id=1", "https://example.org/story?id=2"),
    ],
)
def test_a_declared_canonical_address_is_left(url: str, declared: str) -> None:
    """RFC 6596 calls it a hint: what is malformed, of another site, or names another page is not followed."""
    assert canonical_url(url, declared) == normalize(url)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.example.org/a", "example.org"),
        ("https://news.bbc.co.uk/", "bbc.co.uk"),
        ("https://a.b.com.br/", "b.com.br"),
        ("http://127.0.0.1:8800/", "127.0.0.1"),
        ("http://localhost/", "localhost"),
        ("http://[::1]/", "::1"),
    ],
)
def test_registrable_domains(url: str, domain: str) -> None:
    """The domain somebody registered, or the host where there is none."""
    assert registrable_domain(url) == domain


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.rfi.fr/", "rfi-fr"),
        ("https://rfi.fr", "rfi-fr"),
        ("http://rfi.fr:80/", "rfi-fr"),
        ("https://www.bbc.co.uk/", "bbc-co-uk"),
        ("https://news.example.org/", "news-example-org"),
        ("http://127.0.0.1:8800/site-3/", "127-0-0-1-8800-site-3"),
        ("https://münchen.example/", "xn-mnchen-3ya-example"),
        ("http://[::1]:8/", "1-8"),
        ("https://a_b.example/", "a-b-example"),
        ("https://" + "a" * 63 + "." + "b" * 63 + ".example/", "a" * 63 + "-" + "b" * 16),
    ],
)
def test_site_names_can_stand_in_keys(url: str, name: str) -> None:
    """Lower-case letters, digits and hyphens; the same for the same site."""
    assert site_name(url) == name
