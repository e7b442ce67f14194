"""A crawl after a takedown: what was erased is not even asked for."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from newsarchive import clock
from newsarchive.archive import Archive
from newsarchive.demo.server import DemoServer
from newsarchive.storage import open_storage
from tests.conftest import slow
from tests.upkeep.conftest import Command


def crawl(base: str, root: Path) -> dict[str, Any]:
    """Crawl the bundled sites again, every address due; return what the run report says of each."""
    words = ["crawl", "--all", "--allow-private", "--uri", str(root), "-s", "SPIDER_MODULES=newsarchive.demo.spiders"]
    quick = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "NEWSARCHIVE_REVISIT=always"]
    environment = {**os.environ, "NEWSARCHIVE_DEMO_BASE": base, "NEWSARCHIVE_WORKERS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", *words, *quick],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(max(root.glob("runs/*/*.json")).read_bytes())
    return {name: {"fetched": site["fetched"], **site["skipped"]} for name, site in report["sites"].items()}


@slow
def test_a_new_crawl_does_not_bring_it_back(tmp_path: Path, command: Command) -> None:
    """Neither the article, whose page is not fetched, nor anything of the erased site, whose feeds are not."""
    root = tmp_path / "archive"
    with DemoServer(now=clock.now()) as server:
        crawl(server.base, root)
        before = {a.url for a in Archive.open(str(root)).articles(duplicates=True)}
        erased = next(u for u in sorted(before) if "/en/" in u)
        assert command("erase", "--uri", str(root), "--url", erased, "--yes")[0] == 0
        assert command("erase", "--uri", str(root), "--site", "demo-fr", "--yes")[0] == 0
        sites = crawl(server.base, root)
    after = {a.url for a in Archive(open_storage(str(root))).articles(duplicates=True)}
    assert after == {u for u in before if u != erased and "/fr/" not in u}
    assert sites["demo-en"]["erased"] == 1
    assert sites["demo-en"]["fetched"] + sites["demo-de"]["fetched"] > 0
    assert sites.get("demo-fr", {"fetched": 0})["fetched"] == 0
