"""The charts about one tag."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from newsarchive.web import drawing
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
from newsarchive.web.questions import SAMPLED
from newsarchive.web.store import UNDATED
from newsarchive.web.tags import Tag, countries
from newsarchive.web.timeline import Period
from newsarchive.web.writing import date_of

_WITH = 20
_SEEN = 200


def _asked(tag: Tag) -> str:
    """Return how an archive is asked for a tag: a country's name by itself would ask for every language."""
    return f"tag={tag.asked!r}" + (", spelling='exact'" if tag.spelling else "")


def _tag(subject: Subject) -> Tag:
    if subject.tag is None:
        raise LookupError("this figure is about a tag")
    return subject.tag


def tag_timeline(subject: Subject) -> Figure:
    """Return a tag's share of all articles in each period."""
    tag = _tag(subject)
    spans = subject.timeline(tag)
    _, named = unit(spans)
    name = tag.shown
    series = drawing.Line(name, [p.share if p.of else None for p in spans])
    return Figure(
        name="tag-timeline",
        title=f"Share of coverage by {named}",
        columns=(named, "articles", "of", "share", "crawled"),
        rows=tuple((p.name, p.articles, p.of, round(p.share, 6), "yes" if p.crawled else "no") for p in spans),
        drawing=drawing.lines(spans, [series], title=f"Share of all articles with the tag {name}, by {named}"),
        python=subject.shares(
            lambda asked: f"tagged = archive.count({asked}, {_asked(tag)})",
            "print(period, tagged.get(period, 0), of, round(tagged.get(period, 0) / of, 6))",
            spans,
        ),
        note=sentences(
            "Articles with this tag as a part of all articles.", subject.crawls(spans), subject.outside(spans)
        ),
        counted=subject.counted,
        query=subject.query,
        wide=True,
    )


def tag_articles(subject: Subject) -> Figure:
    """Return a tag's articles in each period."""
    tag = _tag(subject)
    spans = subject.timeline(tag)
    of, note = f"Articles with the tag {tag.shown},", subject.crawls(spans)
    return published(
        subject, spans, python=by_period(subject, spans, _asked(tag)), name="tag-articles", of=of, note=note
    )


def tag_by_site(subject: Subject) -> Figure:
    """Return a tag's articles in each period at each site; the drawing has the sites with the most."""
    tag = _tag(subject)
    whole = subject.timeline(tag)
    size, named = unit(whole)
    days = subject.index.tag_days_by_site(tag.n)
    most = sorted(days, key=lambda site: (-days[site].total(), site))[:LINES]
    spans = {site: subject.periods(days[site]) for site in most}
    title = f"Articles with the tag {tag.shown} at each site, by {named}"
    return Figure(
        name="tag-by-site",
        title=f"Articles by {named} and site",
        columns=(named, "site", "articles"),
        rows=tuple(_by_site(days, size, whole)),
        drawing=drawing.strips(spans, title=title),
        python=subject.count_program(
            f"({named!r}, 'site')",
            "for (period, site), count in counts.items():\n    if period:\n        print(period, site, count)\n",
            _asked(tag),
            subject.limits(whole),
        ),
        note=sentences(
            f"The {LINES} sites with the most; the exports have all." if len(days) > LINES else "",
            subject.crawls(whole),
        ),
        counted=subject.counted,
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
    rows = ((period, site, number) for (period, site), number in counts.items())
    yield from sorted(rows, key=lambda row: (row[0], -row[2], row[1]))


def tag_with(subject: Subject) -> Figure:
    """Return the tags seen most with a tag."""
    tag = _tag(subject)
    others = [(t, n) for t, n in subject.index.tags_with(tag.n, _SEEN) if not t.is_id]
    found = [(t, n) for t, n in others if not (tag.is_id and tag.key in countries(t.name))][:_WITH]
    other = f"{tag.key!r} not in Tag.named(t).ids" if tag.is_id else f"folded(t) != {tag.key!r}"
    newest = SAMPLED if tag.articles > SAMPLED else 0
    rows = [(t.name, subject.tag_address(t), count) for t, count in found]
    return Figure(
        name="tag-with",
        title="Seen with",
        columns=("tag", "articles"),
        rows=tuple((name, count) for name, _, count in rows),
        drawing=drawing.ranks(rows, title="Tags seen with it"),
        python=most(subject, _WITH, _asked(tag), when=f" and {other}", newest=newest),
        note=sentences("Articles with both.", f"Of its {SAMPLED:,} newest." if newest else ""),
        counted=subject.counted,
        query=subject.query,
    )


def tag_spellings(subject: Subject) -> Figure:
    """Return the tags that name a country, as far as its newest articles have them; none for any other tag."""
    tag = _tag(subject)
    seen = subject.index.tags_with(tag.n, _SEEN) if tag.is_id else []
    found = [t for t, _ in seen if not t.is_id and tag.key in countries(t.name)]
    rows = [(t.name, subject.tag_address(t), t.articles) for t in sorted(found, key=lambda t: (-t.articles, t.key))]
    return Figure(
        name="tag-spellings",
        title="Spelled",
        columns=("tag", "articles"),
        rows=tuple((name, count) for name, _, count in rows[:_WITH]),
        drawing=drawing.ranks(rows[:_WITH], title="Tags that name it"),
        python=most(subject, _WITH, _asked(tag), when=f" and {tag.key!r} in Tag.named(t).ids"),
        counted=subject.counted,
        query=subject.query,
    )


def tag_sites(subject: Subject) -> Figure:
    """Return a tag's articles by site, and what part of the site's articles they are."""
    tag = _tag(subject)
    whole = dict(subject.index.by("site"))
    found = subject.index.tag_sites(tag.n)
    asked = {"tag": tag.asked, **tag.spelling}
    rows = [(site, subject.search_address(site=site, **asked), count) for site, count, _, _ in found]
    return Figure(
        name="tag-sites",
        title="By site",
        columns=("site", "articles", "share", "first", "last"),
        rows=tuple((s, n, round(n / whole[s], 6), _date(first), _date(last)) for s, n, first, last in found),
        drawing=drawing.ranks(rows[:_WITH], title="Articles by site"),
        python=subject.count_program(
            "'site'", "for site, count in counts.items():\n    print(site, count)\n", _asked(tag)
        ),
        counted=subject.counted,
        query=subject.query,
    )


def _date(day: int) -> str:
    return "" if day == UNDATED else date_of(day).isoformat()


TAG: Mapping[str, Callable[[Subject], Figure]] = {
    "tag-timeline": tag_timeline,
    "tag-articles": tag_articles,
    "tag-by-site": tag_by_site,
    "tag-with": tag_with,
    "tag-spellings": tag_spellings,
    "tag-sites": tag_sites,
}
