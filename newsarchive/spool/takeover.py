"""Going on with a chain that is in the archive: a writer made of what it writes has no state folder of its own."""

from newsarchive.archive import Archive, layout
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
    entries = ((layout.entry_named(key), key) for key in Archive(storage).manifest_keys())
    number, last = max(((named[1], key) for named, key in entries if named and named[0] == writer), default=(0, ""))
    digest = sha256(storage.read(last)) if last else ""
    spool.become(writer, number, digest)
    Hold(spool, storage).succeed()
