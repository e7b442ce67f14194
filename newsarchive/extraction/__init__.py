"""From the bytes of a page to the article on it: a pure function, no network, no state.

    from newsarchive.errors import NotAnArticleError
    from newsarchive.extraction import explain, extract

    article = extract(html, "https://www.example.org/a", site="example", charset="utf-8", timezone="Europe/Paris")
    article.title, article.tags, article.date_published, article.field_sources

`html` is the body as it was received, at any length; `url` the address after redirects; the hints are the fields of
`newsarchive.article.Hints`, and each may be left out. What the crawl adds (id, revision, run) is empty in the article.
`NotAnArticleError.reason` says what a page without article is: `empty-page`, `not-html`, `no-body`, `section-page`,
`error-page`, `consent-page` or `video-page`. `explain` gives, beside the article, where each field came from and what
was rejected. Pages that nobody has looked at belong into `newsarchive.extraction.pool.Pool`, whose workers have limits
of time and memory.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarchive.extraction.record import Explanation, explain, extract

__all__ = ["Explanation", "explain", "extract"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the names above
    """Import the extractor when it is first asked for: who reads an archive needs the countries only."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from newsarchive.extraction import record  # noqa: PLC0415 - trafilatura costs a reader half a second

    return getattr(record, name)
