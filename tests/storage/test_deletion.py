"""Listing with sizes, and removing objects with all their versions."""

from pathlib import Path

import pytest

from newsarchive.storage import ObjectMissingError, Storage, open_storage
from newsarchive.storage.s3 import connect
from tests.conftest import Server


def test_objects_are_listed_with_their_sizes(store: Storage) -> None:
    """Keys in order, sizes in bytes, and times by the store's clock that do not run backwards."""
    for number, key in enumerate(("b/1", "a/2", "a/1")):
        store.put_new(key, b"x" * number)
    found = list(store.objects(""))
    assert [(o.key, o.bytes) for o in found] == [("a/1", 2), ("a/2", 1), ("b/1", 0)]
    assert [o.key for o in store.objects("a/")] == ["a/1", "a/2"]
    assert found[0].modified >= found[2].modified > 0


@pytest.mark.parametrize("superseded_only", [False, True])
def test_what_is_removed_is_gone(store: Storage, *, superseded_only: bool) -> None:
    """Only the object itself, not one whose key begins alike; removing again is no error; the latest can be kept."""
    for key in ("a/1", "a/10"):
        store.put_new(key, b"body")
    for _ in range(2):
        store.delete("a/1", superseded_only=superseded_only)
    assert list(store.keys("")) == ["a/1", "a/10"] if superseded_only else ["a/10"]
    store.delete("nowhere/at-all")


@pytest.fixture
def versioned(server: Server) -> Storage:
    """A prefix of a bucket that keeps versions."""
    if server.kind not in ("moto", "ceph20"):
        pytest.skip(f"{server.kind} keeps no versions")
    client = connect(server.endpoint)
    bucket = f"versioned-{server.kind}"
    client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return open_storage(f"s3://{bucket}/archive", endpoint_url=server.endpoint)


def versions(server: Server, storage: Storage) -> list[tuple[str, bool]]:
    """Return key and whether it is the latest of every version and marker in the bucket."""
    client = connect(server.endpoint)
    answer = client.list_object_versions(Bucket=storage.uri.split("/")[2])
    entries = [*answer.get("Versions", ()), *answer.get("DeleteMarkers", ())]
    return sorted((e["Key"], e["IsLatest"]) for e in entries)


def test_every_version_is_removed(server: Server, versioned: Storage) -> None:
    """Overwritten and deleted states too; an object whose key begins alike keeps its own."""
    for body in (b"one", b"two"):
        versioned.replace("a/1", body)
        versioned.replace("a/10", body)
    client = connect(server.endpoint)
    client.delete_object(Bucket=versioned.uri.split("/")[2], Key="archive/a/1")
    versioned.replace("a/1", b"three")
    assert len(versions(server, versioned)) == 6
    versioned.delete("a/10", superseded_only=True)
    assert versions(server, versioned).count(("archive/a/10", True)) == 1
    versioned.delete("a/1")
    assert versions(server, versioned) == [("archive/a/10", True)]
    with pytest.raises(ObjectMissingError):
        versioned.read("a/1")


def test_a_folder_without_the_file_is_no_error(tmp_path: Path) -> None:
    """Nothing is made by removing nothing."""
    open_storage(str(tmp_path / "archive")).delete("a/1")
    assert list(tmp_path.iterdir()) == []
