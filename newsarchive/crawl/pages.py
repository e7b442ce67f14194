"""What a crawl keeps of a response."""

from collections.abc import Iterator
from datetime import datetime

from scrapy.http import Response
from scrapy.http.headers import Headers as ScrapyHeaders

from newsarchive import clock
from newsarchive.article import ArticleLink
from newsarchive.raw.capture import Capture


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
