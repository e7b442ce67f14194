"""A command is shown as it can be typed."""

import sys
from pathlib import Path

import pytest

from newsarchive.cli.invocation import program


@pytest.mark.parametrize(
    ("here", "elsewhere", "shown"),
    [
        (".", False, ".venv/bin/newsarchive"),
        (".", True, "{root}/.venv/bin/newsarchive"),
        (".venv/bin", False, "{root}/.venv/bin/newsarchive"),
        ("news", False, "{root}/.venv/bin/newsarchive"),
    ],
)
def test_a_path_from_where_it_is_typed(
    here: str, *, elsewhere: bool, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short below the working directory, where a shell would find it; else absolute."""
    root = tmp_path.resolve()
    script = root / ".venv/bin/newsarchive"
    script.parent.mkdir(parents=True)
    script.touch(mode=0o755)
    (root / here).mkdir(exist_ok=True)
    monkeypatch.chdir(root / here)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert program(elsewhere=elsewhere) == shown.format(root=root)
    monkeypatch.setenv("PATH", str(script.parent))
    assert program(elsewhere=elsewhere) == "newsarchive"
