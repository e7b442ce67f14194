"""A stored page on its way to an article."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from newsarchive.article import Article, ArticleLink, Hints
from newsarchive.dedup import identify
from newsarchive.errors import NotAnArticleError
from newsarchive.extra import with_extra
from newsarchive.extraction.pool import Pool
from newsarchive.neardup.labels import credited
from newsarchive.raw.capture import Headers
from newsarchive.raw.kinds import charset
from newsarchive.raw.responses import Answer
from newsarchive.rights.policy import Policy
from newsarchive.rights.signals import Signals, signals
from newsarchive.urls import canonical_url
from newsarchive.validation import clean


class Sites(Protocol):
    """What the declarations of sites say."""

    def site_of(self, url: str) -> str:
        """Return the name of the site that an address belongs to."""

    def hints(self, site: str, link: ArticleLink, url: str) -> Hints:
        """Return what is known about a page beside its bytes."""

    def policy(self, site: str) -> Policy:
        """Return what of the publisher's signals is obeyed at a site."""

    def is_opted_out(self, url: str) -> bool:
        """Tell whether an address is on the opt-out list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """A page as it was fetched; `raw_ref` says where it is stored."""

    url: str
    site: str
    fetched_at: str
    status: int
    headers: Headers
    body: bytes
    link: ArticleLink
    raw_ref: str

    @property
    def content_type(self) -> str:
        """What the server called the page."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")

    @property
    def said(self) -> Signals:
        """What the publisher says of the page in its headers and itself."""
        return signals(self.url, self.headers, self.body)

    def refusal(self, policy: Policy) -> str:
        """Return why the page is refused, by what was said when it was fetched; `""` if it is not."""
        return policy.refusal(self.said, now=self.fetched_at)


def stored_page(answer: Answer, *, site: str, link: ArticleLink, raw_ref: str) -> StoredPage:
    """Return the page in a response record as one of a site, with how it was found and where it is stored."""
    return StoredPage(
        url=answer.url,
        site=site,
        fetched_at=answer.fetched_at,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        link=link,
        raw_ref=raw_ref,
    )


async def extract(pool: Pool, pages: Sequence[StoredPage], sites: Sites) -> list[Article | NotAnArticleError]:
    """Return the article on each page, or why there is none, in the pages' order."""
    return list(await asyncio.gather(*(_extract(pool, page, sites) for page in pages)))


async def _extract(pool: Pool, page: StoredPage, sites: Sites) -> Article | NotAnArticleError:
    hints = replace(sites.hints(page.site, page.link, page.url), charset=charset(page.content_type))
    try:
        return await pool.extract(page.body, page.url, hints)
    except NotAnArticleError as error:
        return error


def completed(article: Article, page: StoredPage, run_id: str) -> Article:
    """Return an extracted article as it is to be judged: with what its page and the run say of it, identified."""
    whole = replace(
        article,
        url=page.url,
        canonical_url=canonical_url(page.url, article.canonical_url),
        site=page.site,
        crawled_at=page.fetched_at,
        run_id=run_id,
        discovered_via=page.link.via,
        http_status=page.status,
        raw_ref=page.raw_ref,
    )
    return credited(identify(clean(with_extra(whole, page.said.as_extra()))))
