"""What a schedule asks of a crawl: a delay before it, no overlap, and what was missed."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.crawl.jitter import span
from newsarchive.errors import UsageError
from newsarchive.spool.state import locked
from tests.crawl.conftest import ROOT, Run


@pytest.mark.parametrize(("text", "seconds"), [("0s", 0), ("90s", 90), ("10m", 600), ("2H", 7200), ("24h", 86400)])
def test_a_span_is_read(text: str, seconds: int) -> None:
    """In seconds."""
    assert span(text) == seconds


@pytest.mark.parametrize("text", ["", "10", "m", "-1m", "25h", "1.5h", "10 minutes", "٣m"])
def test_a_span_that_is_none_is_refused(text: str) -> None:
    """With what could be written."""
    with pytest.raises(UsageError, match="write 30s, 10m or 2h"):
        span(text)


@pytest.mark.slow
def test_a_wrong_command_is_told_before_the_delay(run: Run) -> None:
    """A day's jitter does not delay what is wrong with the command."""
    done = run("crawl", "rfii", "--jitter", "24h")
    assert (done.returncode, "did you mean" in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_waiting_crawl_holds_nothing_and_ends_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    """While it waits, another run may have the state folder; a signal ends it before it has begun."""
    command = [sys.executable, "-m", "newsarchive", "crawl", "rfi", "--jitter", "24h"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as waiting:
        assert waiting.stderr is not None
        line = json.loads(waiting.stderr.readline())
        assert line["message"].endswith("of at most 86400 s before the crawl")
        with locked(tmp_path / "archive-state"):
            waiting.send_signal(signal.SIGTERM)
            assert waiting.wait(timeout=10) == -signal.SIGTERM
    assert not (tmp_path / "archive").exists()
