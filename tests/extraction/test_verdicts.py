"""Pages that are no article are refused by what they are; whatever may be one is not."""

import pytest

from newsarchive.errors import NotAnArticleError
from newsarchive.extraction import extract
from tests.extraction.making import PROSE, page

URL = "https://news.example.org/world/harbour"
TEASERS = "".join(
    f'<div class="teaser"><h3><a href="/{i}">News of day {i}</a></h3>'
    f"<p>The council met for the {i}th time and put off once more what it had been asked to decide in spring.</p></div>"
    for i in range(8)
)
LISTED = '<script type="application/ld+json">{"@type": "CollectionPage"}</script>'
VIDEO = '<script type="application/ld+json">{"@type": "VideoObject", "name": "The harbour"}</script>'


def _reason(html: bytes) -> str:
    with pytest.raises(NotAnArticleError) as caught:
        extract(html, URL)
    return caught.value.reason


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (page(title="World", body=TEASERS), "section-page"),
        (page(title="World", head=LISTED, body=f"<p>{PROSE[0]}</p>"), "section-page"),
        (page(title="The harbour", head=VIDEO, body="<p>Watch the harbour.</p>"), "video-page"),
        (
            page(head='<meta property="og:type" content="video.other">', body="<p>Watch the harbour.</p>"),
            "video-page",
        ),
        (page(title="Page introuvable", body=f"<p>{PROSE[0]}</p>"), "error-page"),
        (page(title="Avant de continuer", body=f"<p>{PROSE[0]}</p>"), "consent-page"),
        (page(title="Access denied", body=f"<p>{PROSE[0]}</p>"), "error-page"),
        (
            page(title="404 Not Found").replace(b"<h1>404 Not Found</h1>", b"<h1>Something went wrong</h1>"),
            "error-page",
        ),
    ],
)
def test_what_is_no_article(html: bytes, reason: str) -> None:
    """Sections, video stubs, error and consent pages served with 200 are counted by what they are."""
    assert _reason(html) == reason


@pytest.mark.parametrize(
    "html",
    [
        page(after=TEASERS),
        page(body=TEASERS, head='<meta property="article:published_time" content="2020-06-11T08:04:00Z">'),
        page(head=VIDEO),
        page(
            title="Access denied to the harbour",
            body="".join(f"<p>{prose} {i}</p>" for i in range(9) for prose in PROSE),
        ),
    ],
    ids=["teasers below", "a list with a date", "an article with a video", "a headline like an error"],
)
def test_what_may_be_an_article(html: bytes) -> None:
    """An article among teasers, with a video or under an odd headline is archived."""
    assert extract(html, URL).text
