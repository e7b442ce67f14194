"""One behaviour over every storage: a folder, a mock S3 server, and (slow) real ones."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from newsarchive.errors import IntegrityError
from newsarchive.storage import ConditionalPut, ObjectMissingError, Storage
from newsarchive.storage.s3 import S3Storage
from tests.conftest import Server

BODIES = [b"", b"a", b"\x00\xff\r\n" * 1000, bytes(range(256)) * 8192]


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_what_is_put_is_read(store: Storage, body: bytes) -> None:
    """A body comes back byte for byte, whether put as new or in place of another."""
    store.put_new("articles/site=a/one.gz", body)
    store.replace("articles/site=a/two.gz", b"earlier")
    store.replace("articles/site=a/two.gz", body)
    assert (store.read("articles/site=a/one.gz"), store.read("articles/site=a/two.gz")) == (body, body)


def test_putting_the_same_again_is_no_error(store: Storage) -> None:
    """A retry of a put is a no-op."""
    for _ in range(3):
        store.put_new("manifest/w-1.json", b"body")
    assert list(store.keys("")) == ["manifest/w-1.json"]


def test_other_contents_under_a_key_are_refused(store: Storage) -> None:
    """Once probed, no store's object is overwritten by put_new; the error names the place and the key."""
    store.probe()
    store.put_new("manifest/w-1.json", b"first")
    with pytest.raises(IntegrityError, match=rf"{store.uri}/manifest/w-1\.json exists with other contents"):
        store.put_new("manifest/w-1.json", b"other")
    store.put_new("manifest/w-1.json", b"first")
    assert store.read("manifest/w-1.json") == b"first"


def test_a_probe_tells_the_real_servers_apart(server: Server) -> None:
    """Those that ignore If-None-Match are noticed."""
    expected = ConditionalPut.HONOURED if server.conditional else ConditionalPut.IGNORED
    store = S3Storage("news", f"noted-{server.kind}", endpoint_url=server.endpoint)
    assert store.probe().conditional_put is expected


@pytest.mark.parametrize("key", ["nothing.json", "folder/nothing.json", "there/nothing.json"])
def test_a_missing_object_is_missing(store: Storage, key: str) -> None:
    """Reading what is not there raises ObjectMissingError."""
    store.put_new("there/something.json", b"")
    with pytest.raises(ObjectMissingError):
        store.read(key)


def test_keys_are_sorted_and_bounded_by_the_prefix(store: Storage) -> None:
    """Keys below a prefix come sorted, relative to the root, and only those."""
    keys = [f"articles/site={site}/{n}.gz" for site in ("b", "a-c", "a") for n in (10, 2)]
    for key in (*keys, "articles2/x", "manifest/x", "README.md"):
        store.put_new(key, b"")
    assert list(store.keys("articles/")) == sorted(keys)
    assert list(store.keys("articles/site=a/")) == ["articles/site=a/10.gz", "articles/site=a/2.gz"]
    assert list(store.keys("nothing/")) == []
    assert len(list(store.keys(""))) == len(keys) + 3


def test_a_probe_leaves_nothing(store: Storage) -> None:
    """A probe of an archive that can be written succeeds, also where nothing is yet, and leaves no object."""
    store.probe()
    assert list(store.keys("")) == []


def test_many_threads_put_the_same(store: Storage) -> None:
    """Sixteen writers of the same bytes under one key all succeed."""
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda _: store.put_new("same/key", b"body"), range(48))) == [None] * 48
    assert (list(store.keys("")), store.read("same/key")) == (["same/key"], b"body")


@pytest.mark.slow
def test_many_pages_of_keys(store: Storage) -> None:
    """More keys than one page of a listing holds (1,000) are all yielded."""
    keys = [f"many/{n:05}" for n in range(1005)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: store.put_new(key, b""), keys))
    assert list(store.keys("many/")) == keys
