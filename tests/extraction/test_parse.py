"""Markup becomes a tree that holds what a reader would see, and nothing that cannot be written again."""

import pytest
from lxml import etree

from newsarchive.errors import NotAnArticleError
from newsarchive.extraction.parse import MAX_TAGS, parse


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>harbour</p><p>quay</p", "harbourquay"),
        ("<p>harbour<", "harbour"),
        ("<p>harbour<a href='/x", "harbour"),
        ("<p>harbour<!-- closed", "harbour"),
        ("<p>the harbour <3 it", "the harbour <3 it"),
        ("<p>1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_a_tag_cut_off_at_the_end_is_no_text(markup: str, shown: str) -> None:
    """What ends within a tag loses the tag only."""
    assert parse(markup).text_content() == shown


@pytest.mark.parametrize(
    "reference",
    ["&#0;", "&#x0;", "&#1", "&#8;", "&#x1F;", "&#127;", "&#xD800;", "&#57343;", "&#xFFFE;", "&#65535;", "&#xfdd0;"],
)
def test_references_to_what_cannot_be_written_are_left_out(reference: str) -> None:
    """Every text of the tree can be given to another element."""
    element = etree.Element("p")
    element.text = parse(f"<p>har{reference} bour</p>").text_content()
    assert element.text == "har bour"


@pytest.mark.parametrize(
    ("reference", "character"),
    [
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#8211;", "\u2013"),
        ("&#xA0;", "\xa0"),
        ("&#10;", "\n"),
        ("&#55;", "7"),
        ("&#x1F600;", "\U0001f600"),
        ("&#65511;", "\uffe7"),
        ("&#54620;", "\ud55c"),
        ("&#xFF0C;", "\uff0c"),
    ],
)
def test_other_references_stand_for_their_characters(reference: str, character: str) -> None:
    """Also those whose numbers are near the forbidden ones."""
    assert parse(f"<p>har{reference}bour</p>").text_content() == f"har{character}bour"


def test_tags_beyond_the_limit_are_not_read() -> None:
    """A page of a million elements costs no more than one of a hundred thousand tags."""
    tree = parse("<p>harbour</p>" * MAX_TAGS)
    assert len(list(tree.iter("p"))) == MAX_TAGS // 2


@pytest.mark.parametrize(("markup", "reason"), [("", "empty-page"), (" \n", "empty-page"), ("<", "empty-page")])
def test_what_holds_nothing_is_refused(markup: str, reason: str) -> None:
    """The reason is told."""
    with pytest.raises(NotAnArticleError, match=reason):
        parse(markup)
