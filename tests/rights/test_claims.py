"""What docs/politeness.md promises has a test for each claim, and names signals and reasons as they are."""

from dataclasses import fields

import pytest

from newsarchive.rights.policy import SIGNALS
from newsarchive.rights.signals import Signals
from tests.claims import ROOT, claims, missing_tests
from tests.crawl.robots_sites import CASES

TEXT = (ROOT / "docs" / "politeness.md").read_text(encoding="utf-8")
CLAIMS = claims(TEXT)


@pytest.mark.parametrize(("claim", "tests"), CLAIMS, ids=[claim for claim, _ in CLAIMS])
def test_each_claim_names_tests_that_there_are(claim: str, tests: str) -> None:
    """A file, or a function in it."""
    assert missing_tests(tests) == [], claim
    assert len(CLAIMS) > 15


def test_signals_and_reasons_are_those_of_the_code() -> None:
    """Every key of a record's `rights`, every signal that can be obeyed, every reason; and the size of the table."""
    missing = [field.name for field in fields(Signals) if f"`{field.name}`" not in TEXT]
    missing += [name for name, reason in SIGNALS.items() if f"`{name}`" not in TEXT or f"/{reason}`" not in TEXT]
    assert missing == []
    assert f"{len(CASES)} cases" in TEXT
