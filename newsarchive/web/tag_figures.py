"""The charts about one tag."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from newsarchive.web import drawing
from newsarchive.web.addresses import countries, tag_address, tag_search
from newsarchive.web.figures import (
    LINES,
    Figure,
    Subject,
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
_DATED = " if a.date_published"


def _asked(tag: Tag) -> str:
    """Return how `articles` is asked for a tag; ids are compared afterwards."""
    return "" if tag.name.startswith(TAG_ID) else f"tag={tag.name!r}"


def _chosen(tag: Tag) -> str:
    """Return the condition that leaves a tag's articles: `articles` finds a country in every language."""
    return f" if {_has(tag)}" if tag.name.startswith(TAG_ID) or countries(tag.name) else ""


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
        query=subject.query,
        wide=True,
    )


def tag_articles(subject: Subject) -> Figure:
    """Return a tag's articles in each period."""
    tag = _tag(subject)
    return published(
        subject,
        f"counts = Counter(a.date_published[:{{size}}] for a in articles{_chosen(tag)}{_DATED})\n",
        asked=_asked(tag),
        of=f"Articles with the tag {spelled(tag.name)},",
        name="tag-articles",
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
        python=subject.program(
            f"counts = Counter((a.date_published[:{size}], a.site) for a in articles{_chosen(tag)}{_DATED})\n"
            "for (period, site), count in sorted(counts.items()):\n    print(period, site, count)\n",
            _asked(tag),
            subject.limits(whole),
        ),
        note=f"The {LINES} sites with the most; the exports have all." if len(days) > LINES else "",
        query=subject.query,
        wide=True,
    )


def _by_site(
    days: Mapping[str, Mapping[int, int]], size: int, spans: Sequence[Period]
) -> Iterator[tuple[str, str, int]]:
    counts: Counter[tuple[str, str]] = Counter()
    for site, counted in days.items():
        for day, number in counted.items():
            if within(day, spans):
                counts[_date(day)[:size], site] += number
    yield from ((period, site, number) for (period, site), number in sorted(counts.items()))


def tag_with(subject: Subject) -> Figure:
    """Return the tags seen most with a tag."""
    tag = _tag(subject)
    country = tag.name.startswith(TAG_ID)
    others = [(t, n) for t, n in subject.index.tags_with(tag.n, 3 * _WITH) if not t.name.startswith(TAG_ID)]
    found = [(t, n) for t, n in others if not country or tag.name not in countries(t.name)][:_WITH]
    other = f"{tag.name!r} not in Tag.named(t).ids" if country else f"t.casefold() != {tag.name.casefold()!r}"
    rows = [(t.name, tag_address(t.asked), count) for t, count in found]
    return Figure(
        name="tag-with",
        title="Seen with",
        columns=("tag", "articles"),
        rows=tuple((name, count) for name, _, count in rows),
        drawing=drawing.ranks(rows, title="Tags seen with it"),
        python=subject.program(
            f"counts = Counter(t.casefold() for a in articles{_chosen(tag)} for t in a.tags if {other})\n"
            f"for name, count in counts.most_common({_WITH}):\n    print(name, count)\n",
            _asked(tag),
            imports="from newsarchive.archive.query import Tag\n" if country else "",
        ),
        note=f"Among its {SAMPLED:,} newest articles." if tag.articles > SAMPLED else "",
        query=subject.query,
    )


def tag_sites(subject: Subject) -> Figure:
    """Return a tag's articles by site, and what part of the site's articles they are."""
    tag = _tag(subject)
    whole = dict(subject.index.by("site"))
    found = subject.index.tag_sites(tag.n)
    rows = [(site, tag_search(tag.asked, site=site), count) for site, count, _, _ in found]
    return Figure(
        name="tag-sites",
        title="By site",
        columns=("site", "articles", "share", "first", "last"),
        rows=tuple((s, n, round(n / whole[s], 6), _date(first), _date(last)) for s, n, first, last in found),
        drawing=drawing.ranks(rows[:_WITH], title="Articles by site"),
        python=subject.program(
            f"counts = Counter(a.site for a in articles{_chosen(tag)})\n"
            "for name, count in counts.most_common():\n    print(name, count)\n",
            _asked(tag),
        ),
        query=subject.query,
    )


def _date(day: int) -> str:
    return "" if day == UNDATED else date_of(day).isoformat()


TAG: Mapping[str, Callable[[Subject], Figure]] = {
    "tag-timeline": tag_timeline,
    "tag-articles": tag_articles,
    "tag-by-site": tag_by_site,
    "tag-with": tag_with,
    "tag-sites": tag_sites,
}
