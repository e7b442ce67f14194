"""The charts about one tag."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from newsarchive.web import drawing
from newsarchive.web.addresses import countries, exactly
from newsarchive.web.figures import (
    LINES,
    Figure,
    Subject,
    by_period,
    most,
    published,
    sentences,
    unit,
    within,
)
from newsarchive.web.questions import SAMPLED, Tag
from newsarchive.web.showing import spelled
from newsarchive.web.store import UNDATED
from newsarchive.web.timeline import Period, crawls
from newsarchive.web.words import TAG_ID
from newsarchive.web.writing import date_of

_WITH = 20


def _asked(tag: Tag) -> str:
    """Return how an archive is asked for a tag."""
    return f"tag={tag.asked!r}"


def _is_spelling(tag: Tag) -> bool:
    """Tell whether a tag is only one spelling of what an archive finds by it: a country in every language."""
    return bool(exactly(tag.asked))


def _has(tag: Tag) -> str:
    """Return the Python that tells whether an article has a tag."""
    if tag.name.startswith(TAG_ID):
        return f"{tag.name!r} in a.tag_ids"
    return f"{tag.key!r} in map(str.casefold, a.tags)"


def _tag(subject: Subject) -> Tag:
    if subject.tag is None:
        raise LookupError("this figure is about a tag")
    return subject.tag


def tag_timeline(subject: Subject) -> Figure:
    """Return a tag's share of all articles in each period."""
    tag = _tag(subject)
    spans = subject.timeline(tag)
    size, named = unit(spans)
    name = spelled(tag.name)
    series = drawing.Line(name, [p.share if p.of else None for p in spans])
    return Figure(
        name="tag-timeline",
        title=f"Share of coverage by {named}",
        columns=(named, "articles", "of", "share", "crawled"),
        rows=tuple((p.name, p.articles, p.of, round(p.share, 6), "yes" if p.crawled else "no") for p in spans),
        drawing=drawing.lines(spans, [series], title=f"Share of all articles with the tag {name}, by {named}"),
        python=subject.program(
            "whole, tagged = Counter(), Counter()\n"
            "for a in articles:\n"
            f"    period = a.date_published[:{size}]\n"
            "    whole[period] += 1\n"
            f"    tagged[period] += {_has(tag)}\n"
            "for period in sorted(p for p in whole if p):\n"
            "    print(period, tagged[period], whole[period], round(tagged[period] / whole[period], 6))\n",
            subject.limits(spans),
        ),
        note=sentences("Articles with this tag as a part of all articles.", crawls(spans), subject.outside(spans)),
        counts=subject.counts,
        query=subject.query,
        wide=True,
    )


def tag_articles(subject: Subject) -> Figure:
    """Return a tag's articles in each period."""
    tag = _tag(subject)
    spans = subject.timeline(tag)
    of = f"Articles with the tag {spelled(tag.name)},"
    return published(subject, spans, python=_by_period(subject, tag, spans), name="tag-articles", of=of)


def _by_period(subject: Subject, tag: Tag, spans: Sequence[Period]) -> str:
    if not _is_spelling(tag):
        return by_period(subject, spans, _asked(tag))
    return subject.program(
        f"counts = Counter(a.date_published[:{unit(spans)[0]}] for a in articles if {_has(tag)})\n"
        "for period, count in sorted(counts.items()):\n    if period:\n        print(period, count)\n",
        _asked(tag),
        subject.limits(spans),
    )


def tag_by_site(subject: Subject) -> Figure:
    """Return a tag's articles in each period at each site; the drawing has the sites with the most."""
    tag = _tag(subject)
    whole = subject.timeline(tag)
    size, named = unit(whole)
    days = subject.index.tag_days_by_site(tag.n)
    most = sorted(days, key=lambda site: (-days[site].total(), site))[:LINES]
    spans = {site: subject.periods(days[site]) for site in most}
    title = f"Articles with the tag {spelled(tag.name)} at each site, by {named}"
    return Figure(
        name="tag-by-site",
        title=f"Articles by {named} and site",
        columns=(named, "site", "articles"),
        rows=tuple(_by_site(days, size, whole)),
        drawing=drawing.strips(spans, title=title),
        python=_by_period_and_site(subject, tag, whole),
        note=f"The {LINES} sites with the most; the exports have all." if len(days) > LINES else "",
        counts=subject.counts,
        query=subject.query,
        wide=True,
    )


def _by_period_and_site(subject: Subject, tag: Tag, spans: Sequence[Period]) -> str:
    size, named = unit(spans)
    printing = "    if period:\n        print(period, site, count)\n"
    if not _is_spelling(tag):
        loop = "for (period, site), count in counts.items():\n"
        return subject.counting(f"({named!r}, 'site')", loop + printing, _asked(tag), subject.limits(spans))
    return subject.program(
        f"counts = Counter((a.date_published[:{size}], a.site) for a in articles if {_has(tag)})\n"
        f"for (period, site), count in sorted(counts.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1])):\n"
        + printing,
        _asked(tag),
        subject.limits(spans),
    )


def _by_site(
    days: Mapping[str, Mapping[int, int]], size: int, spans: Sequence[Period]
) -> Iterator[tuple[str, str, int]]:
    counts: Counter[tuple[str, str]] = Counter()
    for site, counted in days.items():
        for day, number in counted.items():
            if within(day, spans):
                counts[_date(day)[:size], site] += number
    rows = ((period, site, number) for (period, site), number in counts.items())
    yield from sorted(rows, key=lambda row: (row[0], -row[2], row[1]))


def tag_with(subject: Subject) -> Figure:
    """Return the tags seen most with a tag."""
    tag = _tag(subject)
    country = tag.name.startswith(TAG_ID)
    others = [(t, n) for t, n in subject.index.tags_with(tag.n, 3 * _WITH) if not t.name.startswith(TAG_ID)]
    found = [(t, n) for t, n in others if not country or tag.name not in countries(t.name)][:_WITH]
    other = f"{tag.name!r} not in Tag.named(t).ids" if country else f"t.casefold() != {tag.key!r}"
    where = f"    if not {_has(tag)}:\n        continue\n" if _is_spelling(tag) else ""
    rows = [(t.name, subject.tag_address(t), count) for t, count in found]
    return Figure(
        name="tag-with",
        title="Seen with",
        columns=("tag", "articles"),
        rows=tuple((name, count) for name, _, count in rows),
        drawing=drawing.ranks(rows, title="Tags seen with it"),
        python=subject.program(
            most("a.tags", _WITH, where=where, when=f" if {other}"),
            _asked(tag),
            imports="from newsarchive.archive.query import Tag\n" if country else "",
        ),
        note=f"Among its {SAMPLED:,} newest articles." if tag.articles > SAMPLED else "",
        counts=subject.counts,
        query=subject.query,
    )


def tag_sites(subject: Subject) -> Figure:
    """Return a tag's articles by site, and what part of the site's articles they are."""
    tag = _tag(subject)
    whole = dict(subject.index.by("site"))
    found = subject.index.tag_sites(tag.n)
    name = {"tag": tag.asked, **exactly(tag.asked)}
    rows = [(site, subject.search_address(site=site, **name), count) for site, count, _, _ in found]
    return Figure(
        name="tag-sites",
        title="By site",
        columns=("site", "articles", "share", "first", "last"),
        rows=tuple((s, n, round(n / whole[s], 6), _date(first), _date(last)) for s, n, first, last in found),
        drawing=drawing.ranks(rows[:_WITH], title="Articles by site"),
        python=_sites(subject, tag),
        counts=subject.counts,
        query=subject.query,
    )


def _sites(subject: Subject, tag: Tag) -> str:
    loop = "for site, count in counts.items():\n    print(site, count)\n"
    if not _is_spelling(tag):
        return subject.counting("'site'", loop, _asked(tag))
    body = f"counts = Counter(a.site for a in articles if {_has(tag)})\n"
    return subject.program(body + loop.replace("items", "most_common"), _asked(tag))


def _date(day: int) -> str:
    return "" if day == UNDATED else date_of(day).isoformat()


TAG: Mapping[str, Callable[[Subject], Figure]] = {
    "tag-timeline": tag_timeline,
    "tag-articles": tag_articles,
    "tag-by-site": tag_by_site,
    "tag-with": tag_with,
    "tag-sites": tag_sites,
}
