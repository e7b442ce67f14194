"""The package as it is installed, away from a checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_an_installed_copy_has_its_spiders(tmp_path: Path) -> None:
    """A wheel keeps `spiders` and `pipelines` inside the package, and crawls with them."""
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {
            "newsarchive",
            wheel.name.rsplit("-py3", 1)[0] + ".dist-info",
        }
        archive.extractall(tmp_path / "installed")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    for arguments, code, said in (
        (("demo",), 0, "21 new articles"),
        (("crawl", "rfii"), 2, "did you mean 'rfi'?"),
    ):
        command = [sys.executable, "-m", "newsarchive", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert said in done.stdout + done.stderr
