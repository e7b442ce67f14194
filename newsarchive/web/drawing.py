"""Charts as SVG, made here: no script, no style attribute, readable without colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from markupsafe import Markup

from newsarchive.web.showing import brief
from newsarchive.web.timeline import Period

WIDTH, HEIGHT = 880, 240
_STRIP, _STRIP_TOP, _STRIP_BOTTOM = 112, 34, 104
_WIDEST = 72.0
_DIGIT = 7.5
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 14, 26
_LABELS = 9
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Line:
    """A named series, one value a period; None where nothing is known."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class _Scale:
    count: int
    most: float
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM

    def x(self, place: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * place / max(self.count, 1), 1)

    def y(self, value: float) -> float:
        return round(self.bottom - (self.bottom - self.top) * value / (self.most or 1), 1)


def ceiling(value: float) -> float:
    """Return the next round number: 1, 2 or 5 times a power of ten."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value > 0:
        power /= 10
    return next(power * step for step in (1, 2, 5, 10) if power * step >= value)


def bars(periods: Sequence[Period], *, title: str) -> Markup:
    """Return a bar for each period's articles, numbered where there is room; periods without a crawl are shaded."""
    scale = _Scale(len(periods), ceiling(max((p.articles for p in periods), default=1)))
    shapes = [_bar(scale, i, p) for i, p in enumerate(periods) if p.articles]
    return _svg(title, [_gaps(scale, periods), _axes(scale, periods, share=False), *shapes])


def strips(series: Mapping[str, Sequence[Period]], *, title: str) -> Markup:
    """Return bars for each of several series of the same periods, one below the other, all to one scale."""
    most = ceiling(max((p.articles for periods in series.values() for p in periods), default=1))
    shapes = [_strip(n, name, periods, most) for n, (name, periods) in enumerate(series.items())]
    last = next(reversed(list(series.values())), ())
    below = _Scale(len(last), most, _STRIP_TOP, _STRIP_BOTTOM + _STRIP * max(len(series) - 1, 0))
    return _svg(title, [*shapes, _names(below, last)], height=below.bottom + _BOTTOM)


def _strip(number: int, name: str, periods: Sequence[Period], most: float) -> Markup:
    scale = _Scale(len(periods), most, _STRIP_TOP, _STRIP_BOTTOM)
    shapes = [_bar(scale, i, p) for i, p in enumerate(periods) if p.articles]
    label = Markup('<text class="tick name" x="{}" y="{}">{}</text>').format(_LEFT, _STRIP_TOP - 18, brief(name, 60))
    rules = [_rule(scale, value, share=False) for value in (0, most)]
    drawn = Markup("").join([_gaps(scale, periods), *rules, *shapes, label])
    return Markup('<g transform="translate(0 {})"><title>{}</title>{}</g>').format(number * _STRIP, brief(name), drawn)


def _bar(scale: _Scale, place: int, period: Period) -> Markup:
    width = min(max(scale.x(place + 0.88) - scale.x(place + 0.12), 0.8), _WIDEST)
    left, top = scale.x(place + 0.5) - width / 2, scale.y(period.articles)
    height, count = max(scale.bottom - top, 0.5), f"{period.articles:,}"
    shape = Markup('<rect class="bar" x="{:.1f}" y="{}" width="{:.1f}" height="{:.1f}"><title>{}: {}</title></rect>')
    drawn = shape.format(left, top, width, height, period.name, count)
    if scale.x(1) - scale.x(0) < _DIGIT * len(f" {scale.most:,.0f}"):
        return drawn
    label = Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>')
    return drawn + label.format(scale.x(place + 0.5), round(top - 4, 1), count)


def lines(periods: Sequence[Period], series: Sequence[Line], *, title: str) -> Markup:
    """Return a line for each series of shares; periods without a crawl are shaded."""
    scale = _Scale(len(periods), ceiling(max((v for s in series for v in s.values if v is not None), default=1)))
    shapes = [_line(scale, number, s) for number, s in enumerate(series)]
    return _svg(title, [_gaps(scale, periods), _axes(scale, periods, share=True), *shapes])


def _line(scale: _Scale, number: int, series: Line) -> Markup:
    points = [(scale.x(i + 0.5), scale.y(v)) if v is not None else None for i, v in enumerate(series.values)]
    path = Markup("").join(_path(number, list(group)) for known, group in groupby(points, bool) if known)
    last = next((point for point in reversed(points) if point), None)
    dot = Markup('<circle class="dot s{}" cx="{}" cy="{}" r="3"/>').format(number, *last) if last else ""
    only = [value for value in series.values if value is not None]
    label = _share(last, only[0]) if last and len(only) == 1 else ""
    return Markup("<g><title>{}</title>{}{}{}</g>").format(brief(series.name), path, dot, label)


def _share(point: tuple[float, float], value: float) -> Markup:
    """Return the number of a share that is drawn as a single point."""
    shape = Markup('<text class="tick" x="{}" y="{}">{}</text>')
    return shape.format(point[0] + 8, point[1] + 4, f"{value * 100:.3g} %")


def _path(number: int, points: Sequence[tuple[float, float] | None]) -> Markup:
    """Return what is known without a gap; a single point is drawn as a line to itself."""
    told = " ".join(f"{point[0]},{point[1]}" for point in (points if len(points) > 1 else [*points, *points]) if point)
    return Markup('<polyline class="line s{}" points="{}"/>').format(number, told)


def _gaps(scale: _Scale, periods: Sequence[Period]) -> Markup:
    """Shade what no crawl looked at; neighbours make one shape. Where all of it would be, nothing is."""
    if not any(p.crawled for p in periods):
        return Markup()
    shapes, start = [], None
    for i, crawled in enumerate([*(p.crawled for p in periods), True]):
        if not crawled and start is None:
            start = i
        if crawled and start is not None:
            shape = Markup('<rect class="gap" x="{}" y="{}" width="{:.1f}" height="{}"><title>{}</title></rect>')
            width = scale.x(i) - scale.x(start)
            told = f"no crawl ran: {periods[start].name} to {periods[i - 1].name}"
            shapes.append(shape.format(scale.x(start), scale.top, width, scale.bottom - scale.top, told))
            start = None
    return Markup("").join(shapes)


def _axes(scale: _Scale, periods: Sequence[Period], *, share: bool) -> Markup:
    parts = (0, 0.5, 1) if share or scale.most % 2 == 0 else (0, 1)
    marks = [_rule(scale, scale.most * part, share=share) for part in parts]
    return Markup("").join([*marks, _names(scale, periods)])


def _names(scale: _Scale, periods: Sequence[Period]) -> Markup:
    """Return the names of as many periods as there is room for, below the chart."""
    step = max(1, -(-len(periods) // _LABELS))
    label = Markup('<text class="tick{}" x="{}" y="{}" text-anchor="middle">{}</text>')
    shown = [p.name for p in periods[::step]]
    names = [
        label.format(" odd" if i % 2 else "", scale.x(i * step + 0.5), scale.bottom + 19, _short(name, after))
        for i, (after, name) in enumerate(pairwise(["", *shown]))
    ]
    return Markup("").join(names)


def _short(name: str, after: str) -> str:
    """Return a day as `15 Nov`, a month as `Nov 2026`; a day has its year where the one before has not the same."""
    if len(name) < len("2026-11"):
        return name
    month = _MONTHS[int(name[5:7]) - 1]
    if not name[8:]:
        return f"{month} {name[:4]}"
    return f"{int(name[8:])} {month}" + ("" if after[:4] == name[:4] else f" {name[:4]}")


def _rule(scale: _Scale, value: float, *, share: bool) -> Markup:
    y = scale.y(value)
    told = f"{value * 100:.3g} %" if share else f"{value:,.10g}"
    rule = Markup('<line class="rule" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, WIDTH - _RIGHT, y, y)
    shape = Markup('{}<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>')
    return shape.format(rule, _LEFT - 8, y + 4, told)


def _svg(title: str, shapes: Sequence[Markup], *, height: int = HEIGHT) -> Markup:
    opening = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">')
    return opening.format(WIDTH, height, brief(title)) + Markup("").join(shapes) + Markup("</svg>")


def ranks(rows: Sequence[tuple[str, str, int]], *, title: str) -> Markup:
    """Return a table of names with a bar each; rows are name, address of its page, count."""
    most = max((count for _, _, count in rows), default=1)
    body = Markup("").join(_rank(*row, most=most) for row in rows)
    return Markup('<table class="ranks"><caption class="away">{}</caption><tbody>{}</tbody></table>').format(
        title, body
    )


def _rank(name: str, address: str, count: int, *, most: int) -> Markup:
    bar = Markup(
        '<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar" width="{:.1f}" height="6"/></svg>'
    ).format(100 * count / most)
    row = Markup('<tr><th scope="row"><a href="{}"><bdi>{}</bdi></a>{}</th><td>{}</td></tr>')
    return row.format(address, brief(name, 80), bar, f"{count:,}")
