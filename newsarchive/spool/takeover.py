"""Going on with a chain that is in the archive: a writer made of what it writes has no state folder of its own."""

from newsarchive.archive import layout
from newsarchive.archive.segment import sha256
from newsarchive.errors import FencedError
from newsarchive.spool.delivery import Delivery
from newsarchive.spool.epochs import Hold
from newsarchive.spool.spool import Spool
from newsarchive.storage import Storage


def levelled(spool: Spool, storage: Storage) -> Delivery:
    """Return the delivery of an import's spool, under another name where the WARC's writer has gone on elsewhere."""
    delivery = Delivery(spool, storage)
    delivery.probe()
    try:
        delivery.level_index()
    except FencedError:
        delivery.take_new_name()
    return delivery


def take_over(spool: Spool, storage: Storage, writer: str) -> None:
    """Make an empty spool the writer, going on behind the last manifest entry it has in the archive.

    Whoever else is this writer is fenced off from then on.
    """
    last = max((key for key in storage.keys(layout.MANIFESTS) if _is_of(key, writer)), key=_number, default="")
    number, digest = (_number(last), sha256(storage.read(last))) if last else (0, "")
    spool.become(writer, number, digest)
    Hold(spool, storage).succeed()


def _is_of(key: str, writer: str) -> bool:
    return key.rpartition("/")[2].startswith(f"{writer}-")


def _number(key: str) -> int:
    return int(key.rpartition("-")[2].removesuffix(".json"))
