"""What a probe finds out, and how a store without conditional puts is written to."""

from pathlib import Path

import pytest

from newsarchive.errors import IntegrityError, StorageUnavailableError
from newsarchive.storage import Capabilities, ConditionalPut, open_storage
from newsarchive.storage.folder import FolderStorage
from tests.conftest import Server, Servers
from tests.proxy import always, before


@pytest.fixture
def moto(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A mock S3 server, which honours conditions."""
    server = servers.get("moto")
    server.announce(monkeypatch)
    return server


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("", ConditionalPut.HONOURED),
        ("ignore-condition", ConditionalPut.IGNORED),
        ("refuse-condition", ConditionalPut.REFUSED),
    ],
)
@pytest.mark.parametrize("probed", [True, False])
def test_a_store_is_written_to_as_it_allows(*, moto: Server, fault: str, found: ConditionalPut, probed: bool) -> None:
    """Refused conditions are no outage; where they are ignored, what is there is looked at before a put."""
    with before(moto.endpoint, always(fault)) as proxy:
        store = open_storage(f"s3://news/probe-{fault}-{probed}", endpoint_url=proxy.endpoint)
        if probed:
            assert store.probe() == Capabilities(conditional_put=found)
        for _ in range(2):
            store.put_new("key", b"body")
        if probed or found is not ConditionalPut.IGNORED:
            with pytest.raises(IntegrityError, match="exists with other contents"):
                store.put_new("key", b"other")
        assert (list(store.keys("")), store.read("key")) == (["key"], b"body")


def test_a_store_that_refuses_every_put_is_unavailable(moto: Server) -> None:
    """A 501 is the condition's fault only where the same put succeeds without it."""
    with before(moto.endpoint, always("503", "PUT")) as proxy:
        store = open_storage("s3://news/never", endpoint_url=proxy.endpoint)
        with pytest.raises(StorageUnavailableError, match="503"):
            store.probe()


def test_a_file_system_without_links_refuses_conditions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The probe tells; nothing of it stays."""

    def refusing(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refusing)
    assert FolderStorage(tmp_path).probe() == Capabilities(conditional_put=ConditionalPut.REFUSED)
    assert list(tmp_path.iterdir()) == []
