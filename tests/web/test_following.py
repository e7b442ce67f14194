"""The index follows the archive: every article once, the newest revision, nothing that was taken down."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.tombstones import Tombstone, of_url
from newsarchive.article import Article
from newsarchive.dedup import identify
from newsarchive.web.following import together
from newsarchive.web.questions import Filters, Index
from newsarchive.web.store import discard, index_path
from newsarchive.web.upkeep import State, hide_erased
from newsarchive.web.words import match_expression
from tests.conftest import article
from tests.web.conftest import Shelf


def titles(index: Index, query: str = "", tag: str = "", **asked: str) -> set[str]:
    """Return the titles found."""
    known = index.tag(tag)
    if tag and known is None:
        return set()
    found = index.find(match_expression(query), Filters(tag=known, **asked), 1)
    assert found.total == len(found.rows)
    return {a.title for _, a in found.rows}


def test_an_index_of_another_version_does_not_stay(shelf: Shelf) -> None:
    """It would keep what is erased: making an index removes it, and so does erasing where there is none."""
    archive, digest = Archive.open(str(shelf.folder)), shelf.path.name.rpartition("-v")[0]
    others = [shelf.path.with_name(f"{digest}-v0.sqlite{end}") for end in ("", "-wal", "-shm")]
    neighbour = shelf.path.with_name("other-0-v0.sqlite")
    for act in (shelf.index, lambda: hide_erased(archive, shelf.path)):
        shelf.path.parent.mkdir(parents=True, exist_ok=True)
        for path in (*others, neighbour):
            path.write_bytes(b"secret")
        act()
        assert [path for path in others if path.exists()] == []
        assert neighbour.exists()


def revised(before: Article, **changes: str) -> Article:
    """Return the next revision of an article."""
    return identify(replace(before, revision=before.revision + 1, **changes))  # type: ignore[arg-type]  # texts only


def everything(index: Index) -> dict[str, list[object]]:
    """Return the counts of an index, to be compared with another's."""
    named = "SELECT t.name, c.day, c.site, c.articles FROM tag_count c JOIN tag t ON t.n = c.tag ORDER BY 1, 2, 3"
    return {
        "days": list(index.rows("SELECT * FROM day_count ORDER BY 1, 2, 3")),
        "tag days": list(index.rows(named)),
        "tags": list(index.rows("SELECT name, articles FROM tag ORDER BY 1")),
        "articles": list(index.rows("SELECT id, revision, latest FROM article ORDER BY 1, 2")),
    }


def test_new_segments_are_added_once(shelf: Shelf) -> None:
    """A refresh adds what is new, and a second one nothing."""
    shelf.put(article(1), article(2))
    assert shelf.upkeep().refresh() == 2
    shelf.put(article(3))
    assert shelf.upkeep().refresh() == 1
    assert shelf.upkeep().refresh() == 0
    assert titles(Index(shelf.path)) == {"Article number 1", "Article number 2", "Article number 3"}


def test_nothing_is_written_while_the_archive_stays_as_it_is(shelf: Shelf) -> None:
    """What the page has computed counts for the index's version, which a look at the archive leaves alone."""
    shelf.put(article(1), article(2))
    shelf.upkeep().refresh()
    before = Index(shelf.path).version()
    shelf.upkeep().refresh()
    assert Index(shelf.path).version() == before
    shelf.put(article(3))
    shelf.upkeep().refresh()
    assert Index(shelf.path).version() > before


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_newest_revision_is_shown(shelf: Shelf, *, newest_first: bool) -> None:
    """Search and counts know the newest revision only, in whatever order revisions are read; history has all."""
    first = article(1, revision=1, tags=("Iran",), text="An unusual heron was seen. " * 9)
    second = revised(first, text="A common sparrow was seen. " * 9)
    for one in (second, first) if newest_first else (first, second):
        shelf.put(one)
    index = shelf.index()
    assert titles(index, "heron") == set()
    assert titles(index, "sparrow") == {first.title}
    assert index.top_tags(5)[0].articles == index.total() == 1
    assert [a.revision for a in index.history(first.id)] == [1, 2]


def test_an_interrupted_index_goes_on(shelf: Shelf) -> None:
    """Ended between any two segments, the index ends up as one that was never interrupted."""
    for number in range(5):
        shelf.put(article(number, tags=("Iran", f"tag {number}")), crawl_date=f"2026-11-{number + 1:02}")
    ended = 0
    for _ in range(7):
        try:
            shelf.upkeep(told=_end).refresh()
        except KeyboardInterrupt:
            ended += 1
    assert ended == 5
    interrupted = everything(Index(shelf.path))
    shelf.path.unlink()
    assert interrupted == everything(shelf.index())
    assert len(interrupted["articles"]) == 5


def test_many_segments_are_indexed_together(shelf: Shelf) -> None:
    """A hundred small ones in a few transactions, to the same end as one at a time; few are indexed singly."""
    made = [shelf.put(*(article(10 * n + i, tags=("Iran",)) for i in range(10))) for n in range(100)]
    assert [len(some) for some in together(made)] == [2] * 50
    assert [len(some) for some in together(made[:3])] == [1] * 3
    shelf.put(revised(article(5), title="Corrected"))
    index = shelf.index()
    assert len(shelf.states) == 51
    assert (index.total(), shelf.states[-1]) == (1_000, State(1_001, 1_001))
    assert titles(index, "corrected") == {"Corrected"}


def _end(state: State) -> None:
    raise KeyboardInterrupt(state)


def test_a_damaged_index_is_made_again(shelf: Shelf) -> None:
    """A file that is no database is replaced: the archive has everything."""
    shelf.put(article(1))
    shelf.index()
    shelf.path.write_bytes(b"no database at all" * 500)
    assert titles(shelf.index()) == {"Article number 1"}


@pytest.mark.parametrize("kind", ["url", "site", "id"])
def test_what_is_taken_down_is_gone(shelf: Shelf, kind: str) -> None:
    """A tombstone takes an article out of search, counts and history, and its text out of the file."""
    gone = article(1, site="gone", tags=("Secret",), text="Quetzalcoatlus " * 60)
    shelf.put(gone)
    shelf.put(article(2))
    shelf.index()
    tombstones = {
        "url": of_url(gone.url),
        "site": Tombstone(kind="site", value="gone"),
        "id": Tombstone(kind="id", value=gone.id, ids=(gone.id,)),
    }
    shelf.storage.put_new(tombstones[kind].key, tombstones[kind].encode())
    index = shelf.index()
    assert titles(index) == {"Article number 2"}
    assert index.history(gone.id) == []
    assert index.tag("Secret") is None
    assert index.rows("SELECT count(*) FROM words WHERE words MATCH 'quetzalcoatlus'") == [(0,)]


def test_a_takedown_withdrawn_shows_the_article_again(shelf: Shelf) -> None:
    """Without its tombstone an article is back: the index is made again."""
    hidden = article(1)
    shelf.put(hidden)
    tombstone = of_url(hidden.url)
    shelf.storage.put_new(tombstone.key, tombstone.encode())
    assert titles(shelf.index()) == set()
    (shelf.folder / tombstone.key).unlink()
    assert titles(shelf.index()) == {hidden.title}


def test_progress_is_told(shelf: Shelf) -> None:
    """The state says how many lines of how many are indexed."""
    shelf.put(article(1), article(2))
    shelf.put(article(3))
    shelf.index()
    assert shelf.states == [State(2, 3), State(3, 3)]


def test_an_index_that_was_taken_away_is_made_again_at_once(shelf: Shelf) -> None:
    """Whoever makes the archive anew under a page that is open need not wait for the next look."""
    shelf.put(article(1))
    upkeep = shelf.upkeep()
    upkeep.start()
    try:
        assert _comes(lambda: shelf.path.exists() and titles(Index(shelf.path)) == {"Article number 1"})
        discard(shelf.path)
        assert _comes(lambda: shelf.path.exists() and titles(Index(shelf.path)) == {"Article number 1"})
    finally:
        upkeep.stop()


def test_an_index_that_cannot_be_made_is_tried_again_without_haste(shelf: Shelf) -> None:
    """The page says what is wrong, goes on, and is level again once it can be made."""
    shelf.put(article(1))
    upkeep = shelf.upkeep()
    upkeep.start()
    try:
        assert _comes(lambda: titles(Index(shelf.path)) == {"Article number 1"})
        shutil.rmtree(shelf.path.parent)
        shelf.path.parent.write_text("in its place")
        assert _comes(lambda: any(state.problem for state in shelf.states))
        time.sleep(2)
        assert len([state for state in shelf.states if state.problem]) < 10
        shelf.path.parent.unlink()
        assert _comes(lambda: titles(Index(shelf.path)) == {"Article number 1"})
    finally:
        upkeep.stop()


def _comes(about: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(sqlite3.Error, FileNotFoundError):
            if about():
                return True
        time.sleep(0.1)
    return False


def test_each_archive_has_an_index_of_its_own() -> None:
    """Two archives never share a file."""
    paths = {index_path(uri) for uri in ("s3://news/a", "s3://news/b", "s3://news-a", "./a", "./b")}
    assert len(paths) == 5


def test_filters(shelf: Shelf) -> None:
    """Site, tag, language and days narrow a list and a search alike."""
    shelf.put(article(1, tags=("Iran",), title="Rain in Tehran", date_published="2026-11-01T23:59:59Z"))
    shelf.put(article(2, site="other", language="fr", title="Rain in Paris", date_published="2026-11-02T00:00:00Z"))
    shelf.put(article(3, title="Rain without a date", date_published="", date_precision=""))
    index = shelf.index()
    for query in ("", "rain"):
        assert titles(index, query, tag="iran") == {"Rain in Tehran"}
        assert titles(index, query, site="other") == titles(index, query, language="fr") == {"Rain in Paris"}
        assert titles(index, query, since="2026-11-02") == {"Rain in Paris"}
        assert titles(index, query, until="2026-11-02") == {"Rain in Tehran"}
        assert titles(index, query, tag="Iran", site="other") == titles(index, query, tag="unknown") == set()
        assert len(titles(index, query)) == 3
