"""The sums that must hold."""

from collections import Counter
from typing import Any

import pytest

from newsarchive.crawl.tally import Tally, check, total
from newsarchive.errors import ArchiveError
from newsarchive.spool.runs import RunLines


def tally(**changes: Any) -> Tally:  # noqa: ANN401 - any counter
    """Return counters whose sums hold, with some changed."""
    fields: dict[str, Any] = {
        "discovered": 20,
        "fetched": 10,
        "not_modified": 4,
        "skipped": Counter({"robots": 3, "known": 1}),
        "failed": Counter({"http-500": 2}),
        "rejected": Counter({"not-html": 3}),
        "extracted": 7,
        "dropped": Counter({"duplicate": 1, "no-text": 1}),
        "archived": 5,
        "revised": 1,
        "ignored": Counter({"offsite": 9}),
    }
    return Tally(**(fields | changes))


@pytest.mark.parametrize(
    "lines",
    [
        RunLines(committed=5, pending=0, withdrawn=0),
        RunLines(committed=0, pending=5, withdrawn=0),
        RunLines(committed=2, pending=2, withdrawn=1),
    ],
)
def test_sums_that_hold(lines: RunLines) -> None:
    """Every link and every page is counted once; every archived article is somewhere."""
    check(tally(), lines)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"discovered": 21}, "discovered = fetched + not modified + skipped + failed does not hold: 21 is not 20"),
        ({"not_modified": 5}, "discovered = .* does not hold: 20 is not 21"),
        ({"skipped": Counter()}, "discovered = .* does not hold: 20 is not 16"),
        ({"failed": Counter({"dns": 3})}, "discovered = .* does not hold: 20 is not 21"),
        ({"fetched": 11}, "discovered = .*; fetched = extracted .* rejected does not hold: 11 is not 10"),
        ({"rejected": Counter()}, "fetched = .* does not hold: 10 is not 7"),
        ({"dropped": Counter()}, "extracted = archived . dropped does not hold: 7 is not 5"),
        ({"archived": 6}, "extracted = .* 7 is not 8; archived = committed .* does not hold: 6 is not 5"),
    ],
)
def test_sums_that_do_not(change: dict[str, Any], sentence: str) -> None:
    """The error names each sum and both sides."""
    pattern = sentence.replace("+", r"\+")
    with pytest.raises(ArchiveError, match=rf"the run's sums do not hold: {pattern}"):
        check(tally(**change), RunLines(committed=5, pending=0, withdrawn=0))


@pytest.mark.parametrize("committed", [4, 6])
def test_lines_that_are_not_what_was_archived(committed: int) -> None:
    """A line lost or stored twice fails the run."""
    with pytest.raises(ArchiveError, match=f"does not hold: 5 is not {committed}"):
        check(tally(), RunLines(committed=committed, pending=0, withdrawn=0))


def test_a_total_adds_every_counter() -> None:
    """Over sites, reason by reason; the sites' own counters stay."""
    one, other = tally(), tally(skipped=Counter({"robots": 2, "limit": 2}), listings=Counter({"fetched": 1}))
    found = total([one, other])
    assert (found.discovered, found.archived, found.revised) == (40, 10, 2)
    assert found.skipped == {"robots": 5, "known": 1, "limit": 2}
    assert found.listings == {"fetched": 1}
    assert one == tally()
    assert total([]) == Tally()
    assert found.broken_sums() == []


def test_counters_as_json_values() -> None:
    """Reasons sorted, every counter there."""
    found = tally().as_dict()
    assert list(found["skipped"]) == ["known", "robots"]
    assert set(found) == set(Tally.__slots__)
    assert found["archived"] == 5
