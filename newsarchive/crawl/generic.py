"""The spider that needs no declaration: it finds a site's feeds and sitemaps by itself."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from newsarchive.article import Article, ArticleLink, Hints
from newsarchive.crawl.arguments import COMMON, Arguments
from newsarchive.crawl.listings import Listing
from newsarchive.crawl.politeness import RobotsMiddleware
from newsarchive.crawl.spider import NewsSpider
from newsarchive.discovery.pages import (
    USUAL_FEED_PATHS,
    USUAL_SITEMAP_PATHS,
    FrontPage,
    looks_like_article,
    read_front_page,
)
from newsarchive.errors import UsageError
from newsarchive.urls import article_id, registrable_domain, site_name, url_key


class Scope:
    """Which site an address belongs to, among the sites of a run: that with the longest matching path."""

    def __init__(self, urls: tuple[str, ...]) -> None:
        self.names: dict[str, str] = {}
        self._paths: dict[str, list[tuple[str, str]]] = {}
        self._domains: dict[str, str] = {}
        for url in urls:
            self._add(url)

    def _add(self, url: str) -> None:
        name = site_name(url)
        if name in self.names.values() and url not in self.names:
            name = f"{name}-{article_id(url)[:6]}"
        self.names[url] = name
        path = urlsplit(url).path.rstrip("/") + "/"
        paths = self._paths.setdefault(_host(url), [])
        paths.append((path, name))
        paths.sort(key=lambda entry: -len(entry[0]))
        if path == "/":
            self._domains.setdefault(_domain(url), name)

    def name_host(self, url: str) -> str:
        """Return the name of the site that is the whole host of url."""
        root = urljoin(url, "/")
        if root not in self.names:
            self._add(root)
        return self.names[root]

    def site_of(self, url: str) -> str:
        """Return the name of the site that url belongs to, or `""`."""
        path = urlsplit(url).path or "/"
        for prefix, name in self._paths.get(_host(url), ()):
            if f"{path}/".startswith(prefix):
                return name
        return self._domains.get(_domain(url), "")


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _domain(url: str) -> str:
    return f"{registrable_domain(url)}:{urlsplit(url).port or ''}"


class GenericSpider(NewsSpider):
    """Any sites, by address: `-a url=https://any.site/`, or `-a urls=FILE` with one address a line.

    An address is a site's front page (or section: then only addresses below it are its articles); one that is itself
    an article is archived as such.
    """

    known_arguments = COMMON | {"url"}
    keeps_leftovers = False

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Scrapy's signature
        super().__init__(name, **kwargs)
        self._scope = Scope(())
        self._asked: set[str] = set()

    @classmethod
    def check_arguments(cls, parsed: Arguments) -> None:
        """Raise UsageError without an address to start from."""
        if not parsed.urls:
            raise UsageError(f"{cls.name} needs a site: give it -a url=https://any.site/ or -a urls=FILE")

    async def first_requests(self) -> AsyncIterator[Request]:
        """Yield the requests for the front pages."""
        self._scope = Scope(self.arguments.urls)
        for url, site in list(self._scope.names.items()):
            request = await self.listings.request(url, Listing(kind="front", site=site))
            yield request.replace(callback=self.parse_front)

    async def parse_front(self, response: Response) -> AsyncIterator[Request | Article]:
        """Yield requests for the listings that a front page and its host's robots.txt name."""
        listing: Listing = response.meta["listing"]
        body = await self.listings.body(response)
        front = await self.listings.parsed(read_front_page, body, response)
        self.listings.note_problem(response, front.problem)
        if front.is_article:
            self.session.run.forget(listing.site)
            async for article in self._single(response):
                yield article
            return
        listings = self._named(front, response.url)
        probe = not listings
        for kind, url in self._bounded(listings or self._usual(response.url), listing.site):
            yield await self.listings.request(url, Listing(kind=kind, site=listing.site, probe=probe))
        if probe:
            async for request in self.links.requests(front.links, listed_by=listing.site):
                yield request

    def _bounded(self, listings: list[tuple[str, str]], site: str) -> list[tuple[str, str]]:
        """Return the listings that have not been asked for yet, within the bounds of a run."""
        kinds = {url: kind for kind, url in listings if url not in self._asked}
        chosen = self.listings.within_bounds(list(kinds), site)
        self._asked.update(chosen)
        return [(kinds[url], url) for url in chosen]

    def _named(self, front: FrontPage, url: str) -> list[tuple[str, str]]:
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        sitemaps = robots.sitemaps.get(urlsplit(url).netloc, ()) if robots else ()
        return [("feed", feed) for feed in front.feeds] + [("sitemap", sitemap) for sitemap in sitemaps]

    def _usual(self, url: str) -> list[tuple[str, str]]:
        return [
            *(("feed", urljoin(url, path)) for path in USUAL_FEED_PATHS),
            *(("sitemap", urljoin(url, path)) for path in USUAL_SITEMAP_PATHS),
        ]

    async def _single(self, response: Response) -> AsyncIterator[Article]:
        """Yield the article that was given by its own address, from the page in hand."""
        site = self._scope.name_host(response.url)
        key = url_key(response.url)
        if not self.session.discover(key):
            return
        self.session.run.tally(site).discovered += 1
        link = ArticleLink(url=response.url, via="url-list")
        known = await self.session.intake.look_up([key])
        response.meta.update(link=link, site=site, key=key, seen=known.get(key))
        async for article in self.parse_article(response):
            yield article

    def site_of(self, url: str) -> str:
        """Return the site whose front page's address url is below."""
        return self._scope.site_of(url)

    def is_article_url(self, link: ArticleLink) -> bool:
        """Tell whether a link leads to an article: feeds and news sitemaps list nothing else, others by its form."""
        return link.via in ("feed", "news-sitemap") or looks_like_article(link.url)

    def hints(self, site: str, link: ArticleLink, url: str) -> Hints:  # noqa: ARG002 - an article's address tells a declared site its edition
        """Return what the link said."""
        return Hints(
            site=site,
            link_title=link.title,
            link_description=link.description,
            link_published=link.published,
            language=link.language,
        )
