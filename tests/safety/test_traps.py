"""Sites that would never end: each of them does, at a bound that is counted."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from newsarchive.discovery.pages import USUAL_FEED_PATHS, USUAL_SITEMAP_PATHS
from tests.safety.serving import NOT_FOUND, Answer, Serving, Telling, article, crawl, feed, front, serving

MOST_PAGES = 12
MOST_LISTINGS = 500
MOST_ABOUT = 5  # robots.txt, tdmrep.json and ai.txt, front page and feed
MOST_GUESSES = len(USUAL_FEED_PATHS) + len(USUAL_SITEMAP_PATHS)
PAGE = "/2026/11/01/ferries-of-pier-{}"
XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Trap:
    """A site that would never end; `most` is how many requests it gets, `reasons` what is counted of it, at least."""

    telling: Telling
    most: int
    reasons: Mapping[str, int]


def _links(urls: Iterable[str]) -> str:
    return "".join(f"<a href='{url}'>The ferries stay in dock for another week</a>" for url in urls)


def _site(answers: Mapping[str, Answer], otherwise: Callable[[str], Answer] = lambda _: NOT_FOUND) -> Telling:
    """Return a site of answers by path; the front page names a feed unless it is among them."""
    return lambda path: {"/": front(), **answers}.get(path) or otherwise(path)


def _fed(urls: Iterable[str], otherwise: Callable[[str], Answer]) -> Telling:
    listed = feed(urls)
    return _site({"/feed": listed}, lambda path: otherwise(path) if path.startswith("/2026") else NOT_FOUND)


def _mapped(otherwise: Callable[[str], Answer], *, names: str = "Sitemap: /map-1.xml") -> Telling:
    robots = Answer(f"User-agent: *\nAllow: /\n{names}\n".encode(), "text/plain")
    return _site({"/": Answer(b"<html></html>"), "/robots.txt": robots}, otherwise)


def _index(urls: Iterable[str]) -> Answer:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return Answer(f"<sitemapindex>{entries}</sitemapindex>".encode(), XML)


def _number(path: str) -> int:
    digits = "".join(filter(str.isdigit, path.rpartition("-")[2]))
    return int(digits) if digits else 0


def _redirect(to: str) -> Answer:
    return Answer(status=302, headers={"Location": to})


def _linked_page(links: Callable[[str], Iterable[str]]) -> Callable[[str], Answer]:
    def answer(path: str) -> Answer:
        return article(_number(path), more=_links(links(path)))

    return answer


def _pages(links: Callable[[str], Iterable[str]]) -> Callable[[str], Answer]:
    answer = _linked_page(links)
    return lambda path: answer(path) if path.startswith(("/2026", "/page/")) else NOT_FOUND


def _days(path: str) -> list[str]:
    return [PAGE.format(_number(path) + n) for n in range(1, 40)]


def _next(path: str) -> list[str]:
    return [f"/page/{_number(path.replace('/', '-')) + 1}"]


def _sessions() -> Callable[[str], Answer]:
    numbers = count()

    def answer(path: str) -> Answer:
        links = [f"{PAGE.format(1)};jsessionid={next(numbers)}?PHPSESSID={next(numbers)}" for _ in range(50)]
        is_page = path == "/" or path.startswith("/2026")
        return article(1, more=_links(links)) if is_page else NOT_FOUND

    return answer


def _endless(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


def _raw(pieces: Iterable[bytes]) -> Answer:
    return Answer(pieces, raw=True)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
COOKIE = b"Set-Cookie: c=" + b"a" * 4000 + b"\r\n"

TRAPS = {
    "a calendar": Trap(
        _fed(_days("/-0"), _linked_page(_days)), MOST_PAGES + MOST_ABOUT, {"archived": MOST_PAGES, "skipped/budget": 27}
    ),
    "next pages": Trap(
        _site({"/": Answer(_links(["/page/1"]).encode())}, _pages(_next)), MOST_ABOUT + MOST_GUESSES, {"discovered": 0}
    ),
    "sections": Trap(
        _site({"/": Answer(_links(_days("/-0")).encode())}, _pages(_days)),
        MOST_PAGES + MOST_ABOUT + MOST_GUESSES,
        {"archived": MOST_PAGES, "skipped/budget": 27},
    ),
    "growing paths": Trap(
        _fed([PAGE.format(1)], _linked_page(lambda path: [path + path])),
        MOST_ABOUT + 1,
        {"discovered": 1, "archived": 1},
    ),
    "session ids": Trap(_sessions(), MOST_PAGES + MOST_ABOUT + MOST_GUESSES, {"skipped/budget": 38}),
    "a redirect loop": Trap(
        _fed([PAGE.format(1)], lambda path: _redirect(PAGE.format(3 - _number(path)))),
        MOST_ABOUT + 6,
        {"failed/redirects": 1},
    ),
    "a redirect chain": Trap(
        _fed([PAGE.format(1)], lambda path: _redirect(PAGE.format(_number(path) + 1))),
        MOST_ABOUT + 6,
        {"failed/redirects": 1},
    ),
    "a feed behind a chain": Trap(
        _site({}, lambda path: _redirect(f"{path}1") if path.startswith("/feed") else NOT_FOUND),
        MOST_ABOUT + 6,
        {"listings/failed/redirects": 1},
    ),
    "an index of itself": Trap(_mapped(lambda _: _index(["/map-1.xml"])), 3, {"discovered": 0}),
    "indexes in a circle": Trap(_mapped(lambda path: _index([f"/map-{3 - _number(path)}.xml"])), 6, {"discovered": 0}),
    "indexes without end": Trap(
        _mapped(lambda path: _index([f"/map-{_number(path) + 1}.xml"])), 6, {"ignored/listings-depth": 1}
    ),
    "an index of thousands": Trap(
        _mapped(lambda path: _index(f"/news{n}.xml" for n in range(2000)) if "map-1" in path else NOT_FOUND),
        MOST_LISTINGS + 2,
        {"ignored/listings-count": 1501},
    ),
    "thousands in robots.txt": Trap(
        _mapped(lambda _: NOT_FOUND, names="\n".join(f"Sitemap: /map-{n}.xml" for n in range(900))),
        MOST_LISTINGS + 2,
        {"ignored/listings-count": 400},
    ),
    "a feed of 200,000 links": Trap(
        _fed((PAGE.format(n) for n in range(200_000)), _linked_page(_days)),
        MOST_ABOUT,
        {"listings/failed/too-large": 1},
    ),
    "a feed of 100,000 links": Trap(
        _fed((PAGE.format(n) for n in range(100_000)), _linked_page(_days)),
        MOST_PAGES + MOST_ABOUT,
        {"discovered": 10_000, "skipped/budget": 10_000 - MOST_PAGES},
    ),
    "a page byte by byte": Trap(
        _fed([PAGE.format(1)], lambda _: Answer(_endless(b"a"), pause=1)), MOST_ABOUT + 1, {"failed/timeout": 1}
    ),
    "a feed byte by byte": Trap(_site({"/feed": Answer(_endless(b"<"), pause=1)}), 3, {"listings/failed/timeout": 1}),
    "a front page byte by byte": Trap(_site({"/": Answer(_endless(b"<"), pause=1)}), 2, {"listings/failed/timeout": 1}),
    "a page without end": Trap(
        _fed([PAGE.format(1)], lambda _: Answer(_endless(b"<p>word</p>" * 5000))),
        MOST_ABOUT + 1,
        {"failed/too-large": 1},
    ),
    "headers without end": Trap(
        _fed([PAGE.format(1)], lambda _: _raw(_endless(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500))),
        MOST_ABOUT + 1,
        {"failed/connection": 1},
    ),
    "a header without end": Trap(
        _fed([PAGE.format(1)], lambda _: _raw(_endless(b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 20_000))),
        MOST_ABOUT + 1,
        {"failed/connection": 1},
    ),
    "a header of many lines": Trap(
        _fed([PAGE.format(1)], lambda _: _raw(_endless(HEAD + b" a\r\n" * 5000))),
        MOST_ABOUT + 1,
        {"failed/connection": 1},
    ),
    "answers before the answer": Trap(
        _fed([PAGE.format(1)], lambda _: _raw(_endless(b"HTTP/1.1 103 Early\r\n\r\n" * 100))),
        MOST_ABOUT + 1,
        {"failed/connection": 1},
    ),
    "headers byte by byte": Trap(
        _fed([PAGE.format(1)], lambda _: Answer(_endless(b"H"), pause=1, raw=True)),
        MOST_ABOUT + 1,
        {"failed/timeout": 1},
    ),
    "cookies without measure": Trap(
        _fed([PAGE.format(1)], lambda _: _raw([HEAD + COOKIE * 200 + b"\r\n", article(1).body])),  # type: ignore[list-item]
        MOST_ABOUT + 1,
        {"failed/connection": 1},
    ),
    "many cookies": Trap(
        _fed([PAGE.format(1)], lambda _: _raw([HEAD + COOKIE * 40 + b"\r\n", article(1).body])),  # type: ignore[list-item]
        MOST_ABOUT + 1,
        {"archived": 1},
    ),
}


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl of all the traps has left: requests and counters of each."""

    asked: Mapping[str, int]
    tallies: Mapping[str, Mapping[str, Any]]
    problems: list[str]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """One crawl of all the traps beside each other, which ends by itself."""
    folder = tmp_path_factory.mktemp("traps")
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(serving(trap.telling, host=f"127.0.1.{n}"))
            for n, (name, trap) in enumerate(TRAPS.items(), start=1)
        }
        addresses = folder / "urls.txt"
        addresses.write_text("\n".join(f"{site.base}/" for site in sites.values()))
        limits = ("-a", f"max_pages={MOST_PAGES}", "-s", "DOWNLOAD_TIMEOUT=8")
        result = crawl(folder, "-a", f"urls={addresses}", *limits)
        asked = {name: site.asked.total() for name, site in sites.items()}
    assert result.returncode in (0, 3), result.stdout + result.stderr
    report = json.loads(next((folder / "archive" / "runs").rglob("*.json")).read_text())
    return Crawled(asked, {name: _tally(report, site) for name, site in sites.items()}, report["problems"])


def _tally(report: Mapping[str, Any], site: Serving) -> dict[str, int]:
    """Return a site's counters, reasons as `failed/timeout`."""
    name = site.base.removeprefix("http://").replace(".", "-").replace(":", "-")
    flat: dict[str, int] = {}
    for kind, counted in report["sites"].get(name, {}).items():
        flat |= (
            {f"{kind}/{reason}": n for reason, n in counted.items()} if isinstance(counted, dict) else {kind: counted}
        )
    return flat


@pytest.mark.parametrize("name", TRAPS)
def test_traps_end_at_their_bounds(name: str, crawled: Crawled) -> None:
    """A site is left after a number of requests that it cannot raise, and what was not asked for is counted."""
    trap, counted = TRAPS[name], crawled.tallies[name]
    assert crawled.asked[name] <= trap.most
    assert {reason: counted.get(reason, 0) for reason in trap.reasons} == trap.reasons, counted


def test_what_a_listing_holds_beyond_the_bound_is_said(crawled: Crawled) -> None:
    """A feed that is cut, and an index of itself, are named in the report."""
    said = "\n".join(crawled.problems)
    assert "only the first 10000 entries read" in said
    assert "1 of 1 entries without a usable address" in said
