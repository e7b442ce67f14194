"""Each folder in sites/ holds a page and the record that it must give: one test for every field."""

from pathlib import Path

import pytest

from newsarchive.survey.expectation import cases, compared

HERE = Path(__file__).parent / "sites"


@pytest.mark.parametrize(("folder", "field"), cases(HERE))
def test_a_field_is_as_expected(folder: str, field: str) -> None:
    """The whole value, exactly."""
    found, expected = compared(HERE / folder, field)
    assert found == expected
