"""Which texts are the same text, which articles the same article, and what an arriving article is."""

from dataclasses import replace
from typing import Any

import pytest

from newsarchive.dedup import (
    Archived,
    Judgement,
    content_key,
    copy_key,
    fingerprint,
    headline_key,
    identify,
    judge,
    on_its_own,
    syndicated,
)
from newsarchive.urls import article_id
from tests.conftest import article


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The river rises.", "the  river\nrises"),
        ("“Quoted” \u2013 text…", '"Quoted" - text...'),
        ("ﬁne ligature", "fine ligature"),
        ("STRASSE", "straße"),
        ("full\uff0dwidth\u3000text", "full-width text"),
        ("a_b", "a b"),
        ("café", "cafe\u0301"),
        ("non\u00a0breaking", "non breaking"),
    ],
)
def test_texts_that_are_the_same(one: str, other: str) -> None:
    """Case, blanks, punctuation and compatibility forms make no difference."""
    assert fingerprint(one) == fingerprint(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The river rises.", "The river falls."),
        ("a b", "ab"),
        ("1 2", "12"),
        ("café", "cafe"),
        ("النهر يرتفع", "النهر ينخفض"),
        ("河水上涨", "河水下降"),
        ("कि", "की"),
        ("เก่า", "เก้า"),
        ("$5 million", "€5 million"),
        ("The river rises. The river rises.", "The river rises."),
    ],
)
def test_texts_that_are_not(one: str, other: str) -> None:
    """Any other word is another text."""
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize("text", ["", " \n", "…", "___"])
def test_no_words_have_no_fingerprint(text: str) -> None:
    """Empty texts are not the same text."""
    assert fingerprint(text) == ""


CHANGES: list[tuple[dict[str, Any], bool]] = [
    ({"title": "Another title"}, True),
    ({"description": "Another standfirst"}, True),
    ({"tags": ("Iraq",)}, True),
    ({"text": "Another text"}, True),
    ({"title": "ARTICLE  number 1!"}, False),
    ({"tags": ("B", "a")}, False),
    ({"authors": ("Somebody",)}, False),
    ({"date_modified": "2026-11-24T00:00:00Z"}, False),
    ({"crawled_at": "2026-11-24T00:00:00Z", "run_id": "another"}, False),
    ({"section": "World", "image_url": "https://example.org/i.jpg"}, False),
]


@pytest.mark.parametrize(("change", "revises"), CHANGES)
def test_what_makes_a_revision(change: dict[str, Any], revises: bool) -> None:  # noqa: FBT001 - a table's column
    """Title, description, tags and text, where they really differ; the order of tags is no difference."""
    before = article(1, tags=("A", "b") if change.get("tags") == ("B", "a") else ())
    assert (content_key(article(1, **change)) != content_key(before)) is revises


def known(number: int = 1, revision: int = 1, **given: Any) -> Archived:  # noqa: ANN401 - any field's value
    """Return what the index knows of an archived article."""
    found = article(number, **given)
    keys = {"content_key": content_key(found), "headline_key": headline_key(found)}
    return Archived(id=found.id, revision=revision, fingerprint=found.fingerprint, **keys)


@pytest.mark.parametrize(
    ("archived", "copy_of", "text_of", "judgement", "revision", "duplicate_of"),
    [
        (None, "", "", Judgement.NEW, 1, ""),
        (None, "", "wire", Judgement.NEW, 1, "wire"),
        (None, "first", "", Judgement.DUPLICATE, 0, "first"),
        (None, "first", "first", Judgement.DUPLICATE, 0, "first"),
        (known(), "", "", Judgement.UNCHANGED, 0, ""),
        (known(), "other", "other", Judgement.UNCHANGED, 0, ""),
        (known(revision=3, title="Old"), "", "", Judgement.REVISED, 4, ""),
        (known(title="Old"), "other", "wire", Judgement.REVISED, 2, "wire"),
        (None, article(1).id, article(1).id, Judgement.NEW, 1, ""),
    ],
)
def test_what_an_arriving_article_is(  # noqa: PLR0913 - a table
    *,
    archived: Archived | None,
    copy_of: str,
    text_of: str,
    judgement: Judgement,
    revision: int,
    duplicate_of: str,
) -> None:
    """New, revised, unchanged, or a duplicate; a wire copy is labelled, not dropped."""
    verdict = judge(article(1), known=archived, copy_of=copy_of, text_of=text_of)
    assert (verdict.judgement, verdict.article.revision) == (judgement, revision)
    assert verdict.article.duplicate_of == duplicate_of
    assert verdict.archived == (judgement in (Judgement.NEW, Judgement.REVISED))


def test_a_short_text_is_no_wire_copy() -> None:
    """Equal texts of a few words mean nothing."""
    short = article(1, text="More follows soon.")
    assert not syndicated(short)
    assert judge(short, known=None, copy_of="", text_of="wire").article.duplicate_of == ""


@pytest.mark.parametrize(
    ("change", "copies"),
    [
        ({"url": "https://example.org/other"}, True),
        ({"date_published": "2026-11-02T23:00:00Z"}, True),
        ({"site": "elsewhere"}, False),
        ({"title": "Another title"}, False),
        ({"date_published": "2026-11-03T06:04:00Z"}, False),
        ({"text": "Another text"}, False),
    ],
)
def test_one_article_under_two_addresses(change: dict[str, Any], copies: bool) -> None:  # noqa: FBT001 - a table's column
    """The same site, title, day and text."""
    assert (copy_key(article(1, **change)) == copy_key(article(1))) is copies


def test_without_text_nothing_is_a_copy() -> None:
    """Two articles without text are two articles."""
    assert copy_key(article(1, text="")) == ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"text": "Rewritten entirely"}, True),
        ({"title": "Retitled"}, True),
        ({"title": "Retitled", "text": "Rewritten entirely"}, False),
        ({"date_published": "2026-12-02T06:04:00Z", "text": "The column of another week"}, False),
    ],
)
def test_what_resembles_an_archived_article(change: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - a table's column
    """Its text, or its title on its day."""
    assert known().resembles(article(1, **change)) is expected


def test_identity_comes_from_the_canonical_address() -> None:
    """Id of the canonical address; on its own, of the page's own address; a fingerprint already made stays."""
    found = identify(replace(article(1), canonical_url="https://example.org/canonical", fingerprint="made"))
    assert (found.id, found.fingerprint) == (article_id("https://example.org/canonical"), "made")
    own = on_its_own(found)
    assert (own.id, own.canonical_url) == (article_id(found.url), "https://example.org/news/1")
