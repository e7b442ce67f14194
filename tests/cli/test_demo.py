"""The demo, as a newcomer runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.cli import demo


def newsarchive(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command with no settings of the developer's own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NEWSARCHIVE_")}
    command = [sys.executable, "-m", "newsarchive", *arguments]
    return subprocess.run(command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=120, check=False)


def test_the_demo_archives_and_shows_its_articles(tmp_path: Path) -> None:
    """It crawls twice into a folder, shows the reasons and three records, and names a command that works."""
    for _ in range(2):  # a demo made before is replaced
        done = newsarchive("demo", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "21 new articles in demo-archive" in done.stdout
        assert "1 revised article in demo-archive" in done.stdout
        assert "1 skipped/robots, 1 failed/http-404" in done.stdout
        assert "tags: Irak, États-Unis, Iran\n" in done.stdout
        assert "Charts and search in a browser: newsarchive serve --uri demo-archive\n" in done.stdout
        assert "tags: Iraq, United States, Iran\n" in done.stdout
    following = done.stdout.strip().splitlines()[-1].partition(" read ")[2].split()
    read = newsarchive("read", *following, cwd=tmp_path)
    assert {json.loads(line)["site"] for line in read.stdout.splitlines()} >= {"demo-fr", "demo-en"}


@pytest.mark.parametrize("missing", ["", "uvicorn", "jinja2"])
def test_the_page_that_is_offered_can_be_shown(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, the command begins with installing it."""
    monkeypatch.setattr(demo, "find_spec", lambda name: None if name == missing else object())
    command = demo.page_command(Path("demo-archive"))
    assert command.endswith("newsarchive serve --uri demo-archive")
    assert command.startswith("pip install -q 'newsarchive[web]' && ") == bool(missing)


def test_the_demo_replaces_no_other_folder(tmp_path: Path) -> None:
    """A folder that is no archive is left alone."""
    (tmp_path / "demo-archive").mkdir()
    (tmp_path / "demo-archive" / "precious.txt").write_text("mine")
    done = newsarchive("demo", cwd=tmp_path)
    assert done.returncode == 2
    assert "is no archive" in done.stderr
    assert (tmp_path / "demo-archive" / "precious.txt").read_text() == "mine"
