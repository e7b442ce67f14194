"""A site's declaration is checked when its class is defined."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsarchive.crawl.declaration import OPTIONAL, REQUIRED, check
from newsarchive.crawl.site import SiteSpider
from newsarchive.errors import UsageError
from newsarchive.rights.policy import Policy
from tests.claims import ROOT
from tests.safety.serving import QUICK, article, environment, feed, serving

SITE: dict[str, Any] = {
    "name": "example",
    "publisher": "Example",
    "country": "FR",
    "language": "fr",
    "allowed_domains": ("example.org",),
    "article_pattern": r"/\d{8}-",
    "feeds": ("https://example.org/rss",),
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"feeds": (), "sitemaps": ("https://example.org/sitemap.xml",)},
        {"feeds": (), "section_pages": ["https://example.org/world/"]},
        {"editions": {"en": "en"}, "timezone": "Europe/Paris", "drop": ("p.promo",), "tags_css": "a.tag"},
        {"custom_settings": {"DOWNLOAD_DELAY": 2}, "_own": 1, "parse_page": lambda: None},
        {"allowed_domains": ("example.org", "xn--mnchen-3ya.example")},
    ],
)
def test_what_is_accepted(more: dict[str, Any]) -> None:
    """Listings of one kind are enough; everything else is optional."""
    check(SITE | more, where="spiders.example.Example")


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_what_is_missing_is_named(name: str) -> None:
    """With the class that lacks it."""
    declared = {k: v for k, v in SITE.items() if k != name}
    with pytest.raises(UsageError, match=f"spiders.example.Example lacks the declaration '{name}'"):
        check(declared, where="spiders.example.Example")


@pytest.mark.parametrize("name", sorted((REQUIRED | OPTIONAL) - {"name", "drop"}))
def test_what_is_misspelt_is_named(name: str) -> None:
    """With what was probably meant."""
    wrong = name[:-1] + "x"
    with pytest.raises(UsageError, match=rf"declares the unknown '{wrong}': did you mean '{name}'\?"):
        check(SITE | {wrong: "x"}, where="spiders.example.Example")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "Example"}, "name is 'Example'; write lower-case letters, digits and hyphens"),
        ({"name": "a_b"}, "name is 'a_b'"),
        ({"name": ""}, "name is ''"),
        ({"name": None}, "name is None"),
        ({"country": "fr"}, "country is 'fr'; write an ISO 3166 code such as FR"),
        ({"country": "FRA"}, "country is 'FRA'"),
        ({"language": "fr-FR"}, "language is 'fr-FR'; write a BCP 47 language such as fr"),
        ({"language": ("fr",)}, "language is "),
        ({"feeds": "https://example.org/rss"}, "feeds is 'https://example.org/rss'; write a tuple of strings"),
        ({"feeds": ("/rss",)}, "feeds has '/rss'; write a whole http:// or https:// address"),
        ({"feeds": (1,)}, "feeds is .*; write a tuple of strings"),
        ({"sitemaps": ("ftp://example.org/",)}, "sitemaps has 'ftp://example.org/'"),
        ({"section_pages": ("example.org",)}, "section_pages has 'example.org'"),
        ({"feeds": None}, "feeds is None; write a tuple of strings"),
        ({"allowed_domains": ()}, "allowed_domains is empty; write the site's domains"),
        ({"feeds": ()}, "declares no feeds, no sitemaps and no section_pages"),
        ({"allowed_domains": ("https://example.org",)}, "allowed_domains has 'https://example.org'; write a bare"),
        ({"allowed_domains": ("Example.org",)}, "allowed_domains has 'Example.org'"),
        ({"allowed_domains": "example.org"}, "allowed_domains is 'example.org'; write a tuple of strings"),
        ({"article_pattern": "("}, r"article_pattern '\(' is no regular expression: .*unterminated"),
        ({"article_pattern": None}, "article_pattern None is no regular expression"),
        ({"timezone": "Europe/Pariss"}, "timezone is 'Europe/Pariss'; write an IANA name such as Europe/Paris"),
        ({"timezone": "../etc/passwd"}, "timezone is '../etc/passwd'"),
        ({"editions": ("en",)}, "editions is .*; write a mapping from path segment to language"),
        ({"drop": "p.promo"}, "drop is 'p.promo'; write a tuple of strings"),
        ({"obey": "tdm"}, "obey is 'tdm'; write a tuple of strings"),
        ({"obey": ("tmd",)}, "obey has 'tmd': did you mean 'tdm'"),
        ({"revisit": "sometimes"}, "revisit is 'sometimes': write auto, always or never"),
        ({"revisit": True}, "revisit is True: write auto, always or never"),
        ({"revisit": ""}, "revisit is '': write auto, always or never"),
    ],
)
def test_what_is_malformed_is_refused(change: dict[str, Any], sentence: str) -> None:
    """The message names the class, the declaration and its value."""
    with pytest.raises(UsageError, match=rf"^spiders\.example\.Example:? .*{sentence}"):
        check(SITE | change, where="spiders.example.Example")


def test_a_class_may_have_code_of_its_own() -> None:
    """Methods of every kind and properties are no declarations."""
    code = {"a": classmethod(print), "b": staticmethod(len), "c": property(len), "d": len}
    check(SITE | code, where="spiders.example.Example")


def test_a_wrong_class_is_refused_when_it_is_defined() -> None:
    """Before anything is crawled; the message names the class."""
    lacking = {k: v for k, v in SITE.items() if k != "language"} | {"__module__": "spiders.wrong"}
    with pytest.raises(UsageError, match=r"spiders\.wrong\.Wrong lacks the declaration 'language'"):
        type("Wrong", (SiteSpider,), lacking)
    assert vars(type("Right", (SiteSpider,), SITE))["name"] == "example"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [({}, None), ({"obey": ()}, Policy()), ({"obey": ("tdm", "noai")}, Policy(frozenset({"tdm", "noai"})))],
)
def test_a_site_may_have_a_policy_of_its_own(declared: dict[str, Any], expected: Policy | None) -> None:
    """In place of NEWSARCHIVE_OBEY; an empty one where a licence allows everything."""
    made: Any = type("Own", (SiteSpider,), {**SITE, **declared})
    assert made.declared_policy() == expected


PROJECT = """
from newsarchive.crawl.site import SiteSpider

class AwaySpider(SiteSpider):
    name, publisher, country, language = "away", "Away", "FR", "en"
    allowed_domains, article_pattern, feeds = ("127.0.0.8",), "/2026/", ({feed!r},)
"""


def test_a_feed_on_another_host_is_read_and_its_links_are_kept_to_the_site(tmp_path: Path) -> None:
    """As those of feed services are; nothing that is declared is left out without a count."""
    with serving(lambda _: article(1), "127.0.0.8") as site, serving(lambda _: listed) as elsewhere:
        listed = feed([f"{site.base}/2026/ferries-of-pier-1", f"{elsewhere.base}/2026/ferries-of-pier-2"])
        (tmp_path / "spiders").mkdir()
        (tmp_path / "spiders" / "away.py").write_text(PROJECT.format(feed=f"{elsewhere.base}/feed"))
        (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = newsarchive.settings\n")
        command = [sys.executable, "-m", "newsarchive", "crawl", "away", *QUICK]
        given = environment(tmp_path, PYTHONPATH=str(ROOT))
        done = subprocess.run(
            command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False, timeout=100
        )
        assert done.returncode == 0, done.stderr
        assert "1 new article" in done.stdout
        assert [path for path in elsewhere.asked if path.startswith("/2026")] == []
