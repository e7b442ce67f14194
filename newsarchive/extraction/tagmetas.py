"""Tags that a page's metadata states: JSON-LD and meta elements."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate
from newsarchive.extraction.page import Page
from newsarchive.extraction.strings import fold
from newsarchive.extraction.tagwords import Tags, cleaned, split

ARTICLE = "meta:article:tag"
CAREFUL = frozenset({ARTICLE, "meta:news_keywords", "json-ld", "meta:parsely-tags"})

_NAME = re.compile(r"(?:^|[.:_#-]|article|content|page|post|story|news)(?:tags?|keywords?|topics|subject)$")
_TAG = "tag:"
_FEW = 3


def keys(tags: Tags) -> frozenset[str]:
    """Tags as they are compared."""
    return frozenset(map(fold, tags))


def stated(page: Page) -> list[Candidate[Tags]]:
    """The tags of every well-known place, the most trusted first.

    A list that two places give alike is trusted most. One that a careful place holds wholly and more is left out.
    """
    found = [c for c in _places(page) if c.value and not _is_slug(c.value, page)]
    twins = Counter(keys(c.value) for c in found)
    careful = [keys(c.value) for c in found if c.source in CAREFUL]
    alike = [c for c in found if twins[keys(c.value)] > 1]
    single = [c for c in found if twins[keys(c.value)] == 1]
    return alike + [c for c in single if not any(keys(c.value) < other for other in careful)]


def lesser(page: Page) -> Iterator[Candidate[Tags]]:
    """Tags of meta elements with names of a site's own that end in a word for tags, as `classification-tags`."""
    for node in page.nodes:
        yield Candidate(cleaned(split(jsonld.texts(node.get("keywords"))), page.outlet.folded), "json-ld")
    yield Candidate(cleaned(jsonld.texts(page.article.get("about")), page.outlet.folded), "json-ld:about")
    kinds = [text.strip() for text in page.meta("shareaholic:keywords").split(",")]
    shared = [text.removeprefix(_TAG) for text in kinds if text.startswith(_TAG)]
    yield Candidate(cleaned(shared, page.outlet.folded), "meta:shareaholic:keywords")
    for name, found in page.metas.items():
        if _NAME.search(name) and not any(":" in text or ";" in text for text in found):
            yield Candidate(cleaned(split(found), page.outlet.folded), f"meta:{name}")


def _places(page: Page) -> Iterator[Candidate[Tags]]:
    sources = (
        (ARTICLE, page.metas.get("article:tag", ())),
        ("meta:news_keywords", page.metas.get("news_keywords", ())),
        ("json-ld", jsonld.texts(page.article.get("keywords"))),
        ("meta:parsely-tags", page.metas.get("parsely-tags", ())),
        ("meta:keywords", page.metas.get("keywords", ())),
        ("meta:dc.subject", page.metas.get("dc.subject", ())),
        ("meta:citation_keywords", page.metas.get("citation_keywords", ())),
        ("meta:sailthru.tags", page.metas.get("sailthru.tags", ())),
    )
    for source, found in sources:
        yield Candidate(cleaned(split(found), page.outlet.folded), source)


def _is_slug(found: Tags, page: Page) -> bool:
    """Whether a machine has made the list of the single words in the page's address and title."""
    words = fold(" ".join((unquote(urlsplit(page.url).path), page.meta("og:title", "title")))).split()
    return len(found) > _FEW and all(fold(tag) in words for tag in found)
