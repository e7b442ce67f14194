"""What a site may cost in a run: what a budget leaves is neither lost nor archived twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsarchive.article import ArticleLink
from newsarchive.cli import main
from newsarchive.crawl.leftovers import Leftovers
from tests.conftest import slow
from tests.crawl.conftest import QUICK, ROOT, Result, archived
from tests.watch.conftest import Site, site

__all__ = ["site"]

Crawl = Callable[..., Result]


@pytest.fixture
def environment() -> dict[str, str]:
    """An environment in which the project's archive is the only one."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NEWSARCHIVE_", "AWS_"))}
    own = {"NEWSARCHIVE_ALLOW_PRIVATE": "1", "NEWSARCHIVE_WORKERS": "1"}
    return kept | own | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}


@pytest.fixture
def project(site: Site, tmp_path: Path) -> Path:
    """A project that declares the site, with a budget of two pages."""
    folder = tmp_path / "project"
    assert main(["init", str(folder)]) == 0
    (folder / "spiders" / "mine.py").write_text(
        "from newsarchive.crawl.site import SiteSpider\n\n\nclass MineSpider(SiteSpider):\n"
        "    name, publisher, country, language = 'mine', 'Ours', 'US', 'en'\n"
        f"    allowed_domains, feeds = ('127.0.0.1',), ('{site.base}/feed.xml',)\n"
        "    article_pattern, max_pages = r'/2026/11/', 2\n"
    )
    return folder


@pytest.fixture
def crawl(project: Path, environment: dict[str, str]) -> Crawl:
    """Crawl the project's sites."""

    def call(*arguments: str) -> Result:
        return subprocess.run(
            [sys.executable, "-m", "newsarchive", "crawl", "--all", *QUICK, *arguments],
            env=environment,
            cwd=project,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


def test_a_site_says_itself_when_it_is_fetched_again(crawl: Crawl, project: Path) -> None:
    """`revisit` in a declaration comes before the setting."""
    declaration = project / "spiders" / "mine.py"
    declared = declaration.read_text()
    crawl("-a", "max_pages=9")
    for revisit, setting, expected in (("never", "always", (0, 5)), ("always", "never", (5, 0))):
        declaration.write_text(f"{declared}    revisit = {revisit!r}\n")
        crawl("-a", "max_pages=9", "-s", f"NEWSARCHIVE_REVISIT={setting}")
        report = reports(project)[-1]
        assert (report["fetched"], report["skipped"].get("known", 0)) == expected


def reports(project: Path) -> list[dict[str, Any]]:
    """Return the run reports, oldest first."""
    return [json.loads(path.read_text()) for path in sorted((project / "archive" / "runs").rglob("*.json"))]


def test_what_a_budget_leaves_is_taken_up_when_there_is_time(crawl: Crawl, project: Path, site: Site) -> None:
    """New articles come first, then those left over, though no feed lists them any more; each is archived once."""
    first = crawl()
    assert (first.returncode, "3 skipped/budget" in first.stdout) == (0, True), first.stdout + first.stderr
    assert "mine: 3 article links wait for the next run" in first.stdout
    site.edition = 2
    assert crawl("-a", "max_pages=6").returncode == 0
    one, two = reports(project)
    assert (one["fetched"], one["archived"], one["skipped"]) == (2, 2, {"budget": 3})
    assert (two["discovered"], two["archived"], two["skipped"]) == (8, 6, {"budget": 2})
    urls = [article.url for article in archived(str(project / "archive"))]
    assert len(set(urls)) == len(urls) == 8
    assert sum("edition-2" in url for url in urls) == 5, "the newest articles were left over"


@slow
def test_a_part_of_a_crawl_leaves_leftovers_alone(crawl: Crawl, project: Path, site: Site) -> None:
    """A crawl of a few given addresses, or of a few days, is no time to take up what was left; a whole one is."""
    crawl()
    site.edition = 2
    crawl("-a", "since=2026-11-01", "-a", "max_pages=9")
    assert reports(project)[1]["discovered"] == 5
    crawl("-a", "max_pages=9")
    crawl("-a", "max_pages=9")
    assert [report["archived"] for report in reports(project)] == [2, 5, 3, 0]
    assert reports(project)[3]["discovered"] == 5


@slow
def test_the_time_a_site_may_take_ends_its_crawl(crawl: Crawl, project: Path, site: Site) -> None:
    """What waits when the time is up is counted, the run ends well, and the next one has it."""
    done = crawl("-a", "max_pages=9", "-a", "max_minutes=0.05", "-s", "DOWNLOAD_DELAY=3")
    (report,) = reports(project)
    assert (done.returncode, report["finish_reason"]) == (0, "finished"), done.stdout + done.stderr
    assert report["archived"] < 5
    assert report["skipped"] == {"budget": 5 - report["archived"]}
    site.edition = 2
    crawl("-a", "max_pages=99")
    assert len(archived(str(project / "archive"))) == 10


@slow
def test_what_a_stop_leaves_is_taken_up(crawl: Crawl, project: Path, site: Site, environment: dict[str, str]) -> None:
    """SIGTERM in a slow crawl: what was not fetched is fetched by the next run, though the feed has gone on."""
    command = [sys.executable, "-m", "newsarchive", "crawl", "mine", "-a", "max_pages=9", "-s", "DOWNLOAD_DELAY=3"]
    with subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.DEVNULL) as going:
        while not site.asked and going.poll() is None:
            time.sleep(0.05)
        going.send_signal(signal.SIGTERM)
        going.wait(timeout=60)
    (stopped,) = reports(project)
    assert stopped["skipped"].get("stopped", 0) > 0, stopped
    site.edition = 2
    crawl("-a", "max_pages=99")
    assert len({article.url for article in archived(str(project / "archive"))}) == 10


def test_leftovers_stay_until_a_whole_run_has_looked_at_them(tmp_path: Path) -> None:
    """Newest first; sites apart; what a run leaves again stays, what it has taken up goes."""
    kept = Leftovers(tmp_path)
    assert (kept.of("a"), kept.settle("a", run_id="1"), list(tmp_path.iterdir())) == ([], 0, [])
    links = [ArticleLink(url=f"https://a.example/{n}", via="feed", published=f"2026-11-0{n}") for n in (1, 3, 2)]
    kept.keep([("a", link) for link in links] + [("b", ArticleLink(url="https://b.example/", via="page"))], run_id="1")
    assert [link.published[-1] for link in kept.of("a")] == ["3", "2", "1"]
    assert (kept.has("a"), kept.has("c")) == (True, False)
    kept.keep([("a", links[0])], run_id="2")
    assert kept.settle("a", run_id="2") == 1
    assert kept.of("a") == [links[0]]
    assert len(kept.of("b")) == 1
