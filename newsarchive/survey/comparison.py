"""Where a site's declaration and what is found of the site differ."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from newsarchive import clock
from newsarchive.archive.ledger import FILLS, is_blocked
from newsarchive.crawl import declaration
from newsarchive.crawl.site import SiteSpider
from newsarchive.doctor.finding import Finding, broken, note
from newsarchive.extraction.decode import decode
from newsarchive.extraction.parse import parse
from newsarchive.extraction.selectors import matches
from newsarchive.survey.look import Example, Listing
from newsarchive.survey.proposal import fits, pattern, zone_of
from newsarchive.urls import registrable_domain

WRONG = 3
_STALE = timedelta(days=30)
_FEW = 0.5
_ARTICLES_ONLY = ("feed", "news sitemap")
_REASONS = {
    "robots": ("robots.txt forbids it", "leave it out, or ask the publisher: robots.txt is always obeyed"),
    "private-address": ("its host has a private address", "NEWSARCHIVE_ALLOW_PRIVATE=1, if that is meant"),
    "dns": ("its host is not known", "the site has moved, or this machine has no DNS"),
    "http-404": ("it is gone (404)", ""),
    "http-410": ("it is gone (410)", ""),
}


def wrong(about: str, told: str, remedy: str) -> Finding:
    """Return a finding that costs articles."""
    return broken(about, told, remedy, exit_code=WRONG)


def compare_listing(spider: SiteSpider, listing: Listing, elsewhere: Sequence[str]) -> Iterator[Finding]:
    """Yield how a declared listing is; `elsewhere` are other ones that the site names."""
    about = f"{listing.kind} {listing.url}"
    instead = f"declare {', '.join(elsewhere)} instead" if elsewhere else "take it out of the declaration"
    if not listing.links:
        told, remedy = _explained(listing.problem)
        yield wrong(about, told, remedy or instead)
        return
    if listing.led_to:
        yield note(about, f"has moved to {listing.led_to}", "declare that address")
    ours = [link for link in listing.links if spider.site_of(link.url)]
    if not ours:
        yield _moved(about, listing)
        return
    fitting = [link for link in ours if spider.is_article_url(link)]
    yield _fitting(about, [link.url for link in ours], len(fitting), is_strict=listing.kind in _ARTICLES_ONLY)
    newest = max((link.published or link.modified for link in fitting), default="")
    if newest and newest < clock.stamp(clock.now() - _STALE)[: len(newest)]:
        yield note(about, f"its newest article is of {newest[:10]}", "see where the site lists its news now")


def _explained(problem: str) -> tuple[str, str]:
    """Return what a problem means, and what to do if that is known."""
    if problem in _REASONS:
        return _REASONS[problem]
    if problem.startswith("robots-"):
        return (
            f"robots.txt cannot be fetched ({problem.removeprefix('robots-')}): then nothing may be",
            "try again later",
        )
    if problem and is_blocked(problem):
        return f"the site refuses us ({problem})", "see docs/politeness.md; set NEWSARCHIVE_CONTACT, ask the publisher"
    return (f"gives nothing: {problem}" if problem else "lists no article"), ""


def _moved(about: str, listing: Listing) -> Finding:
    domains = Counter(registrable_domain(link.url) for link in listing.links)
    there = domains.most_common(1)[0][0]
    return wrong(about, f"all of its {len(listing.links)} links lead to {there}", f"add {there!r} to allowed_domains")


def _fitting(about: str, ours: Sequence[str], count: int, *, is_strict: bool) -> Finding:
    told = f"{count} of {len(ours)} links fit article_pattern"
    if count and not (is_strict and count < _FEW * len(ours)):
        return Finding(about=about, told=told)
    remedy = f'if these are articles, such as {ours[0]}: article_pattern = r"{pattern(ours, ())}"'
    return (
        note(about, told, remedy) if count else wrong(about, f"none of {len(ours)} links fits article_pattern", remedy)
    )


def compare_articles(spider: SiteSpider, examples: Sequence[Example], problems: Sequence[str]) -> Iterator[Finding]:
    """Yield how the articles are that were extracted as declared; `problems` are of pages that gave none."""
    if not examples:
        yield wrong("articles", f"none could be had: {'; '.join(problems)}", "see what these pages are")
        return
    for problem in problems:
        yield note("articles", problem, "no fault if it is a video, a gallery or gone")
    yield from _language(spider, examples)
    yield from _timezone(spider, examples)
    yield from _fields(spider, examples)
    yield from _selectors(spider, examples)


def _language(spider: SiteSpider, examples: Sequence[Example]) -> Iterator[Finding]:
    found = Counter(example.article.language for example in examples)
    declared = {spider.language, *spider.editions.values(), "und"}
    strange = [language for language in found if language not in declared]
    if not strange:
        yield Finding(about="language", told=f"{', '.join(sorted(found))}, as declared")
        return
    told = f"{found[strange[0]]} of {len(examples)} articles are in {strange[0]!r}, declared is {spider.language!r}"
    remedy = f'language = "{strange[0]}", or editions with it'
    yield wrong("language", told, remedy) if len(strange) == len(found) else note("language", told, remedy)


def _timezone(spider: SiteSpider, examples: Sequence[Example]) -> Iterator[Finding]:
    stated = [example.article.date_published_raw for example in examples]
    if spider.timezone and not fits(spider.timezone, stated):
        better = zone_of(spider.country, stated)
        remedy = f'timezone = "{better}"' if better else "dates without an offset are read in the declared zone"
        yield note("timezone", f"pages state other offsets than {spider.timezone} has: {', '.join(stated)}", remedy)


def _fields(spider: SiteSpider, examples: Sequence[Example]) -> Iterator[Finding]:
    for name in FILLS:
        if any(getattr(example.article, name) for example in examples):
            continue
        told = f"none of {len(examples)} articles has any"
        if name in spider.expects:
            yield wrong(name, f"{told}, which the declaration expects", f"see the pages; {name}_css may say where")
        else:
            yield note(name, told, "no fault if the site shows none")


def _selectors(spider: SiteSpider, examples: Sequence[Example]) -> Iterator[Finding]:
    pages = [parse(decode(example.page, example.charset)) for example in examples]
    for name in sorted(declaration.SELECTORS):
        css = getattr(spider, name, "")
        if css and not any(matches(page, css) for page in pages):
            yield wrong(name, f"{css!r} matches nothing on {len(pages)} articles", "look at a page, and correct it")
    for css in spider.drop:
        if not any(matches(page, css) for page in pages):
            yield note(
                "drop", f"{css!r} matches nothing on {len(pages)} articles", "no fault if it is not on every page"
            )


def compare_hosts(spider: SiteSpider, front: str, led_to: str) -> Iterator[Finding]:
    """Yield whether a site's front page is still where it was declared to be."""
    if led_to and not spider.site_of(led_to):
        there = registrable_domain(led_to)
        told = f"leads to {urlsplit(led_to).netloc}, which is not in allowed_domains"
        yield wrong(f"front page {front}", told, f"if the site has moved, declare {there!r} and its feeds")
