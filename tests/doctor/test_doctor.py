"""What the doctor says of healthy and of ailing places, and that it leaves them as they were."""

import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest

from newsarchive.cli import main
from newsarchive.doctor import disk
from newsarchive.spool import Spool
from newsarchive.spool.acceptance import Submission
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.state import locked
from newsarchive.storage import open_storage
from tests.conftest import Server, Servers, article
from tests.proxy import Fault, always, before

Said = tuple[int, str]


@pytest.fixture
def moto(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A mock S3 server with a bucket `news`."""
    found = servers.get("moto")
    found.announce(monkeypatch)
    return found


@pytest.fixture
def examine(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Examine":
    """Run the doctor on an archive whose state folder is `state`."""
    monkeypatch.setenv("NEWSARCHIVE_STORE_SECONDS", "2")
    monkeypatch.delitem(sys.modules, "newsarchive.settings", raising=False)  # it has read the environment as it was
    return Examine(capsys, tmp_path / "state")


class Examine:
    """The doctor, and the state folder it looks at."""

    def __init__(self, capsys: pytest.CaptureFixture[str], state: Path) -> None:
        self._capsys = capsys
        self.state = state

    def __call__(self, uri: str, endpoint: str = "") -> Said:
        """Return the exit code and what was printed."""
        code = main(["doctor", "--uri", uri, "--endpoint-url", endpoint, "--state", str(self.state)])
        return code, self._capsys.readouterr().out


def _accept(state: Path, uri: str, *, delivered: bool) -> None:
    with closing(Spool(state)) as spool:
        storage = open_storage(uri)
        spool.bind(storage.uri)
        spool.accept([Submission(article=article(1), seen=())])
        if delivered:
            Delivery(spool, storage).deliver()


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_nothing_is_made_where_nothing_is_yet(examine: Examine, tmp_path: Path) -> None:
    """A first look at a folder to be is fine, and makes no folder."""
    code, said = examine(str(tmp_path / "archive"))
    assert code == 0
    assert "to be made in" in said
    assert "none yet" in said
    assert list(tmp_path.iterdir()) == []


def test_an_archive_in_a_folder_is_left_as_it_was(examine: Examine, tmp_path: Path) -> None:
    """Everything is tried, and nothing of it stays."""
    archive = tmp_path / "archive"
    _accept(examine.state, str(archive), delivered=True)
    was = _everything(archive)
    code, said = examine(str(archive))
    assert code == 0
    for told in ("put, get, list and delete work", "conditional put is honoured", "nothing waits", "fsync takes"):
        assert told in said
    assert _everything(archive) == was


def test_a_bucket_is_tried_and_left_empty(examine: Examine, moto: Server) -> None:
    """The same for S3, with the store's clock."""
    code, said = examine("s3://news/doctor", moto.endpoint)
    assert code == 0
    for told in ("put, get, list and delete work", "conditional put is honoured", "clock: as the store's", "gone at"):
        assert told in said
    assert list(open_storage("s3://news/doctor", endpoint_url=moto.endpoint).keys("")) == []


def test_a_bucket_that_keeps_versions_is_noted(examine: Examine, moto: Server) -> None:
    """And no version of what was tried stays."""
    client = boto3.client("s3", endpoint_url=moto.endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="versioned")
    client.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    code, said = examine("s3://versioned", moto.endpoint)
    assert (code, "the bucket keeps what is replaced" in said) == (0, True)
    left = client.list_object_versions(Bucket="versioned")
    assert ".doctor-" not in str(left)


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        (always("ignore-condition"), 0, "conditional put is ignored"),
        (always("refuse-condition"), 0, "conditional put is refused"),
        (always("403", "PUT"), 4, "access is denied"),
        (always("403", "DELETE"), 4, "access is denied"),
        (always("missing-bucket", "PUT"), 4, "the bucket does not exist"),
        (always("503"), 4, "answers 503"),
    ],
)
def test_an_ailing_store_is_told(examine: Examine, moto: Server, *, fault: Fault, code: int, told: str) -> None:
    """By what it answers, with a remedy under it."""
    with before(moto.endpoint, fault) as proxy:
        found, said = examine("s3://news/ailing", proxy.endpoint)
    assert found == code
    line = next(line for line in said.splitlines() if told in line)
    assert said.splitlines()[said.splitlines().index(line) + 1].lstrip().startswith("→")


def test_a_store_that_is_down_hides_nothing_else(examine: Examine, moto: Server, tmp_path: Path) -> None:
    """The spool is looked at all the same."""
    _accept(examine.state, str(tmp_path / "archive"), delivered=False)
    code, said = examine("s3://news", moto.endpoint.rpartition(":")[0] + ":9")
    assert code == 4
    assert "does not answer" in said
    assert "1 articles wait for the archive" in said
    assert "newsarchive flush" in said


@contextmanager
def _clock_server(ahead: float) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(403)
            self.send_header("Date", formatdate(time.time() + ahead, usegmt=True))
            self.end_headers()

        do_PUT = do_HEAD  # noqa: N815 - the name http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (3600, r"broken  clock: 3\d\d\d s behind"),
        (-3600, r"broken  clock: 3\d\d\d s ahead"),
        (300, r"note    clock: [23]\d\d s behind"),
    ],
)
def test_a_clock_that_is_wrong_is_told_though_the_store_refuses(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, *, ahead: int, told: str
) -> None:
    """A wrong clock is why S3 refuses, so the refusal's own date is read."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with _clock_server(ahead) as endpoint:
        code, said = examine("s3://news", endpoint)
    assert code == 4
    assert re.search(told, said)
    assert "set-ntp" in said


def test_a_fenced_copy_and_a_running_spool_are_told_apart(examine: Examine, tmp_path: Path) -> None:
    """A copy has written since: this one is fenced off."""
    uri = str(tmp_path / "archive")
    _accept(examine.state, uri, delivered=True)
    copy = tmp_path / "copy"
    shutil.copytree(examine.state, copy)
    with closing(Spool(copy)) as spool:
        spool.accept([Submission(article=article(2), seen=())])
        Delivery(spool, open_storage(uri)).deliver()
    code, said = examine(uri)
    assert (code, "fenced off" in said, "--as-new-writer" in said) == (4, True, True)


def test_a_spool_in_use_is_left_alone(examine: Examine, tmp_path: Path) -> None:
    """The doctor needs no lock, and says that a run holds it."""
    uri = str(tmp_path / "archive")
    _accept(examine.state, uri, delivered=False)
    with locked(examine.state):
        code, said = examine(uri)
    assert (code, "in use by a run" in said) == (0, True)


def test_a_state_folder_of_another_archive_is_a_usage_error(examine: Examine, tmp_path: Path) -> None:
    """Two archives cannot share a spool."""
    _accept(examine.state, str(tmp_path / "one"), delivered=True)
    (tmp_path / "other").mkdir()
    code, said = examine(str(tmp_path / "other"))
    assert (code, "belongs to the archive" in said) == (2, True)


def test_a_damaged_spool_is_told(examine: Examine, tmp_path: Path) -> None:
    """It is neither repaired nor replaced."""
    examine.state.mkdir()
    spool = examine.state / "spool.sqlite"
    spool.write_bytes(b"not a database, by any means" * 100)
    code, said = examine(str(tmp_path / "archive"))
    assert (code, "cannot be read" in said, spool.read_bytes()[:5]) == (4, True, b"not a")


def test_a_file_in_the_place_of_a_folder_is_told(examine: Examine, tmp_path: Path) -> None:
    """For the state and for the archive."""
    examine.state.write_text("a file")
    code, said = examine(str(tmp_path / "state" / "archive"))
    assert code == 4
    assert said.count("is no folder") == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_files_of_another_user_are_told(examine: Examine, tmp_path: Path) -> None:
    """A run as root leaves a spool that others cannot write to."""
    _accept(examine.state, str(tmp_path / "archive"), delivered=True)
    (examine.state / "spool.sqlite").chmod(0o400)
    code, said = examine(str(tmp_path / "archive"))
    assert (code, "spool.sqlite cannot be written to" in said) == (4, True)


@pytest.mark.parametrize(
    ("uri", "private", "told"),
    [("ftp://x", "0", "unknown scheme"), ("s3://", "0", "names no bucket"), ("", "ten", "write 0, 1 or networks")],
)
def test_what_is_misspelt_is_usage(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, *, uri: str, private: str, told: str
) -> None:
    """Exit 2 for what the command line or the environment says wrong."""
    monkeypatch.setenv("NEWSARCHIVE_ALLOW_PRIVATE", private)
    code, said = examine(uri or str(examine.state.parent / "archive"))
    assert (code, told in said) == (2, True)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("NEWSARCHIVE_NOTIFY_URL=hooks.example/c4nary", "NEWSARCHIVE_NOTIFY_URL is no address"),
        ("NEWSARCHIVE_NOTIFY=nosuch://c4nary", "address 1 of NEWSARCHIVE_NOTIFY is none that apprise knows"),
        ("NEWSARCHIVE_METRICS_FILE=/nowhere/news.prom", "/nowhere is no folder"),
        ("NEWSARCHIVE_OBEY=tdmm", "NEWSARCHIVE_OBEY has 'tdmm': did you mean 'tdm'?"),
        ("NEWSARCHIVE_OPT_OUT=/nowhere/list", "NEWSARCHIVE_OPT_OUT: cannot read '/nowhere/list'"),
        ("NEWSARCHIVE_CONTACT=desk", "NEWSARCHIVE_CONTACT is 'desk'"),
        ("NEWSARCHIVE_WORKERS=many", "NEWSARCHIVE_WORKERS is 'many'"),
        ("HTTPPROXY_ENABLED=maybe", "HTTPPROXY_ENABLED is 'maybe': write 0 or 1"),
    ],
)
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # in a plugin of apprise
def test_what_a_crawl_would_refuse_is_told_before(
    examine: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, told: str
) -> None:
    """Each by name, with exit 2, and without secrets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(*setting.split("=", 1))
    code, said = examine(str(tmp_path / "archive"))
    assert (code, told in said) == (2, True), said
    assert "c4nary" not in said


def test_a_setting_that_nothing_reads_is_noted(
    examine: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the one that was meant."""
    monkeypatch.setenv("NEWSARCHIVE_ALOW_PRIVATE", "1")
    code, said = examine(str(tmp_path / "archive"))
    assert (code, "did you mean NEWSARCHIVE_ALLOW_PRIVATE?" in said) == (0, True), said


@pytest.mark.parametrize(
    ("path", "kind"), [("/", "ext4"), ("/srv/news", "nfs4"), ("/srv/news/deep", "nfs4"), ("/srv/newspaper", "ext4")]
)
def test_the_mount_nearest_to_a_folder_counts(tmp_path: Path, path: str, kind: str) -> None:
    """And not one that merely begins alike."""
    mounts = tmp_path / "mounts"
    mounts.write_text("rootfs / rootfs rw 0 0\ndisk / ext4 rw 0 0\nnas:/x /srv/news nfs4 rw 0 0\n")
    assert disk.file_system(Path(path), mounts) == kind
