"""Pages in the spool and in the archive: with their articles or not at all."""

import random
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.segment import Manifest
from newsarchive.errors import StorageUnavailableError
from newsarchive.spool import Spool, acceptance, raw
from newsarchive.spool.sealing import Ripeness
from newsarchive.storage.folder import FolderStorage
from tests.conftest import article
from tests.raw.conftest import capture, packed, pages_of, read_warc, referred, with_page
from tests.spool.conftest import FaultyStorage, check_archive, deliver, deliver_at_last, opened, records


def responses(storage: FolderStorage) -> list[str]:
    """Return the addresses of the pages stored whole, in order."""
    return [r["WARC-Target-URI"] for r in pages_of(storage) if r["type"] == "response"]


def test_every_record_points_at_its_page(spool: Spool, storage: FaultyStorage) -> None:
    """The offset and length of a raw_ref are those of a gzip member that holds the very page."""
    articles = [article(n, site=f"site-{n % 2}") for n in range(1, 8)]
    spool.accept([with_page(a) for a in articles])
    deliver(spool, storage)
    check_archive(storage)
    found = records(storage)
    assert len(found) == len(articles)
    for record in found:
        (response,) = read_warc(referred(storage, record.raw_ref))
        assert response["type"] == "response"
        assert response["WARC-Target-URI"] == record.url
        assert response["payload"] == capture(record).body


def test_manifest_entries_of_pages_are_links_of_the_same_chain(spool: Spool, storage: FaultyStorage) -> None:
    """They are named as what they are, count pages, and no reader takes them for articles."""
    spool.accept([with_page(article(n)) for n in (1, 2)])
    assert deliver(spool, storage) == 2
    entries = [Manifest.decode(storage.read(k), where=k) for k in storage.keys("manifest/")]
    assert [(m.kind, m.n, m.count) for m in entries] == [("raw", 1, 2), ("articles", 2, 2)]
    assert len(storage.read(entries[0].key)) == entries[0].bytes
    assert list(Archive(storage).segment_articles(entries[0])) == []


def test_a_page_that_gave_no_article_is_kept_with_the_reason(spool: Spool, storage: FaultyStorage) -> None:
    """So that a better extraction can find it."""
    write = lambda c: acceptance.remember(c, seen=None, page=packed(article(1)), reason="rejected/no-body")  # noqa: E731 - as a crawl hands it over
    spool.write([write])
    deliver(spool, storage)
    assert responses(storage) == [article(1).url]
    assert b"outcome: rejected/no-body" in pages_of(storage)[-1]["payload"]
    assert records(storage) == []


def test_neither_exists_without_the_other(spool: Spool, storage: FaultyStorage) -> None:
    """A transaction that fails leaves neither the article nor its page."""

    def fail(_: object) -> None:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        spool.write([lambda c: acceptance.accept(c, near=spool.near, submission=with_page(article(1))), fail])
    deliver(spool, storage)
    assert (records(storage), responses(storage)) == ([], [])


def test_a_page_as_before_is_a_revisit(spool: Spool, storage: FaultyStorage) -> None:
    """The same payload again, or a 304, refers to the page stored whole; a changed page is stored whole."""
    first = article(1)
    again = article(1, crawled_at="2026-11-24T06:15:02Z")
    changed = article(1, title="Another title", crawled_at="2026-11-25T06:15:02Z")
    for given in (first, again, changed):
        spool.accept([with_page(given)])
    later = packed(article(1, crawled_at="2026-11-26T06:15:02Z"), status=304, body=b"")
    spool.write([lambda c: acceptance.remember(c, seen=None, page=later, reason="not-modified")])
    deliver(spool, storage)
    whole = [r for r in pages_of(storage) if r["type"] in ("response", "revisit")]
    assert [(r["type"], r["WARC-Date"][:10]) for r in whole] == [
        ("response", "2026-11-23"),
        ("revisit", "2026-11-24"),
        ("response", "2026-11-25"),
        ("revisit", "2026-11-26"),
    ]
    assert [r["WARC-Refers-To-Date"][:10] for r in whole if r["type"] == "revisit"] == ["2026-11-23", "2026-11-25"]


def test_a_not_modified_page_never_stored_leaves_nothing(spool: Spool, storage: FaultyStorage) -> None:
    """A revisit refers to something that exists."""
    spool.write([lambda c: acceptance.remember(c, seen=None, page=packed(article(1), status=304, body=b""))])
    deliver(spool, storage)
    assert pages_of(storage) == []


def test_an_article_found_on_a_page_as_before_has_a_page_of_its_own(spool: Spool, storage: FaultyStorage) -> None:
    """A raw_ref never points at a revisit: today's rules may find on yesterday's bytes what was not found then."""
    write = lambda c: acceptance.remember(c, seen=None, page=packed(article(1)), reason="rejected/no-body")  # noqa: E731 - as above
    spool.write([write])
    spool.accept([with_page(article(1, crawled_at="2026-11-24T06:15:02Z"))])
    deliver(spool, storage)
    (record,) = records(storage)
    assert read_warc(referred(storage, record.raw_ref))[0]["type"] == "response"


def test_a_withdrawn_article_leaves_its_page_to_no_other(tmp_path: Path, storage: FaultyStorage) -> None:
    """The number of a line that another writer made superfluous may be used again; its page does not go with it."""
    with opened(tmp_path / "one") as one, opened(tmp_path / "two") as two:
        two.accept([with_page(article(1), body=b"withdrawn")])
        one.accept([with_page(article(1), body=b"first")])
        deliver(one, storage)
        storage.fails = lambda _: "before"
        with pytest.raises(StorageUnavailableError):
            deliver(two, storage)
        two.accept([with_page(article(2), body=b"second")])
        storage.fails = lambda _: ""
        deliver(two, storage)
    pages = {a.url[-1]: read_warc(referred(storage, a.raw_ref))[0]["payload"] for a in records(storage)}
    assert pages == {"1": b"first", "2": b"second"}
    assert len(responses(storage)) == 3


def test_large_groups_make_several_segments(
    spool: Spool, storage: FaultyStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No object grows beyond what fits into memory several times, and every record finds its page."""
    monkeypatch.setattr(raw, "_MOST_BYTES", 40_000)
    noise = random.Random(1)  # noqa: S311 - bytes that do not compress, repeatable
    articles = [article(n) for n in range(1, 12)]
    spool.accept([with_page(a, body=noise.randbytes(10_000)) for a in articles])
    deliver(spool, storage)
    sizes = [len(storage.read(key)) for key in storage.keys("raw/")]
    assert len(sizes) == 4
    assert max(sizes) < 41_000
    assert {read_warc(referred(storage, r.raw_ref))[0]["WARC-Target-URI"] for r in records(storage)} == {
        a.url for a in articles
    }


def test_pages_ripen_by_themselves(spool: Spool) -> None:
    """Pages that gave no article do not wait for one; neither they nor lines are sealed early."""
    spool.set_index_behind(behind=False)
    spool.write([lambda c: acceptance.remember(c, seen=None, page=packed(article(1)), reason="rejected/no-body")])
    assert spool.seal(Ripeness()) == 0
    assert spool.seal(Ripeness(seconds=0)) == 1


def test_no_page_is_lost_to_faults(spool: Spool, storage: FaultyStorage) -> None:
    """With puts failing before and after storing, each article and each page is archived once."""
    chance = random.Random(7)  # noqa: S311 - faults, repeatable
    storage.fails = lambda _: chance.choice(["before", "after", *[""] * 14])
    articles = [article(n, site=f"site-{n % 3}") for n in range(1, 40)]
    for start in range(0, len(articles), 5):
        spool.accept([with_page(a) for a in articles[start : start + 5]])
        deliver_at_last(spool, storage)
    check_archive(storage)
    assert sorted(responses(storage)) == sorted(a.url for a in articles)
    assert all(referred(storage, r.raw_ref) for r in records(storage))
    assert {r.url for r in records(storage)} == {a.url for a in articles}


def test_a_spool_of_before_pages_were_kept_is_opened(tmp_path: Path, storage: FaultyStorage) -> None:
    """Its tables are added, and what waits in it is delivered."""
    with opened(tmp_path / "state") as before:
        before.accept([with_page(article(1))])
        before.write([lambda c: [c.execute(f"DROP TABLE {name}") for name in ("page", "original")]])
    with opened(tmp_path / "state") as spool:
        spool.accept([with_page(article(2))])
        deliver(spool, storage)
    assert {r.url[-1]: bool(r.raw_ref) for r in records(storage)} == {"1": False, "2": True}


def test_a_damaged_sealed_segment_is_made_again(spool: Spool, storage: FaultyStorage) -> None:
    """The pages stay in the spool until they are committed, so that a broken file costs nothing."""
    spool.set_index_behind(behind=False)
    spool.accept([with_page(article(n)) for n in (1, 2)])
    spool.seal()
    for sealed in spool.sealed(-1):
        sealed.path.write_bytes(b"broken")
    assert deliver(spool, storage) == 2
    assert {read_warc(referred(storage, r.raw_ref))[0]["WARC-Target-URI"] for r in records(storage)} == {
        article(1).url,
        article(2).url,
    }


def test_a_spool_with_a_new_name_seals_its_pages_anew(spool: Spool, storage: FaultyStorage) -> None:
    """And the lines point at the segments that come of it."""
    spool.set_index_behind(behind=False)
    spool.accept([with_page(article(n)) for n in (1, 2)])
    spool.seal()
    spool.take_new_name()
    spool.accept([with_page(article(3))])
    assert deliver(spool, storage) == 3
    check_archive(storage)
    assert sorted(responses(storage)) == sorted(article(n).url for n in (1, 2, 3))
    assert all(read_warc(referred(storage, r.raw_ref))[0]["WARC-Target-URI"] == r.url for r in records(storage))


def test_waiting_pages_count_as_waiting(spool: Spool, storage: FaultyStorage) -> None:
    """A full spool is full of pages, too; delivered, they wait no more."""
    before = spool.waiting_bytes()
    page = packed(article(1))
    spool.write([lambda c: acceptance.remember(c, seen=None, page=page)])
    assert spool.waiting_bytes() - before == len(page.whole(""))
    deliver(spool, storage)
    assert spool.waiting_bytes() == 0
