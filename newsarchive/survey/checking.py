"""A live look at a declared site: robots.txt, listings, three articles, and what the declaration should be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin, urlsplit

from newsarchive.crawl.site import SiteSpider
from newsarchive.discovery.pages import read_front_page
from newsarchive.doctor.finding import Finding, note
from newsarchive.extraction.pool import Pool
from newsarchive.survey.comparison import compare_articles, compare_hosts, compare_listing
from newsarchive.survey.fetching import Fetcher, NotFetchedError
from newsarchive.survey.look import Example, Listing, examples, is_below, listing

_MOST_LISTINGS = 30
_SLOW_SECONDS = 10
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check has found of a site, and the articles that it looked at."""

    site: str
    findings: tuple[Finding, ...]
    examples: tuple[Example, ...]


async def check(fetcher: Fetcher, spider: SiteSpider, pool: Pool) -> Checked:
    """Return what is found of a declared site; it is fetched as politely as a crawl would."""
    declared = _declared(spider)
    found = [await listing(fetcher, kind, url) for kind, url in declared[:_MOST_LISTINGS]]
    findings = list(_robots(fetcher, found))
    others, moved = await _front(fetcher, spider, found)
    findings += moved
    for one in found:
        findings += compare_listing(spider, one, others if not one.links else ())
    if len(declared) > _MOST_LISTINGS:
        told = f"only the first {_MOST_LISTINGS} of {len(declared)} were looked at"
        findings.append(note("listings", told, "a crawl asks for all of them at every run: are they all needed?"))
    problems: list[str] = []
    articles = _articles(spider, found)
    hinting = partial(spider.hints, spider.name)
    read = [example async for example in examples(fetcher, articles, pool, problems, hinting=hinting)]
    if any(one.links for one in articles):
        findings += compare_articles(spider, read, problems)
    return Checked(site=spider.name, findings=tuple(findings), examples=tuple(read))


def _declared(spider: SiteSpider) -> list[tuple[str, str]]:
    kinds = (("feed", spider.feeds), ("sitemap", spider.sitemaps), ("page", spider.section_pages))
    return [(kind, url) for kind, urls in kinds for url in urls]


def _robots(fetcher: Fetcher, found: Sequence[Listing]) -> Iterator[Finding]:
    """Yield what each host's robots.txt asks for; what it forbids is told of the listing."""
    hosts = {urlsplit(one.url).netloc: one.url for one in found if not one.problem.startswith("robots-")}
    for host, url in hosts.items():
        delay = fetcher.crawl_delay(url)
        told = f"asks for {delay:g} s between requests" if delay else "asks for no delay"
        if delay > _SLOW_SECONDS:
            remedy = f"fine, and obeyed: a run fetches at most {3600 / delay:.0f} pages an hour there"
            yield note(f"robots.txt of {host}", told, remedy)
        else:
            yield Finding(about=f"robots.txt of {host}", told=told)


async def _front(fetcher: Fetcher, spider: SiteSpider, found: Sequence[Listing]) -> tuple[list[str], list[Finding]]:
    """Return the undeclared feeds and sitemaps that the site names now, and whether its front page has moved."""
    for url in _fronts(spider, found):
        try:
            response = await fetcher.get(url)
        except NotFetchedError:
            continue
        moved = list(compare_hosts(spider, url, response.url if response.url != url else ""))
        sitemaps = [address for address in fetcher.sitemaps(response.url) if is_below(address, response.url)]
        named = [*read_front_page(response.body, response.url).feeds, *sitemaps]
        declared = {address for _, address in _declared(spider)}
        if others := [address for address in named if address not in declared][:_MOST_NAMED]:
            return others, moved
        if moved:
            return [], moved
    return [], []


def _fronts(spider: SiteSpider, found: Sequence[Listing]) -> list[str]:
    """Return where the front page may be: above a listing that gave nothing, or at the top of its host."""
    dead = [one.url for one in found if not one.links and spider.site_of(one.url)]
    ours = dead or [one.url for one in found if spider.site_of(one.url)]
    above = [urljoin(url, place) for url in ours[:1] for place in ((".", "/") if dead else ("/",))]
    return list(dict.fromkeys(above)) or [f"https://{spider.allowed_domains[0]}/"]


def _articles(spider: SiteSpider, found: Sequence[Listing]) -> list[Listing]:
    """Return the listings with nothing but links that a crawl would follow."""
    return [
        Listing(
            kind=one.kind,
            url=one.url,
            links=tuple(link for link in one.links if spider.site_of(link.url) and spider.is_article_url(link)),
        )
        for one in found
    ]
