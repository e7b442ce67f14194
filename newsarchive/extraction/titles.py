"""The headline as the page shows it, without the site's name."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsarchive.extraction import headlines, jsonld, kickers
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import one_line, plain, squeeze

_METAS = (
    "og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title", "headline",
    "dcterms.title", "article.headline", "article.title", "article:title", "mediator_title", "citation_title",
    "cxenseparse:title", "hdl", "hed",
)  # fmt: skip
_SEPARATOR = re.compile(r"\s+[|–—\-·•»«:/~●∙◆■★]{1,2}\s+|\s*[|｜ㅣ_]\s*|\s+>\s+")  # noqa: RUF001 - other scripts have signs of their own
_BOUND = (
    re.compile(r"(?P<site>.{2,40}?)\s*[:：]\s+(?P<title>.{15,})$"),  # noqa: RUF001 - both colons
    re.compile(r"(?P<title>.{10,}[^\s:：])\s*[:：]\s*(?P<site>[^:：]{2,40})$"),  # noqa: RUF001 - both colons
    re.compile(r"(?P<title>.{10,}\S)\s*[(\[](?P<site>[^()\[\]]{2,40})[)\]]$"),
)
_DAY = re.compile(r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d\d){1,2}|(?:19|20)\d\d[./-]\d\d[./-]\d\d")
_PREFIXED = r"\s[-\u2013\u2014|]\s+{}$"
_KICKER_END = re.compile(r"[:：|–—-]\s*")  # noqa: RUF001 - other scripts have signs of their own
_SIMILAR = 0.55
_UNLIKE = 0.2
_ALIKE = 0.4
_WORDS = 3
_TELLING = 4
_NO_HEADLINE = frozenset({"blogarchive", "archive", "archiv", "home", "startseite"})
_SITE_LENGTH = 30
_LONGEST = 400


def title(page: Page) -> Choice[str]:
    """The headline: the site's selector, the h1 that the metadata agree with, else the metadata themselves."""
    return first(_candidates(page), default="", refuse=_refuse, thorough=page.thorough)


def without_site(text: str, page: Page) -> str:
    """A title without the site's name at either end."""
    known = page.outlet.squeezed
    text = _unbound(text, page)
    parts = _SEPARATOR.split(text)
    while len(parts) > 1 and (_is_site(parts[-1], known, page) or squeeze(parts[-1]) in _sections(page)):
        text = _stripped(text[: text.rfind(parts.pop())])
    while len(parts) > 1 and _is_site(parts[0], known, page):
        part = parts.pop(0)
        text = _stripped(text[text.find(part) + len(part) :])
    return text


def _unbound(text: str, page: Page) -> str:
    """A title without the site's whole name before a colon, or after one or in brackets."""
    names = page.outlet.squeezed | {squeeze(page.domain.split(".")[0])}
    for pattern in _BOUND:
        if (match := pattern.match(text)) and squeeze(match["site"]) in names:
            return match["title"]
    return text


def _stripped(text: str) -> str:
    return text.strip(" |–—-·•»«/_｜ㅣ>:~●∙◆■★")  # noqa: RUF001 - other scripts have signs of their own


def _is_site(part: str, known: frozenset[str], page: Page) -> bool:
    """Whether a part of a title is the day, or the site's name, alone or with its section: `CNN`, `CNN Politics`."""
    if _DAY.fullmatch(part.strip()):
        return True
    bare = squeeze(part)
    host = squeeze(page.domain.split(".")[0])
    if (
        not bare
        or bare in _NO_HEADLINE
        or bare in known | {host, squeeze(page.domain), f"www{squeeze(page.domain)}", f"the{host}"}
    ):
        return True
    return len(bare) <= _SITE_LENGTH and any(len(name) > 2 and bare.startswith(name) for name in known | {host})  # noqa: PLR2004 - two letters begin many words


def _sections(page: Page) -> set[str]:
    """The article's sections, as its metadata and the folders of its address name them."""
    named = (*jsonld.texts(page.article.get("articleSection")), *page.metas.get("article:section", ()))
    return {squeeze(name) for name in (*named, *urlsplit(page.url).path.rstrip("/").split("/")[1:-1])} - {""}


def _candidates(page: Page) -> Iterator[Candidate[str]]:
    for text in texts(page.tree, page.hints.title_css)[:1]:
        yield Candidate(text, "selector")
    stated = list(_stated(page))
    shown = list(_shown(page, [c.value for c in stated]))
    yield from _agreed(stated, shown)
    yield from shown
    firm = [c for c in stated if c.source != "page:title"]
    if not shown and (marked := headlines.marked(page)):
        bare = Candidate(without_site(marked, page), "page:headline")
        if not firm or any(squeeze(bare.value) in squeeze(c.value) for c in stated):
            yield bare
    yield from stated
    for heading in page.headings[:1]:
        yield Candidate(without_site(heading, page), "page:h1")
    if page.hints.link_title:
        yield Candidate(plain(page.hints.link_title), "link")


def _agreed(stated: list[Candidate[str]], shown: list[Candidate[str]]) -> Iterator[Candidate[str]]:
    """The title that JSON-LD and OpenGraph agree on, unless the page shows it without the show's name before it."""
    of = {c.source: c.value for c in reversed(stated)}
    title_, shared = of.get("json-ld", ""), of.get("meta:og:title", "")
    if not title_ or not shared or squeeze(title_) != squeeze(shared):
        return
    both = (title_, shared)
    if any(all(re.search(_PREFIXED.format(re.escape(c.value)), text) for text in both) for c in shown):
        return
    yield Candidate(title_, "json-ld")


def _stated(page: Page) -> Iterator[Candidate[str]]:
    """What the metadata say the headline is, the site's name removed."""
    if headline := jsonld.text(page.article.get("headline")) or jsonld.text(page.article.get("name")):
        yield Candidate(without_site(headline, page), "json-ld")
    for name in _METAS:
        if text := page.meta(name):
            yield Candidate(without_site(text, page), f"meta:{name}")
    element = page.tree.find(".//title")
    if element is not None and (text := one_line(element.text_content())):
        yield Candidate(_segment(without_site(text, page), page), "page:title")


def _segment(text: str, page: Page) -> str:
    """The part of the document's title that a heading of the page repeats, else the whole title."""
    parts = _SEPARATOR.split(text)
    if len(parts) == 1:
        return text
    headings = _headings(page, "h1", "h2", "h3")
    if squeeze(text) in headings:
        return text
    return max((part for part in parts[:-1] or parts if squeeze(part) in headings), key=len, default=text)


def _headings(page: Page, *levels: str) -> set[str]:
    return {squeeze(plain(heading.text_content())) for heading in page.tree.iter(*levels)}


def _shown(page: Page, stated: list[str]) -> Iterator[Candidate[str]]:
    """The h1 that is most like what the metadata state, if it is like it at all."""
    scored = [(max((_likeness(h, s) for s in stated), default=0.0), h) for h in page.headings if not _is_name(h, page)]
    likeness, heading = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    if len(scored) > 1 and not _is_stated(page) and (marked := headlines.marked(page)) in page.headings:
        likeness, heading = _SIMILAR, marked
    if likeness < _SIMILAR and len(page.headings) == 1 and heading and _may_be_headline(heading, stated, page):
        yield Candidate(_without_kicker(without_site(heading, page), page), "page:h1")
    elif likeness >= _SIMILAR:
        bare = _headline_of(without_site(heading, page), stated)
        yield Candidate(_without_kicker(bare, page), "page:h1")


def _is_stated(page: Page) -> bool:
    """Whether metadata beside the document's title state a headline."""
    return bool(page.article.get("headline") or page.article.get("name") or page.meta(*_METAS))


def _without_kicker(heading: str, page: Page) -> str:
    """The headline below its kicker.

    A kicker that a colon joins to the headline belongs to it, and so does one set apart by nothing that OpenGraph
    repeats; but not where OpenGraph gives the headline alone.
    """
    if len(heading) > _LONGEST:
        return heading
    shared = squeeze(page.meta("og:title"))
    for sign in _KICKER_END.finditer(heading) if shared else ():
        if squeeze(heading[sign.end() :]) == shared:
            return heading[sign.end() :]
    for element in page.tree.iter("h1"):
        kicker, joint, headline = kickers.split(element)
        if kicker and heading.startswith(kicker) and heading.endswith(headline):
            belongs = joint in {":", "："} or (not joint and squeeze(heading) == shared)  # noqa: RUF001 - both colons
            return heading if belongs and squeeze(headline) != shared else headline
    return heading


def _may_be_headline(heading: str, stated: list[str], page: Page) -> bool:
    """Whether a page's only h1 is no motto, and like the metadata unless they state another heading of the page."""
    if _is_trailer(heading, page):
        return False
    words = set(_words(heading))
    if _is_foreign(words, stated):
        return False
    unlike = {squeeze(text) for text in stated if len(words & set(_words(text))) < _UNLIKE * len(words)}
    return len(unlike) < len(set(map(squeeze, stated))) or not unlike & _headings(page, "h2", "h3")


def _is_foreign(words: set[str], stated: list[str]) -> bool:
    """Whether a heading shares no telling word with the title that two places or more of the metadata agree on."""
    telling = {word for word in words if len(word) >= _TELLING or not word.isascii()}
    agreed = len(stated) > 1 and len(set(map(squeeze, stated))) == 1
    return agreed and bool(telling) and telling.isdisjoint(_words(stated[0]))


def _is_trailer(heading: str, page: Page) -> bool:
    """Whether a page's only h1 is too short for a headline, or ends the document's title: a site's motto."""
    element = page.tree.find(".//title")
    end = squeeze(element.text_content()) if element is not None else ""
    return len(_words(heading)) < _WORDS or end.endswith(squeeze(heading))


def _is_name(heading: str, page: Page) -> bool:
    return squeeze(heading) in page.outlet.squeezed


def _headline_of(heading: str, stated: list[str]) -> str:
    """The heading without a kicker before the headline, or a subtitle or the site's name after it."""
    bare = squeeze(heading)
    if any(squeeze(title_) == bare for title_ in stated):
        return heading
    ends = (title_ for title_ in stated if len(squeeze(title_)) > 20 and bare.endswith(squeeze(title_)))  # noqa: PLR2004 - as below
    if shorter := next(ends, ""):
        return shorter
    starts = (title_ for title_ in stated if len(squeeze(title_)) > 15 and bare.startswith(squeeze(title_)))  # noqa: PLR2004 - shorter titles start others by chance
    return next(starts, heading)


def _likeness(one: str, other: str) -> float:
    """Shared words (or characters), relative to the shorter text; none where the lengths differ much."""
    a, b = set(_words(one)), set(_words(other))
    if not a or not b or len(a) < _ALIKE * len(b):
        return 0.0
    return len(a & b) / min(len(a), len(b))


def _words(text: str) -> list[str]:
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]|\w+", text.casefold())


def _refuse(value: str) -> str:
    if not value:
        return "empty"
    return "too long" if len(value) > _LONGEST else ""
