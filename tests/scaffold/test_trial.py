"""A new operator's way from an empty folder to scheduled runs, with nothing but what cron gives to a command."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive import clock
from newsarchive.demo.server import DemoServer
from newsarchive.spool.state import locked

POOR = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "SHELL": "/bin/sh"}
QUICK = "from newsarchive.settings import *\nDOWNLOAD_DELAY = 0\nAUTOTHROTTLE_ENABLED = False\nRETRY_TIMES = 0\n"


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """The demo's sites, with today's news."""
    with DemoServer(now=clock.now() - timedelta(hours=1)) as serving:
        yield serving


@pytest.fixture
def newsarchive() -> str:
    """The installed command."""
    script = Path(sys.executable).with_name("newsarchive")
    if not script.is_file():
        pytest.skip("newsarchive is not installed beside this Python: pip install -e '.[test]'")
    return str(script)


def ran(command: list[str], home: Path, cwd: Path, *, code: int = 0) -> str:
    """Run a command as that user would; return what it printed."""
    environment = POOR | {"HOME": str(home)}
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + (done.stderr if code else "")


def scheduled(folder: Path, home: Path) -> str:
    """Run the crontab's first line as cron does, without the delay; return what cron would mail."""
    lines = (folder / "deploy" / "crontab").read_text().splitlines()
    line = next(line for line in lines if not line.startswith("#")).replace(" --jitter 5m", "")
    return ran(["/bin/sh", "-c", line.split(maxsplit=5)[5].replace(r"\%", "%")], home, Path("/"))


@pytest.mark.slow
def test_from_an_empty_folder_to_scheduled_runs(server: DemoServer, newsarchive: str, tmp_path: Path) -> None:
    """What each step says leads to the next; runs are silent while all is well, and mail when it is not."""
    folder = tmp_path / "my news"
    assert f"{newsarchive} add" in ran([newsarchive, "init", str(folder)], tmp_path, tmp_path)
    (folder / "quick.py").write_text(QUICK)
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = quick\n")
    add = [newsarchive, "add", f"{server.base}/ar/", "--name", "mine", "--country", "LB"]
    assert "--allow-private" in ran(add, tmp_path, folder, code=2)
    added = ran([*add, "--allow-private"], tmp_path, folder)
    assert f"Next: {newsarchive} crawl mine -a limit=5 --allow-private" in added
    with (folder / ".env").open("a", encoding="utf-8") as settings:
        settings.write("NEWSARCHIVE_ALLOW_PRIVATE=1\n")
    assert "declares mine" in ran([newsarchive, "doctor"], tmp_path, folder)
    assert scheduled(folder, tmp_path) == ""
    rows = [
        json.loads(line) for line in ran([newsarchive, "status", "--json"], tmp_path, folder / "tests").splitlines()
    ]
    assert [(row["site"], row["state"], row["new"] > 0) for row in rows] == [("mine", "ok", True)]
    assert f"{rows[0]['new']} new articles in {folder}/archive" in (folder / "crawl.log").read_text(encoding="utf-8")
    with locked(folder / "state"):
        assert scheduled(folder, tmp_path) == ""
    assert "another run is using the state folder" in (folder / "crawl.log").read_text(encoding="utf-8")
    server._http.pages = {}
    assert scheduled(folder, tmp_path) == f"newsarchive crawl ended with 3: see crawl.log in {folder}\n"
    assert "broken" in ran([newsarchive, "status"], tmp_path, folder)
