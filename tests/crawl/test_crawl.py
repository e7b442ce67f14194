"""Whole crawls over the demo's sites, by both ways to run them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from newsarchive.demo.outcomes import expected
from newsarchive.demo.server import DemoServer
from tests.crawl.conftest import DEMO, EACH_CORE, NOW, QUICK, Result, Run, archived


def reports(archive: Path) -> list[dict[str, Any]]:
    """Return the run reports of an archive, oldest first."""
    return [json.loads(path.read_text()) for path in sorted((archive / "runs").rglob("*.json"))]


def paths(archive: Path) -> set[str]:
    """Return the paths of the archived articles' addresses."""
    return {urlsplit(article.url).path for article in archived(str(archive))}


def fine(result: Result) -> Result:
    """Return the result of a command that must have succeeded."""
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def test_two_crawls_of_the_demo_have_the_expected_outcomes(server: DemoServer, run: Run, tmp_path: Path) -> None:
    """Each page is archived or counted with its reason; the second crawl archives only what has changed."""
    fine(run("crawl", "--all", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base, **EACH_CORE))
    rows = expected(NOW)
    of_first = Counter(row.first for row in rows)
    want = {row.path for row in rows if row.first == "archived"}
    twins = {row.path for row in rows if row.copy_of} | {row.copy_of for row in rows if row.copy_of}
    first = paths(tmp_path / "archive")
    assert first - twins == want - twins
    assert len(first & twins) == 1, "of two copies one is archived"
    (report,) = reports(tmp_path / "archive")
    assert report["skipped"] == {"robots": of_first["forbidden"]}
    assert report["failed"] == {"http-404": of_first["gone"]}
    assert sum(report["rejected"].values()) == of_first["not-an-article"]
    assert report["dropped"] == {"duplicate": of_first["duplicate"]}
    assert all(server.count(row.path) == 0 for row in rows if row.first == "forbidden")

    server.edition = 2
    fine(run("crawl", "--all", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base, **EACH_CORE))
    latest = {urlsplit(a.url).path: a.revision for a in archived(str(tmp_path / "archive"))}
    assert latest.keys() == first
    assert {path for path, revision in latest.items() if revision == 2} == {
        row.path for row in rows if row.second == "revised"
    }
    assert reports(tmp_path / "archive")[1]["archived"] == 1


def test_a_wire_copy_is_archived_and_labelled(server: DemoServer, run: Run, tmp_path: Path) -> None:
    """The same agency text at two outlets is kept twice; the later one points at the earlier."""
    fine(run("crawl", "demo-en", "demo-post", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base))
    articles = {urlsplit(a.url).path: a for a in archived(str(tmp_path / "archive"))}
    (row,) = [row for row in expected(NOW) if row.wire_of]
    pair = {articles[row.path].duplicate_of, articles[row.wire_of].duplicate_of} - {""}
    assert pair <= {articles[row.path].id, articles[row.wire_of].id}
    assert len(pair) == 1


def test_scrapy_crawl_gives_the_same_archive(server: DemoServer, run: Run, tmp_path: Path) -> None:
    """`scrapy crawl` and `newsarchive crawl` write the same records and the same report."""
    for program in ("newsarchive", "scrapy"):
        where = {"NEWSARCHIVE_URI": str(tmp_path / program), "NEWSARCHIVE_DEMO_BASE": server.base}
        fine(run("crawl", "demo-ar", *DEMO, program=program, **where))

    def content(program: str) -> list[tuple[Any, ...]]:
        return sorted((a.id, a.title, a.text, a.tags, a.date_published) for a in archived(str(tmp_path / program)))

    def sums(program: str) -> dict[str, Any]:
        (report,) = reports(tmp_path / program)
        return {k: report[k] for k in ("discovered", "fetched", "archived", "committed", "exit_code", "sites")}

    assert content("newsarchive") == content("scrapy") != []
    assert sums("newsarchive") == sums("scrapy")


def test_a_run_report_holds_its_sums(server: DemoServer, run: Run, tmp_path: Path) -> None:
    """The report in the archive accounts for every link, page and line."""
    fine(run("crawl", "--all", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base))
    (report,) = reports(tmp_path / "archive")
    for tally in (report, *report["sites"].values()):
        skipped, failed, rejected, dropped = (
            sum(tally[k].values()) for k in ("skipped", "failed", "rejected", "dropped")
        )
        assert tally["discovered"] == tally["fetched"] + tally["not_modified"] + skipped + failed
        assert tally["fetched"] == tally["extracted"] + rejected
        assert tally["extracted"] == tally["archived"] + dropped
    assert report["archived"] == report["committed"] == len(archived(str(tmp_path / "archive")))
    assert (report["pending"], report["exit_code"], report["finish_reason"]) == (0, 0, "finished")


def test_an_unchanged_page_is_not_archived_again(server: DemoServer, run: Run, tmp_path: Path) -> None:
    """With every address fetched again, unmodified pages answer 304 and nothing new is archived."""
    for _ in range(2):
        fine(run("crawl", "demo-ar", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base, NEWSARCHIVE_REVISIT="always"))
    first, second = reports(tmp_path / "archive")
    assert second["not_modified"] == second["discovered"] == first["archived"] > 0
    assert second["archived"] == 0


def test_the_generic_spider_needs_no_declaration(server: DemoServer, run: Run, tmp_path: Path) -> None:
    """From front pages it finds feeds, and sitemaps by robots.txt."""
    sites = tmp_path / "sites.txt"
    sites.write_text(f"# two of the demo's sites\n{server.base}/en/\n\n{server.base}/de/\n")
    fine(run("crawl", "news", "-a", f"urls={sites}", *QUICK))
    found = paths(tmp_path / "archive")
    rows = [row for row in expected(NOW) if row.site in ("en", "de") and row.first == "archived"]
    short = {"/de/meldungen/alborz-wetterstation-100.html"}  # in a plain sitemap, with an address a section might have
    assert found == {row.path for row in rows} - short
    (report,) = reports(tmp_path / "archive")
    assert report["ignored"]["pattern"] == len(short)
    names = {article.site for article in archived(str(tmp_path / "archive"))}
    assert {name.rsplit("-", 1)[1] for name in names} == {"en", "de"}


def test_an_article_given_by_its_address_is_archived(server: DemoServer, run: Run, tmp_path: Path) -> None:
    """An address that is itself an article is no front page."""
    row = next(row for row in expected(NOW) if row.site == "ar" and row.first == "archived")
    fine(run("crawl", "news", "-a", f"url={server.base}{row.path}", *QUICK))
    (article,) = archived(str(tmp_path / "archive"))
    assert (urlsplit(article.url).path, article.discovered_via) == (row.path, "url-list")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("-a", "limit=2"), "limit"),
        (("-a", "since=2026-11-17"), "out-of-window"),
        (("-a", "until=2026-11-16"), "out-of-window"),
    ],
    ids=["limit", "since", "until"],
)
def test_arguments_bound_a_crawl(
    arguments: tuple[str, ...], reason: str, server: DemoServer, run: Run, tmp_path: Path
) -> None:
    """What an argument leaves out is skipped with a reason, and not fetched."""
    fine(run("crawl", "demo-ar", *arguments, *DEMO, NEWSARCHIVE_DEMO_BASE=server.base))
    (report,) = reports(tmp_path / "archive")
    assert report["archived"] == report["fetched"] > 0
    assert report["skipped"] == {reason: report["discovered"] - report["fetched"]}
    assert report["skipped"][reason] > 0


def test_a_url_list_is_fetched_instead_of_feeds(server: DemoServer, run: Run, tmp_path: Path) -> None:
    """`urls` names articles of a declared site."""
    rows = [row for row in expected(NOW) if row.site == "fr" and row.first == "archived"][:2]
    listed = tmp_path / "urls.txt"
    listed.write_text("".join(f"{server.base}{row.path}\n" for row in rows))
    fine(run("crawl", "demo-fr", "-a", f"urls={listed}", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base))
    assert paths(tmp_path / "archive") == {row.path for row in rows}
    assert {a.discovered_via for a in archived(str(tmp_path / "archive"))} == {"url-list"}


def test_log_lines_are_json_where_there_is_no_terminal(server: DemoServer, run: Run) -> None:
    """Each line on standard error is an object with the run's id."""
    result = fine(run("crawl", "demo-ar", *DEMO, NEWSARCHIVE_DEMO_BASE=server.base))
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert lines
    assert all({"time", "level", "message"} <= line.keys() for line in lines)
    assert any(line.get("run_id", "") in result.stdout for line in lines if line.get("run_id"))
