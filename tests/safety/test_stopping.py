"""A run that is told to stop is gone within half a minute, whatever it waits for, and the next one goes on."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsarchive.archive import Archive
from tests import proxy
from tests.conftest import Servers
from tests.safety.serving import NOT_FOUND, Answer, Serving, article, crawl, crawling, feed, front, serving

if TYPE_CHECKING:
    import subprocess

PROMISED = 30
TOO_SLOW = 45.0
PAGES = 30
SLOW_PAGE = "/2026/11/01/ferries-of-pier-1"


class Pages:
    """A site of articles, of which what `slow` says comes after 45 seconds."""

    def __init__(self, *slow: str) -> None:
        self.slow = set(slow)
        self.heavy = "<table><tr><td><b>" + "x<td>" * 60_000

    def __call__(self, path: str) -> Answer:
        """Answer a request."""
        answer = self._answer(path)
        if path in self.slow:
            return Answer(answer.body, answer.kind, wait=TOO_SLOW)
        number = path.rpartition("-")[2]
        if "headers" in self.slow and number.isdigit() and int(number) % 3 == 1:
            return Answer(answer.body, wait=TOO_SLOW)
        if "drip" in self.slow and number.isdigit() and int(number) % 3 == 2:
            body = (bytes([byte]) for byte in bytes(answer.body))  # type: ignore[arg-type]  # articles are bytes
            return Answer(body, pause=TOO_SLOW / 10)
        return answer

    def _answer(self, path: str) -> Answer:
        if path == "/":
            return front()
        if path == "/feed":
            return feed(f"/2026/11/01/ferries-of-pier-{n}" for n in range(PAGES))
        number = path.rpartition("-")[2]
        more = self.heavy if "busy" in self.slow else ""
        return article(int(number), more=more) if number.isdigit() else NOT_FOUND


def _archived(folder: Path) -> list[str]:
    records = list(Archive.open(str(folder / "archive")).articles(revisions="all", duplicates=True))
    return sorted(record.url for record in records)


def _wait(process: "subprocess.Popen[str]", until: Callable[[], bool]) -> None:
    while process.poll() is None and not until():
        time.sleep(0.05)
    assert process.poll() is None, process.stdout and process.stdout.read()


def _is_whole(archive: Path, site: Serving, pages: int = PAGES) -> None:
    urls = _archived(archive)
    assert len(urls) == len(set(urls)) == pages, urls
    assert all(url.startswith(site.base) for url in urls)


CASES = {
    "headers and bodies": (("headers", "drip"), SLOW_PAGE),
    "robots.txt": (("/robots.txt",), "/robots.txt"),
    "a feed": (("/feed",), "/feed"),
    "busy workers": (("busy",), "/2026/11/01/ferries-of-pier-20"),
}


@pytest.mark.parametrize(
    "how", [*(pytest.param(name, marks=pytest.mark.slow) for name in list(CASES)[1:]), *list(CASES)[:1]]
)
def test_a_stopped_run_ends_in_time_and_the_next_goes_on(how: str, tmp_path: Path) -> None:
    """SIGTERM to the whole group while pages, listings or workers keep it waiting: 0, and the rest comes next time."""
    slow, begun = CASES[how]
    pages = Pages(*slow)
    with serving(pages) as site:
        with crawling(tmp_path, "-a", f"url={site.base}/") as process:
            _wait(process, lambda: bool(site.asked[begun]))
            os.killpg(process.pid, signal.SIGTERM)
            output, _ = process.communicate(timeout=PROMISED)
        assert process.returncode == 0, output
        assert "extraction-" not in output
        before = len(_archived(tmp_path)) if (tmp_path / "archive").exists() else 0
        pages.slow.clear()
        site.released.set()
        finished = crawl(tmp_path, "-a", f"url={site.base}/")
        assert finished.returncode == 0, finished.stderr
        told = f"{PAGES - before} new article" if before < PAGES else "Nothing new"
        assert told in finished.stdout, finished.stdout
        _is_whole(tmp_path, site)
        reports = [json.loads(path.read_text()) for path in (tmp_path / "archive" / "runs").rglob("*.json")]
        assert sorted(report["finish_reason"] for report in reports) == ["finished", "shutdown"]
        assert not [error for report in reports for error in report["errors"]]


SILENT: dict[str, proxy.Fault] = {
    "from the start": proxy.always("stall", "PUT"),
    "when articles come": lambda _, path: "stall" * ("crawl_date" in path),
}


@pytest.mark.slow
@pytest.mark.parametrize("since", SILENT)
def test_a_silent_store_does_not_hold_up_a_stopped_run(
    since: str, servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A put that gets no answer for 45 s: exit 4 in time, and the next run delivers what was accepted."""
    store = servers.get("moto")
    store.announce(monkeypatch)
    uri = f"s3://news/{tmp_path.name}"
    pages = Pages("headers")
    with serving(pages) as site, proxy.before(store.endpoint, SILENT[since], stall_seconds=TOO_SLOW) as way:
        given = {
            "NEWSARCHIVE_URI": uri,
            "NEWSARCHIVE_STATE": str(tmp_path / "state"),
            "NEWSARCHIVE_ENDPOINT_URL": way.endpoint,
            "NEWSARCHIVE_RAW": "none",
            "NEWSARCHIVE_STOP_SECONDS": "12",
        }
        with crawling(tmp_path, "-a", f"url={site.base}/", **given) as process:
            _wait(process, lambda: bool(way.requests["PUT"] if since == "from the start" else site.asked[SLOW_PAGE]))
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=PROMISED)
        assert process.returncode == 4, output
        assert "what was accepted waits in the spool" in output
        assert "Traceback" not in output
        way.fault = proxy.never
        pages.slow.clear()
        site.released.set()
        finished = crawl(tmp_path, "-a", f"url={site.base}/", **given)
        assert finished.returncode == 0, finished.stderr
    records = list(Archive.open(uri, endpoint_url=store.endpoint).articles(revisions="all", duplicates=True))
    assert len({record.id for record in records}) == len(records) == PAGES


@pytest.mark.slow
def test_told_twice_a_run_gives_up_at_once(tmp_path: Path) -> None:
    """The second signal ends what the first would have let finish; nothing is lost by it."""
    pages = Pages("headers")
    with serving(pages) as site:
        with crawling(tmp_path, "-a", f"url={site.base}/", NEWSARCHIVE_STOP_SECONDS="300") as process:
            _wait(process, lambda: bool(site.asked[SLOW_PAGE]))
            process.send_signal(signal.SIGINT)
            while "again for at once" not in (process.stdout.readline() if process.stdout else ""):
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=PROMISED)
        assert process.returncode in (0, 4), output
        assert "Traceback" not in output
        pages.slow.clear()
        site.released.set()
        assert crawl(tmp_path, "-a", f"url={site.base}/").returncode == 0
        _is_whole(tmp_path, site)
