"""robots.txt as RFC 9309 has it, over real sockets: may a page be fetched, and what does the run say of it?"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.urls import site_name
from tests.crawl.asking import crawl
from tests.crawl.conftest import QUICK, Run
from tests.crawl.robots_sites import AT_ONCE, CASES, Case, Site

LOOPBACK = "127.0.0.0/24"


@pytest.fixture
def sites() -> Iterator[dict[str, Site]]:
    """A site for each case, on a host of its own, and one more beside them."""
    try:
        running = {name: Site(number, case) for number, (name, case) in enumerate(CASES.items(), 10)}
        elsewhere = Site(9, Case(outcome="fetched"))
    except OSError:
        pytest.skip("only one loopback address can be bound here")
    for site in running.values():
        site.elsewhere = elsewhere.base
    yield running
    for site in (*running.values(), elsewhere):
        site.close()


def test_every_page_that_waited_is_decided_alike(sites: dict[str, Site]) -> None:
    """Some pages of each host at once: one robots.txt, one decision, and what is forbidden is not asked for."""
    outcomes = crawl(*(url for site in sites.values() for url in site.pages()), allow_private=LOOPBACK)
    found = {name: Counter(outcomes[url] for url in site.pages()) for name, site in sites.items()}
    assert found == {name: {case.outcome: AT_ONCE} for name, case in CASES.items()}
    for name, site in sites.items():
        others = len(site.asked) - len(site.asked_for("/robots.txt", "/hop/"))
        assert (name, others) == (name, AT_ONCE if CASES[name].outcome == "fetched" else 0)
        assert (name, site.asked_for("/robots.txt").count("/robots.txt")) == (name, 1)


@pytest.mark.slow
def test_every_decision_is_counted(sites: dict[str, Site], run: Run, tmp_path: Path) -> None:
    """A whole crawl of all hosts: what is refused is `skipped`, what cannot be known `failed`; the ledger has both."""
    listed = tmp_path / "sites.txt"
    listed.write_text("".join(f"{site.base}/\n" for site in sites.values()))
    quick = (*QUICK, "-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=0")
    done = run("crawl", "news", "-a", f"urls={listed}", *quick, NEWSARCHIVE_ALLOW_PRIVATE=LOOPBACK)
    assert done.returncode == 3, done.stderr
    (path,) = (tmp_path / "archive" / "runs").rglob("*.json")
    report = json.loads(path.read_text())
    found = {name: _counted(report["sites"][site_name(f"{site.base}/")]) for name, site in sites.items()}
    assert found == {name: _expected(case) for name, case in CASES.items()}


def _counted(tally: dict[str, Any]) -> dict[str, Any]:
    reasons = {
        f"{kind}/{why}": n for kind in ("skipped", "failed", "rejected", "dropped") for why, n in tally[kind].items()
    }
    failed = {why: n for why, n in tally["listings"].items() if why.startswith("failed/")}
    return {**reasons, **failed, "archived": tally["archived"]}


def _expected(case: Case) -> dict[str, Any]:
    if case.front != "fetched":
        return {f"failed/{case.front}": 1, "archived": 0}
    return {"archived": AT_ONCE} if case.outcome == "fetched" else {"skipped/robots": AT_ONCE, "archived": 0}


@pytest.mark.slow
def test_robots_txt_is_asked_for_again_when_it_is_old() -> None:
    """A run that lasts longer than the rules may be kept asks anew; what it is told then counts."""
    site = Site(1, Case(outcome="fetched"))
    try:
        found = crawl(*site.pages(3), lifetime="0", one_by_one=True)
    finally:
        site.close()
    assert set(found.values()) == {"fetched"}
    assert len(site.asked_for("/robots.txt")) == 3
