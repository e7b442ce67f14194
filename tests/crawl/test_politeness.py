"""The pace of a crawl, and who it says it is: Crawl-delay, Retry-After, contact; over real sockets."""

import itertools
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response

from newsarchive import clock
from newsarchive.crawl.politeness import retry_after
from tests.crawl.asking import ask, crawl
from tests.crawl.conftest import QUICK, Run
from tests.crawl.robots_sites import Case, Site

Make = Callable[..., Site]
ONE_AT_A_TIME: dict[str, Any] = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
    "DOWNLOAD_DELAY": "0.05",
}  # without delay Scrapy sends a burst
WAITS = {"1": 1.0, "": 1.0, "soon": 1.0, "-5": 1.0, "0": 1.0, "2": 2.0}
LONG = ("61", "86400", "99999999999999999999", "Fri, 31 Dec 2100 23:59:59 GMT")


@pytest.fixture
def site() -> Iterator[Make]:
    """Start sites of one robots.txt each."""
    running: list[Site] = []

    def make(robots: bytes = b"", **answers: object) -> Site:
        running.append(Site(len(running) + 1, Case(outcome="fetched", body=robots), **answers))  # type: ignore[arg-type]
        return running[-1]

    yield make
    for one in running:
        one.close()


def gaps(site: Site, *beginnings: str) -> list[float]:
    """Return the seconds between requests for paths that begin so."""
    times = [moment for moment, path in site.asked if path.startswith(beginnings)]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


DELAYS = {
    "Crawl-delay: 0.5": (0.5, 1),
    "Crawl-Delay : 1 # second": (1.0, 1),
    "Crawl-delay: 0": (0.0, 8),
    "Crawl-delay: soon": (0.0, 8),
    "Crawl-delay: -3": (0.0, 8),
    "Crawl-delay: 1e400": (0.0, 8),
    "Disallow:\n\nUser-agent: x\nCrawl-delay: 9": (0.0, 8),
    "Crawl-delay: 9\n\nUser-agent: newsarchive\nCrawl-delay: 0.4": (0.4, 1),
    "Crawl-delay: 0.3\nDisallow: /x": (0.3, 1),
}


def test_crawl_delay_is_applied_from_the_first_page_on(site: Make) -> None:
    """One page at a time, so many seconds apart, each host at its own pace; what is no number says nothing."""
    hosts = {lines: site(f"User-agent: *\n{lines}\n".encode()) for lines in DELAYS}
    found = ask(*(page for host in hosts.values() for page in host.pages(3)))
    assert set(found.outcomes.values()) == {"fetched"}
    assert {lines: found.slots[str(host.server_address[0])] for lines, host in hosts.items()} == DELAYS
    assert all(min(gaps(host, "/page")) > DELAYS[lines][0] * 0.9 for lines, host in hosts.items() if DELAYS[lines][0])


@pytest.mark.slow
def test_a_delay_of_a_day_is_bounded_and_said(site: Make, environment: dict[str, str], tmp_path: Path) -> None:
    """Ten minutes are kept, the run says so, and it ends when it is told to all the same."""
    asked = site(b"User-agent: *\nCrawl-delay: 86400\n")
    command = [sys.executable, "-m", "newsarchive", "crawl", "news", "-a", f"url={asked.base}/", *QUICK]
    log = tmp_path / "log"
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as crawling:
        while crawling.poll() is None and "86400 s; 600 s are kept" not in log.read_text():
            time.sleep(0.1)
        crawling.send_signal(signal.SIGTERM)
    (report,) = (tmp_path / "archive" / "runs").rglob("*.json")
    assert "asks for a Crawl-delay of 86400 s; 600 s are kept" in report.read_text()
    assert [path for _, path in asked.asked] == ["/robots.txt"]


def busy(after: str, status: int = 429) -> Case:
    """Return the answer of a host that asks to wait."""
    return Case(outcome="", status=status, headers={"Retry-After": after} if after else {})


def test_a_host_that_asks_to_wait_is_waited_for(site: Make) -> None:
    """By its Retry-After, by a second at least, whatever AutoThrottle makes of the answers; others are not slowed."""
    cases = {(status, after): site(first=busy(after, status)) for status in (429, 503) for after in WAITS}
    other = site()
    pages = [page for host in (*cases.values(), other) for page in host.pages(3)]
    found = ask(*pages, RETRY_TIMES="2", AUTOTHROTTLE_ENABLED="1", AUTOTHROTTLE_START_DELAY="0.05", **ONE_AT_A_TIME)
    assert set(found.outcomes.values()) == {"fetched"}
    assert [case for case, host in cases.items() if gaps(host, "/page")[0] < WAITS[case[1]] * 0.9] == []
    assert found.slots[str(other.server_address[0])][0] < 0.5


def test_answers_that_were_under_way_do_not_shorten_the_wait(site: Make) -> None:
    """AutoThrottle makes a host's delay shorter with each good answer; not what the host has asked for meanwhile."""
    asked = site(first=busy("2"), first_path="/page-3", wait=0.4)
    throttle = {"AUTOTHROTTLE_ENABLED": "1", "AUTOTHROTTLE_START_DELAY": "0.05", "AUTOTHROTTLE_TARGET_CONCURRENCY": "8"}
    given: dict[str, Any] = {"DOWNLOAD_DELAY": "0.05", "RETRY_TIMES": "2", **throttle}
    assert set(crawl(*asked.pages(6), **given).values()) == {"fetched"}
    refused = next(moment for moment, path in asked.asked if path == "/page-3")
    later = [moment for moment, _ in asked.asked if moment > refused]
    assert later[0] - refused > 1.9


def test_a_host_that_asks_for_long_is_left_alone(site: Make) -> None:
    """For the rest of the run, while other hosts of the site are fetched as before."""
    hosts, other = [site(first=busy(after)) for after in LONG], site()
    outcomes = crawl(*(page for host in (*hosts, other) for page in host.pages(3)), **ONE_AT_A_TIME)
    for host in hosts:
        assert sorted(outcomes[url] for url in host.pages(3)) == ["backed-off", "backed-off", "http-429"]
        assert len(host.asked_for("/page")) == 1
    assert {outcomes[url] for url in other.pages(3)} == {"fetched"}


@pytest.mark.slow
def test_feeds_and_sitemaps_wait_too(site: Make, run: Run) -> None:
    """A feed that is refused with a Retry-After is asked for again no sooner, and nothing else is in between.

    The run also says that it has no contact, as every run does until there is one.
    """
    asked = site(first=busy("2"), first_path="/feed.xml")
    done = run("crawl", "news", "-a", f"url={asked.base}/", *QUICK)
    assert done.returncode == 0, done.stderr
    paths = [path for _, path in asked.asked if path != "/robots.txt"]
    assert paths[:3] == ["/", "/feed.xml", "/feed.xml"]
    assert gaps(asked, "/feed.xml")[0] > 1.9
    assert "publishers cannot reach you: set NEWSARCHIVE_CONTACT" in done.stdout


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("", 0.0),
        ("-5", 0.0),
        ("1.5", 0.0),
        ("\xb2", 0.0),
        ("soon", 0.0),
        ("9" * 40, 999_999_999.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", 0.0),
    ],
)
def test_retry_after_is_read_as_it_is_sent(header: str, seconds: float) -> None:
    """Whole seconds or a date; anything else, and the past, asks for nothing."""
    response = Response("https://news.example/", headers={"Retry-After": header.encode("latin-1")})
    assert retry_after(response) == seconds


def test_retry_after_as_a_date() -> None:
    """The time until then."""
    then = clock.now() + timedelta(minutes=10)
    response = Response("https://news.example/", headers={"Retry-After": format_datetime(then, usegmt=True)})
    assert 500 < retry_after(response) <= 600


@pytest.mark.parametrize("contact", ["nobody", "a@b.example)\r\nX-Own: 1"])
def test_a_contact_that_is_none_is_refused(site: Make, run: Run, contact: str) -> None:
    """What is no address, or would not pass as a part of a header, stops the run before its first request."""
    asked = site()
    done = run("crawl", "news", "-a", f"url={asked.base}/", *QUICK, NEWSARCHIVE_CONTACT=contact)
    assert (done.returncode, asked.asked) == (2, [])
    assert "NEWSARCHIVE_CONTACT is" in done.stderr
