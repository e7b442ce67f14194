"""What is proposed for a declaration, and that what a page says cannot become code."""

import ast
from dataclasses import replace

import pytest

from newsarchive.article import Article, ArticleLink
from newsarchive.errors import UsageError
from newsarchive.survey.look import Example, Listing, Survey
from newsarchive.survey.proposal import Proposal, pattern, propose
from newsarchive.survey.writing import source

SITE = "https://www.example.fr"


@pytest.mark.parametrize(
    ("articles", "others", "expected"),
    [
        (["/en/20260101-one", "/en/20260102-two"], ["/en/tag/iran", "/en/about"], r"/20\d{6}[-_/]"),
        (["/2026/01/02/one", "/2026/1/3/two"], ["/2026/", "/about"], r"/20\d\d/\d\d?/\d\d?/"),
        (["/de/one/a-701234", "/de/two/a-701235"], ["/de/themen/s-9077", "/de/"], r"[-/_.]\d{5,}(\.\w+)?/?$"),
        (["/story/x", "/story/y"], ["/tag/x", "/about"], r"/story/[^/]"),
        (["/abcdefghij", "/klmnopqrst"], ["/about"], r"/[^/]{8,}/?$"),
    ],
)
def test_the_pattern_fits_articles_and_not_the_rest(articles: list[str], others: list[str], expected: str) -> None:
    """The shape that all articles have and fewest other pages."""
    assert pattern([SITE + path for path in articles], [SITE + path for path in others]) == expected


def _survey(url: str = SITE, *, language: str = "", published: str = "2026-06-11T08:04:00+02:00") -> Survey:
    article = Article(url=f"{url}/20260611-one", publisher='Ex"ample', language="fr", date_published_raw=published)
    link = ArticleLink(url=article.url, via="feed")
    listing = Listing(kind="feed", url=f"{url}/rss", links=(link,), language=language)
    return Survey(
        url=f"{url}/", listings=(listing,), others=(), examples=(Example(article=article, page=b"<p>"),), problems=()
    )


def test_a_declaration_is_proposed() -> None:
    """Zone by country and by the offset that the page states."""
    proposal = propose(_survey(), name="example")
    assert (proposal.country, proposal.language, proposal.publisher) == ("FR", "fr", 'Ex"ample')
    assert (proposal.allowed_domains, proposal.feeds) == (("example.fr",), (f"{SITE}/rss",))
    assert proposal.timezone in ("Europe/Paris", "")  # a machine without time zone files knows none


@pytest.mark.parametrize(
    ("url", "language", "given", "country"),
    [
        ("https://example.co.uk", "", "", "GB"),
        ("https://example.com", "en-AU", "", "AU"),
        ("https://example.tv", "en", "US", "US"),
    ],
)
def test_the_country_is_the_address_the_feed_or_given(url: str, language: str, given: str, country: str) -> None:
    """In the order of what is surest."""
    assert propose(_survey(url, language=language), country=given).country == country


def test_a_country_that_nothing_tells_is_asked_for() -> None:
    """It is not guessed."""
    with pytest.raises(UsageError, match="give --country"):
        propose(_survey("https://example.com"))


def test_a_site_without_articles_is_refused() -> None:
    """With what went wrong."""
    with pytest.raises(UsageError, match="http-403"):
        propose(replace(_survey(), examples=(), problems=("https://x: http-403",)))


@pytest.mark.parametrize("hostile", ['"""\nimport os\n"""', "a\\", 'a"b', "line\u2028two\nthree"])
def test_what_a_page_says_stays_a_literal(hostile: str) -> None:
    """A title such as three quotes and code is a publisher's name, no code."""
    proposal = replace(propose(_survey(), name="x"), publisher=hostile, feeds=(f"{SITE}/{hostile}",))
    tree = ast.parse(source(proposal))
    (declared,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    values = {a.targets[0].id: ast.literal_eval(a.value) for a in declared.body if isinstance(a, ast.Assign)}  # type: ignore[attr-defined]  # plain names
    assert (values["publisher"], values["feeds"]) == (hostile, proposal.feeds)
    assert len(tree.body) == 3


def test_a_name_that_is_no_short_name_is_refused() -> None:
    """It would be a path."""
    proposal: Proposal = propose(_survey(), name="../x")
    with pytest.raises(UsageError, match=r"name is '\.\./x'"):
        source(proposal)
