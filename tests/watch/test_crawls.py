"""Real crawls of a site that turns bad: states, exit codes, who is told, and that no secret gets out."""

import gzip
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive import clock
from newsarchive.archive import Archive, layout, ledger
from newsarchive.archive.ledger import LedgerRow
from newsarchive.urls import site_name
from tests.conftest import slow
from tests.crawl.conftest import QUICK, ROOT, Result, Run
from tests.watch.conftest import Receiver, Site, free_port

CANARY = "c4n4ry"


def states(archive: Path) -> list[str]:
    """Return the states in the ledger, oldest first."""
    return [row.state for row in Archive.open(str(archive)).runs()]


@pytest.mark.parametrize(
    ("mode", "state", "said"),
    [
        ("403", "blocked", "none of 5 articles could be fetched (http-403)"),
        pytest.param("robots", "blocked", "none of 5 articles could be fetched (robots)", marks=slow),
        pytest.param("consent", "blocked", "no article on any of 5 pages (consent-page)", marks=slow),
        pytest.param("error", "broken", "no article on any of 5 pages (error-page)", marks=slow),
        pytest.param("empty", "broken", "no article link found", marks=slow),
        pytest.param("home", "broken", "no article on any of 5 pages (redirected-away)", marks=slow),
        pytest.param("selector", "broken", "no article on any of 5 pages (no-body)", marks=slow),
        pytest.param("led off", "moved", "its pages lead to localhost", marks=slow),
        pytest.param("announced", "moved", "its links lead to localhost", marks=slow),
    ],
)
def test_a_site_that_turns_bad_is_told_of_once(  # noqa: PLR0913, PLR0917 - what the test is about
    mode: str, state: str, said: str, site: Site, receiver: Receiver, run: Run, tmp_path: Path
) -> None:
    """The run after the change ends with 3 and tells; the next one is silent; the site's recovery is told again."""
    told = {
        "NEWSARCHIVE_NOTIFY_URL": f"{receiver.base}/notify",
        "NEWSARCHIVE_HEALTHCHECK_URL": f"{receiver.base}/health",
        "NEWSARCHIVE_METRICS_FILE": str(tmp_path / "newsarchive.prom"),
        "NEWSARCHIVE_PUSHGATEWAY_URL": receiver.base,
    }
    codes = []
    for edition, now in enumerate(("fine", mode, mode, "fine"), 1):
        site.mode, site.edition = now, edition
        result = run("crawl", "news", "-a", f"url={site.base}/", *QUICK, **told)
        codes.append(result.returncode)
        assert (said in result.stdout) == (now != "fine"), result.stdout + result.stderr
    assert codes == [0, 3, 0, 0]
    assert states(tmp_path / "archive") == ["ok", state, state, "ok"]
    messages = [json.loads(body) for _, path, body, _ in receiver.requests if path == "/notify"]
    assert [[c["state"] for c in message["changes"]] for message in messages] == [[state], ["ok"]]
    assert said in messages[0]["changes"][0]["reasons"].values()
    good, bad = ["/health/start", "/health"], ["/health/start", "/health/fail"]
    assert receiver.paths("/health") == [*good, *bad, *good, *good]
    assert receiver.paths("/metrics") == ["/metrics/job/newsarchive"] * 4
    assert 'state="ok"} 1' in (tmp_path / "newsarchive.prom").read_text()
    status = run("status", "--json")
    assert json.loads(status.stdout)["state"] == "ok", status.stderr


def remembered(folder: Path, site: str) -> None:
    """Write the ledger rows of thirty sound runs of a site, one a day until yesterday, into an archive."""
    for day in range(30, 0, -1):
        began = clock.now() - timedelta(days=day)
        row = LedgerRow(
            run_id=f"{began:%Y%m%dt%H%M%Sz}-0a1b2c", site=site, crawl_date=f"{began:%Y-%m-%d}",
            started_at=clock.stamp(began), finish_reason="finished", state="ok", discovered=10, fetched=10,
            extracted=10, new=10, listings=2, with_text=10, with_date_published=10, text_length=1500 + 10 * day,
            lagged=10, dates=10, lag_minutes=40, compared=10, fetch_ms=300, listing_ms=300, languages_json='{"en": 10}',
        )  # fmt: skip
        path = folder / layout.ledger_key(row.run_id)
        path.parent.mkdir(parents=True)
        path.write_bytes(ledger.encode(row))


@slow
def test_a_fault_that_only_the_past_tells_is_found_at_once(
    site: Site, receiver: Receiver, run: Run, tmp_path: Path
) -> None:
    """Pages are well but for their dates: suspect, exit 0, told once, on the run's page; the next run is silent."""
    remembered(tmp_path / "archive", site_name(f"{site.base}/"))
    site.mode = "frozen"
    told = {"NEWSARCHIVE_NOTIFY_URL": f"{receiver.base}/notify"}
    for edition in (1, 2):
        site.edition = edition
        result = run("crawl", "news", "-a", f"url={site.base}/", *QUICK, **told)
        assert result.returncode == 0, result.stdout + result.stderr
    assert states(tmp_path / "archive")[-3:] == ["ok", "suspect", "suspect"]
    (message,) = [json.loads(body) for _, path, body, _ in receiver.requests if path == "/notify"]
    (change,) = message["changes"]
    assert change["state"] == "suspect"
    assert "articles have another date than the links to them (5 of 5, usually 0%)" in change["reasons"].values()
    page = run("report").stdout
    assert "1 of 1 sites are not ok: 1 suspect" in page
    assert "articles have another date than the links to them" in page


def leaks(result: Result, folder: Path) -> list[str]:
    """Return where a canary is: in the output, or in a file of the archive, the spool or the metrics."""
    found = [name for name in ("stdout", "stderr") if CANARY in getattr(result, name)]
    files = (path for path in folder.rglob("*") if path.is_file())
    return found + [str(path) for path in files if CANARY.encode() in unpacked(path)]


def unpacked(path: Path) -> bytes:
    """Return what a file holds, segments and pages as they are before compression."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param("none", marks=slow),
        "messages",
        "storage",
        pytest.param("usage", marks=slow),
        pytest.param("proxy", marks=slow),
    ],
)
def test_no_secret_is_written_anywhere(failure: str, site: Site, receiver: Receiver, run: Run, tmp_path: Path) -> None:
    """Canaries in credentials, addresses and proxies are in no log, report, metric, message or traceback."""
    where = receiver.base if failure == "none" else f"http://127.0.0.1:{free_port()}"
    secret = where.replace("http://", f"http://user:{CANARY}-password@")
    extra = {
        "AWS_ACCESS_KEY_ID": f"{CANARY}-key",
        "AWS_SECRET_ACCESS_KEY": f"{CANARY}-secret",
        "AWS_SESSION_TOKEN": f"{CANARY}-token",
        "NEWSARCHIVE_NOTIFY_URL": f"{secret}/notify/{CANARY}-path",
        "NEWSARCHIVE_NOTIFY": f"json://user:{CANARY}-apprise@127.0.0.1:{free_port()}/",
        "NEWSARCHIVE_HEALTHCHECK_URL": f"{secret}/health/{CANARY}-uuid",
        "NEWSARCHIVE_PUSHGATEWAY_URL": secret,
        "NEWSARCHIVE_METRICS_FILE": str(tmp_path / "newsarchive.prom"),
        "NEWSARCHIVE_RAW": "warc",
    }
    url, flags = f"{site.base}/", ["-s", "LOG_LEVEL=DEBUG"]
    if failure == "messages":
        site.mode = "403"
        url = url.replace("http://", f"http://user:{CANARY}-site@")
    if failure == "storage":
        extra |= {"NEWSARCHIVE_URI": "s3://bucket/x", "NEWSARCHIVE_STATE": str(tmp_path / "state")}
        extra["NEWSARCHIVE_ENDPOINT_URL"] = secret
    if failure == "usage":
        url = f"ftp://user:{CANARY}-url@127.0.0.1/"
    if failure == "proxy":
        extra |= {"http_proxy": secret, "HTTPPROXY_ENABLED": "1"}
    result = run("crawl", "news", "-a", f"url={url}", *QUICK, *flags, **extra)
    expected = {"none": 0, "messages": 3, "storage": 4, "usage": 2, "proxy": 3}[failure]
    assert result.returncode == expected, result.stdout + result.stderr
    assert not leaks(result, tmp_path), [line for line in result.stderr.splitlines() if CANARY in line]
    for _, _, body, _ in receiver.requests:
        assert CANARY not in body


@pytest.mark.parametrize("where", ["crash()", "threading.Thread(target=crash).start()"])
def test_a_crash_prints_no_secret(where: str) -> None:
    """The traceback is there, without what the environment and addresses hide."""
    program = f"""
import threading
from newsarchive.redaction import redact_output

def crash():
    raise OSError("s3://key:c4n4ry@b t0ken-c4n4ry")

redact_output()
{where}
"""
    environment = {"AWS_SESSION_TOKEN": "t0ken-c4n4ry"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "OSError: s3://***@b ***" in done.stderr
    assert CANARY not in done.stderr
