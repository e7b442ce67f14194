"""The drift archive in a folder and in a bucket, as the page has them, for a machine far from UTC."""

from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from newsarchive.archive import Archive
from newsarchive.storage import Storage
from tests.conftest import Servers
from tests.readers import drift
from tests.readers.snippets import BUCKET, FOLDER, Snippet


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Storage:
    """The drift archive; for reading only."""
    return drift.make(tmp_path_factory.mktemp("drift") / FOLDER)


@pytest.fixture(scope="session")
def bucket(servers: Servers, made: Storage) -> str:
    """The endpoint of a store that has the drift archive in the page's bucket."""
    server = servers.get("moto")
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name="us-east-1",
    )
    name, _, prefix = BUCKET.removeprefix("s3://").partition("/")
    client.create_bucket(Bucket=name)
    for key in made.keys(""):
        client.put_object(Bucket=name, Key=f"{prefix}/{key}", Body=made.read(key))
    return server.endpoint


@pytest.fixture(scope="session")
def expected(made: Storage) -> list[int]:
    """What our own reader says: revisions, articles, about Iran, of November."""
    archive = Archive(made)
    answers = (
        archive.articles(revisions="all", duplicates=True),
        archive.articles(),
        archive.articles(tag="Iran"),
        archive.articles(since="2026-11", until="2026-12"),
    )
    return [sum(1 for _ in answer) for answer in answers]


@pytest.fixture
def place(
    made: Storage, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Snippet], Path]:
    """Prepare where a snippet is to be run: a folder that has the archive, or has none but reaches the bucket."""
    monkeypatch.setenv("TZ", "America/Los_Angeles")

    def prepare(snippet: Snippet) -> Path:
        if snippet.is_local:
            (tmp_path / FOLDER).symlink_to(made.uri)
            return tmp_path
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("bucket"))
        for name, value in (
            ("ACCESS_KEY_ID", "labkey"),
            ("SECRET_ACCESS_KEY", "labsecret123"),
            ("REGION", "us-east-1"),
        ):
            monkeypatch.setenv(f"AWS_{name}", value)
        return tmp_path

    return prepare
