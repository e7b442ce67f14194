"""Looking at a site: its front page, its listings, three of its articles."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response

from newsarchive.article import Article, ArticleLink, Hints
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.pages import (
    USUAL_FEED_PATHS,
    USUAL_SITEMAP_PATHS,
    FrontPage,
    looks_like_article,
    read_front_page,
)
from newsarchive.discovery.sitemaps import SitemapRef, read_sitemap
from newsarchive.errors import NotAnArticleError, UsageError
from newsarchive.extraction.pool import Pool
from newsarchive.raw.kinds import charset
from newsarchive.survey.fetching import Fetcher, NotFetchedError
from newsarchive.urls import registrable_domain

ENOUGH = 3
_MOST_TRIED = 8
_MOST_LISTINGS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A feed, news sitemap, sitemap or page that lists articles; `problem` says why it gave nothing.

    `led_to` is where a redirect from its address ended, if there was one.
    """

    kind: str
    url: str
    links: tuple[ArticleLink, ...] = ()
    title: str = ""
    language: str = ""
    problem: str = ""
    led_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An article as extracted, the bytes of its page, and the charset that its server gave."""

    article: Article
    page: bytes
    charset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found of a site; `others` are links of its front page, `problems` what went wrong on the way."""

    url: str
    listings: tuple[Listing, ...]
    others: tuple[str, ...]
    examples: tuple[Example, ...]
    problems: tuple[str, ...]

    @property
    def links(self) -> tuple[ArticleLink, ...]:
        """The articles listed, each once."""
        return tuple({link.url: link for listing in self.listings for link in listing.links}.values())


async def look(fetcher: Fetcher, url: str, pool: Pool) -> Survey:
    """Return what is found of the site whose front page is at url; UsageError if that cannot be fetched or is none."""
    try:
        response = await fetcher.get(url)
    except NotFetchedError as error:
        raise UsageError(f"cannot fetch {url}: {_hinted(str(error))}") from error
    front = read_front_page(response.body, response.url)
    if front.is_article:
        raise UsageError(f"{url} is an article: give the address of the site's front page")
    found = await _listings(fetcher, front, response.url)
    listings = _useful(found) or _from_page(front, response.url)
    problems = [f"{listing.url}: {listing.problem}" for listing in found if listing.problem]
    found_examples = [example async for example in examples(fetcher, listings, pool, problems)]
    return Survey(
        url=response.url,
        listings=listings,
        others=tuple(link.url for link in front.links if _is_near(link.url, response.url)),
        examples=tuple(found_examples),
        problems=tuple(problems),
    )


def _hinted(problem: str) -> str:
    hints = {
        "private-address": "its address is private; --allow-private (or NEWSARCHIVE_ALLOW_PRIVATE=1) permits that",
        "robots": "robots.txt forbids it",
        "dns": "its host is not known: is the address right?",
    }
    return f"{problem}: {hints[problem]}" if problem in hints else problem


async def _listings(fetcher: Fetcher, front: FrontPage, url: str) -> list[Listing]:
    """Read what the site names; where it names nothing that lists articles, try where such things usually are."""
    sitemaps = sorted((s for s in fetcher.sitemaps(url) if is_below(s, url)), key=lambda s: "news" not in s)
    named = [("feed", feed) for feed in front.feeds[:_MOST_LISTINGS]]
    named += [("sitemap", sitemap) for sitemap in sitemaps[:_MOST_LISTINGS]]
    found = [_of_site(await listing(fetcher, kind, address)) for kind, address in named]
    if any(one.links for one in found):
        return found
    for kind, paths in (("feed", USUAL_FEED_PATHS), ("sitemap", USUAL_SITEMAP_PATHS)):
        for path in paths:
            one = _of_site(await listing(fetcher, kind, urljoin(url, path)))
            if one.links:
                found.append(one)
                break
    return found


async def listing(fetcher: Fetcher, kind: str, url: str) -> Listing:
    """Return what a listing holds; of a sitemap index what the newest of its sitemaps does. Never raises."""
    try:
        response = await fetcher.get(url)
        found = await _read(fetcher, kind, response)
    except NotFetchedError as error:
        return Listing(kind=kind, url=url, problem=str(error))
    return replace(found, url=url, led_to=response.url if response.url != url else "")


async def _read(fetcher: Fetcher, kind: str, response: Response) -> Listing:
    if kind == "feed":
        feed = read_feed(response.body, response.url)
        told = {"title": feed.title, "language": feed.language, "problem": feed.problem}
        return Listing(kind=kind, url=response.url, links=tuple(feed.links), **told)
    if kind == "page":
        links = read_front_page(response.body, response.url).links
        return Listing(kind=kind, url=response.url, links=tuple(link for link in links if looks_like_article(link.url)))
    return await _read_sitemap(fetcher, response)


async def _read_sitemap(fetcher: Fetcher, response: Response) -> Listing:
    found = read_sitemap(response.body, response.url)
    if found.children and not found.links:
        child = await fetcher.get(_newest(found.children).url)
        found = read_sitemap(child.body, child.url)
    links = found.links if found.news else [link for link in found.links if looks_like_article(link.url)]
    kind = "news sitemap" if found.news else "sitemap"
    return Listing(kind=kind, url=response.url, links=tuple(links), problem=found.problem)


def _newest(children: Sequence[SitemapRef]) -> SitemapRef:
    return max(children, key=lambda child: ("news" in child.url, child.modified))


def _of_site(found: Listing) -> Listing:
    """Return a listing without links that lead to another site."""
    near = tuple(link for link in found.links if _is_near(link.url, found.url))
    return replace(found, links=near, problem=found.problem if not near else "")


def _is_near(url: str, other: str) -> bool:
    return registrable_domain(url) == registrable_domain(other)


def is_below(url: str, front: str) -> bool:
    """Tell whether a listing belongs to a site that is a part of its host, such as an edition."""
    path = urlsplit(front).path.strip("/")
    return not path or path in urlsplit(url).path


def _useful(found: Sequence[Listing]) -> tuple[Listing, ...]:
    """Return the listings that hold articles; whole sitemaps only where there is neither feed nor news sitemap."""
    holding = [listing for listing in found if listing.links]
    fresh = [listing for listing in holding if listing.kind != "sitemap"]
    return tuple(fresh or holding)


def _from_page(front: FrontPage, url: str) -> tuple[Listing, ...]:
    links = tuple(link for link in front.links if looks_like_article(link.url) and _is_near(link.url, url))
    return (Listing(kind="page", url=url, links=links),) if links else ()


Hinting = Callable[[ArticleLink, str], Hints]


def plain_hints(link: ArticleLink, url: str) -> Hints:  # noqa: ARG001 - a declared site's hints depend on the address
    """Return what a link says about its page, where nothing is declared."""
    return Hints(
        language=link.language,
        link_title=link.title,
        link_description=link.description,
        link_published=link.published,
    )


async def examples(
    fetcher: Fetcher,
    listings: Sequence[Listing],
    pool: Pool,
    problems: list[str],
    *,
    hinting: Hinting = plain_hints,
) -> AsyncIterator[Example]:
    """Yield three articles of different listings; pages that give none are noted in `problems`."""
    count = 0
    for link in _in_turn(listings):
        try:
            yield await _example(await fetcher.get(link.url), link, pool, hinting)
        except (NotFetchedError, NotAnArticleError) as error:
            problems.append(f"{link.url}: {error}")
            continue
        count += 1
        if count == ENOUGH:
            return


def _in_turn(listings: Sequence[Listing]) -> list[ArticleLink]:
    """Return the first links of the listings, a different listing's each time."""
    rows = zip_longest(*(listing.links[:_MOST_TRIED] for listing in listings))
    return list({link.url: link for row in rows for link in row if link}.values())[:_MOST_TRIED]


async def _example(response: Response, link: ArticleLink, pool: Pool, hinting: Hinting) -> Example:
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    hints = replace(hinting(link, response.url), charset=charset(kind))
    article = await pool.extract(response.body, response.url, hints)
    return Example(article=article, page=response.body, charset=hints.charset)
