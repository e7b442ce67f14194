"""The table of URL pairs: what the conservative key may never merge, what the aggressive one must propose."""

import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.loose_urls import is_telling, loose_key
from newsarchive.urls import normalize, url_key


class Pair(NamedTuple):
    """Two addresses: `same` page whatever the site, a `variant` of one article, or of two `different` ones."""

    verdict: str
    one: str
    other: str
    reason: str


def _read() -> list[Pair]:
    with (Path(__file__).parent / "url_pairs.tsv").open(encoding="utf-8", newline="") as file:
        return [Pair(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


PAIRS = _read()


def of(*verdicts: str) -> list[Pair]:
    """Return the pairs of these verdicts."""
    return [pair for pair in PAIRS if pair.verdict in verdicts]


def test_the_table_is_large_and_each_pair_stands_once() -> None:
    """At least 300 pairs, at least 50 of each verdict, none twice or of one address."""
    counts = Counter(pair.verdict for pair in PAIRS)
    assert len(PAIRS) >= 300
    assert set(counts) == {"same", "variant", "different"}
    assert min(counts.values()) >= 50
    assert len({frozenset(pair[1:3]) for pair in PAIRS}) == len(PAIRS)
    assert all(pair.one != pair.other and pair.reason for pair in PAIRS)


@pytest.mark.parametrize("pair", of("different"), ids=str)
def test_the_conservative_key_never_merges_two_articles(pair: Pair) -> None:
    """Not one of the pairs that are two articles."""
    assert url_key(pair.one) != url_key(pair.other)


@pytest.mark.parametrize("pair", of("same"), ids=str)
def test_the_conservative_key_knows_forms_of_one_address(pair: Pair) -> None:
    """What differs in form only is fetched once; the normal form is a fixed point."""
    assert url_key(pair.one) == url_key(pair.other)
    assert normalize(normalize(pair.other)) == normalize(pair.other)


def test_the_aggressive_key_proposes_what_may_be_one_article() -> None:
    """At least 95 % of the pairs that are one article."""
    merge = of("same", "variant")
    missed = [pair for pair in merge if loose_key(pair.one) != loose_key(pair.other)]
    assert len(missed) <= 0.05 * len(merge), missed


def test_the_aggressive_key_proposes_two_articles_only_where_content_must_decide() -> None:
    """Parameters that one site uses for its trackers and another for its articles are the only wrong proposals."""
    doubtful = {"content must decide", "the last of equal names counts"}
    wrong = [pair for pair in of("different") if loose_key(pair.one) == loose_key(pair.other)]
    assert {pair.reason for pair in wrong} <= doubtful


@given(st.sampled_from(PAIRS), st.text(max_size=8), st.text(max_size=8))
def test_one_key_implies_the_other(pair: Pair, name: str, value: str) -> None:
    """Addresses of one page by the conservative key are proposed by the aggressive one, with anything appended."""
    tail = f"&{name}={value}" if "?" in pair.one else f"?{name}={value}"
    assert loose_key(pair.one + tail) == loose_key(normalize(pair.one + tail)) != ""


@pytest.mark.parametrize("url", ["", "/a", "ftp://example.org/a", "http://[bad/", "javascript:void(0)"])
def test_what_is_no_address_has_no_key(url: str) -> None:
    """Nothing is proposed for it."""
    assert loose_key(url) == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/news/1203344", True),
        ("/world/river-rises-after-rain", True),
        ("/world/river-rises-after-rain/amp", True),
        ("/world/the_river_rises_again/index.html", True),
        ("/articles/c0mn1l2k3jo", True),
        ("/articles/harbour2026", False),
        ("/weather", False),
        ("/2026/11/23/weather", False),
        ("/story.php?id=1203344", False),
        ("/", False),
    ],
)
def test_which_addresses_tell_the_article(path: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """A long number, or the words of a headline, in the path."""
    assert is_telling(f"https://example.org{path}") is expected
