"""The headline as the page shows it, without the site's name."""

import re
from collections.abc import Iterator

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.page import Page
from newsarchive.extraction.publishers import names
from newsarchive.extraction.selectors import texts
from newsarchive.extraction.strings import one_line, plain, squeeze

_SEPARATOR = re.compile(r"\s+[|–—\-·•»«:/]{1,2}\s+|\s*[|｜_]\s*|\s+>\s+")
_SIMILAR = 0.55
_LONGEST = 400


def title(page: Page) -> Choice[str]:
    """The headline: the site's selector, the h1 that the metadata agree with, else the metadata themselves."""
    return first(_candidates(page), default="", refuse=_refuse)


def without_site(text: str, page: Page) -> str:
    """A title without the site's name at either end."""
    known = {squeeze(name) for name in names(page)} - {""}
    parts = _SEPARATOR.split(text)
    while len(parts) > 1 and _is_site(parts[-1], known, page):
        text = _cut_end(text, parts.pop())
    while len(parts) > 1 and _is_site(parts[0], known, page):
        text = _cut_start(text, parts.pop(0))
    return text


def _cut_end(text: str, part: str) -> str:
    position = text.rfind(part)
    return _SEPARATOR.split(text[:position] + "\0")[0].rstrip("\0") if position < 0 else _stripped(text[:position])


def _cut_start(text: str, part: str) -> str:
    return _stripped(text[text.find(part) + len(part) :])


def _stripped(text: str) -> str:
    return text.strip().strip("|–—-·•»«/_｜>:").strip() if text else text


def _is_site(part: str, known: set[str], page: Page) -> bool:
    bare = squeeze(part)
    if not bare:
        return True
    host = squeeze(page.domain.split(".")[0])
    return bare in known or bare in {host, squeeze(page.domain), f"www{squeeze(page.domain)}", f"the{host}"}


def _candidates(page: Page) -> Iterator[Candidate[str]]:
    for text in texts(page.tree, page.hints.title_css)[:1]:
        yield Candidate(text, "selector")
    stated = list(_stated(page))
    yield from _shown(page, [c.value for c in stated])
    yield from stated
    for heading in page.headings[:1]:
        yield Candidate(without_site(heading, page), "page:h1")
    if page.hints.link_title:
        yield Candidate(plain(page.hints.link_title), "link")


def _stated(page: Page) -> Iterator[Candidate[str]]:
    """What the metadata say the headline is, the site's name removed."""
    if headline := jsonld.text(page.article.get("headline")) or jsonld.text(page.article.get("name")):
        yield Candidate(without_site(headline, page), "json-ld")
    for name in ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title", "headline"):
        if text := page.meta(name):
            yield Candidate(without_site(text, page), f"meta:{name}")
    element = page.tree.find(".//title")
    if element is not None and (text := one_line(element.text_content())):
        yield Candidate(without_site(text, page), "page:title")


def _shown(page: Page, stated: list[str]) -> Iterator[Candidate[str]]:
    """The h1 that is most like what the metadata state, if it is like it at all."""
    scored = [(max((_likeness(h, s) for s in stated), default=0.0), h) for h in page.headings]
    likeness, heading = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    if likeness >= _SIMILAR:
        yield Candidate(without_site(heading, page), "page:h1")


def _likeness(one: str, other: str) -> float:
    """Shared words (characters in scripts without spaces), relative to the shorter text."""
    a, b = set(_words(one)), set(_words(other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]|\w+", text.casefold())


def _refuse(value: str) -> str:
    if not value:
        return "empty"
    return "too long" if len(value) > _LONGEST else ""
