"""What tests share: articles, an environment without the developer's own, and places to archive in."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from newsarchive.article import Article
from newsarchive.dedup import identify
from newsarchive.storage import Storage, open_storage

RUN = "20261123t061502z-1f3a9c"
_SCRIPTS = Path(__file__).parents[2] / "shared" / "s3"
_PORTS = {"swift": 9110, "rclone": 9120, "ceph20": 9130}  # each takes some more above its own, Ceph a score
_WORDS = "harbour council budget bridge river winter market school library station garden theatre".split()  # noqa: SIM905 - a list of words

slow = pytest.mark.slow


def article(number: int = 1, **given: Any) -> Article:  # noqa: ANN401 - any field's value
    """Return the identified article of this number, with the fields given; its text is long enough to be syndicated."""
    text = " ".join(f"{_WORDS[(number + i) % len(_WORDS)]}{number}" for i in range(50))
    url = given.pop("url", f"https://example.org/news/{number}")
    fields: dict[str, Any] = {
        "url": url,
        "canonical_url": url,
        "site": "example",
        "publisher": "Example",
        "title": f"Article number {number}",
        "date_published": f"2026-11-{number % 20 + 1:02}T06:04:00Z",
        "date_precision": "minute",
        "language": "en",
        "text": text,
        "word_count": len(given.get("text", text).split()),
        "crawled_at": "2026-11-23T06:15:02Z",
        "run_id": RUN,
        "discovered_via": "feed",
        "http_status": 200,
    }
    return identify(Article(**{**fields, **given}))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials, configuration or archive of the developer's own reach a test."""
    for name in [n for n in os.environ if n.startswith(("AWS_", "NEWSARCHIVE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running S3 server with a bucket `news`; `conditional` tells whether it honours If-None-Match."""

    kind: str
    endpoint: str
    access_key: str = "labkey"
    secret_key: str = "labsecret123"  # noqa: S105 - of a server that lives as long as the test
    conditional: bool = True
    authenticates: bool = True

    def make_bucket(self) -> None:
        """Create the bucket."""
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
        )
        client.create_bucket(Bucket="news")

    def announce(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the server's credentials into the environment."""
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", self.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", self.secret_key)


@contextmanager
def _moto() -> Iterator[Server]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Server(kind="moto", endpoint=f"http://{host}:{port}", authenticates=False)
    finally:
        server.stop()


@contextmanager
def started(kind: str, folder: Path) -> Iterator[Server]:
    """Start one of the servers that stand beside the repository."""
    script = _SCRIPTS / f"{kind}.sh"
    if not script.exists():
        pytest.skip(f"{script} is not there: real S3 servers are not part of the repository")
    command = ["bash", str(script), str(folder), str(_PORTS[kind])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            pytest.skip(f"{kind} does not start here: {done.stderr[-500:]}")
        told = dict(word.split("=", 1) for word in done.stdout.splitlines()[-1].split() if "=" in word)
        yield Server(
            kind=kind,
            endpoint=told["ENDPOINT"],
            access_key=told["ACCESS_KEY"],
            secret_key=told["SECRET_KEY"],
            conditional=kind != "rclone",
        )
    finally:
        subprocess.run(["bash", _SCRIPTS / "stop.sh", folder], check=False, timeout=60)


class Servers:
    """The S3 servers of a test session, each started when first asked for."""

    def __init__(self, stack: ExitStack, folders: pytest.TempPathFactory) -> None:
        self._stack = stack
        self._folders = folders
        self._running: dict[str, Server] = {}
        self._asked: set[str] = set()

    def get(self, kind: str) -> Server:
        """Return the running server of a kind; skip the test if it does not run here."""
        if kind not in self._running:
            if kind in self._asked:
                pytest.skip(f"{kind} does not run here")
            self._asked.add(kind)
            starting = _moto() if kind == "moto" else started(kind, self._folders.mktemp(kind))
            server = self._stack.enter_context(starting)
            server.make_bucket()
            self._running[kind] = server
        return self._running[kind]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The S3 servers."""
    with ExitStack() as stack:
        yield Servers(stack, tmp_path_factory)


KINDS = ["moto", *(pytest.param(kind, marks=slow) for kind in _PORTS)]


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Server:
    """An S3 server with a bucket `news`, its credentials in the environment."""
    found = servers.get(request.param)
    found.announce(monkeypatch)
    return found


@pytest.fixture(params=["folder", *KINDS])
def store(request: pytest.FixtureRequest, servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Storage:
    """An empty storage: a folder, or a prefix of a bucket."""
    if request.param == "folder":
        return open_storage(str(tmp_path / "archive"))
    found = servers.get(request.param)
    found.announce(monkeypatch)
    return open_storage(f"s3://news/{tmp_path.name}", endpoint_url=found.endpoint)
