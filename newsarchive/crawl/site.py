"""The spider of a declared site."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from newsarchive.article import ArticleLink, Hints
from newsarchive.crawl import declaration
from newsarchive.crawl.arguments import COMMON, Arguments
from newsarchive.crawl.listings import Listing
from newsarchive.crawl.spider import NewsSpider
from newsarchive.discovery.pages import read_front_page
from newsarchive.errors import UsageError
from newsarchive.rights.policy import Policy
from newsarchive.spool.seen import Revisit
from newsarchive.suggest import did_you_mean


class SiteSpider(NewsSpider):
    """A declared site; a subclass is its declaration, checked when it is defined.

    `feeds`, `sitemaps` and `section_pages` are addresses; `article_pattern` is a regular expression searched for in an
    article's address; `editions` maps a path segment (`en`) to its language. `drop` and the `*_css` fields are
    selectors, needed only where the generic extraction is wrong (see `Hints`). `expects` names fields that the site's
    articles have (`authors`, `tags` …): a run in which none has one finds the site broken. A run spends at most
    `max_pages` and `max_minutes` on the site; what it does not come to waits for the next. `obey` names the publisher's
    signals whose articles are refused, in place of NEWSARCHIVE_OBEY: `()` where a licence allows all. `revisit` says
    when archived articles are fetched again, in place of NEWSARCHIVE_REVISIT.
    """

    known_arguments = COMMON | {"edition"}
    publisher: ClassVar[str]
    country: ClassVar[str]
    allowed_domains: ClassVar[tuple[str, ...]]
    language: ClassVar[str]
    article_pattern: ClassVar[str]
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    section_pages: ClassVar[tuple[str, ...]] = ()
    editions: ClassVar[Mapping[str, str]] = {}
    timezone: ClassVar[str] = ""
    drop: ClassVar[tuple[str, ...]] = ()
    expects: ClassVar[tuple[str, ...]] = ()
    obey: ClassVar[tuple[str, ...] | None] = None
    revisit: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - as object's
        declaration.check(vars(cls), where=f"{cls.__module__}.{cls.__name__}")
        super().__init_subclass__(**kwargs)

    @classmethod
    def check_arguments(cls, parsed: Arguments) -> None:
        """Raise UsageError for an unknown edition, or a listed address of another site."""
        if parsed.edition and parsed.edition not in cls.editions:
            raise UsageError(
                f"{cls.name} has no edition {parsed.edition!r}: {did_you_mean(parsed.edition, cls.editions)}"
            )
        for url in parsed.urls:
            if not cls._is_ours(url):
                domains = ", ".join(cls.allowed_domains)
                raise UsageError(f"argument urls has {url!r}, which is not on {cls.name} ({domains})")

    async def first_requests(self) -> AsyncIterator[Request]:
        """Yield the requests for the site's listings, or for the articles in `urls`."""
        listed = [ArticleLink(url=url, via="url-list") for url in self.arguments.urls]
        async for request in self.links.requests(listed):
            yield request
        if listed:
            return
        for kind, urls in (("feed", self.feeds), ("sitemap", self.sitemaps), ("page", self.section_pages)):
            for url in filter(self._in_edition, urls):
                request = await self.listings.request(url, Listing(kind=kind, site=self.name))
                yield request.replace(callback=self.parse_page) if kind == "page" else request

    async def parse_page(self, response: Response) -> AsyncIterator[Request]:
        """Yield requests for the articles a section page links to."""
        page = await self.listings.parsed(read_front_page, await self.listings.body(response), response)
        self.listings.note_problem(response, page.problem)
        async for request in self.links.requests(page.links):
            yield request

    @property
    def policy(self) -> Policy:
        """What the site's declaration obeys, else the session's policy."""
        return self.declared_policy() or super().policy

    @property
    def revisits(self) -> Revisit:
        """What the site's declaration says, else the session's policy."""
        return Revisit.named(self.revisit) if self.revisit else super().revisits

    @classmethod
    def declared_policy(cls) -> Policy | None:
        """Return what the declaration obeys; None where it does not say."""
        return None if cls.obey is None else Policy.of(cls.obey, where=f"{cls.name}: obey")

    @classmethod
    def _is_ours(cls, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return any(host == domain or host.endswith(f".{domain}") for domain in cls.allowed_domains)

    def _in_edition(self, url: str) -> bool:
        return not self.arguments.edition or self.arguments.edition in urlsplit(url).path.split("/")

    def site_of(self, url: str) -> str:
        """Return the site's name for an address of its own."""
        return self.name if self._is_ours(url) else ""

    def is_article_url(self, link: ArticleLink) -> bool:
        """Tell whether a link has the form of the site's article addresses, in the edition asked for."""
        return bool(re.search(self.article_pattern, link.url)) and self._in_edition(link.url)

    def hints(self, site: str, link: ArticleLink, url: str) -> Hints:
        """Return the declaration and what the link said."""
        segments = urlsplit(url).path.split("/")
        language = next((self.editions[s] for s in segments if s in self.editions), self.language)
        selectors: dict[str, Any] = {name: getattr(self, name, "") for name in declaration.SELECTORS}
        return Hints(
            site=site,
            publisher=self.publisher,
            language=language,
            timezone=self.timezone,
            link_title=link.title,
            link_description=link.description,
            link_published=link.published,
            drop=tuple(self.drop),
            **selectors,
        )
