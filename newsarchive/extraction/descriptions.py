"""The standfirst: as the page shows it, else as its metadata give it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page
from newsarchive.extraction.selectors import matches
from newsarchive.extraction.strings import marks, plain, shown, squeeze

_MARK = re.compile(
    r"(?<![a-z])(?:stand-?first|chapo|chapeau|dek|deck|sub-?(?:title|head|heading|headline|line|deck)|sottotitolo|(?<!page-)lead(?:-?(?:text|paragraph))?(?!-(?:media|feature|image|art))|"
    r"lede|ingress|intro(?:duction|-text)?|summary|sapo|entradilla|bajada|spot|vorspann|perex|anons|kurzfassung|synopsis|excerpt)(?![a-z])",
)
_PROPERTIES = frozenset({"description", "alternativeHeadline", "abstract"})
_ELSEWHERE = re.compile(
    r"related|card|sidebar|footer|nav|comment|recommend|promo|newsletter|caption|video|gallery|media|(?<!with-featured-)(?<!has-featured-)image|carousel|author|paywall|subscri|teaser",
    re.IGNORECASE,
)
_SHORTEST = 25
_LONGEST = 900
_ENOUGH = 600
_BEGIN = 40
_START = 10
_SIMILAR = 0.5
_NEAR = 9
_FEW = 4
_SENTENCE = 60
_FOLLOWING = 8


def description(page: Page, lead: HtmlElement | None) -> Choice[str]:
    """The standfirst; `lead` is the element that shows it."""
    return first(
        _candidates(page, lead), default="", refuse=lambda text: "" if text else "empty", thorough=page.thorough
    )


def standfirst(page: Page) -> HtmlElement | None:
    """The element in which the page shows its standfirst before the body, or nothing."""
    by_site = matches(page.tree, page.hints.description_css)
    return by_site[0] if by_site else _marked(page)


def _candidates(page: Page, lead: HtmlElement | None) -> Iterator[Candidate[str]]:
    if lead is not None:
        yield Candidate(shown(lead), "page")
    for text, source in _stated(page):
        yield Candidate(text, source)
    if page.hints.link_description:
        yield Candidate(plain(page.hints.link_description), "link")


def _stated(page: Page) -> Iterator[tuple[str, str]]:
    if text := jsonld.text(page.article.get("description")):
        yield text, "json-ld"
    for name in ("og:description", "description", "twitter:description", "dc.description", "sailthru.description"):
        if text := page.meta(name):
            yield text, f"meta:{name}"


def _marked(page: Page) -> HtmlElement | None:
    """The first element that says what the metadata say, or that is named a standfirst and follows the headline."""
    stated = [squeeze(text)[:_ENOUGH] for text, _ in _stated(page)]
    starts = tuple(text[:_START] for text in stated if text)
    after, prose = -1, 0
    names = dict(page.named)
    for element in page.tree.iter("h1", "h2", "h3", "p", "div", "span", "section", "strong"):
        if element.tag == "h1":
            after = 0
            continue
        after += after >= 0
        named = _is_named(names.get(element, ""))
        if not named and (len(element) > _FEW or not element.text or not _may_begin(element.text, starts, after)):
            continue
        text = shown(element)
        if after >= 0 and len(text) > _LONGEST // 2 and (prose := prose + 1) > _FEW:
            return None
        if not _SHORTEST <= len(text) <= _LONGEST:
            continue
        confirmed = _confirmed(text, stated)
        if not (confirmed or (named and 0 < after <= _NEAR)) or _is_elsewhere(element):
            continue
        named = named or element.get("itemprop") in _PROPERTIES
        return element if named and (_is_told(text, stated) or not _is_of_body(element)) else None
    return None


@lru_cache(maxsize=8192)
def _is_named(names: str) -> bool:
    return bool(_MARK.search(names))


def _may_begin(text: str, starts: tuple[str, ...], after: int) -> bool:
    """Whether a text begins as the metadata do, or is long enough to be the body's."""
    return squeeze(text[: 2 * _SHORTEST])[:_START] in starts or (after >= 0 and len(text) > _LONGEST // 2)


def _confirmed(text: str, stated: list[str]) -> bool:
    bare = squeeze(text)[:_ENOUGH]
    return any(_alike(bare, other) for other in stated)


def _is_told(text: str, stated: list[str]) -> bool:
    """Whether a text is what the metadata give as the description."""
    return squeeze(text)[:_ENOUGH] in stated


def _is_of_body(element: HtmlElement) -> bool:
    """Whether paragraphs follow beside it: then it is the body's first, whatever it is named."""
    following = islice(element.itersiblings("p"), _FOLLOWING)
    return sum(len(e.text_content()) > _SENTENCE for e in following) > 1


def _is_elsewhere(element: HtmlElement) -> bool:
    chain = [element, *element.iterancestors()]
    return any(_ELSEWHERE.search(marks(box)) for box in chain[:4])


def _alike(one: str, other: str) -> bool:
    """Whether two squeezed texts begin alike and are of about one length."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SHORTEST and longer.startswith(shorter[:_BEGIN]) and len(shorter) >= _SIMILAR * len(longer)
