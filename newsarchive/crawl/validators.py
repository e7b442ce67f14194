"""Asking only for what has changed: the validators of a conditional GET."""

from scrapy.http import Response

from newsarchive.spool.listings import ListingCopy
from newsarchive.spool.origins import OriginFile
from newsarchive.spool.seen import Seen

NOT_MODIFIED = 304


def conditional(known: Seen | ListingCopy | OriginFile | None) -> dict[str, str]:
    """Return the headers that ask for what has changed since it was last fetched."""
    if known is None:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def validators(response: Response) -> tuple[str, str]:
    """Return a response's ETag and Last-Modified, `""` for what it does not have."""
    etag, last_modified = (response.headers.get(name) or b"" for name in ("ETag", "Last-Modified"))
    return etag.decode("latin-1"), last_modified.decode("latin-1")
