"""What an archive URI may be, and the sentences for those it may not."""

from pathlib import Path

import pytest

from newsarchive.archive.schema import furniture
from newsarchive.errors import UsageError
from newsarchive.storage import open_storage


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("", "archive URI is empty"),
        ("  ", "archive URI is empty"),
        ("s3://", "names no bucket"),
        ("s3://key:word@bucket/news", "holds a user or a password"),
        ("s3:///prefix", "names no bucket"),
        ("ftp://host/x", "unknown scheme"),
        ("gs://bucket/x", "unknown scheme"),
        ("https://host/bucket", "unknown scheme"),
    ],
)
def test_a_wrong_uri_is_refused_by_its_value(uri: str, sentence: str) -> None:
    """The message holds the value and how to write it."""
    with pytest.raises(UsageError, match=sentence) as caught:
        open_storage(uri)
    assert uri.strip() in str(caught.value)
    assert "s3://bucket/prefix" in str(caught.value)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("{}/archive", "{}/archive"),
        ("file://{}/archive", "{}/archive"),
        ("file://{}/with%20blank", "{}/with blank"),
        ("{}/with%20percent", "{}/with%20percent"),
        ("{}/a#b?c", "{}/a#b?c"),
        ("archive", "{}/archive"),
        ("./archive/", "{}/archive"),
        (".", "{}"),
        ("~/news", "{}/news"),
    ],
)
def test_a_folder_is_known_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str, path: str
) -> None:
    """A relative path means the folder of now, whatever the working directory is later."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    store = open_storage(uri.format(tmp_path))
    assert store.uri == path.format(tmp_path)
    store.put_new("key", b"body")
    assert (Path(path.format(tmp_path)) / "key").read_bytes() == b"body"


def test_a_folder_to_be_read_must_be_there(tmp_path: Path) -> None:
    """Reading creates no archive; the message names the folder."""
    with pytest.raises(UsageError, match=rf"no archive at {tmp_path}/nothing: the folder does not exist"):
        open_storage(str(tmp_path / "nothing"), create=False)
    assert not (tmp_path / "nothing").exists()
    (tmp_path / "news" / "manifest").mkdir(parents=True)
    with pytest.raises(UsageError, match=rf"which archive is meant, such as {tmp_path}/news$"):
        open_storage(str(tmp_path / "nothing"), create=False)


def test_a_folder_of_other_things_is_no_archive(tmp_path: Path) -> None:
    """Nor is a file, or a folder within an archive; one without files of anybody's is an archive to be."""
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "news" / "articles" / "site=a").mkdir(parents=True)
    (tmp_path / "fresh" / "lost+found").mkdir(parents=True)
    (tmp_path / "fresh" / ".gitkeep").touch()
    for name, why in (
        ("", "nothing in the folder is an archive's"),
        ("notes.txt", "it is a file"),
        ("news/articles", "nothing in the folder is an archive's"),
    ):
        with pytest.raises(UsageError, match=rf"no archive at {(tmp_path / name)}: {why}; --uri"):
            open_storage(str(tmp_path / name), create=False)
    assert open_storage(str(tmp_path / "fresh"), create=False).uri == str(tmp_path / "fresh")
    assert open_storage(str(tmp_path / "news"), create=False).uri == str(tmp_path / "news")


@pytest.mark.parametrize(
    "prefix", sorted({key.partition("/")[0] for key in furniture() if "/" in key} | {"index", "parquet", "raw"})
)
def test_what_a_crawl_begins_with_is_an_archive(tmp_path: Path, prefix: str) -> None:
    """Even if nothing else is left of it: `verify` and `repair` must be able to look at it."""
    (tmp_path / prefix).mkdir()
    assert open_storage(str(tmp_path), create=False).uri == str(tmp_path)


def test_opening_to_write_makes_nothing_yet(tmp_path: Path) -> None:
    """A folder is made when it is first written to."""
    store = open_storage(str(tmp_path / "a" / "b"))
    assert (list(store.keys("")), list(tmp_path.iterdir())) == ([], [])
    store.put_new("key", b"")
    assert list(store.keys("")) == ["key"]


@pytest.mark.parametrize(
    ("uri", "name"),
    [("s3://b", "s3://b"), ("s3://b/", "s3://b"), ("s3://b/p/q/", "s3://b/p/q")],
)
def test_a_bucket_is_named_without_a_last_slash(uri: str, name: str) -> None:
    """One place has one name."""
    assert open_storage(uri).uri == name
