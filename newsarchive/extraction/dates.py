"""When an article was published and modified."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from newsarchive.extraction import jsonld, scripts, searched_dates, shown_dates, zones
from newsarchive.extraction.choice import Candidate, Choice, first
from newsarchive.extraction.languages import primary
from newsarchive.extraction.moments import Moment, Reader, moment, plausible, zone
from newsarchive.extraction.offsets import days, localised
from newsarchive.extraction.page import Page

_PUBLISHED = (
    "article:published_time", "article:published:time", "article:published",
    "og:article:published_time", "og:published_time", "published_time",
    "datepublished", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "dcterms.created", "dcterms.issued", "dc.date.issued", "dc.date.created", "dc.date", "dcterms.date", "pubdate",
    "publishdate", "publish_date", "publish-date", "publication_date", "article_date_original",
    "originalpublicationdate", "article.published", "pdate", "ptime", "analyticsattributes.articledate",
    "mediator_published_time", "citation_publication_date", "citation_online_date", "prism.publicationdate",
    "weibo: article:create_at", "article:create_at", "date", "created", "firstcreatetime", "displaydate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "article:modified:time",
    "og:updated_time", "article:updated_time", "og:article:modified_time", "datemodified",
    "article.updated", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "modified_time",
)  # fmt: skip
_WELL_KNOWN = frozenset({*_PUBLISHED, *_MODIFIED})
_VAGUE = frozenset({"meta:date", "meta:dc.date", "meta:dcterms.date", "meta:created"})
# Addresses under which an English page may be American, and writes the month first.
_AMERICAN = frozenset({"com", "org", "net", "us", "gov", "edu", "news", "tv", "info"})
_NAMED = re.compile(
    r"(?:^|[^a-z]|article|content|page|post|story|news|its_|first|orig\w*)"
    r"(?:pub(?:l(?:ish(?:ed|ing)?|ication)?)?|publica(?:tion|cao|cion|do)|posted|issued|release[d]?|reg|creat(?:ed?|ion))"
    r"[_.:-]?(?:at|on)?[_.:-]?(?:date|time|timestamp|datetime|on|at)?$|"
    r"(?:date|time)[_.:-]?(?:published|publication|posted|issued)$|firstpublished$"
)
_NAMED_CHANGED = re.compile(
    r"(?:modif\w*|update[ds]?|last-?updat\w*|revised|edited)[_.:-]?(?:at|on)?[_.:-]?(?:date|time)?$"
)
_IN_URL = re.compile(r"(?<!\d)(199[4-9]|20[0-4]\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")


_FEW = 3

Found = list[Candidate[Moment | None]]


@dataclass(frozen=True, slots=True)
class Dates:
    """The moments of an article, each with its origin."""

    published: Choice[Moment | None]
    modified: Choice[Moment | None]


def dates(page: Page) -> Dates:
    """Publication and modification: structured, then shown, then in the address, then searched, then announced."""
    read = _reader(page)
    structured = _unshifted(list(_structured(page, read)))
    published = first(_published(page, read, structured), default=None, refuse=_refuse, thorough=page.thorough)
    modified = first(_modified(page, read), default=None, refuse=_refuse, thorough=page.thorough)
    return Dates(_local(published, page, structured), modified)


def _reader(page: Page) -> Reader:
    """How a text of this page is read: in the site's zone, and in the order of its days."""
    language = primary(page.tree.get("lang") or page.meta("og:locale") or page.hints.language)
    suffix = page.domain.rpartition(".")[2]
    return partial(
        moment,
        tz=zone(page.hints.timezone),
        home=zones.of_domain(page.domain),
        month_first=language == "en" and suffix in _AMERICAN,
        language=language,
    )


def _local(published: Choice[Moment | None], page: Page, structured: Found) -> Choice[Moment | None]:
    """The same with the publisher's offset, where the page tells it.

    What the page shows is only looked at where the address or the structured dates name several days.
    """
    if published.value is None or published.value.precision == "day":
        return published
    value = localised(published.value, (c.value for c in structured))
    if value is published.value and len(days([value, *(c.value for c in (*structured, *_in_address(page)))])) > 1:
        value = localised(value, (c.value for c in shown_dates.shown(page, moment)))
    return replace(published, value=value)


def _refuse(found: Moment | None) -> str:
    if found is None:
        return "unreadable"
    return "" if plausible(found) else "before the web or in the future"


def _published(page: Page, read: Reader, structured: Found) -> Iterator[Candidate[Moment | None]]:
    firm = [c for c in structured if not _is_weak(c)]
    yield from firm
    if any(c.value and plausible(c.value) for c in firm):
        return
    shown = shown_dates.shown(page, read)
    yield from shown
    yield from (c for c in structured if _is_weak(c))
    if any(c.value and plausible(c.value) for c in (*shown, *structured)):
        return
    yield from _last_resorts(page, read)


def _is_weak(candidate: Candidate[Moment | None]) -> bool:
    """Whether it is a bare day under a name that also serves for the day of the last change."""
    return candidate.source in _VAGUE and candidate.value is not None and candidate.value.wall is None


def _unshifted(found: Found) -> Found:
    """Candidates, one with an offset first where the first calls the same time of the day UTC: that is a local time."""
    first_ = found[0].value if found else None
    if first_ is None or first_.wall != first_.instant.replace(tzinfo=None):
        return found
    for candidate in found[1:]:
        moment_ = candidate.value
        said = moment_ and moment_.precision != "day" and not moment_.assumed
        if moment_ and said and moment_.wall == first_.wall and moment_.instant != first_.instant:
            return [candidate, *found]
    return found


def _structured(page: Page, read: Reader) -> Iterator[Candidate[Moment | None]]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        if raw := jsonld.text(page.article.get(key)):
            yield Candidate(read(raw), "json-ld")
    for name in _PUBLISHED:
        for raw in page.metas.get(name, ())[:1]:
            yield Candidate(read(raw), f"meta:{name}")
    yield from _so_named(page, read, _NAMED)
    for node in page.nodes:
        if raw := jsonld.text(node.get("datePublished") or node.get("uploadDate")):
            yield Candidate(read(raw), "json-ld:other")
            return


def _so_named(page: Page, read: Reader, pattern: re.Pattern[str]) -> Iterator[Candidate[Moment | None]]:
    """Dates of meta elements whose names, the site's or its content system's own, say what they are."""
    for name, contents in page.metas.items():
        if pattern.search(name) and name not in _WELL_KNOWN and (found := read(contents[0])):
            yield Candidate(found, f"meta:{name}")


def _modified(page: Page, read: Reader) -> Iterator[Candidate[Moment | None]]:
    if raw := jsonld.text(page.article.get("dateModified")):
        yield Candidate(read(raw), "json-ld")
    for name in _MODIFIED:
        for raw in page.metas.get(name, ())[:1]:
            yield Candidate(read(raw), f"meta:{name}")
    yield from _so_named(page, read, _NAMED_CHANGED)
    for element in page.tree.iter("time"):
        if (element.get("itemprop") or "").casefold() == "datemodified":
            yield Candidate(read(element.get("datetime") or element.text_content()), "page:time")


def _last_resorts(page: Page, read: Reader) -> Iterator[Candidate[Moment | None]]:
    """The page's text, its address, the day that htmldate finds, and what the link to the page said.

    The link comes before htmldate where both name one day: it knows the time too. htmldate takes a change for a
    publication; the day of one is not believed.
    """
    yield from shown_dates.written(page, read)
    yield from _in_address(page)
    yield from _scripted(page, read)
    linked = read(page.hints.link_published) if page.hints.link_published else None
    searched = moment(searched_dates.searched(page.tree, page.url))
    if searched and any(c.value and c.value.instant.date() == searched.instant.date() for c in _modified(page, read)):
        searched = None
    if linked and searched and linked.instant.date() == searched.instant.date():
        yield Candidate(linked, "link")
    if searched:
        yield Candidate(searched, "htmldate")
    if linked:
        yield Candidate(linked, "link")


def _scripted(page: Page, read: Reader) -> Iterator[Candidate[Moment | None]]:
    """The date in the page's own scripts, where they name no more than a few: others are of other articles."""
    found = [when for raw in scripts.publications(page.tree) if (when := read(raw)) and plausible(when)]
    if len(days(found)) <= _FEW:
        yield Candidate(found[0] if found else None, "script")


def _in_address(page: Page) -> Iterator[Candidate[Moment | None]]:
    if match := _IN_URL.search(page.url):
        yield Candidate(moment("-".join(match.groups())), "url")
