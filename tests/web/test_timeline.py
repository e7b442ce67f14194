"""The time that is drawn: whole, but for a few articles that would stretch it; lines with gaps in them."""

import pytest

from newsarchive.web.drawing import Line, bars, lines, strips
from newsarchive.web.store import UNDATED
from newsarchive.web.timeline import Period, crawls, drawn, periods
from newsarchive.web.writing import day_of

MONTH = dict.fromkeys(range(20_000, 20_030), 10)
"""Ten articles on each of thirty days."""


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        ({}, None),
        ({UNDATED: 5}, None),
        (MONTH, (20_000, 20_029)),
        ({**MONTH, UNDATED: 900}, (20_000, 20_029)),
        ({**MONTH, 100: 1, 9_000: 2}, (20_000, 20_029)),
        ({**MONTH, 2_900_000: 3}, (20_000, 20_029)),
        ({**MONTH, 100: 1, 30_000: 1}, (20_000, 20_029)),
        ({**MONTH, 100: 4}, (100, 20_029)),
        ({**MONTH, 19_980: 1}, (19_980, 20_029)),
        ({100: 1, 20_000: 1}, (100, 20_000)),
    ],
)
def test_a_few_stray_articles_do_not_stretch_a_chart(whole: dict[int, int], expected: tuple[int, int] | None) -> None:
    """One in a hundred at either end, where they would take more than half of it."""
    assert drawn(whole) == expected


def test_stray_articles_are_in_no_period() -> None:
    """And periods are as long as the time that is drawn needs."""
    found = periods(MONTH, {**MONTH, 100: 1}, set())
    assert [found[0].name, len(found), found[-1].articles] == ["2024-10-04", 30, 10]


@pytest.mark.parametrize(
    ("crawled", "days", "told"),
    [
        ((True, True), {0, 1}, ""),
        ((True, False), {0}, "Shaded: no crawl ran."),
        ((False, False), {UNDATED, 20_000}, "All published before the first crawl, of 2024-10-04."),
        ((False, False), {-9, 20_000}, "By date of publication; crawls ran on other days."),
        ((False, False), set(), "By date of publication; crawls ran on other days."),
    ],
)
def test_shading_is_explained_where_there_is_any(crawled: tuple[bool, bool], days: set[int], told: str) -> None:
    """Not where every period was crawled."""
    spans = [Period(f"2026-1{n}", n, n, 1, 1, crawled=was) for n, was in enumerate(crawled)]
    assert crawls(spans, days) == told


@pytest.mark.parametrize(("by", "names"), [("day", 3), ("month", 2), ("year", 1), ("", 3)])
def test_periods_are_of_the_unit_asked_for(by: str, names: int) -> None:
    """Or of the one that fits."""
    first = day_of("2026-10-31")
    found = periods({first: 1}, {first: 1, first + 2: 5}, set(), by=by)
    assert [len(found), sum(p.articles for p in found), sum(p.of for p in found)] == [names, 1, 6]


def test_strips_have_one_scale() -> None:
    """The site with the most fills its strip, and the bars of the others compare with it."""
    sites = {
        name: [Period(f"2026-1{n}", n, n, count, 9, crawled=True) for n, count in enumerate(counts)]
        for name, counts in {"one": (10, 0), "two": (5, 1)}.items()
    }
    drawing = str(strips(sites, title="t"))
    bars = drawing.split('class="bar"')[1:]
    assert [drawing.count(f'text-anchor="middle">{count}</text>') for count in (10, 5, 1)] == [1, 1, 1]
    heights = [float(bar.split('height="')[1].partition('"')[0]) for bar in bars]
    assert heights == [70, 35, 7]
    assert [drawing.count(f">{name}</text>") for name in ("one", "two", "Nov 2026")] == [1, 1, 1]


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    """A single period between two gaps is a dot."""
    spans = [Period(f"2026-11-{n:02}", n, n, 1, 1, crawled=True) for n in range(1, 8)]
    drawing = str(lines(spans, [Line("a", [0.5, 0.5, None, 1.0, None, None, 0.25])], title="t"))
    paths = [part.partition('"')[0].split() for part in drawing.split('points="')[1:]]
    assert [len(path) for path in paths] == [2, 2, 2]
    assert paths[1][0] == paths[1][1]
    assert ">25 %</text>" not in drawing.partition("<polyline")[2]
    assert ">30 %</text>" in lines(spans[:1], [Line("a", [0.3])], title="t")


@pytest.mark.parametrize(("count", "most", "labels"), [(12, 70_000, 12), (24, 70_000, 0), (24, 70, 24), (60, 7, 0)])
def test_bars_are_numbered_where_there_is_room(count: int, most: int, labels: int) -> None:
    """Elsewhere the number is told where one points at a bar."""
    spans = [Period("2026-11", n, n, most, 90_000, crawled=True) for n in range(count)]
    drawing = str(bars(spans, title="t"))
    assert [drawing.count(f"{most:,}</title>"), drawing.count(f'"middle">{most:,}</text>')] == [count, labels]
