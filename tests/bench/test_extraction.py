"""The measurements of extraction run over any folder of the corpus's shape and change nothing."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.extraction import CORPUS, ROOT, script
from bench.profile_extraction import AFTER, BEFORE, REST, tables
from newsarchive.extraction import titles
from tests.conftest import slow
from tests.extraction.making import PROSE, news, page


def test_every_stage_is_told_and_nothing_stays_watched() -> None:
    """Stages are named by what they call; a renamed function fails here."""
    before = titles.title
    told = "\n".join(tables([page(node=news(keywords="harbour"))] * 3))
    for stage in [*AFTER, *BEFORE]:
        assert f"| {stage[0]} |" in told
    assert told.count(f"| {REST} |") == 2
    assert titles.title is before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The harbour", "Latin"),
        ("Мы закрыли", "Cyrillic"),
        ("الميناء", "Arabic script"),
        ("港口", "CJK"),
        ("항구", "CJK"),
        ("みなと", "CJK"),
        ("\u03bb\u03b9\u03bc\u03ac\u03bd\u03b9", "other"),
        ("", "not known"),
    ],
)
def test_script_of_a_page(text: str, expected: str) -> None:
    """It is that of the truth's letters, for every page that has any."""
    assert script({"title": text, "body": None}) == expected


@slow
def test_a_folder_of_the_same_shape(tmp_path: Path) -> None:
    """Two pages and the comparison make the report."""
    if not (CORPUS / "score.py").exists():
        pytest.skip("../shared/corpus is not there: its score.py compares")
    (tmp_path / "pages").mkdir()
    shutil.copy(CORPUS / "score.py", tmp_path)
    (tmp_path / "pages" / "a.html.gz").write_bytes(gzip.compress(page()))
    record = {"id": "a", "url": "https://news.example.org/a", "html_path": "pages/a.html.gz", "body": " ".join(PROSE)}
    (tmp_path / "truth.jsonl").write_text(f"{json.dumps(record)}\n" * 2, encoding="utf-8")
    options = [f"--corpus={tmp_path}", "--sample=1", f"--out={tmp_path}/q.md"]
    command = [sys.executable, "-m", "bench.extraction", *options]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    told = (tmp_path / "q.md").read_text(encoding="utf-8")
    assert "| newsarchive | 1.000 |" in told
    assert "## Peers, on 1 of the pages" in told
