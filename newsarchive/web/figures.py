"""The charts: each is a table of numbers, a drawing of it, and the Python that makes the same numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from newsarchive.archive.query import COUNTRY, folded
from newsarchive.web import drawing
from newsarchive.web.addresses import search_address, tag_address
from newsarchive.web.questions import Index
from newsarchive.web.showing import country_name, language_name
from newsarchive.web.store import UNDATED
from newsarchive.web.tags import Tag
from newsarchive.web.timeline import UNITS, Period, crawls, periods
from newsarchive.web.writing import date_of

LINES = 5
_RANKED = 15
_LISTED = 400
Cell = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart; `name` and `query` make the address of its exports, `note` says what its numbers are of.

    `counted` says what counts as an article, `legend` holds the name of each line and the address of its page.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    drawing: Markup
    python: str
    note: str = ""
    counted: str = ""
    query: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What figures are made from: an index, the address of its archive, and a tag where one is looked at.

    `by` is the unit of time that was asked for; `""` leaves it to the figures.
    """

    index: Index
    uri: str
    tag: Tag | None = None
    by: str = ""

    @property
    def query(self) -> str:
        """The query string of a figure's address."""
        tag = {"name": self.tag.asked, **self.tag.spelling} if self.tag else {}
        asked = {**tag, **({"by": self.by} if self.by else {})}
        return urlencode({**asked, **self.index.carried})

    @property
    def counted(self) -> str:
        """What counts as an article."""
        copies = "copies of others are counted" if self.index.copies else "copies of others are left out"
        return f"Articles as last archived; {copies}."

    def count_program(self, by: str, printing: str, *asked: str) -> str:
        """Return Python that counts the articles asked for into `counts` and goes on with printing."""
        call = f"Archive.open({self.uri!r}).count({self.arguments(by, *asked)})"
        return f"from newsarchive.archive import Archive\n\ncounts = {call}\n{printing}"

    def shares(self, counting: Callable[[str], str], printing: str, spans: Sequence[Period]) -> str:
        """Return Python that counts all articles by period, then what `counting` makes of the same arguments."""
        asked = self.arguments(repr(unit(spans)[1]), self.limits(spans))
        return (
            "from newsarchive.archive import Archive\n\n"
            f"archive = Archive.open({self.uri!r})\n"
            f"whole = archive.count({asked})\n"
            f"{counting(asked)}\n"
            f"for period, of in whole.items():\n    if period:\n        {printing}\n"
        )

    def arguments(self, *asked: str) -> str:
        """Return arguments, with what is needed to count copies if they are counted."""
        return ", ".join(filter(None, (*asked, "duplicates=True" if self.index.copies else "")))

    def tag_address(self, tag: Tag) -> str:
        """Return the address of the page that counts exactly a tag's articles."""
        return tag_address(tag.asked, **tag.spelling, **self.index.carried)

    def search_address(self, **asked: str) -> str:
        """Return the address of a search that counts as the figures do."""
        return search_address(**asked, **self.index.carried)

    def timeline(self, tag: Tag | None) -> list[Period]:
        """Return the periods of the whole archive with a tag's articles, or all, counted in each."""
        return self.periods(self.index.days(tag=tag.n) if tag else self.index.days())

    def periods(self, counts: Mapping[int, int]) -> list[Period]:
        """Return the periods of the whole archive with articles by day counted in each."""
        return periods(counts, self.index.days(), self.index.crawled(), by=self.by)

    def limits(self, spans: Sequence[Period]) -> str:
        """Return the arguments that keep `articles` to these periods; `""` where there are no others."""
        days = [day for day in self.index.days() if day != UNDATED]
        since = f"since='{date_of(spans[0].first)}'" if days and min(days) < spans[0].first else ""
        until = f"until='{date_of(spans[-1].last + 1)}'" if days and max(days) > spans[-1].last else ""
        return ", ".join(filter(None, (since, until)))

    def crawls(self, spans: Sequence[Period]) -> str:
        """Return the sentence that tells when crawls ran in these periods; `""` if in all of them."""
        return crawls(spans, self.index.crawled())

    def outside(self, spans: Sequence[Period]) -> str:
        """Return the sentence that tells how many of its articles lie outside these periods; `""` where none does."""
        days = self.index.days(tag=self.tag.n) if self.tag else self.index.days()
        count = sum(n for day, n in days.items() if day != UNDATED and not within(day, spans))
        return f"{count:,} {'article' if count == 1 else 'articles'} of other dates left out." if count else ""


def within(day: int, spans: Sequence[Period]) -> bool:
    """Tell whether a day is in one of these periods, which follow each other."""
    return bool(spans) and spans[0].first <= day <= spans[-1].last


def sentences(*told: str) -> str:
    """Return sentences as a note."""
    return " ".join(filter(None, told))


def unit(spans: Sequence[Period]) -> tuple[int, str]:
    """Return how much of a date names these periods, and what they are called."""
    size = len(spans[0].name) if spans else UNITS["day"]
    return size, next(name for name in UNITS if UNITS[name] == size)


def articles_over_time(subject: Subject) -> Figure:
    """Return how many articles were published in each period."""
    spans = subject.timeline(None)
    note = sentences(subject.crawls(spans), subject.outside(spans))
    return published(subject, spans, python=by_period(subject, spans), name="articles", of="Articles", note=note)


def by_period(subject: Subject, spans: Sequence[Period], *asked: str) -> str:
    """Return the Python that counts what is asked for by period."""
    printing = "for period, count in counts.items():\n    if period:\n        print(period, count)\n"
    return subject.count_program(repr(unit(spans)[1]), printing, *asked, subject.limits(spans))


def published(subject: Subject, spans: Sequence[Period], *, of: str, **rest: str) -> Figure:
    """Return how many articles were published in each period; `of` names them."""
    _, named = unit(spans)
    return Figure(
        title=f"Articles by {named} of publication",
        columns=(named, "articles", "crawled"),
        rows=tuple((p.name, p.articles, "yes" if p.crawled else "no") for p in spans),
        drawing=drawing.bars(spans, title=f"{of} by {named}"),
        counted=subject.counted,
        query=subject.query,
        wide=True,
        **rest,  # type: ignore[arg-type]  # the texts of a figure
    )


def coverage(subject: Subject) -> Figure:
    """Return what part of all articles the most frequent tags have in each period."""
    tags = subject.index.top_tags(LINES)
    by_tag = [subject.timeline(tag) for tag in tags]
    spans = subject.timeline(None)
    _, named = unit(spans)
    series = [
        drawing.Line(tag.name, [p.share if p.of else None for p in line])
        for tag, line in zip(tags, by_tag, strict=True)
    ]
    names = tuple(tag.name if tag.name != named else f"{tag.name} (tag)" for tag in tags)
    return Figure(
        name="coverage",
        title=f"Share of coverage by {named}",
        columns=(named, *names),
        rows=tuple((p.name, *(round(line[i].share, 6) for line in by_tag)) for i, p in enumerate(spans)),
        drawing=drawing.lines(
            spans, series, title=f"Share of all articles with each of the most frequent tags, by {named}"
        ),
        python=subject.shares(
            lambda asked: (
                f"tags = {[tag.asked for tag in tags]!r}\n"
                f"tagged = [archive.count({asked}, tag=tag, spelling='exact') for tag in tags]"
            ),
            "print(period, *(round(counts.get(period, 0) / of, 6) for counts in tagged))",
            spans,
        ),
        note=sentences(
            "The five most frequent tags, as spelled, as a part of all articles.",
            subject.crawls(spans),
            subject.outside(spans),
        ),
        counted=subject.counted,
        query=subject.query,
        legend=tuple((tag.name, subject.tag_address(tag)) for tag in tags),
        wide=True,
    )


def _ranking(  # noqa: PLR0913 - the parts of a figure
    subject: Subject,
    name: str,
    rows: Sequence[tuple[str, str, int]],
    python: str,
    *,
    title: str,
    column: str,
    note: str = "",
    shown: Callable[[str], str] = str,
) -> Figure:
    """Return a figure of names with counts; `shown` makes of a name what stands on the page."""
    drawn = [(shown(label), address, count) for label, address, count in rows]
    return Figure(
        name=name,
        title=title,
        columns=(column, "articles"),
        rows=tuple((label, count) for label, _, count in rows),
        drawing=drawing.ranks(sorted(drawn, key=lambda row: (-row[2], folded(row[0]))), title=title),
        python=python,
        note=note,
        counted=subject.counted,
        query=urlencode(subject.index.carried),
    )


def most(subject: Subject, count: int, *asked: str, when: str = "", newest: int = 0) -> str:
    """Return the Python that prints the most frequent tags of the articles asked for, in any case, as first spelled.

    `when` is a further condition for a tag `t`; of more than `newest` articles only these are counted.
    """
    imported = "from heapq import nlargest\n" if newest else ""
    names = "Tag, folded" if "Tag." in when else "folded"
    cut = f"articles = nlargest({newest}, articles, key=lambda a: a.date_published)\n" if newest else ""
    return (
        f"from collections import Counter\n{imported}\n"
        "from newsarchive.archive import Archive\n"
        f"from newsarchive.archive.query import {names}\n\n"
        f"articles = Archive.open({subject.uri!r}).articles({subject.arguments(*asked)})\n{cut}"
        "counts, names = Counter(), {}\n"
        "for a in articles:\n"
        f"    for key, name in {{folded(t): t for t in a.tags if t.strip(){when}}}.items():\n"
        "        counts[key] += 1\n"
        "        names.setdefault(key, name)\n"
        f"for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:{count}]:\n"
        "    print(names[key], count)\n"
    )


def _cut(found: Sequence[Tag], count: int) -> str:
    """Return the sentence that says that a list has no more than count of what was found; `""` if it has all."""
    more = "; the page Tags has more" if count < _LISTED else ""
    return f"The {count} most frequent{more}." if len(found) > count else ""


def _first(subject: Subject, by: str, count: int) -> str:
    loop = f"for name, count in list(counts.items())[:{count}]:\n    print(name, count)\n"
    return subject.count_program(repr(by), loop)


def tags(subject: Subject) -> Figure:
    """Return the most frequent tags."""
    return _tags(subject, "tags", _RANKED)


def every_tag(subject: Subject) -> Figure:
    """Return as many tags as a page holds."""
    return _tags(subject, "every-tag", _LISTED)


def _tags(subject: Subject, name: str, count: int) -> Figure:
    found = subject.index.top_tags(count + 1)
    rows = [(t.name, subject.tag_address(t), t.articles) for t in found[:count]]
    python, title = most(subject, count), "Tags, as publishers spell them"
    return _ranking(subject, name, rows, python, title=title, column="tag", note=_cut(found, count))


def places(subject: Subject) -> Figure:
    """Return the most frequent tag ids: places named by tags in any language."""
    return _places(subject, "places", _RANKED)


def every_place(subject: Subject) -> Figure:
    """Return all tag ids."""
    return _places(subject, "every-place", _LISTED)


def _places(subject: Subject, name: str, count: int) -> Figure:
    found = subject.index.top_tags(count + 1, ids=True)
    rows = [(t.name.removeprefix(COUNTRY), subject.tag_address(t), t.articles) for t in found[:count]]
    title = "Countries, from tags in any language"
    python = _first(subject, "country", count)
    note = _cut(found, count)
    return _ranking(subject, name, rows, python, title=title, column="country", note=note, shown=country_name)


def sites(subject: Subject) -> Figure:
    """Return the sites by articles."""
    found = subject.index.by("site")[: 2 * _RANKED]
    rows = [(site, subject.search_address(site=site), count) for site, count in found]
    python = _first(subject, "site", 2 * _RANKED)
    return _ranking(subject, "sites", rows, python, title="Sites", column="site")


def languages(subject: Subject) -> Figure:
    """Return the languages by articles."""
    found = subject.index.by("language")[:_RANKED]
    rows = [(code, subject.search_address(language=code), count) for code, count in found]
    python = _first(subject, "language", _RANKED)
    return _ranking(subject, "languages", rows, python, title="Languages", column="language", shown=language_name)


def runs(subject: Subject) -> Figure:
    """Return what the newest runs brought."""
    reports = subject.index.runs(60)
    columns = ("run_id", "started_at", "exit_code", "discovered", "fetched", "failed", "rejected", "archived")
    rows = tuple(tuple(_number(report.get(column, "")) for column in columns) for report in reports)
    python = (
        "from newsarchive.archive import Archive\n\n"
        f"reports = sorted(Archive.open({subject.uri!r}).reports(), key=lambda r: r['run_id'])\n"
        "for report in reports[:-61:-1]:\n"
        '    print(report["run_id"], report["archived"])\n'
    )
    return Figure(name="runs", title="Runs", columns=columns, rows=rows, drawing=Markup(), python=python, wide=True)


def _number(value: object) -> Cell:
    if isinstance(value, dict):
        return sum(value.values())
    return value if isinstance(value, str | int | float) else ""


OVERVIEW: Mapping[str, Callable[[Subject], Figure]] = {
    "coverage": coverage,
    "articles": articles_over_time,
    "tags": tags,
    "places": places,
    "sites": sites,
    "languages": languages,
    "runs": runs,
    "every-tag": every_tag,
    "every-place": every_place,
}
