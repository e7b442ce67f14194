"""The publisher's tags."""

import re
from collections.abc import Iterator, Sequence

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page
from newsarchive.extraction.scripts import keywords
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import fold, plain
from newsarchive.extraction.taglists import SURE, tag_lists

Tags = tuple[str, ...]

_SPLIT = re.compile(r"\s*[,;|、،，；]\s*")  # noqa: RUF001 - other scripts have signs of their own
_PREFIX = re.compile(
    r"^(?:subjects?|topics?|tags?|categor(?:y|ies)|keywords?|nlp entity tokens)\s*:\s*(?=\S)", re.IGNORECASE
)
_PATH = re.compile(r"^[a-z_-]{3,20}/(?=\w[^/]*$)")
_NOISE = re.compile(
    r"^(?:wc|u?id|day|time|partner|language|author|template|ressort|(?:\w+ )?type|nlp \w+|source|status|"
    r"section|product)\s?[:=]|"
    r"^[\d._:/-]+$|^https?://|/.*/|^\w+_\w+_|^[0-9a-f]{8}-[0-9a-f-]{20,}$|^\{|^\w+(?:\.\w+)+$|"
    r"^[a-z]+(?:-[a-z0-9]+)*=|^(?:more|mehr|plus|alle themen|all topics|show (?:more|all)|"
    r"editors?_pick\w*|permalink|breaking)$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\s*\(\d+(?: \w+)?\)$|^\(\d+\)\s")
_CODE = re.compile(r"^[A-Z0-9]{2,8}$")
_CAREFUL = frozenset({"meta:article:tag", "meta:news_keywords", "json-ld", "meta:parsely-tags"})
_LONGEST = 60
_MOST = 60
_LISTED = 300
_KEYWORDS = 5000
_CONFIRMED = 0.6


def tags(page: Page) -> Choice[Tags]:
    """Tags in page order: the site's selector, then what a reader sees, then the metadata."""
    return first(_candidates(page), default=(), refuse=lambda found: "" if found else "no tag", thorough=page.thorough)


def cleaned(found: Sequence[str], page: Page) -> Tags:
    """Tags trimmed, without `#`, unique across case and accents, noise and the site's name dropped."""
    own = page.outlet.folded
    kept: dict[str, str] = {}
    for text in _readable(found):
        tag = _COUNT.sub("", _PREFIX.sub("", text.lstrip("#"))).strip(" .,;:\"'#-–—•")  # noqa: RUF001 - other scripts have signs of their own
        key = fold(tag)
        if key and key not in own and len(tag) <= _LONGEST and not _NOISE.search(tag):
            kept.setdefault(key, tag)
    return tuple(list(kept.values())[:_MOST])


def _readable(found: Sequence[str]) -> list[str]:
    """Tags as words: paths such as `topic/iraq` shortened, lists of a machine's codes refused."""
    tags_ = [tag for text in found if (tag := plain(text))]
    if sum(bool(_PATH.match(tag)) for tag in tags_) > 0.7 * len(tags_):
        tags_ = [_PATH.sub("", tag) for tag in tags_]
    codes = sum(bool(_CODE.match(tag)) for tag in tags_)
    return [] if codes > 5 and codes > 0.7 * len(tags_) else tags_  # noqa: PLR2004 - a few acronyms are tags


def _candidates(page: Page) -> Iterator[Candidate[Tags]]:
    """Confirmed by one another first: the page's list and the metadata; then the metadata; then a list alone."""
    yield Candidate(cleaned(texts(page.tree, page.hints.tags_css), page), "selector")
    stated = _fullest([c for c in _stated(page) if c.value])
    lists = [(cleaned(t.texts, page), t.points) for t in tag_lists(page.tree)]
    shown = [Candidate(found, "page") for found, _ in lists if found]
    yield from (c for c in stated if c.source == "meta:article:tag" and any(_share(s.value, c.value) for s in shown))
    yield from (s for s in shown if any(_agree(s.value, c.value) for c in stated))
    yield from (c for c in stated if c.source in _CAREFUL)
    yield from (Candidate(found, "page") for found, points in lists if points >= SURE)
    yield from (c for c in stated if _is_about(c.value, page))
    yield from shown
    yield from stated
    yield Candidate(cleaned(keywords(page.tree), page), "script")


def _fullest(stated: list[Candidate[Tags]]) -> list[Candidate[Tags]]:
    """The sources in order, without those that another careful source holds wholly and more."""
    careful = [set(map(fold, c.value)) for c in stated if c.source in _CAREFUL]
    return [c for c in stated if not any(set(map(fold, c.value)) < other for other in careful)]


def _share(found: Tags, other: Tags) -> float:
    """The part of a list that another one confirms."""
    keys = {fold(tag) for tag in found}
    return len(keys & {fold(tag) for tag in other}) / len(keys)


def _agree(shown: Tags, stated: Tags) -> bool:
    """Whether a list on the page is the stated one, perhaps in other words or somewhat shorter."""
    return _share(shown, stated) >= _CONFIRMED and 2 * len(shown) >= len(stated)


def _is_about(found: Tags, page: Page) -> bool:
    """Whether keywords speak of this article, not of the whole site: its title or standfirst names one in five."""
    text = fold(
        " ".join((*page.headings[:2], page.meta("og:title", "title"), page.meta("description", "og:description")))
    )
    return sum(fold(tag) in text for tag in found) * 5 >= len(found)


def _stated(page: Page) -> Iterator[Candidate[Tags]]:
    sources = (
        ("meta:article:tag", page.metas.get("article:tag", ())),
        ("meta:news_keywords", page.metas.get("news_keywords", ())),
        ("json-ld", jsonld.texts(page.article.get("keywords"))),
        ("meta:parsely-tags", page.metas.get("parsely-tags", ())),
        ("meta:keywords", page.metas.get("keywords", ())),
        ("meta:dc.subject", page.metas.get("dc.subject", ())),
        ("meta:citation_keywords", page.metas.get("citation_keywords", ())),
        ("meta:sailthru.tags", page.metas.get("sailthru.tags", ())),
    )
    for source, found in sources:
        yield Candidate(cleaned(_split(found), page), source)


def _split(contents: Sequence[str]) -> list[str]:
    """A list is taken as it stands; a single string is split at its commas."""
    if len(contents) > 1:
        return list(contents[:_LISTED])
    return [part for text in contents for part in _SPLIT.split(text[:_KEYWORDS]) if part]
