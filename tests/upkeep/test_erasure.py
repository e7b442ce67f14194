"""Takedown: gone from every byte, everything else unchanged, never crawled again, wherever it is cut short."""

import base64
import gzip
import io
import itertools
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from pyarrow import parquet as pq

from newsarchive.archive import Archive
from newsarchive.archive.cache import Cache
from newsarchive.archive.tombstones import Tombstone, of_url
from newsarchive.article import Article
from newsarchive.dedup import Judgement
from newsarchive.neardup.sketching import encoded_sketch
from newsarchive.spool import Spool, Submission, listings
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.listings import ListingCopy
from newsarchive.storage import Storage, open_storage
from newsarchive.upkeep import parquet
from newsarchive.upkeep.compaction import compact
from newsarchive.upkeep.erasure import Erased, Erasure
from newsarchive.upkeep.verification import Verification
from tests.conftest import Server, article, slow
from tests.neardup import wire
from tests.upkeep.conftest import Command, copied, deaths, deliver, keys, lines

WORD = "zanzibarquartz"
TARGET = article(4711, site="site-1", title=f"{WORD} title", text=f"{WORD} text", url=f"https://example.org/{WORD}")
REPORT = {"started_at": "2026-11-23T06:00:00Z", "exit_code": 0, "sites": {}, "problems": [f"{TARGET.url}: odd"]}
BY_URL, BY_ID = of_url(TARGET.url), Tombstone(kind="id", value=TARGET.id, ids=(TARGET.id,))


def erase(storage: Storage, asked: Tombstone = BY_URL) -> Erased:
    """Carry out a takedown with the spool in the folder beside a local archive."""
    state = Path(f"{storage.uri}-state")
    with closing(Spool(state)) as spool:
        return Erasure(storage, [spool], asked).carry_out()


def traces(storage: Storage) -> list[str]:
    """Return the objects and state files that hold the secret, unpacked in every way."""
    found = [key for key in keys(storage, "") if any(WORD.encode() in b for b in unpacked(storage.read(key)))]
    files = [p for p in Path(f"{storage.uri}-state").rglob("*") if p.is_file()]
    return found + [str(p) for p in files if any(WORD.encode() in b for b in unpacked(p.read_bytes()))]


def unpacked(body: bytes) -> Iterator[bytes]:
    """Yield bytes, what they are compressed of, and a table's values."""
    yield body
    if body[:2] == b"\x1f\x8b":
        yield gzip.decompress(body)
    if body[:4] == b"PAR1":
        yield json.dumps(pq.read_table(io.BytesIO(body)).to_pylist(), default=str).encode()
    if body[:6] == b"SQLite":
        yield from _packed_pages(body)


def _packed_pages(body: bytes) -> Iterator[bytes]:
    """Yield what any zlib or gzip stream inside a database file unpacks to."""
    for magic, window in ((b"x\x01", 15), (b"x\x9c", 15), (b"\x1f\x8b\x08", 31)):
        at = body.find(magic)
        while at >= 0:
            unpacker = zlib.decompressobj(window)
            with suppress(zlib.error):
                yield unpacker.decompress(body[at : at + 65536])
            at = body.find(magic, at + 1)


@pytest.fixture(scope="module")
def held(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that holds the target in two revisions, one merged with a sidecar; a feed's copy names it too."""
    storage = copied(template, tmp_path_factory.mktemp("held") / "archive")
    state = Path(f"{storage.uri}-state")
    deliver(storage, state, [TARGET, article(4712, site="site-1")])
    parquet.update(storage)
    compact(storage, grace=3600)
    deliver(storage, state, [revision(TARGET), article(4713, site="site-1")])
    with closing(Spool(state)) as spool:
        copy = ListingCopy(url="https://example.org/feed", etag="1", last_modified="", body=WORD.encode())
        spool.write([lambda connection: listings.keep(connection, listing=copy)])
    storage.replace("runs/crawl_date=2026-11-23/a.json", json.dumps(REPORT).encode())
    return Path(storage.uri)


@pytest.fixture
def fresh(held: Path, tmp_path: Path) -> Callable[[], Storage]:
    """Make fresh copies of the archive that holds the target, each with its state folder beside it."""
    numbers = itertools.count()
    return lambda: copied(held, tmp_path / f"copy-{next(numbers)}")


def revision(of: Article) -> Article:
    """Return a later state of an article."""
    return article(4711, site=of.site, title=f"{of.title} again", text=of.text, url=of.url)


def others(storage: Storage) -> list[bytes]:
    """Return the lines of every other article."""
    return [line for line in lines(storage) if WORD.encode() not in line]


@pytest.mark.parametrize("asked", [BY_URL, BY_ID], ids=["url", "id"])
def test_nothing_is_left_and_nothing_else_is_changed(fresh: Callable[[], Storage], asked: Tombstone) -> None:
    """Not in segments, merged or waiting to be deleted, not in the sidecar, reports, spool, listings or free pages."""
    storage = fresh()
    before = others(storage)
    assert len(traces(storage)) >= 6
    assert erase(storage, asked) == Erased(articles=2, objects=2)
    assert traces(storage) == []
    assert lines(storage) == before
    assert [f for f in Verification(storage, deep=True).findings() if not f.is_note] == []
    proof = Tombstone.decode(storage.read(asked.key), where=asked.key)
    assert (proof.ids, [p["lines"] for p in proof.removed], bool(proof.erased_at)) == ((TARGET.id,), [1, 1], True)
    assert erase(storage, asked).articles == 0


def test_it_is_hidden_before_it_is_gone(fresh: Callable[[], Storage]) -> None:
    """Readers leave it out as soon as the tombstone stands, also where only its address was known."""
    storage = fresh()
    for asked in (BY_URL, BY_ID, Tombstone(kind="site", value="site-1")):
        storage.replace(asked.key, asked.encode())
        assert TARGET.id not in {a.id for a in Archive(storage).articles(revisions="all", duplicates=True)}
        storage.delete(asked.key)
    assert TARGET.id in {a.id for a in Archive(storage).articles(duplicates=True)}


def test_it_is_never_archived_again(fresh: Callable[[], Storage], tmp_path: Path) -> None:
    """Neither by this spool nor by a new one, under no address it was known by."""
    storage = fresh()
    erase(storage)
    elsewhere = article(4711, site="site-1", url="https://example.org/moved", canonical_url=TARGET.url)
    for state in (Path(f"{storage.uri}-state"), tmp_path / "new"):
        deliver(storage, state, [])
        with closing(Spool(state)) as spool:
            verdicts = spool.accept([Submission(article=a, seen=()) for a in (TARGET, revision(TARGET), elsewhere)])
            assert {v.judgement for v in verdicts} == {Judgement.ERASED}
            assert spool.find_erased(BY_URL.url_keys) == set(BY_URL.url_keys)
            assert spool.backlog() == 0


def test_a_site_is_erased_whole(fresh: Callable[[], Storage]) -> None:
    """All of it, and nothing of another; it is not crawled again."""
    storage = fresh()
    before = [line for line in lines(storage) if b'"site":"site-1"' not in line]
    erase(storage, Tombstone(kind="site", value="site-1"))
    assert lines(storage) == before
    assert traces(storage) == ["runs/crawl_date=2026-11-23/a.json"]
    assert keys(storage, "articles/site=site-1/") == []
    with closing(Spool(Path(f"{storage.uri}-state"))) as spool:
        assert spool.erased_sites == {"site-1"}
        (verdict,) = spool.accept([Submission(article=article(9999, site="site-1"), seen=())])
        assert verdict.judgement is Judgement.ERASED
    state = sqlite3.connect(Path(f"{storage.uri}-state") / "spool.sqlite")
    with closing(state):
        assert state.execute("SELECT count(*) FROM seen").fetchone() == (len({json.loads(x)["id"] for x in before}),)


def test_what_waits_elsewhere_is_withdrawn(fresh: Callable[[], Storage], tmp_path: Path) -> None:
    """Another machine's spool gives up its unsealed lines when it next sees the archive."""
    storage = fresh()
    erase(storage)
    with closing(Spool(tmp_path / "other")) as spool:
        spool.accept([Submission(article=a, seen=()) for a in (TARGET, article(8000))])
    before = len(lines(storage))
    deliver(storage, tmp_path / "other", [])
    assert (traces(storage), len(lines(storage))) == ([], before + 1)


def test_an_uncommitted_segment_that_holds_it_is_named(fresh: Callable[[], Storage]) -> None:
    """Its writer may commit it tomorrow: the takedown is not complete, and says so."""
    storage = fresh()
    (held, *_) = [k for k in keys(storage, "articles/") if WORD.encode() in gzip.decompress(storage.read(k))]
    stray = held.replace("2026112", "2027112")
    storage.put_new(stray, storage.read(held))
    assert erase(storage).left == (stray,)
    assert Tombstone.decode(storage.read(BY_URL.key), where="").erased_at == ""
    storage.delete(stray)
    assert (erase(storage).left, traces(storage)) == ((), [])


SITE = Tombstone(kind="site", value="site-1")


@pytest.mark.parametrize("asked", [BY_URL, SITE], ids=["url", "site"])
def test_the_indexes_forget_it(tmp_path: Path, asked: Tombstone) -> None:
    """Neither the snapshot in the archive nor the near-duplicate index here knows it; both know the others."""
    storage, state = open_storage(str(tmp_path / "archive")), tmp_path / "archive-state"
    target = article(4711, site="site-1", text=wire.text(1), url=TARGET.url)
    deliver(storage, state, [target, article(4712, site="site-2", text=wire.text(2))])
    with closing(Spool(state)) as spool:
        assert Delivery(spool, storage).snapshot(1) == 2
    sketch = encoded_sketch(target)
    assert len(indexes_with(storage, target.id.encode(), sketch, base64.b64encode(sketch))) == 2
    erase(storage, asked)
    assert indexes_with(storage, target.id.encode(), sketch, base64.b64encode(sketch)) == []
    for folder in (state, tmp_path / "fresh"):
        with closing(Spool(folder)) as spool:
            Delivery(spool, storage).level_index()
            texts = {9: wire.text(2), 8: wire.text(1)}
            given = [Submission(article=article(n, text=text), seen=()) for n, text in texts.items()]
            assert [v.article.duplicate_of for v in spool.accept(given)] == [article(4712).id, ""]


def indexes_with(storage: Storage, *secrets: bytes) -> list[str]:
    """Return the snapshot's parts and the files of the near-duplicate index that hold one of these bytes."""
    parts = {key: gzip.decompress(storage.read(key)) for key in keys(storage, "index/")}
    near = {str(path): path.read_bytes() for path in Path(f"{storage.uri}-state", "near").iterdir()}
    return [name for name, body in {**parts, **near}.items() if any(secret in body for secret in secrets)]


def test_a_damaged_part_of_the_snapshot_goes(fresh: Callable[[], Storage]) -> None:
    """Nobody can tell what it holds, and it can be made again."""
    storage = fresh()
    storage.put_new("index/crawl_date=2026-11-23/0.jsonl.gz", b"damaged")
    erase(storage)
    assert keys(storage, "index/") == []


def test_an_unfinished_import_gives_it_up(fresh: Callable[[], Storage], command: Command) -> None:
    """What its spool holds is delivered or erased, too."""
    storage = fresh()
    imports = Path(f"{storage.uri}-state", "import")
    with closing(Spool(imports)) as spool:
        spool.bind(storage.uri)
        late = article(4800, url="https://example.org/late")
        spool.accept([Submission(article=a, seen=()) for a in (revision(TARGET), late)])
    assert any(str(imports) in name for name in traces(storage))
    assert command("erase", "--uri", storage.uri, "--url", TARGET.url, "--yes")[0] == 0
    assert traces(storage) == []
    assert late.id in {a.id for a in Archive(storage).articles(duplicates=True)}


def test_the_index_of_the_web_page_forgets_it(fresh: Callable[[], Storage], command: Command) -> None:
    """That of this machine, at once: its words, its record, and the address in a run's report."""
    storage = fresh()
    assert command("serve", "--index-only", "--uri", storage.uri)[0] == 0
    (index,) = Path(f"{storage.uri}-state").glob("web/*.sqlite")
    assert str(index) in traces(storage)
    assert command("erase", "--url", TARGET.url, "--yes", "--uri", storage.uri)[0] == 0
    assert traces(storage) == []
    with closing(sqlite3.connect(index)) as connection:
        assert connection.execute("SELECT count(*) FROM article").fetchone()[0] > 0


def test_what_this_machine_keeps_of_a_bucket_goes_too(
    tmp_path: Path, server: Server, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copies of its readers are rid of it when the command ends."""
    monkeypatch.setenv("NEWSARCHIVE_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("NEWSARCHIVE_CACHE", str(tmp_path / "cache"))
    storage, state, cache = open_storage(f"s3://news/{tmp_path.name}"), tmp_path / "state", tmp_path / "cache"
    of_that_day = article(4691)
    deliver(storage, state, [TARGET, of_that_day])
    parquet.update(storage)
    deliver(storage, state, [revision(TARGET)])
    assert len(list(Archive.open(storage.uri).articles())) == 2
    assert sorted(p.suffix for p in _holding(cache)) == [".checked", ".gz"]
    assert command("sql", "SELECT count(*) FROM articles", "--uri", storage.uri)[0] == 0
    assert sorted(p.suffix for p in _holding(cache)) == [".checked", *[".gz"] * 3]
    assert command("erase", "--url", TARGET.url, "--yes", "--uri", storage.uri, "--state", str(state))[0] == 0
    assert _holding(cache) == []
    assert [a.url for a in Archive.open(storage.uri).articles()] == [of_that_day.url]
    assert _holding(cache) == []


def _holding(cache: Path) -> list[Path]:
    """Return the files of a cache that hold the secret; tables stand behind a digest there."""
    files = [p for p in cache.rglob("*") if p.is_file()]
    return [p for p in files if any(WORD.encode() in b for start in (0, 32) for b in unpacked(p.read_bytes()[start:]))]


def test_a_reader_forgets_its_copies(fresh: Callable[[], Storage], tmp_path: Path) -> None:
    """Copies of segments that have been replaced go when the archive is next looked at; the others stay."""
    storage, cache = fresh(), Cache(tmp_path / "cache", limit=1 << 30)
    for _ in range(2):
        archive = Archive(storage, cache=cache)
        snapshot = archive.snapshot()
        held = [WORD.encode() in text for _, text in archive.lines(snapshot.articles, snapshot)]
        erase(storage)
    assert not any(held)
    kept = [gzip.decompress(path.read_bytes()) for path in (tmp_path / "cache" / "objects").rglob("*.gz")]
    assert (len(kept) > 1, any(WORD.encode() in body for body in kept)) == (True, False)


SAMPLE = [(BY_URL, 9), (SITE, 15), pytest.param(BY_URL, 1, marks=slow), pytest.param(SITE, 2, marks=slow)]


@pytest.mark.parametrize(("asked", "every"), SAMPLE)
def test_cut_short_anywhere_it_goes_on(fresh: Callable[[], Storage], asked: Tombstone, every: int) -> None:
    """Killed before and after every change: nobody else loses anything, and the next attempt finishes."""
    template = fresh()
    kept = [line for line in lines(template) if asked.kind == "url" or b'"site":"site-1"' not in line]
    expected = [line for line in kept if WORD.encode() not in line]
    steps = 0

    def work(storage: Storage) -> None:
        with closing(Spool(Path(f"{storage.uri}-state"))) as spool:
            Erasure(storage, [spool], asked).carry_out()

    for step, storage in deaths(work, fresh, every=every):
        assert set(expected) <= set(lines(storage)), step
        erase(storage, asked)
        assert lines(storage) == expected, step
        redacted = [] if asked.kind == "url" else ["runs/crawl_date=2026-11-23/a.json"]
        assert traces(storage) == redacted, step
        steps += 1
    assert steps >= 12 / every


def test_a_reader_under_way_goes_on(fresh: Callable[[], Storage]) -> None:
    """What it has not read yet of an erased article it does not see; of the others it misses nothing."""
    storage = fresh()
    expected = sorted(a.id for a in Archive(storage).articles(duplicates=True) if a.id != TARGET.id)
    reader = Archive(storage).articles(duplicates=True)
    found = [next(reader).id]
    erase(storage)
    found += [a.id for a in reader]
    assert sorted(i for i in found if i != TARGET.id) == expected


def test_every_version_is_erased(tmp_path: Path, store: Storage) -> None:
    """In a bucket too, with the state folder wherever it is."""
    deliver(store, tmp_path / "state", [TARGET, article(4712, site="site-1")])
    parquet.update(store)
    with closing(Spool(tmp_path / "state")) as spool:
        assert Erasure(store, [spool], BY_URL).preview() == Erased(articles=1, objects=1)
        assert Erasure(store, [spool], BY_URL).carry_out() == Erased(articles=1, objects=1)
    left = [key for key in keys(store, "") if any(WORD.encode() in b for b in unpacked(store.read(key)))]
    assert left == []


def test_the_command_asks_first(fresh: Callable[[], Storage], command: Command) -> None:
    """Without --yes or a terminal nothing happens; a dry run counts."""
    storage = fresh()
    before = lines(storage)
    erasing = partial(command, "erase", "--uri", storage.uri, "--url", TARGET.url)
    assert erasing("--dry-run") == (
        0,
        f"2 article revisions, in 2 objects, would be erased from {storage.uri}; nothing was changed.\n",
    )
    code, said = erasing()
    assert (code, "--yes" in said, lines(storage)) == (2, True, before)
    code, said = erasing("--yes", "--reason", "court order 7", "--by", "legal")
    assert (code, BY_URL.key in said, traces(storage)) == (0, True, [])
    proof = Tombstone.decode(storage.read(BY_URL.key), where="")
    assert (proof.reason, proof.by) == ("court order 7", "legal")


@pytest.mark.parametrize("arguments", [("--url", "example.org"), ("--id", "12"), ("--site", "A b"), ()])
def test_what_cannot_be_meant_is_refused(filled: Storage, command: Command, arguments: tuple[str, ...]) -> None:
    """With exit code 2 and the value."""
    code, said = command("erase", "--uri", filled.uri, "--yes", *arguments)
    assert (code, all(repr(word) in said for word in arguments[1:])) == (2, True)


@slow
def test_one_of_ten_thousand(tmp_path: Path) -> None:
    """Byte search finds nothing; the other 9,999 are unchanged."""
    storage = open_storage(str(tmp_path / "archive"))
    state = tmp_path / "archive-state"
    for start in range(0, 9_999, 1_111):
        given = [
            article(n, site=f"site-{n % 3}", run_id=f"20261123t0000{start // 1111:02}z-1f3a9c")
            for n in range(start, start + 1_111)
        ]
        deliver(storage, state, [*given, TARGET] if start == 3_333 else given)
    parquet.update(storage)
    compact(storage, grace=0)
    before = others(storage)
    erase(storage)
    assert (traces(storage), len(before)) == ([], 9_999)
    assert lines(storage) == before
    deliver(storage, state, [TARGET])
    assert lines(storage) == before
