"""Pages and listings that are much more than they seem: refused or cut by reason, and forgotten at once."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsarchive.archive import Archive
from tests.safety.bombs import CODINGS, bomb, repeated
from tests.safety.serving import NOT_FOUND, Answer, Serving, Telling, article, crawling, feed, front, serving

if TYPE_CHECKING:
    import subprocess

ALLOWED_MEGABYTES = 150
BEFORE, AFTER = b"<html><head><title>A title</title></head><body><p>", b"</p></body></html>"
PAGES = 3 * len(CODINGS)


def _tell(path: str) -> Answer:
    """Answer with an article first, then with bombs in every coding, three of each."""
    if path == "/":
        return front()
    if path == "/feed":
        return feed(f"/2026/11/01/ferries-of-pier-{n}" for n in range(PAGES + 1))
    number = path.rpartition("-")[2]
    if not number.isdigit():
        return NOT_FOUND
    if int(number) == PAGES:
        return article(PAGES)
    coding, body = bomb(list(CODINGS)[int(number) % len(CODINGS)], BEFORE, AFTER)
    return Answer(body, headers={"Content-Encoding": coding})


def _peaks(process: "subprocess.Popen[str]", found: list[int]) -> None:
    """Note the most memory that a process has held, in MB, as often as it can be asked."""
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        found += [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")]
        threading.Event().wait(0.02)


def _crawl(folder: Path, urls: Iterable[str], *arguments: str) -> tuple[str, int]:
    """Crawl sites; return what is printed, and the MB that the crawl took beside what its programme takes."""
    found: list[int] = []
    addresses = folder / "urls.txt"
    addresses.write_text("\n".join(urls))
    with crawling(folder, "-a", f"urls={addresses}", *arguments) as process:
        watching = threading.Thread(target=_peaks, args=(process, found))
        watching.start()
        output, _ = process.communicate(timeout=100)
        watching.join()
    base = next(peak for peak in found if peak > 80)  # what is imported, before anything is fetched
    return output, max(found) - base


def test_bombs_in_every_coding_cost_neither_memory_nor_the_page_beside_them(tmp_path: Path) -> None:
    """Thirty bombs of 300 MiB: each fails with its reason, and all of them cost the crawl less than 150 MB."""
    for name in CODINGS:
        bomb(name, BEFORE, AFTER)
    with serving(_tell) as site:
        output, cost = _crawl(tmp_path, [f"{site.base}/"])
    assert f"3 failed/coding, {PAGES - 3} failed/too-large" in output, output
    assert [record.title for record in Archive.open(str(tmp_path / "archive")).articles()] == [
        f"The ferries of pier number {PAGES} stay in dock"
    ]
    assert cost < ALLOWED_MEGABYTES


SITEMAP = b"<urlset><url><loc>/2026/11/01/ferries-of-pier-1</loc></url>"
RSS = b"<rss><channel><item><link>/2026/11/01/ferries-of-pier-1</link></item>"
JSON = b'{"items":[{"url":"/2026/11/01/ferries-of-pier-1"}'
LINK = b"<a href=/2026/11/01/ferries-of-pier-1>The ferries stay in dock</a>"


@dataclass(frozen=True, slots=True)
class Hostile:
    """A listing of one article and then of much else; `said` is what the report says of it."""

    body: Callable[[], bytes]
    said: str


SITEMAPS: Mapping[str, Hostile] = {
    "blanks": Hostile(lambda: repeated(SITEMAP, b" "), "50 MiB or more, cut"),
    "packed twice": Hostile(lambda: repeated(SITEMAP, b" ", times=2), "50 MiB or more, cut"),
    "an entry of images": Hostile(
        lambda: repeated(SITEMAP + b"<url>", b"<image:image><image:loc>x</image:loc></image:image>"),
        "50 MiB or more, cut",
    ),
    "beside entries": Hostile(lambda: repeated(SITEMAP, b"<x><a/><url/></x>"), "50 MiB or more, cut"),
    "one wide character": Hostile(lambda: repeated(SITEMAP + "😀".encode(), b"a"), "50 MiB or more, cut"),
    "torn entries": Hostile(lambda: repeated(SITEMAP, b"<url>"), "50 MiB or more, cut"),
    "addresses": Hostile(
        lambda: repeated(b"http://127.0.0.1/2026/11/01/ferries-of-pier-1\n", b"http "), "50 MiB or more, cut"
    ),
}
MARKS = "more than 250000 tags and attributes, cut"
FEEDS: Mapping[str, Hostile] = {
    "elements": Hostile(lambda: RSS + b"<a/>" * 2_450_000, MARKS),
    "items": Hostile(lambda: RSS + b"<item><a/></item>" * 570_000, MARKS),
    "attributes": Hostile(lambda: RSS + b"<a " + b"".join(b"a%d='' " % n for n in range(700_000)) + b"/>", MARKS),
    "packed items": Hostile(lambda: repeated(RSS, b"<item><link>/a</link></item>"), "16 MiB or more, cut"),
    "objects": Hostile(lambda: JSON + b",{}" * 3_300_000 + b"]}", "more than 400000 values, cut"),
    "arrays": Hostile(lambda: JSON + b'],"x":[[]' + b",[]" * 3_300_000 + b"]}", "more than 400000 values, cut"),
}
FRONTS: Mapping[str, Hostile] = {
    "links": Hostile(lambda: LINK + b"".join(b"<a href=/2026/11/01/a-b-c-%d>x</a>" % n for n in range(250_000)), MARKS),
    "depth": Hostile(lambda: LINK + b"<b>" * 3_300_000, MARKS),
}


def _listing(path: str, body: bytes) -> Telling:
    """Return a site whose only listing, at `path`, is `body`."""
    robots = Answer(b"User-agent: *\nAllow: /\nSitemap: /map.xml.gz\n", "text/plain")
    named = {"/feed": {"/": front()}, "/map.xml.gz": {"/robots.txt": robots, "/": Answer(b"<html></html>")}}
    answers = named.get(path, {}) | {path: Answer(body)}
    return lambda asked: answers.get(asked, article(1) if asked.startswith("/2026") else NOT_FOUND)


def _said(report: Mapping[str, Iterable[str]], site: Serving) -> str:
    return "\n".join(problem for problem in report["problems"] if f"{site.base}/" in problem)


@pytest.mark.parametrize(
    ("path", "rows"), [("/map.xml.gz", SITEMAPS), ("/feed", FEEDS), ("/", FRONTS)], ids=["sitemaps", "feeds", "fronts"]
)
def test_hostile_listings_cost_no_memory_nor_the_link_before(
    tmp_path: Path, path: str, rows: Mapping[str, Hostile]
) -> None:
    """All of a kind at the same time cost less than 150 MB; each is cut, says so, and gives what stands before."""
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(serving(_listing(path, row.body()), host=f"127.0.2.{n}"))
            for n, (name, row) in enumerate(rows.items(), start=1)
        }
        output, cost = _crawl(tmp_path, (f"{site.base}/" for site in sites.values()), "-a", "limit=1")
        lost = {name for name, site in sites.items() if not site.asked["/2026/11/01/ferries-of-pier-1"]}
    report = json.loads(next((tmp_path / "archive" / "runs").rglob("*.json")).read_text())
    said = {name: _said(report, site) for name, site in sites.items()}
    assert {name for name, row in rows.items() if row.said not in said[name]} == set(), (said, output)
    assert lost <= {"addresses"}
    assert cost < ALLOWED_MEGABYTES
