"""What SECURITY.md says is defended has tests that there are."""

from pathlib import Path

import pytest

from tests.claims import ROOT, claims, missing_tests

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
THREATS = claims(TEXT)


@pytest.mark.parametrize(("threat", "tests"), THREATS, ids=[threat for threat, _ in THREATS])
def test_each_threat_names_tests_that_there_are(threat: str, tests: str) -> None:
    """Each by file and function."""
    assert missing_tests(tests) == [], threat
    assert all("::" in named for named in tests.split("`")[1::2]), threat


def test_every_row_of_the_table_names_a_test() -> None:
    """No threat stands there with a defence that nothing tries."""
    _, _, table = TEXT.partition("\n| Threat |")
    rows = table.partition("\n\n")[0].splitlines()[2:]
    assert len(rows) == len(THREATS) > 20


@pytest.mark.parametrize(
    ("cell", "missing"),
    [
        ("`tests/test_a.py::test_one`", []),
        ("`tests/test_a.py::test_later`, `tests/test_a.py`", []),
        ("`tests/test_a.py::test_on`", ["tests/test_a.py::test_on"]),
        ("`tests/test_a.py::test_quoted`", ["tests/test_a.py::test_quoted"]),
        ("`tests/test_a.py::test_one`, `tests/test_b.py::test_one`", ["tests/test_b.py::test_one"]),
        ("`tests/a.py::test_one`", ["tests/a.py::test_one"]),
    ],
)
def test_a_misspelt_test_is_noticed(cell: str, missing: list[str], tmp_path: Path) -> None:
    """A file, or a function of it, that is not there; one that is only spoken of is not there."""
    text = 'def test_one(): """def test_quoted():"""\nasync def test_later(): """."""\n'
    for name in ("test_a.py", "a.py"):
        (tmp_path / "tests").mkdir(exist_ok=True)
        (tmp_path / "tests" / name).write_text(text, encoding="utf-8")
    assert missing_tests(cell, tmp_path) == missing
