"""What a site's declaration should be, from what was found of the site."""

import re
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from newsarchive.errors import UsageError
from newsarchive.survey.look import Listing, Survey
from newsarchive.urls import registrable_domain, site_name

_SHAPES = (
    r"/20\d\d/\d\d?/\d\d?/",
    r"/20\d{6}[-_/]",
    r"/20\d\d-\d\d-\d\d[-_/]",
    r"/20\d\d/\d\d?/",
    r"[-/_.]\d{5,}(\.\w+)?/?$",
    r"/[a-z]+-\d+(\.\w+)?/?$",
    r"/[^/]+\.html?$",
    r"/[^/]*-[^/]*-[^/]*-[^/]*/?$",
)
_MOST = 0.9
_COUNTRIES = {"UK": "GB"}
_NO_COUNTRIES = frozenset({"AI", "CO", "EU", "FM", "IO", "ME", "TV", "WS"})  # domains that are sold to everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The attributes of a declaration."""

    name: str
    publisher: str
    country: str
    language: str
    allowed_domains: tuple[str, ...]
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    section_pages: tuple[str, ...]
    article_pattern: str
    timezone: str


def propose(survey: Survey, *, name: str = "", country: str = "") -> Proposal:
    """Return the declaration that fits what was found; UsageError where a part cannot be known."""
    if not survey.examples:
        raise UsageError(f"no article was found on {survey.url}: {'; '.join(survey.problems) or 'nothing lists any'}")
    country = country or country_of(survey)
    if not country:
        raise UsageError(f"the country of {survey.url} cannot be told from its address: give --country, such as FR")
    articles = [example.article for example in survey.examples]
    return Proposal(
        name=name or site_name(survey.url),
        publisher=_most(article.publisher for article in articles) or _title(survey),
        country=country,
        language=_most(article.language for article in articles if article.language != "und") or "und",
        allowed_domains=_domains(survey),
        feeds=_of_kind(survey.listings, "feed"),
        sitemaps=_of_kind(survey.listings, "news sitemap", "sitemap"),
        section_pages=_of_kind(survey.listings, "page"),
        article_pattern=pattern([link.url for link in survey.links], survey.others),
        timezone=zone_of(country, [article.date_published_raw for article in articles]),
    )


def _most(values: Iterable[str]) -> str:
    return next((value for value, _ in Counter(filter(None, values)).most_common(1)), "")


def _title(survey: Survey) -> str:
    return next((one.title for one in survey.listings if one.title), registrable_domain(survey.url))


def _domains(survey: Survey) -> tuple[str, ...]:
    urls = (survey.url, *(example.article.url for example in survey.examples))
    return tuple(dict.fromkeys(registrable_domain(url) for url in urls))


def _of_kind(listings: Sequence[Listing], *kinds: str) -> tuple[str, ...]:
    return tuple(one.url for one in listings if one.kind in kinds)


def country_of(survey: Survey) -> str:
    """Return the country that the domain or a feed's language (`en-GB`) names, or `""`."""
    ending = (urlsplit(survey.url).hostname or "").rpartition(".")[2].upper()
    code = _COUNTRIES.get(ending, ending)
    if re.fullmatch(r"[A-Z]{2}", code) and code not in _NO_COUNTRIES:
        return code
    languages = (listing.language for listing in survey.listings)
    regions = (re.fullmatch(r"[a-z]{2,3}[-_]([A-Za-z]{2})", language) for language in languages)
    return next((region[1].upper() for region in regions if region), "")


def pattern(articles: Sequence[str], others: Iterable[str]) -> str:
    """Return the regular expression that best tells a site's articles from its other pages, by their addresses.

    It fits nine tenths of the articles; of several such, the one that fits the fewest other pages. Where none does,
    it is what their addresses begin with.
    """
    known = set(articles)
    rest = [url for url in others if url not in known]
    fitting = [shape for shape in (*_SHAPES, *_folders(articles)) if _share(shape, articles) >= _MOST]
    return min(fitting, key=lambda shape: _share(shape, rest), default=r"/[^/]{8,}/?$")


def _share(shape: str, urls: Sequence[str]) -> float:
    return sum(bool(re.search(shape, url)) for url in urls) / len(urls) if urls else 0.0


def _folders(articles: Sequence[str]) -> list[str]:
    """Return what the paths of most articles begin with, the deepest first: `/en/news/`, `/en/`."""
    begun: Counter[str] = Counter()
    for url in articles:
        parts = urlsplit(url).path.split("/")[1:-1]
        begun.update("/".join(["", *parts[:depth], ""]) for depth in range(1, len(parts) + 1))
    common = [folder for folder, count in begun.items() if count >= _MOST * len(articles)]
    return [rf"{re.escape(folder)}[^/]" for folder in sorted(common, key=len, reverse=True)]


def zone_of(country: str, published: Iterable[str]) -> str:
    """Return the country's zone whose clock fits the offsets that the pages state; `""` where several countries' do."""
    stated = _stated(published)
    zones = [zone for zone in _zones(country) if _fits_all(zone, stated)]
    return zones[0] if len(zones) == 1 or (zones and stated) else ""


def fits(zone: str, published: Iterable[str]) -> bool:
    """Tell whether a zone's clock fits the offsets that pages state; instants in UTC tell nothing."""
    return _fits_all(zone, _stated(published))


def _stated(published: Iterable[str]) -> list[datetime]:
    return [moment for text in published if (moment := _moment(text)) and moment.utcoffset()]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _fits_all(zone: str, moments: Iterable[datetime]) -> bool:
    return all(_fits(zone, moment) for moment in moments)


def _fits(zone: str, moment: datetime) -> bool:
    return moment.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() == moment.utcoffset()


def _zones(country: str) -> list[str]:
    tables = (Path(folder) / "zone.tab" for folder in zoneinfo.TZPATH)
    table = next((path for path in tables if path.is_file()), None)
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()] if table else []
    return [row[2] for row in rows if row[0] == country]
