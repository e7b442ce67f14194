"""The pages of `newsarchive serve` as a Starlette application."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from newsarchive.archive.line import to_mapping
from newsarchive.harmless import json_text
from newsarchive.web import exports
from newsarchive.web.addresses import COPIES, EXACT, search_address
from newsarchive.web.figures import OVERVIEW, Figure, Subject
from newsarchive.web.guard import Guard
from newsarchive.web.questions import PAGE, RANKED, Filters, Found, Index
from newsarchive.web.reading import reading
from newsarchive.web.rendering import render
from newsarchive.web.showing import brief, language_tag, spelled
from newsarchive.web.store import UNDATED
from newsarchive.web.tag_figures import TAG
from newsarchive.web.tags import Tag, countries
from newsarchive.web.timeline import UNITS
from newsarchive.web.upkeep import State
from newsarchive.web.words import match_expression, storable
from newsarchive.web.writing import date_of, day_of

_STATIC = Path(__file__).parent / "static"
_RUNS_SHOWN = 14
_KEPT = 256
_SOON = 2
_MOST_TYPED = 1_000
_LAST_DAY = day_of("9999-12-31")


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages are made from: the index, the archive's address, and how far the index is."""

    index: Index
    uri: str
    state: Callable[[], State]
    figures: dict[tuple[object, ...], Figure]

    def page(self, name: str, request: Request, **values: Any) -> Response:  # noqa: ANN401 - what a template names
        """Return a page."""
        status = values.pop("status", 200)
        own = {"request": request, "uri": self.uri, "state": self.state(), "with_copies": self.index.copies}
        body = render(name, carried=self.index.carried, **own, **values)
        return Response(body, status, media_type="text/html")

    def figure(self, name: str, request: Request) -> Figure:
        """Return a figure, made again only where the index has changed since."""
        tag = self.tag(request, "name") if name in TAG else None
        if name in TAG and tag is None:
            raise HTTPException(404, self._no_tag(_typed(request, "name")))
        key = (name, tag and tag.n, by := _unit(request), self.index.copies, self.index.version())
        if key not in self.figures:
            while len(self.figures) >= _KEPT:
                self.figures.pop(next(iter(self.figures)), None)
            self.figures[key] = self._made(name, Subject(self.index, self.uri, tag, by))
        return self.figures[key]

    def _no_tag(self, name: str) -> str:
        if not name:
            return "This chart is of a tag: add its name, such as name=Iran."
        near = self.index.nearest_tag(name)
        return _no_tag(name) + (f" Did you mean {brief(near)!r}?" if near else "")

    def _made(self, name: str, subject: Subject) -> Figure:
        made = OVERVIEW.get(name) or TAG.get(name)
        if made is None:
            raise HTTPException(404, "There is no such chart.")
        return made(subject)

    def counting(self, request: Request) -> "Site":
        """Return the site as a request wants it counted: with copies of other articles, or without."""
        return replace(self, index=self.index.counting(copies=COPIES.items() <= request.query_params.items()))

    def tag(self, request: Request, parameter: str) -> Tag | None:
        """Return the tag asked for: the country it names in whatever language, or as spelled where that is said."""
        name = storable(request.query_params.get(parameter, ""))[:_MOST_TYPED]
        find = self.index.tag if _is_exact(request) else self.index.meant
        return find(name) or find(name.strip())


def _is_exact(request: Request) -> bool:
    return _typed(request, "spelling") == EXACT["spelling"]


def _no_tag(name: str) -> str:
    """Return what is said of a tag that no article has."""
    if ids := countries(name):
        return f"No article has a tag for {spelled(min(ids))}, in any language."
    return f"No article has the tag {brief(name)!r}."


def _unit(request: Request) -> str:
    by = _typed(request, "by")
    if by and by not in UNITS:
        raise HTTPException(404, f"Charts are by {', '.join(UNITS)}, not by {brief(by)!r}.")
    return by


def _units(request: Request, figure: Figure) -> dict[str, str]:
    """Return the address of the same page by each unit; `""` for the one that is shown."""
    asked = {k: v for k, v in request.query_params.items() if k in ("name", "spelling", "copies")}
    return {u: "" if u == figure.columns[0] else f"?{urlencode({**asked, 'by': u})}" for u in UNITS if figure.rows}


def _switched(site: Site, request: Request) -> str:
    """Return the address of the same page with copies of other articles counted, or, where they are, without."""
    asked = {k: v for k, v in request.query_params.items() if k not in ("page", *COPIES)}
    return f"?{urlencode(asked if site.index.copies else {**asked, **COPIES})}"


def _typed(request: Request, name: str) -> str:
    return storable(request.query_params.get(name, "")).strip()[:_MOST_TYPED]


def _overview(site: Site, request: Request) -> Response:
    charts = [site.figure(name, request) for name in ("coverage", "articles", "tags", "places", "sites", "languages")]
    shown = [chart for chart in charts if chart.rows]
    days = [day for day in site.index.days() if day != UNDATED]
    span = (date_of(min(days)).isoformat(), date_of(max(days)).isoformat()) if days else ()
    units = _units(request, charts[0])
    return site.page(
        "overview.html", request, figures=shown, total=site.index.total(), span=span, units=units,
        copied=site.index.copied(), switched=_switched(site, request),
    )  # fmt: skip


def _tag(site: Site, request: Request) -> Response:
    name = _typed(request, "name")
    if not name:
        return RedirectResponse("/tags?" + urlencode(site.index.carried) if site.index.copies else "/tags")
    tag = site.tag(request, "name")
    if tag is None:
        near = site.index.nearest_tag(name)
        return site.page("missing.html", request, what=_no_tag(name), near=near, status=404)
    charts = {name: site.figure(name, request) for name in TAG}
    newest = site.index.find("", Filters(tag=tag), 1)
    other = _other(site, tag, name)
    units = _units(request, charts["tag-timeline"])
    return site.page(
        "tag.html", request, tag=tag, figures=charts, newest=newest.rows[:8], other=other, units=units,
        switched=_switched(site, request),
    )  # fmt: skip


def _other(site: Site, tag: Tag, name: str) -> Tag | None:
    """Return the other thing that a name can mean: the country where its spelling is shown, or the spelling."""
    other = site.index.meant(name) if tag.spelling else site.index.tag(name)
    return other if other and other.n != tag.n else None


def _tags(site: Site, request: Request) -> Response:
    charts = [site.figure(name, request) for name in ("every-place", "every-tag")]
    shown = [chart for chart in charts if chart.rows]
    copied, switched = site.index.copied(), _switched(site, request)
    return site.page("tags.html", request, figures=shown, copied=copied, switched=switched)


def _date(text: str) -> str:
    return date_of(day_of(text)).isoformat() if day_of(text) != UNDATED else ""


def _asked(request: Request) -> dict[str, str]:
    """Return what a search asks for, by parameter; `""` for what is not given or means nothing."""
    asked = {name: _typed(request, name) for name in ("q", "tag", "site", "language")}
    dates = {name: _date(_typed(request, name)) for name in ("since", "until")}
    return {**asked, **dates, "spelling": EXACT["spelling"] if _is_exact(request) else ""}


def _filters(asked: Mapping[str, str], tag: Tag | None) -> Filters:
    until = date_of(min(day_of(asked["until"]) + 1, _LAST_DAY)).isoformat() if asked["until"] else ""
    return Filters(tag=tag, site=asked["site"], language=asked["language"], since=asked["since"], until=until)


def _search(site: Site, request: Request) -> Response:
    asked = _asked(request)
    tag = site.tag(request, "tag")
    filters = _filters(asked, tag)
    expression = match_expression(asked["q"])
    number = _whole(request.query_params.get("page", "1"))
    limit = RANKED // PAGE if expression else 500
    is_missing = bool(asked["tag"]) and tag is None
    found = Found((), 0, more=False) if is_missing else site.index.find(expression, filters, min(number, limit))
    pages = min(-(-found.total // PAGE), limit)
    given = {k: v for k, v in {**asked, **site.index.carried}.items() if v}
    addresses = {n: "/search?" + urlencode({**given, "page": n}) for n in (number - 1, number + 1) if 1 <= n <= pages}
    return site.page(
        "search.html", request, asked=asked, found=found, number=number, addresses=addresses, ranked=bool(expression),
        unsearchable=bool(asked["q"]) and not expression,
        tag=tag, other=_other_search(site, tag, given),
        near=_nearest(site, given) if is_missing else None,
        no_tag=_no_tag(asked["tag"]) if is_missing else "",
        named=site.index.meant(asked["q"]) if asked["q"] and not asked["tag"] else None,
        copied=site.index.copied(), switched=_switched(site, request),
        sites=[name for name, _ in site.index.by("site")],
        languages=[code for code, _ in site.index.by("language") if code == "und" or language_tag(code)],
    )  # fmt: skip


def _other_search(site: Site, tag: Tag | None, given: Mapping[str, str]) -> tuple[Tag, str] | None:
    """Return the other thing that the tag asked for can mean, and the address of a search for it."""
    other = _other(site, tag, given["tag"]) if tag else None
    rest = {k: v for k, v in given.items() if k not in ("tag", "spelling")}
    return (other, search_address(tag=other.asked, **other.spelling, **rest)) if other else None


def _nearest(site: Site, given: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the tag that was perhaps meant, and the address of the same search for it."""
    near = site.index.nearest_tag(given["tag"])
    rest = {k: v for k, v in given.items() if k != "spelling"}
    return (near, search_address(**{**rest, "tag": near})) if near else None


def _whole(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < len(str(RANKED)) else 1


def _article(site: Site, request: Request) -> Response:
    history = site.index.history(storable(request.path_params["id"]))
    if not history:
        return site.page("missing.html", request, what="No article has this id.", status=404)
    wanted = _whole(request.query_params.get("revision", "")) if "revision" in request.query_params else 0
    article = next((a for a in history if a.revision == wanted), history[-1])
    relatives = site.index.relatives(article)
    return site.page("article.html", request, a=article, view=reading(article, history), relatives=relatives)


def _article_json(site: Site, request: Request) -> Response:
    history = site.index.history(storable(request.path_params["id"]))
    if not history:
        raise HTTPException(404, "No article has this id.")
    return Response(json_text(to_mapping(history[-1]), indent=1) + "\n", media_type="application/json")


def _runs(site: Site, request: Request) -> Response:
    reports = site.index.runs(_RUNS_SHOWN)
    names = sorted({name for report in reports for name in report["sites"]})
    return site.page("runs.html", request, reports=reports, names=names, figure=site.figure("runs", request))


def _export(site: Site, request: Request) -> Response:
    figure = site.figure(request.path_params["name"], request)
    kind = request.path_params["kind"]
    if kind not in ("csv", "json"):
        raise HTTPException(404, "A chart is exported as csv or json.")
    body = exports.as_csv(figure) if kind == "csv" else exports.as_json(figure)
    headers = {"content-disposition": exports.disposition(figure, kind)}
    media = "text/csv; charset=utf-8" if kind == "csv" else "application/json"
    return Response(body, media_type=media, headers=headers)


def _icon(site: Site, request: Request) -> Response:  # noqa: ARG001 - as the other pages
    return RedirectResponse("/static/icon.svg")


_ROUTES: Mapping[str, Callable[[Site, Request], Response]] = {
    "/": _overview,
    "/tag": _tag,
    "/tags": _tags,
    "/search": _search,
    "/article/{id}.json": _article_json,
    "/article/{id}": _article,
    "/runs": _runs,
    "/export/{name}.{kind}": _export,
    "/favicon.ico": _icon,
}


def _missing(site: Site, request: Request, error: Exception) -> Response:
    detail = (
        error.detail if isinstance(error, HTTPException) and error.detail != "Not Found" else "There is no such page."
    )
    status = error.status_code if isinstance(error, HTTPException) else 404
    if request.url.path.startswith("/export/"):
        return PlainTextResponse(f"{detail}\n", status)
    return site.counting(request).page("missing.html", request, what=detail, status=status)


def _busy(site: Site, request: Request, error: Exception) -> Response:  # noqa: ARG001 - the index says no more
    what = "The index is being made again. This page comes back by itself in a moment."
    page = site.counting(request).page("missing.html", request, what=what, title="One moment", again=_SOON, status=503)
    page.headers["retry-after"] = str(_SOON)
    return page


def make_app(index: Index, *, uri: str, hosts: frozenset[str], state: Callable[[], State]) -> Starlette:
    """Return the application that shows an index; `hosts` are the Host headers it answers to."""
    site = Site(index, uri, state, {})
    routes = [Route(path, _endpoint(view, site)) for path, view in _ROUTES.items()]
    return Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=_STATIC))],
        middleware=[Middleware(Guard, hosts=hosts)],
        exception_handlers={
            HTTPException: partial(_missing, site),
            sqlite3.OperationalError: partial(_busy, site),
            FileNotFoundError: partial(_busy, site),
        },
    )


def _endpoint(view: Callable[[Site, Request], Response], site: Site) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        return view(site.counting(request), request)

    return endpoint
