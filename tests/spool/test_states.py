"""What alternates is no revision, what lasts is; variants of an address; modification times that mean nothing."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.article import Article, ArticleLink
from newsarchive.dedup import Judgement, Verdict
from newsarchive.spool import Spool, Submission
from newsarchive.spool.seen import Revisit, Seen
from newsarchive.urls import url_key
from tests.conftest import article
from tests.spool.conftest import FaultyStorage, accept, check_archive, deliver, opened, records

START = datetime(2026, 11, 1, tzinfo=UTC)
SLUG = "https://www.example.org/world/river-rises-after-rain-1203344"


def visit(spool: Spool, hours: float, **given: Any) -> Judgement:  # noqa: ANN401 - any field's value
    """Show the spool a state of article 1, hours after the first; return what it is."""
    (verdict,) = accept(spool, [at(hours, **given)])
    return verdict.judgement


def at(hours: float, **given: Any) -> Article:  # noqa: ANN401 - any field's value
    """Return a state of article 1."""
    return article(1, crawled_at=(START + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ"), **given)


def archived(spool: Spool, storage: FaultyStorage) -> list[str]:
    """Return the titles of the archived revisions, in order, once all is delivered."""
    deliver(spool, storage)
    check_archive(storage)
    return [a.title for a in sorted(records(storage), key=lambda a: a.revision)]


@pytest.mark.parametrize("hours", [1, 24, 24 * 30])
@pytest.mark.parametrize("pattern", ["AB" * 20, "AAB" * 12, "ABC" * 12, "AABBC" * 8, "ABBA" * 10])
def test_headlines_that_alternate_are_archived_once_each(
    spool: Spool, storage: FaultyStorage, pattern: str, hours: int
) -> None:
    """However often and at whatever intervals the page is fetched."""
    found = [visit(spool, n * hours, title=title) for n, title in enumerate(pattern)]
    states = sorted(set(pattern))
    assert archived(spool, storage) == states
    assert found.count(Judgement.REVISED) == len(states) - 1
    assert found.count(Judgement.ALTERNATING) > 5


def test_a_reverted_article_is_a_revision_once_it_stays(spool: Spool, storage: FaultyStorage) -> None:
    """A correction taken back soon: archived when the old state has been there for some days."""
    found = [visit(spool, hours, title=t) for hours, t in [(0, "A"), (1, "B"), (3, "A"), (9, "A"), (30, "A")]]
    assert found[2:] == [Judgement.ALTERNATING] * 3
    assert [visit(spool, hours, title="A") for hours in (80, 90)] == [Judgement.REVISED, Judgement.UNCHANGED]
    assert archived(spool, storage) == ["A", "B", "A"]


def test_a_state_that_had_settled_is_reverted_at_once(spool: Spool, storage: FaultyStorage) -> None:
    """What stood for days and is taken back is no alternation."""
    for hours, title in [(0, "A"), (1, "B"), (24, "B"), (48, "B"), (80, "B")]:
        visit(spool, hours, title=title)
    assert visit(spool, 90, title="A") is Judgement.REVISED
    assert visit(spool, 91, title="B") is Judgement.ALTERNATING
    assert archived(spool, storage) == ["A", "B", "A"]


def test_a_new_state_is_a_revision_at_once(spool: Spool, storage: FaultyStorage) -> None:
    """In the middle of an A/B test too."""
    found = [visit(spool, n, title=title) for n, title in enumerate("ABABCAC")]
    assert found[4:] == [Judgement.REVISED, Judgement.ALTERNATING, Judgement.UNCHANGED]
    assert archived(spool, storage) == ["A", "B", "C"]


def test_the_states_that_another_writer_has_archived_are_known(tmp_path: Path, storage: FaultyStorage) -> None:
    """A fresh machine beside the archive makes no revision of a headline that comes back."""
    with opened(tmp_path / "one") as one:
        visit(one, 0, title="A")
        visit(one, 1, title="B")
        deliver(one, storage)
    with opened(tmp_path / "two") as two:
        deliver(two, storage)
        assert visit(two, 2, title="A") is Judgement.ALTERNATING
        assert visit(two, 3, title="B") is Judgement.UNCHANGED


VARIANTS = [
    f"{SLUG}/amp",
    f"{SLUG}?outputType=amp",
    "https://m.example.org/world/river-rises-after-rain-1203344",
    "https://example.org/world/river-rises-after-rain-1203344.html?ref=rss",
    f"{SLUG}/print?PHPSESSID=ab12cd34",
]


@pytest.mark.parametrize("url", VARIANTS)
@pytest.mark.parametrize("change", [{}, {"text": "Other lines around the same report"}, {"title": "Retitled"}])
def test_a_variant_of_an_address_is_the_same_article(spool: Spool, url: str, change: dict[str, Any]) -> None:
    """Dropped as a duplicate and remembered; its own state is no revision afterwards."""
    assert visit(spool, 0, url=SLUG) is Judgement.NEW
    (verdict,) = accept(spool, [at(1, url=url, **change)])
    assert (verdict.judgement, verdict.article.duplicate_of) == (Judgement.DUPLICATE, article(1, url=SLUG).id)
    assert visit(spool, 2, url=url, **change) in (Judgement.UNCHANGED, Judgement.ALTERNATING)
    assert visit(spool, 3, url=SLUG) is Judgement.UNCHANGED
    assert spool.backlog() == 1


@pytest.mark.parametrize(
    ("one", "other", "change"),
    [
        (SLUG, f"{SLUG}/amp", {"title": "Retitled", "text": "Rewritten"}),
        (SLUG, f"{SLUG}?ref=2", {"date_published": "2026-12-09T00:00:00Z", "text": "Next week's column"}),
        ("https://example.org/live?ref=1", "https://example.org/live?ref=2", {"text": "Another report of this day"}),
        ("https://example.org/a?sid=1", "https://example.org/a?sid=2", {"text": "More soon.", "title": "Retitled"}),
        (SLUG, f"{SLUG}/amp", {"date_published": "", "text": "Undated"}),
    ],
)
def test_what_content_does_not_confirm_is_another_article(
    spool: Spool, one: str, other: str, change: dict[str, Any]
) -> None:
    """The aggressive key only proposes."""
    short = {"text": "More soon."} if change["text"] == "More soon." else {}
    dated = {"date_published": ""} if change.get("date_published") == "" else {}
    assert visit(spool, 0, url=one, **short, **dated) is Judgement.NEW
    assert visit(spool, 1, url=other, **change) is Judgement.NEW
    assert spool.backlog() == 2


def test_an_article_that_moved_to_a_variant_for_good_is_revised(spool: Spool) -> None:
    """What was dropped as another address's state is archived once the first address shows nothing any more."""
    visit(spool, 0, url=SLUG)
    moved = f"{SLUG}/amp"
    found = [visit(spool, n * 24, url=moved, title="Retitled") for n in range(1, 6)]
    assert found[0] is Judgement.DUPLICATE
    assert found.count(Judgement.REVISED) == 1


def always_now(spool: Spool, fetches: int, *, changes_at: int = -1) -> int:
    """Visit an article every 10 minutes whose sitemap says that it has just been modified; return the fetches made."""
    url, done = article(1).url, 0
    for n in range(fetches):
        now = START.timestamp() + n * 600
        link = ArticleLink(url=url, via="sitemap", modified=f"2026-11-01T{n // 6:02}:{n % 6}0:00Z")
        before = spool.look_up([url_key(url)]).get(url_key(url))
        if before and not before.is_due(link, now, Revisit.AUTO):
            continue
        done += 1
        futile = before.futile + before.is_modified(link) if before else 0
        first = before.first_at if before else now
        seen = Seen(url_key=url_key(url), id="", modified=link.modified, first_at=first, checked_at=now, futile=futile)
        title = "Changed" if 0 <= changes_at <= n else "First"
        spool.accept([Submission(article=article(1, title=title), seen=(seen,))])
    return done


def test_a_modification_time_that_is_always_now_is_soon_ignored(spool: Spool) -> None:
    """Two fetches for nothing, then as its age says: of 144 visits in a day fewer than 20 fetch it."""
    assert 3 <= always_now(spool, 144) < 20


def test_modification_times_count_again_after_a_change(tmp_path: Path) -> None:
    """A page that turns out to have changed is believed again: it is fetched more often than one that has not."""
    with opened(tmp_path / "changed") as changed, opened(tmp_path / "unchanged") as unchanged:
        assert always_now(changed, 60, changes_at=30) > always_now(unchanged, 60)
        assert (changed.backlog(), unchanged.backlog()) == (2, 1)


def test_a_spool_of_the_version_before_is_upgraded(tmp_path: Path) -> None:
    """Its articles' latest states are known, and addresses are trusted anew."""
    with opened(tmp_path / "state") as old:
        visit(old, 0, title="A")
    connection = sqlite3.connect(tmp_path / "state" / "spool.sqlite")
    connection.executescript(
        "DROP TABLE state; DROP TABLE variant; ALTER TABLE seen DROP COLUMN futile; PRAGMA user_version = 2"
    )
    connection.close()
    with opened(tmp_path / "state") as new:
        found: list[Verdict] = accept(new, [at(1, title="B"), at(2, title="A"), at(3, title="B")])
        assert [v.judgement for v in found] == [Judgement.REVISED, Judgement.ALTERNATING, Judgement.UNCHANGED]
        (seen,) = new.look_up([url_key(article(1).url)]).values()
        assert seen.futile == 0
