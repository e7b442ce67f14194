"""Takedown of fetched pages: their WARC records are gone, every other page is where it was."""

import gzip
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsarchive.archive import Archive
from newsarchive.archive.tombstones import Tombstone, of_url
from newsarchive.article import Article, ArticleLink
from newsarchive.raw.capture import Capture, pack
from newsarchive.spool import Spool, Submission
from newsarchive.spool.delivery import Delivery
from newsarchive.storage import Storage, open_storage
from newsarchive.storage.s3 import connect
from newsarchive.upkeep.compaction import compact
from newsarchive.upkeep.erasure import Erasure
from newsarchive.upkeep.verification import Verification
from tests.conftest import RUN, Server, article
from tests.upkeep.conftest import deaths, keys

WORD = b"zanzibarquartz"
TARGET = article(7, url=f"https://example.org/{WORD.decode()}", title=WORD.decode())


def page_of(given: Article) -> Capture:
    """Return the page an article was on."""
    return Capture(
        url=given.url,
        site=given.site,
        run_id=RUN,
        fetched_at="2026-11-23T06:15:02Z",
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=f"<h1>{given.title}</h1>{given.text}".encode(),
        asked=(),
        link=ArticleLink(url=given.url, via="feed"),
    )


def archive_pages(storage: Storage, state: Path) -> None:
    """Archive ten articles with their pages, of which TARGET is one, and a page that gave none."""
    with closing(Spool(state)) as spool:
        given = [*(article(n) for n in range(9)), TARGET]
        spool.accept([Submission(article=a, seen=(), page=pack(page_of(a))) for a in given])
        Delivery(spool, storage).deliver()


@pytest.fixture
def paged(tmp_path: Path) -> Storage:
    """An archive with pages in a folder."""
    storage = open_storage(str(tmp_path / "archive"))
    archive_pages(storage, tmp_path / "archive-state")
    return storage


def page_at(storage: Storage, raw_ref: str) -> bytes:
    """Return the page that a record points at, wherever its segment is now."""
    key, _, span = raw_ref.partition("#")
    offset, length = (int(number) for number in span.split("+"))
    body = storage.read(Archive(storage).snapshot().current(key))[offset : offset + length]
    record = next(iter(ArchiveIterator(BytesIO(body))))
    return bytes(record.content_stream().read())


def erase(storage: Storage, state: Path, asked: Tombstone) -> None:
    """Carry out a takedown."""
    with closing(Spool(state)) as spool:
        Erasure(storage, [spool], asked).carry_out()


def traces(storage: Storage) -> list[str]:
    """Return the objects that hold the word, unpacked."""
    bodies = {key: storage.read(key) for key in keys(storage, "")}
    return [k for k, body in bodies.items() if WORD in body or (k.endswith(".gz") and WORD in gzip.decompress(body))]


def check_others(storage: Storage) -> None:
    """Check that nine articles are left, each with its page, and that WARC tools read every segment."""
    found = list(Archive(storage).articles(duplicates=True))
    assert {a.title for a in found} == {article(n).title for n in range(9)}
    assert all(a.title.encode() in page_at(storage, a.raw_ref) for a in found)
    for key in keys(storage, "raw/"):
        with BytesIO(storage.read(key)) as stream:
            assert "response" in [record.rec_type for record in ArchiveIterator(stream)]
    assert [str(f) for f in Verification(storage, deep=True).findings() if not f.is_note] == []


@pytest.mark.parametrize("asked", [of_url(TARGET.url), Tombstone(kind="id", value=TARGET.id, ids=(TARGET.id,))])
def test_a_page_is_erased_in_its_place(paged: Storage, tmp_path: Path, asked: Tombstone) -> None:
    """Offsets of the others hold; the old segment is deleted; a compaction changes nothing of it."""
    assert len(traces(paged)) == 2
    erase(paged, tmp_path / "archive-state", asked)
    assert traces(paged) == []
    check_others(paged)
    compact(paged, grace=0)
    check_others(paged)


def test_cut_short_anywhere_the_pages_hold(paged: Storage, tmp_path: Path) -> None:
    """The next attempt finishes, though it cannot find the article any more."""
    numbers = iter(range(1000))

    def fresh() -> Storage:
        root = tmp_path / f"copy-{next(numbers)}"
        storage = open_storage(str(root))
        archive_pages(storage, root.with_name(f"{root.name}-state"))
        return storage

    def work(storage: Storage) -> None:
        erase(storage, Path(f"{storage.uri}-state"), of_url(TARGET.url))

    for step, storage in deaths(work, fresh, every=6):
        work(storage)
        assert traces(storage) == [], step
        check_others(storage)
    work(paged)


def test_a_sites_pages_go_altogether(paged: Storage, tmp_path: Path) -> None:
    """No segment of the site is left."""
    erase(paged, tmp_path / "archive-state", Tombstone(kind="site", value="example"))
    assert (keys(paged, "raw/"), keys(paged, "articles/"), list(Archive(paged).articles())) == ([], [], [])


def test_pages_on_every_store(store: Storage, tmp_path: Path) -> None:
    """Each line leads to its page, before and after a takedown."""
    archive_pages(store, tmp_path / "state")
    assert all(a.title.encode() in page_at(store, a.raw_ref) for a in Archive(store).articles(duplicates=True))
    erase(store, tmp_path / "state", of_url(TARGET.url))
    assert traces(store) == []
    check_others(store)


def test_no_version_is_left_in_a_bucket_that_keeps_them(server: Server, tmp_path: Path) -> None:
    """Every version of every object is looked at."""
    if server.kind not in ("moto", "ceph20"):
        pytest.skip(f"{server.kind} keeps no versions")
    client = connect(server.endpoint)
    bucket = f"kept-{server.kind}"
    client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    storage = open_storage(f"s3://{bucket}/archive", endpoint_url=server.endpoint)
    archive_pages(storage, tmp_path / "state")
    storage.replace("runs/crawl_date=2026-11-23/a.json", TARGET.url.encode())
    erase(storage, tmp_path / "state", of_url(TARGET.url))
    held = []
    for version in client.list_object_versions(Bucket=bucket)["Versions"]:
        body = client.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])["Body"].read()
        held += [version["Key"]] if WORD in body or (body[:2] == b"\x1f\x8b" and WORD in gzip.decompress(body)) else []
    assert held == []
    check_others(storage)
