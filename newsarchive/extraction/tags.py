"""The publisher's tags."""

from collections.abc import Iterator, Sequence

from newsarchive.extraction import tagclasses, tagmetas
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page
from newsarchive.extraction.scripts import keywords
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import fold
from newsarchive.extraction.taglists import SURE, marked_up, tag_lists
from newsarchive.extraction.tagmetas import keys
from newsarchive.extraction.tagwords import Tags, cleaned, split

_CONFIRMED = 0.6
_NAMED = 5
_SEVERAL = 3


def tags(page: Page) -> Choice[Tags]:
    """Tags in page order: the site's selector, then what a reader sees, then the metadata."""
    return first(_candidates(page), default=(), refuse=lambda found: "" if found else "no tag", thorough=page.thorough)


def _candidates(page: Page) -> Iterator[Candidate[Tags]]:
    """Confirmed by one another first: the page's list and the metadata; then the metadata; then a list alone."""
    own = page.outlet.folded
    yield Candidate(cleaned(texts(page.tree, page.hints.tags_css), own), "selector")
    stated = tagmetas.stated(page)
    lists = [(Candidate(cleaned(found.texts, own), "page"), found.points) for found in tag_lists(page.tree)]
    shown = [listed for listed, _ in lists if listed.value]
    slugs = tagclasses.posted(page)
    yield from (c for c in (*shown, *stated) if tagclasses.are_of(slugs, c.value))
    yield from _confirmed(stated, shown)
    yield from (c for c in stated if c.source in tagmetas.CAREFUL)
    if len(slugs) >= _SEVERAL:
        yield Candidate(cleaned(tagclasses.words(slugs), own), "page:class")
    yield from (listed for listed, points in lists if points >= SURE)
    yield Candidate(cleaned(split(marked_up(page)), own), "page:microdata")
    yield from (c for c in stated if _is_about(c.value, page))
    yield from shown
    yield from stated
    yield from tagmetas.lesser(page)
    yield Candidate(cleaned(tagclasses.words(slugs), own), "page:class")
    scripted = cleaned(keywords(page.tree), own)
    yield Candidate(scripted if scripted and _names(_told(page), scripted) else (), "script")


def _confirmed(stated: list[Candidate[Tags]], shown: list[Candidate[Tags]]) -> Iterator[Candidate[Tags]]:
    """Lists that metadata and page have in common, in the wording of the fuller place."""
    parts = [listed.value for listed in shown]
    yield from (c for c in stated if c.source == tagmetas.ARTICLE and any(_share(part, c.value) for part in parts))
    yield from (c for c in stated if _is_joined(c.value, parts))
    agreeing = [listed for listed in shown if any(_agree(listed.value, c.value) for c in stated)]
    yield from sorted(agreeing, key=lambda listed: -max(_likeness(listed.value, c.value) for c in stated))


def _share(found: Tags, other: Tags) -> float:
    """The part of a list that another one confirms."""
    return len(keys(found) & keys(other)) / len(keys(found))


def _likeness(one: Tags, other: Tags) -> float:
    return _share(one, other) * _share(other, one)


def _agree(shown: Tags, stated: Tags) -> bool:
    """Whether a list on the page is the stated one, perhaps in other words or somewhat shorter."""
    return _share(shown, stated) >= _CONFIRMED and 2 * len(shown) >= len(stated)


def _is_joined(stated: Tags, shown: Sequence[Tags]) -> bool:
    """Whether the page shows the stated list in several parts."""
    parts = [keys(part) for part in shown if keys(part) <= keys(stated)]
    return len(parts) > 1 and frozenset().union(*parts) == keys(stated)


def _is_about(found: Tags, page: Page) -> bool:
    """Whether keywords speak of this article, not of the whole site: its title or standfirst names some."""
    titles = (page.meta("og:title", "title"), page.meta("description", "og:description"))
    return _names(" ".join((*page.headings[:2], *titles)), found)


def _told(page: Page) -> str:
    """What a reader reads: headlines and paragraphs."""
    return " ".join((*page.headings[:2], *(p.text_content() for p in page.tree.iter("p"))))


def _names(text: str, found: Tags) -> bool:
    """Whether a text names one in five of the tags."""
    bare = fold(text)
    return sum(fold(tag) in bare for tag in found) * _NAMED >= len(found)
