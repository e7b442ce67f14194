"""Two hundred edits of pages: a real change is another state of the article, noise around and in it is not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from newsarchive.dedup import content_key, identify
from newsarchive.extraction import extract
from tests.extraction.making import PROSE, page

PLACES = ("Arden", "Bellport", "Corvo", "Dunmere", "Estrel", "Farrow", "Galway Head", "Hollin")
TAGS = ("Ports", "Fishing", "Strikes")


@dataclass(frozen=True)
class Draft:
    """A page to be edited."""

    title: str
    paragraphs: tuple[str, ...]
    description: str
    tags: tuple[str, ...] = TAGS
    before: str = "<p class=byline>By Ann Lee <time datetime=2026-11-20T06:00:00Z>5 minutes ago</time></p>"
    after: str = ""
    edits: tuple[tuple[str, str], ...] = field(default=())

    def key(self) -> str:
        """Return the content key of the article on the page."""
        metas = "".join(f'<meta property="article:tag" content="{tag}">' for tag in self.tags)
        shown = "".join(f"<li><a href=/tag/{tag} rel=tag>{tag}</a></li>" for tag in self.tags)
        head = f'<meta name=description content="{self.description}"><meta property=og:type content=article>{metas}'
        body = "".join(f"<p>{text}</p>" for text in self.paragraphs)
        after = f'<ul class="tags">{shown}</ul>{self.after}'
        html = page(title=self.title, head=head, before=self.before, body=body, after=after).decode()
        for old, new in self.edits:
            html = html.replace(old, new)
        return content_key(identify(extract(html.encode(), "https://example.org/world/harbour-closed-1203344")))


def draft(place: str) -> Draft:
    """Return the page about a place."""
    told = (
        f"The mayor of {place} asked for help on Tuesday, because the only road inland is under water.",
        f"\u201cWe don\u2019t know when the ships will sail,\u201d said a clerk at the harbour office of {place}.",
    )
    return Draft(f"The harbour of {place} is closed", (*PROSE, *told), f"No ship has left {place} since dawn.")


Edit = Callable[[Draft], Draft]


def paragraph(number: int, change: Callable[[str], str]) -> Edit:
    """Return the edit that changes a paragraph."""

    def edit(given: Draft) -> Draft:
        texts = list(given.paragraphs)
        texts[number] = change(texts[number])
        return replace(given, paragraphs=tuple(texts))

    return edit


def after(html: str) -> Edit:
    """Return the edit that puts something below the article."""
    return lambda given: replace(given, after=html)


def swap(old: str, new: str) -> Edit:
    """Return the edit that replaces a string of the page."""
    return lambda given: replace(given, edits=((old, new),))


REAL: dict[str, Edit] = {
    "headline": lambda d: replace(d, title=d.title.replace("closed", "open again")),
    "number in the headline": lambda d: replace(d, title=f"{d.title}: 3 missing"),
    "standfirst": lambda d: replace(d, description="Two ships have left since dawn."),
    "tag added": lambda d: replace(d, tags=(*d.tags, "Weather")),
    "tag removed": lambda d: replace(d, tags=d.tags[:-1]),
    "one word": paragraph(0, lambda t: t.replace("noon", "midnight")),
    "one figure": paragraph(0, lambda t: t.replace("thirty", "40")),
    "negation": paragraph(3, lambda t: t.replace("asked", "never asked")),
    "paragraph added": lambda d: replace(d, paragraphs=(*d.paragraphs, "A second storm is expected on Friday night.")),
    "paragraph removed": lambda d: replace(d, paragraphs=(*d.paragraphs[:1], *d.paragraphs[2:])),
    "paragraphs reordered": lambda d: replace(d, paragraphs=d.paragraphs[::-1]),
    "correction below": lambda d: replace(
        d, paragraphs=(*d.paragraphs, "Correction: an earlier version of this report gave a wrong day.")
    ),
    "name": paragraph(3, lambda t: t.replace("mayor", "deputy mayor")),
}
NOISE: dict[str, Edit] = {
    "minutes ago": swap("5 minutes ago", "7 minutes ago"),
    "hours ago": swap("5 minutes ago", "2 hours ago"),
    "share count": after("<div class=share-bar><span class=share-count>1,204 shares</span></div>"),
    "comment count": after("<div class=comments><a href=#comments>311 comments</a></div>"),
    "related links": after("<aside class=related><h3>Read more</h3><ul><li><a href=/b>Bread is dear</a></ul></aside>"),
    "most read": after("<aside class=most-read><ol><li><a href=/c>The lighthouse of Corvo</a></ol></aside>"),
    "newsletter box": after("<div class=newsletter><p>Sign up for our newsletter</p></div>"),
    "tags in another order": lambda d: replace(d, tags=d.tags[::-1]),
    "straight quotes": lambda d: replace(
        d, paragraphs=tuple(t.translate({0x201C: '"', 0x201D: '"', 0x2019: "'"}) for t in d.paragraphs)
    ),
    "soft hyphens": paragraph(0, lambda t: t.replace("harbour", "har\u00adbour")),
    "entity for a soft hyphen": paragraph(1, lambda t: t.replace("ministry", "minis&shy;try")),
    "zero-width spaces": paragraph(2, lambda t: t.replace("Fishermen", "Fisher\u200bmen")),
    "non-breaking spaces": paragraph(2, lambda t: t.replace(" on the ", "\u00a0on&nbsp;the ")),
    "dashes": paragraph(1, lambda t: t.replace("order, which", "order \u2013 which")),
    "line breaks in the source": swap("</p><p>", "</p>\n\n   <p>"),
    "script": after("<script>var views = 120394;</script>"),
    "comment in the source": swap("<h1>", "<!-- cache 8812 --><h1>"),
    "class names": swap("article-body", "article-body css-1x9f"),
}


def edits() -> Iterator[tuple[str, str, bool]]:
    """Yield each edit of each page: its place, its name, whether it is real."""
    for place in PLACES:
        yield from ((place, name, True) for name in REAL)
        yield from ((place, name, False) for name in NOISE)


@pytest.mark.slow
def test_real_changes_are_revisions_and_noise_is_none() -> None:
    """Of the real ones at least 98 %, of the noise at most 1 %."""
    drafts = {place: draft(place) for place in PLACES}
    before = {place: given.key() for place, given in drafts.items()}
    judged = {
        (place, name, real): ({**REAL, **NOISE}[name])(drafts[place]).key() != before[place]
        for place, name, real in edits()
    }
    assert len(judged) >= 200
    unseen = [edit for edit, differs in judged.items() if edit[2] and not differs]
    taken = [edit for edit, differs in judged.items() if not edit[2] and differs]
    assert len(unseen) <= 0.02 * len(REAL) * len(PLACES), unseen
    assert len(taken) <= 0.01 * len(NOISE) * len(PLACES), taken


@pytest.mark.parametrize("name", NOISE)
def test_each_kind_of_noise_is_no_change(name: str) -> None:
    """On one page."""
    given = draft("Arden")
    assert NOISE[name](given).key() == given.key()
