"""What docs/politeness.md promises has a test for each claim, and names signals and reasons as they are."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from newsarchive.rights.policy import SIGNALS
from newsarchive.rights.signals import Signals
from tests.crawl.robots_sites import CASES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "politeness.md").read_text(encoding="utf-8")
CLAIMS = re.findall(r"^\| (.+?) \| (`tests/.+) \|$", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("claim", "tests"), CLAIMS, ids=[claim for claim, _ in CLAIMS])
def test_each_claim_names_tests_that_there_are(claim: str, tests: str) -> None:
    """A file, or a function in it."""
    for named in re.findall(r"`(.+?)`", tests):
        path, _, function = named.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not function or f"\ndef {function}(" in text, (claim, named)
    assert len(CLAIMS) > 15


def test_signals_and_reasons_are_those_of_the_code() -> None:
    """Every key of a record's `rights`, every signal that can be obeyed, every reason; and the size of the table."""
    missing = [field.name for field in fields(Signals) if f"`{field.name}`" not in TEXT]
    missing += [name for name, reason in SIGNALS.items() if f"`{name}`" not in TEXT or f"/{reason}`" not in TEXT]
    assert missing == []
    assert f"{len(CASES)} cases" in TEXT
