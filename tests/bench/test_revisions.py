"""The benchmark of edits holds on pages of our own, and its edits are what they say."""

from pathlib import Path

import pytest

from bench import revisions
from bench.edited_page import everywhere
from bench.page_noise import NOISE
from bench.real_changes import REAL


@pytest.fixture(scope="module")
def pages() -> list[revisions.Page]:
    """The pages of the sites' tests."""
    return revisions.pages(Path("none"))


def test_real_changes_are_revisions_and_noise_is_not(pages: list[revisions.Page], tmp_path: Path) -> None:
    """Each kind of either on a page."""
    made = {
        name: list(revisions.outcomes(pages, edits, each=1, seed=1, folder=tmp_path / name))
        for name, edits in (("real", REAL), ("noise", NOISE))
    }
    assert [outcome for outcome in made["real"] if not outcome.revised] == []
    assert [outcome for outcome in made["noise"] if outcome.revised] == []
    assert len(made["noise"]) == len(NOISE)
    assert len(made["real"]) >= 12


def test_a_text_is_replaced_however_it_is_spelled() -> None:
    """In elements, attributes, scripts and named references."""
    page = 'Caf\u00e9 &amp; Bar|"Caf\\u00e9 & Bar"|Caf&eacute; &amp; Bar|Caf\u00e9 & Bar'
    assert everywhere(page, "Caf\u00e9 & Bar", "Inn") == 'Inn|"Inn"|Inn|Inn'
