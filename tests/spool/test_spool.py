"""Accepting, sealing and delivering, without faults."""

import sqlite3
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.segment import Manifest
from newsarchive.dedup import Judgement
from newsarchive.errors import ArchiveError, UsageError
from newsarchive.spool import Spool, acceptance, listings
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.listings import ListingCopy
from newsarchive.spool.sealing import Ripeness
from newsarchive.spool.seen import Seen
from newsarchive.storage import Storage
from newsarchive.urls import url_key
from tests.conftest import RUN, article
from tests.spool.conftest import (
    FaultyStorage,
    accept,
    check_archive,
    check_holds,
    deliver,
    opened,
    records,
    reports,
    submission,
)

LATER = "20261124t061502z-2f3a9c"


def test_what_is_accepted_is_read_back(spool: Spool, store: Storage) -> None:
    """Over every storage: accepted, sealed, delivered and read, field by field."""
    given = [article(n, tags=("Iraq", "éléphant 🐘"), title=f'Quote " and \u2028 in {n}') for n in range(1, 8)]
    verdicts = accept(spool, given)
    assert [v.judgement for v in verdicts] == [Judgement.NEW] * 7
    assert spool.backlog() == 7
    assert deliver(spool, store) == 7
    assert spool.backlog() == 0
    assert sorted(records(store), key=lambda a: a.url) == [replace(a, revision=1) for a in given]
    assert deliver(spool, store) == 0
    check_holds(store, range(1, 8))


def test_nothing_is_in_the_archive_before_it_is_delivered(spool: Spool, storage: FaultyStorage) -> None:
    """A sealed segment waits on the local disk."""
    accept(spool, [article(1)])
    assert spool.seal() == 1
    (sealed,) = spool.sealed(8)
    assert sealed.path.stat().st_size > 0
    assert list(storage.keys("")) == []
    deliver(spool, storage)
    assert not sealed.path.exists()
    assert list(storage.keys("articles/")) == [sealed.key]


def test_an_unchanged_article_is_archived_once(spool: Spool, storage: FaultyStorage) -> None:
    """In one batch, in a later one, and after delivery."""
    verdicts = accept(spool, [article(1), article(1)])
    deliver(spool, storage)
    verdicts += accept(spool, [replace(article(1), crawled_at="2026-11-24T00:00:00Z", run_id=LATER)])
    deliver(spool, storage)
    assert [v.judgement for v in verdicts] == [Judgement.NEW, Judgement.UNCHANGED, Judgement.UNCHANGED]
    check_holds(storage, [1])


def test_each_change_is_a_revision(spool: Spool, storage: FaultyStorage) -> None:
    """Revisions count up over runs; the reader gives the latest, or all."""
    states = ["one", "two", "three", "four"]
    for n, title in enumerate(states):
        run_id = f"2026112{n}t061502z-000000"
        accept(spool, [article(1, title=title, crawled_at=f"2026-11-2{n}T00:00:00Z", run_id=run_id)])
        if n != 1:
            deliver(spool, storage)
    check_archive(storage)
    found = sorted((a.revision, a.title) for a in records(storage))
    assert found == list(enumerate(states, 1))
    assert [a.title for a in Archive(storage).articles()] == ["four"]


def test_a_copy_under_another_address_is_dropped(spool: Spool, storage: FaultyStorage) -> None:
    """One article of a site under two addresses is archived once; the second address is known as the first article."""
    first, second = article(1), article(1, url="https://example.org/print/1")
    verdicts = accept(spool, [first, second])
    assert [v.judgement for v in verdicts] == [Judgement.NEW, Judgement.DUPLICATE]
    assert verdicts[1].article.duplicate_of == first.id
    deliver(spool, storage)
    check_holds(storage, [1])
    known = spool.look_up([url_key(first.url), url_key(second.url)])
    assert {seen.id for seen in known.values()} == {first.id}


def test_a_wire_copy_is_archived_and_labelled(spool: Spool, storage: FaultyStorage) -> None:
    """The same long text at another site names the earliest; a short one does not."""
    short = "More follows soon."
    given = [
        article(1),
        article(1, site="other", url="https://other.example/1"),
        article(2, text=short),
        article(3, text=short, site="other", url="https://other.example/3"),
    ]
    accept(spool, given)
    deliver(spool, storage)
    found = {a.url: a.duplicate_of for a in records(storage)}
    assert found == {g.url: "" for g in given} | {"https://other.example/1": given[0].id}


def test_one_segment_for_each_site_day_and_run(spool: Spool, storage: FaultyStorage) -> None:
    """The partition of a segment is that of all its lines, and its entry counts them."""
    accept(spool, [article(n, site=f"site-{n % 3}", crawled_at=f"2026-11-2{n % 2}T01:00:00Z") for n in range(1, 13)])
    deliver(spool, storage)
    manifests = [m for _, m in Archive(storage).manifests()]
    assert sorted((m.site, m.crawl_date, m.count) for m in manifests) == [
        (f"site-{site}", f"2026-11-2{day}", 2) for site in range(3) for day in range(2)
    ]
    assert all(f"articles/site={m.site}/crawl_date={m.crawl_date}/{RUN}-" in m.key for m in manifests)
    check_holds(storage, range(1, 13))


def test_the_chain_is_dense_and_linked_over_many_seals(tmp_path: Path, storage: FaultyStorage) -> None:
    """Over twenty runs of one spool, and those of another."""
    for n in range(20):
        with opened(tmp_path / ("one" if n % 3 else "two")) as spool:
            accept(spool, [article(3 * n + k, site=f"site-{k}") for k in range(3)])
            deliver(spool, storage)
    check_holds(storage, range(60))
    assert len({m.writer for _, m in Archive(storage).manifests()}) == 2


@pytest.mark.parametrize(
    ("ripeness", "segments"),
    [
        (Ripeness(bytes=1 << 30, count=1000, seconds=1000), 0),
        (Ripeness(bytes=1 << 30, count=5, seconds=1000), 1),
        (Ripeness(bytes=1, count=1000, seconds=1000), 2),
        (Ripeness(bytes=1 << 30, count=1000, seconds=0), 2),
    ],
)
def test_lines_are_sealed_when_ripe(spool: Spool, ripeness: Ripeness, segments: int) -> None:
    """By size, by count, or by age; site by site."""
    accept(spool, [article(n) for n in range(5)] + [article(9, site="other")])
    time.sleep(0.01)
    assert spool.seal(ripeness) == segments
    assert spool.backlog() == 6


def test_addresses_are_remembered_with_their_articles(spool: Spool) -> None:
    """Validators for a conditional GET, and when an address was first seen; a page that is none today keeps its id."""
    accept(spool, [article(1)])
    key = url_key(article(1).url)
    assert spool.look_up([key, "unknown"]) == {
        key: Seen(url_key=key, id=article(1).id, etag='"1"', first_at=1.0, checked_at=2.0)
    }
    later = Seen(url_key=key, id="", last_modified="yesterday", first_at=5.0, checked_at=6.0)
    spool.write([partial(acceptance.remember, seen=later)])
    assert spool.look_up([key])[key] == replace(later, id=article(1).id, first_at=1.0)


def test_a_listing_is_kept_with_its_validators(spool: Spool) -> None:
    """The latest copy of a feed, whatever its bytes."""
    copies = [
        ListingCopy(url="https://example.org/feed", etag=f'"{n}"', last_modified="", body=bytes(range(256)) * n)
        for n in range(3)
    ]
    for copy in copies:
        spool.write([partial(listings.keep, listing=copy)])
    assert spool.listing("https://example.org/feed") == copies[-1]
    assert spool.listing("https://example.org/other") is None


def test_writes_of_one_batch_stand_or_fall_together(spool: Spool) -> None:
    """Seen but not archived cannot exist: an exception leaves neither the article nor its address."""

    def failing(_: sqlite3.Connection) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        spool.write([partial(acceptance.accept, near=spool.near, submission=submission(article(1))), failing])
    assert (spool.backlog(), spool.look_up([url_key(article(1).url)])) == (0, {})
    assert accept(spool, [article(1)])[0].judgement is Judgement.NEW


def test_the_writer_keeps_its_name(tmp_path: Path) -> None:
    """Over restarts one spool is one writer."""
    names = set()
    for _ in range(3):
        with opened(tmp_path) as made:
            names.add(made.writer)
    assert len(names) == 1


@pytest.mark.parametrize("deliveries", [0, 1])
def test_a_state_folder_belongs_to_one_archive(tmp_path: Path, storage: FaultyStorage, deliveries: int) -> None:
    """What has been delivered is known to be there, so another archive needs another state folder."""
    with opened(tmp_path / "state") as made:
        made.bind(storage.uri)
        accept(made, [article(1)])
        for _ in range(deliveries):
            deliver(made, storage)
    with opened(tmp_path / "state") as made:
        made.bind(storage.uri)
        if not deliveries:
            made.bind("s3://another/archive")
            return
        with pytest.raises(UsageError, match=rf"belongs to the archive {storage.uri}, not s3://another/archive"):
            made.bind("s3://another/archive")


def test_a_spool_of_another_version_is_refused(tmp_path: Path) -> None:
    """The message names the file and both versions."""
    with opened(tmp_path):
        pass
    connection = sqlite3.connect(tmp_path / "spool.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UsageError, match=rf"{tmp_path}/spool.sqlite .*spool version 99, not 3"):
        Spool(tmp_path)


def test_a_file_that_is_no_spool_is_an_archive_error(tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / "spool.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(
        ArchiveError, match=rf"the spool {tmp_path}/spool.sqlite cannot be used: file is not a database"
    ):
        Spool(tmp_path)


def test_a_state_folder_that_cannot_be_made_is_an_archive_error(tmp_path: Path) -> None:
    """The message names the folder."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArchiveError, match=rf"cannot write to the state folder {tmp_path}/file/state"):
        Spool(tmp_path / "file" / "state")


def test_reports_are_delivered_with_where_the_articles_are(spool: Spool, storage: FaultyStorage) -> None:
    """An ended run's report as it ended, a killed one's as last noted; those with articles waiting come again."""
    spool.begin_run(RUN, '{"finish_reason": "", "archived": 0}')
    spool.end_run(LATER, '{"finish_reason": "finished", "archived": 1}')
    accept(spool, [article(1), article(2), article(3, run_id=LATER, crawled_at="2026-11-24T06:00:00Z")])
    delivery = Delivery(spool, storage)
    for committed in (0, 1):
        delivery.deliver_reports()
        killed, ended = (reports(storage)[key] for key in sorted(reports(storage)))
        assert killed["finish_reason"] == "killed"
        assert (killed["archived"], killed["committed"], killed["pending"]) == (2, 2 * committed, 2 - 2 * committed)
        assert (ended["finish_reason"], ended["committed"], ended["pending"]) == ("finished", committed, 1 - committed)
        delivery.deliver()
    assert sorted(reports(storage)) == [
        f"runs/crawl_date=2026-11-23/{RUN}.json",
        f"runs/crawl_date=2026-11-24/{LATER}.json",
    ]
    assert spool.undelivered_runs() == []


def test_a_reader_finds_what_describes_the_archive(spool: Spool, storage: FaultyStorage) -> None:
    """Schema, views and card come with the first segment; a card that was edited stays as it is."""
    accept(spool, [article(1)])
    deliver(spool, storage)
    assert {"README.md", "schema/article-v1.schema.json", "schema/views.sql"} < set(storage.keys(""))
    storage.replace("README.md", b"edited")
    accept(spool, [article(2)])
    deliver(spool, storage)
    assert storage.read("README.md") == b"edited"


def test_only_what_was_delivered_is_counted(spool: Spool, storage: FaultyStorage) -> None:
    """Articles accepted while a delivery is under way are not part of it."""
    accept(spool, [article(1), article(2)])

    def meanwhile(_: int) -> str:
        accept(spool, [article(3), article(4), article(5)])
        return ""

    storage.fails = meanwhile
    assert deliver(spool, storage) == 2
    assert spool.backlog() == 3


def test_manifest_entries_tell_what_their_segments_hold(spool: Spool, storage: FaultyStorage) -> None:
    """Dates, languages and revisions, so that a reader can leave segments unopened."""
    accept(spool, [article(1), article(2, date_published="", language="fr"), article(3, date_published="")])
    deliver(spool, storage)
    accept(spool, [article(1, title="Changed"), article(1, title="Changed again"), article(4)])
    deliver(spool, storage)
    first, second = sorted((m for _, m in Archive(storage).manifests()), key=lambda m: m.n)
    assert (first.undated, first.languages, first.revised) == (2, ["en", "fr"], {})
    assert (first.date_published_min, first.date_published_max) == ("2026-11-02T06:04:00Z",) * 2
    assert (second.count, second.revised) == (3, {article(1).id: 3})
    assert isinstance(first, Manifest)


@pytest.mark.parametrize("years", [-1, 1])
def test_a_wrong_clock_gives_the_same_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    """Set wrong while articles were accepted and right when they are delivered, or the other way round."""
    now = time.time
    found = []
    for wrong in ((False, False), (True, False), (False, True)):
        storage = FaultyStorage(tmp_path / f"archive-{wrong}")
        with opened(tmp_path / f"state-{wrong}") as made:
            for shifted, step in zip(wrong, (accept_both, deliver_all), strict=True):
                monkeypatch.setattr(time, "time", lambda off=years * shifted * 31_536_000: now() + off)
                step(made, storage)
        check_holds(storage, [1, 2])
        found.append([storage.read(key) for key in storage.keys("articles/")])
    assert found[0] == found[1] == found[2]


def accept_both(made: Spool, _: Storage) -> None:
    """Accept two articles."""
    accept(made, [article(1), article(2)])


def deliver_all(made: Spool, storage: Storage) -> None:
    """Deliver."""
    assert deliver(made, storage) == 2
