"""Where the trials of bench/durability.py archive: a folder or a store, with a faulty proxy before it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

from newsarchive.storage import Storage, open_storage
from tests.conftest import started
from tests.proxy import Proxy
from tests.spool.trials import Looking

BUCKET = "news"


@dataclass(frozen=True, slots=True)
class Place:
    """The store: where it is, and the faulty proxy before it."""

    kind: str
    endpoint: str
    proxy: Proxy
    folder: Path

    def uri(self, name: str) -> str:
        """Return where the archive of this name is."""
        return str(self.folder / name / "archive") if self.kind == "folder" else f"s3://{BUCKET}/{name}"

    def storage(self, name: str) -> Storage:
        """Return an archive of this name, without faults."""
        return open_storage(self.uri(name), endpoint_url=self.endpoint)

    @contextmanager
    def watched(self, name: str) -> Iterator[Looking]:
        """Have a reader look through an archive, without faults; it says what it has found."""
        reader = Looking(self.storage(name))
        reader.start()
        try:
            yield reader
        finally:
            reader.stop()

    @property
    def faultless(self) -> dict[str, str]:
        """What of the environment leads past the proxy."""
        return {"NEWSARCHIVE_ENDPOINT_URL": self.endpoint}

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of a crawl into the archive of this name, through the proxy."""
        return os.environ | {
            "NEWSARCHIVE_URI": self.uri(name),
            "NEWSARCHIVE_ENDPOINT_URL": self.proxy.endpoint,
            "NEWSARCHIVE_STATE": str(self.folder / f"state-{name}"),
            "NEWSARCHIVE_ALLOW_PRIVATE": "1",
            "NEWSARCHIVE_STORE_SECONDS": "5",
        }


def row(*cells: object) -> None:
    """Print a row of the table."""
    print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)


@contextmanager
def store(kind: str, given: str, folder: Path) -> Iterator[str]:
    """Yield the endpoint of a store of this kind, with an empty bucket unless it was given."""
    if kind in ("given", "folder"):
        yield given
    elif kind == "moto":
        with _moto() as endpoint:
            yield endpoint
    else:
        with started(kind, folder / kind) as server:
            server.make_bucket()
            os.environ.update(AWS_ACCESS_KEY_ID=server.access_key, AWS_SECRET_ACCESS_KEY=server.secret_key)
            yield server.endpoint


@contextmanager
def _moto() -> Iterator[str]:
    os.environ.update(AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret")  # noqa: S106 - of a mock
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket=BUCKET)
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
