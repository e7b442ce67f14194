"""What a crawl keeps of a response."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from scrapy.http import Response
from scrapy.http.headers import Headers as ScrapyHeaders

from newsarchive import clock
from newsarchive.article import ArticleLink
from newsarchive.crawl.validators import NOT_MODIFIED, validators
from newsarchive.raw.capture import Capture
from newsarchive.spool.seen import Seen
from newsarchive.urls import url_key


def capture_of(response: Response, link: ArticleLink, site: str, *, run_id: str, at: datetime) -> Capture:
    """Return a page as it was fetched."""
    asked = response.request.headers if response.request is not None else ScrapyHeaders()
    return Capture(
        url=response.url,
        site=site,
        run_id=run_id,
        fetched_at=clock.stamp(at),
        status=response.status,
        headers=tuple(pairs(response.headers)),
        body=response.body,
        asked=tuple(pairs(asked)),
        link=link,
    )


def pairs(headers: ScrapyHeaders) -> Iterator[tuple[str, str]]:
    """Yield names and values of headers."""
    for name, values in headers.items():
        yield from ((name.decode("latin-1"), value.decode("latin-1")) for value in values)


def content_type(response: Response) -> str:
    """Return a response's Content-Type, `""` if it has none."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def seen_of(response: Response) -> Seen:
    """Return what is to be remembered of the address of the article link that a page was fetched for."""
    before: Seen | None = response.meta["seen"]
    link: ArticleLink = response.meta["link"]
    etag, last_modified = validators(response)
    if before and response.status == NOT_MODIFIED:
        etag, last_modified = etag or before.etag, last_modified or before.last_modified
    now = clock.now().timestamp()
    return Seen(
        url_key=response.meta["key"],
        id=before.id if before else "",
        etag=etag,
        last_modified=last_modified,
        modified=link.modified,
        first_at=before.first_at if before else now,
        checked_at=now,
        futile=before.futile + before.is_modified(link) if before else 0,
    )


def addresses(response: Response) -> list[Seen]:
    """Return the link's address and, after a redirect, the page's own, for the seen index.

    Validators belong to the page's own: a link may lead elsewhere tomorrow.
    """
    link = seen_of(response)
    own = url_key(response.url)
    if link.url_key == own:
        return [link]
    return [replace(link, etag="", last_modified=""), replace(link, url_key=own)]
