"""The page of a run: whole, without requests, and safe from what sites put into it."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import html

from newsarchive.crawl.run import Run
from newsarchive.crawl.tally import Tally
from newsarchive.spool.runs import RunLines
from newsarchive.watch.page import render
from newsarchive.watch.verdict import State, Verdict
from tests.web.chromium import chromium

HOSTILE = '"><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>'


def page() -> str:
    """Return the page of a run in which everything that a site can write is hostile."""
    run = Run(run_id="20261123t061502z-1f3a9c", started_at=datetime(2026, 11, 23, 6, 15, 2, tzinfo=UTC))
    run.sites[HOSTILE] = Tally(discovered=9, fetched=9, extracted=7, archived=7)
    run.sites[HOSTILE].rejected["no-body"] = 2
    readings = run.readings(HOSTILE)
    readings.answered(f"http://site.example/{HOSTILE}", 0.3)
    readings.example("rejected/no-body", f"http://site.example/{HOSTILE}")
    readings.languages[HOSTILE] = 7
    run.verdicts[HOSTILE] = Verdict(
        state=State.BROKEN, since="2026-11-23T06:15:02Z", signals={"rejected": f"no article ({HOSTILE})"}
    )
    run.problems.append(HOSTILE)
    report = run.report(exit_code=3, lines=RunLines(committed=7, pending=0, withdrawn=0))
    return render(json.loads(json.dumps(report)))


def test_the_page_asks_nothing_of_anybody() -> None:
    """No script, no address that would be fetched, and a policy that forbids both."""
    tree = html.document_fromstring(page())
    assert not tree.xpath("//script | //img | //iframe | //link | //@src | //@href | //@*[starts-with(name(), 'on')]")
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none';")
    assert "script-src" not in policy


def test_the_page_tells_what_happened() -> None:
    """Hostile texts are there, as text."""
    text = html.document_fromstring(page()).text_content()
    for told in (HOSTILE, "no article", "rejected/no-body", "exit code 3", "From links to articles", "Slowest pages"):
        assert told in text


def test_the_page_begins_with_what_is_wrong() -> None:
    """How many sites, which, why, whether that is new, an example and what to do, before all that is as usual."""
    text = html.document_fromstring(page()).text_content()
    told = (
        "1 of 1 sites are not ok: 1 broken",
        "What is wrong",
        "new in this run",
        "no article (",
        "Look at an example",
    )
    places = [text.index(part) for part in (*told, "From links to articles")]
    assert places == sorted(places)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_accessibility_violation(scheme: str, tmp_path: Path) -> None:
    """axe-core finds nothing, and the page is not wider than a telephone or a screen."""
    rules = pytest.importorskip("axe_core_python", reason="axe-core-python is not installed: pip install -e '.[dev]'")
    axe = files(rules).joinpath("axe.min.js").read_text(encoding="utf-8")
    (tmp_path / "run.html").write_text(page(), encoding="utf-8")
    with chromium(tmp_path) as window:
        window.prefer(scheme)
        for width in (390, 1280):
            window.resize(width, 900)
            window.open((tmp_path / "run.html").as_uri())
            found = window.run(f"{axe}; return axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
            assert found == []
            assert window.run("return document.documentElement.scrollWidth <= innerWidth")
