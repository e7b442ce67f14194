"""What may be taken for a line of the site, and what is never."""

import json
from dataclasses import replace

import pytest

from newsarchive.repetition import foreign, line_key, lines, places, topic, without
from tests.conftest import article

PROMO = "Subscribe to our weekly letter for the best of the region's reporting, every Friday morning."
STORY = (
    "The harbour was closed before dawn, said the pilot who has worked here for thirty years.",
    "Nobody at the ministry would explain the order, which was signed on a Sunday evening.",
    "Fishermen gathered on the quay with their nets folded, waiting for a word from the captain.",
)


def _text(*given: str) -> str:
    return "\n".join(given)


def test_a_repeated_line_is_left_out_wherever_it_stands() -> None:
    """The text keeps its other lines in their order; what was left out is told."""
    text = _text(STORY[0], PROMO, *STORY[1:], PROMO)
    assert without(text, {line_key(PROMO)}) == (_text(*STORY), (PROMO,))


def test_lines_are_the_same_in_spite_of_punctuation() -> None:
    """A curly quote or another blank is no other line."""
    assert line_key("Read the  region\u2019s letter!") == line_key("Read the region's letter")
    assert line_key("Read the region's letter") != line_key("Read the region's letters")


@pytest.mark.parametrize(
    "line",
    ["Background", "PARIS, Nov. 23", "What happens next?", "“No comment,” she said.", "背景", "What we know so far"],
)
def test_short_lines_stay(line: str) -> None:
    """Headings, datelines and short quotes come again in good faith."""
    text = _text(STORY[0], line, *STORY[1:])
    assert without(text, {line_key(line)}) == (text, ())


def test_a_text_that_is_mostly_repeated_stays_whole() -> None:
    """It is a copy of something, not an article with boilerplate."""
    text = _text(*STORY)
    assert without(text, {line_key(STORY[0]), line_key(STORY[1])}) == (text, ())


def test_background_in_the_words_of_its_article_is_not_foreign() -> None:
    """A paragraph that comes again is told from promotion by what the rest of the article says."""
    background = (
        "The harbour has been closed twice since the ministry took over its pilots and fishermen from the council."
    )
    found = article(1, title="Harbour closed", text=_text(*STORY, background, PROMO))
    assert foreign(found, {background, PROMO}) == {PROMO}


def test_lines_of_one_block_do_not_vouch_for_each_other() -> None:
    """Promotion over several lines repeats its own words."""
    other = "The weekly letter is the region's best reporting: subscribe before Friday."
    found = article(1, text=_text(*STORY, PROMO, other))
    assert foreign(found, {other, PROMO}) == {other, PROMO}


def test_a_very_long_article_is_remembered_by_its_ends() -> None:
    """Sixty lines at most, most of them from the end, where boilerplate stands."""
    found = lines(article(1, text=_text(*(f"{STORY[0]} {i}" for i in range(500)))))
    assert len(found) == 60
    assert f"{STORY[0]} 0" in found.values()
    assert f"{STORY[0]} 499" in found.values()


def test_the_topic_is_the_words_of_title_and_tags() -> None:
    """Short words tell nothing; Chinese words are pairs of signs. None is kept as it was written."""
    found = topic(article(1, title="The harbour is shut", tags=("Ports", "港口")))
    assert found == topic(article(2, title="Harbour", tags=("PORTS", "at 港口")))
    assert len(found) == 3
    assert not found & {"harbour", "ports", "港口"}


def test_lines_are_found_by_their_places() -> None:
    """Those that were left out of the text follow those in it; a place that a text does not reach says nothing."""
    found = article(1, text=_text(*STORY), extra_json=json.dumps({"repeated": [PROMO]}))
    assert lines(found, places(found)) == lines(found)
    assert lines(found)[line_key(PROMO)] == PROMO
    assert lines(replace(found, text=STORY[0], extra_json="{}"), places(found)).keys() < places(found).keys()
