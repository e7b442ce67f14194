"""The headline as the page shows it: no site, no section, no kicker."""

import pytest

from newsarchive.extraction import extract
from tests.extraction.making import PROSE, page

URL = "https://news.example.org/opinion/the-harbour-is-closed"
BODY = "".join(f"<p>{prose}</p>" for prose in PROSE)
HEADLINE = "The harbour is closed to all ships"


def shaped(heading: str, *, shared: str = "", title: str = "") -> bytes:
    """A page whose h1, og:title and document title differ."""
    og = f'<meta property="og:title" content="{shared}">' if shared else ""
    head = f'<head><meta charset="utf-8"><title>{title or shared or HEADLINE}</title>{og}</head>'
    return f"<html>{head}<body><article>{heading}{BODY}</article></body></html>".encode()


@pytest.mark.parametrize(
    ("heading", "shared", "expected"),
    [
        ('<h1><span class="kicker">Ports</span>{}</h1>', "", HEADLINE),
        ('<h1><span class="article__overline">Ports</span><i class="hidden"> - </i><span>{}</span></h1>', "", HEADLINE),
        ('<h1><span class="dachzeile">Ports</span> <span>{}</span></h1>', "Ships wait at the harbour", HEADLINE),
        ('<h1><span class="kicker">Ports</span><span class="hide">:</span> {}</h1>', "", f"Ports: {HEADLINE}"),
        ('<h1><span class="kicker">Ports:</span> {}</h1>', HEADLINE, HEADLINE),
        ('<h1><span class="topline">Ports</span> {}</h1>', f"Ports: {HEADLINE}", f"Ports {HEADLINE}"),
        ("<h1>Ports: {}</h1>", HEADLINE, HEADLINE),
        ("<h1>Ports: {}</h1>", f"Ports: {HEADLINE}", f"Ports: {HEADLINE}"),
        ("<h1><em>The harbour</em> is closed to all ships</h1>", HEADLINE, HEADLINE),
    ],
)
def test_kickers(heading: str, shared: str, expected: str) -> None:
    """A kicker in the heading is no part of the headline, unless a colon joins it and OpenGraph keeps it."""
    html = shaped(heading.format(HEADLINE), shared=shared, title=shared or f"Ports: {HEADLINE}")
    assert extract(html, URL).title == expected


@pytest.mark.parametrize(
    ("end", "kept"),
    [(" | Opinion", False), (" - Opinion", False), (" | example.org", False), (" | The day in ships", True)],
)
def test_sections_at_the_end(end: str, kept: bool) -> None:  # noqa: FBT001 - a table of cases
    """The section that the address names is no part of the headline; other ends are."""
    assert extract(page(title=HEADLINE + end), URL).title == HEADLINE + (end if kept else "")


def test_a_heading_for_the_site_alone_is_not_the_headline() -> None:
    """Some sites give their own name the h1 and the headline an h2."""
    heading = f"<h1>Four quiet years remain</h1><h2>{HEADLINE}</h2>"
    assert extract(shaped(heading, title=HEADLINE), URL).title == HEADLINE


def test_a_heading_that_shares_no_word_with_the_agreed_title_is_not_the_headline() -> None:
    """A promotion may be a page's only h1; OpenGraph and the document's title agree on the headline."""
    heading = "<h1>Support independent reporting from the coast</h1>"
    assert extract(shaped(heading, shared=HEADLINE), URL).title == HEADLINE


def test_the_pages_headline_wins_over_the_one_for_searches() -> None:
    """Readers see the h1; a single other title in the metadata does not change that."""
    html = shaped(f"<h1>{HEADLINE}</h1>", shared="Harbour closure: what it means for all ships", title=HEADLINE)
    assert extract(html, URL).title == HEADLINE
