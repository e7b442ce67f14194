"""A site's own lines are learned from its articles, and nothing else is."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.dedup import Judgement, fingerprint
from newsarchive.repetition import line_key
from newsarchive.spool import Spool
from newsarchive.traits import traits_of
from tests.conftest import article
from tests.spool.conftest import accept, opened, submission

PROMO = "Subscribe to our weekly letter for the best of the region's reporting, every Friday morning."
_NOUNS = ("Harbour", "Orchestra", "Vineyard", "Glacier", "Parliament", "Football", "Library", "Volcano")


def story(number: int, *more: str, **given: object) -> Article:
    """An article unlike those of other numbers, with more lines at its end."""
    noun = _NOUNS[number % len(_NOUNS)] + "abcdefghij"[number // len(_NOUNS) % 10]
    own = [f"{noun} people {number} {i} told that {noun} would not be what it had been before that." for i in range(6)]
    return article(number, title=noun, text="\n".join([*own, *more]), fingerprint="", **given)


def without_promo(page_fingerprint: str) -> str:
    """The `extra_json` of an article whose text has lost the promotion."""
    return json.dumps({"page_fingerprint": page_fingerprint, "repeated": [PROMO]})


def knows(spool: Spool, line: str = PROMO, site: str = "example") -> bool:
    """Whether a line is known as the site's."""
    return line_key(line) in spool.repeated(site)


def test_a_line_is_known_from_the_second_article_on(spool: Spool) -> None:
    """The third article is the first that is extracted without it."""
    accept(spool, [story(1, PROMO)])
    assert not knows(spool)
    accept(spool, [story(2, PROMO)])
    assert knows(spool)
    assert not knows(spool, site="another")


def test_what_workers_have_found_teaches_the_same(spool: Spool) -> None:
    """An article that comes with its traits is as good as one whose lines are found here."""
    for number in (1, 2):
        found = story(number, PROMO)
        spool.accept([replace(submission(found), traits=traits_of(found))])
    assert knows(spool)


def test_the_memory_outlives_the_run(tmp_path: Path) -> None:
    """It is kept beside the seen index."""
    for number in (1, 2):
        with opened(tmp_path) as spool:
            accept(spool, [story(number, PROMO)])
    with opened(tmp_path) as spool:
        assert knows(spool)


@pytest.mark.parametrize(
    "articles",
    [
        (story(1, PROMO), story(1, PROMO, "One more paragraph.")),
        (story(1, PROMO), replace(story(1, PROMO), id="x", url="https://example.org/2", canonical_url="")),
        (story(1, PROMO), replace(story(2, PROMO), title=f"{story(1).title}: what we know")),
        (story(1, PROMO), replace(story(2, PROMO), site="another")),
        (story(1, PROMO), replace(story(1, PROMO), id="x", url="https://example.org/2", title="Quite different")),
        (story(1, PROMO), story(2), story(3)),
    ],
    ids=["revision", "copy", "same topic", "another site", "near-duplicate", "once"],
)
def test_what_teaches_nothing(articles: Sequence[Article], spool: Spool) -> None:
    """Only articles that have nothing else in common say that a line is the site's."""
    for found in articles:
        accept(spool, [found])
    assert not knows(spool)


def test_background_in_the_words_of_its_articles_is_not_the_sites(spool: Spool) -> None:
    """A paragraph that a reporter uses again is text."""
    background = "The harbour was built by the ministry in spring, and its pilots were hired from the islands."
    words = (
        "The ministry and the pilots of the harbour met.",
        "The islands wait for spring, pilots of the harbour say.",
    )
    for number, own in enumerate(words, start=1):
        accept(spool, [story(number, own, own + " Again.", background)])
    assert not knows(spool, background)


def test_a_line_that_has_become_rare_is_text_again(spool: Spool) -> None:
    """A phrase that two articles of twenty share is a coincidence."""
    accept(spool, [story(1, PROMO), story(2, PROMO)])
    accept(spool, [story(n) for n in range(3, 14)])
    assert not knows(spool)


def test_lines_left_out_keep_their_memory(spool: Spool) -> None:
    """Articles that come without the line, because it was left out, still hold it."""
    accept(spool, [story(1, PROMO), story(2, PROMO)])
    extra = without_promo("0" * 32)
    accept(spool, [story(n, extra_json=extra) for n in range(3, 14)])
    assert knows(spool)


def test_the_memory_is_bounded(spool: Spool, tmp_path: Path) -> None:
    """Lines that never came again are forgotten after fifty articles."""
    accept(spool, [story(n) for n in range(1, 76)])
    with sqlite3.connect(tmp_path / "state" / "spool.sqlite") as connection:
        rows = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES}  # noqa: S608 - our own names
    connection.close()
    assert rows["repeated_site"] == 1
    assert rows["repeated_article"] <= 60
    assert rows["repeated_line"] <= 60 * 6


_TABLES = ("repeated_site", "repeated_article", "repeated_line")


def test_what_is_learned_later_makes_no_revision(spool: Spool) -> None:
    """A page that has not changed is unchanged with or without its repeated lines; a changed one is a revision."""
    before = story(1, PROMO)
    cleaned = story(1)
    extra = without_promo(fingerprint(before.text))
    cleaned = replace(cleaned, extra_json=extra)
    changed = story(1, "And then it closed for good, to the surprise of everyone who had come.")
    changed_extra = without_promo(fingerprint(f"{changed.text}\n{PROMO}"))
    arriving = (before, cleaned, before, replace(changed, extra_json=changed_extra))
    verdicts = [accept(spool, [found])[0].judgement for found in arriving]
    assert verdicts == [Judgement.NEW, Judgement.UNCHANGED, Judgement.UNCHANGED, Judgement.REVISED]


def test_a_second_address_is_a_copy_with_or_without_the_line(spool: Spool) -> None:
    """What one address was archived with does not keep the other from being recognised."""
    before = story(1, PROMO)
    extra = without_promo(fingerprint(before.text))
    second = replace(
        story(1, extra_json=extra), id="x", url="https://example.org/2", canonical_url="https://example.org/2"
    )
    verdicts = accept(spool, [before, second])
    assert [v.judgement for v in verdicts] == [Judgement.NEW, Judgement.DUPLICATE]


def test_a_spool_of_version_1_is_upgraded(tmp_path: Path) -> None:
    """What it holds stays."""
    with opened(tmp_path) as spool:
        accept(spool, [story(1, PROMO)])
    with sqlite3.connect(tmp_path / "spool.sqlite") as connection:
        later = (*_TABLES, "state", "variant")
        connection.executescript("".join(f"DROP TABLE {table};" for table in later) + "PRAGMA user_version = 1;")
        connection.execute("ALTER TABLE seen DROP COLUMN futile")
    connection.close()
    with opened(tmp_path) as spool:
        assert spool.backlog() == 1
        accept(spool, [story(2, PROMO), story(3, PROMO)])
        assert knows(spool)
