"""Counting articles by what they have in common."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from newsarchive.archive.head import Head
from newsarchive.archive.query import COUNTRY, folded
from newsarchive.archive.segment import Manifest
from newsarchive.errors import UsageError
from newsarchive.suggest import did_you_mean

PERIODS = {"year": 4, "month": 7, "day": 10}
"""By name, how much of a date says it."""
_KEYS: dict[str, Callable[[Head], Iterable[str]]] = {
    "day": lambda head: (head.date_published[:10],),
    "month": lambda head: (head.date_published[:7],),
    "year": lambda head: (head.date_published[:4],),
    "site": lambda head: (head.site,),
    "publisher": lambda head: (head.publisher,),
    "language": lambda head: (head.language,),
    "section": lambda head: (head.section,),
    "access": lambda head: (head.access,),
    "tag": lambda head: head.tags,
    "author": lambda head: head.authors,
    "country": lambda head: [i.removeprefix(COUNTRY) for i in head.tag_ids if i.startswith(COUNTRY)],
}
BY = tuple(_KEYS)


def refuse_unknown(by: Sequence[str]) -> None:
    """Raise UsageError if one of `by` is nothing to count by."""
    for name in by:
        if name not in _KEYS and all(part.strip() in _KEYS for part in name.split(",")):
            raise UsageError(f"cannot count by {name!r}: write {tuple(part.strip() for part in name.split(','))!r}")
        if name not in _KEYS:
            raise UsageError(f"cannot count by {name!r}: {did_you_mean(name, _KEYS)}")


def count(heads: Iterable[Head], by: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Return the number of articles for each combination of values."""
    keys = [_KEYS[name] for name in by]
    counted: Counter[tuple[str, ...]] = Counter()
    for head in heads:
        counted.update(product(*(key(head) for key in keys)))
    return counted


def ranked(counted: Mapping[tuple[str, ...], int], by: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Return counts with periods in order, and else the most frequent first, those as frequent by name in any case."""
    return dict(sorted(counted.items(), key=lambda pair: _rank(pair, by)))


def _rank(pair: tuple[tuple[str, ...], int], by: Sequence[str]) -> tuple[object, ...]:
    values, number = pair
    periods = tuple(value for name, value in zip(by, values, strict=True) if name in PERIODS)
    return (periods, -number, tuple(map(folded, values)), values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site in an archive: its name, its archived revisions, languages, crawl days and span of publication."""

    name: str
    revisions: int
    languages: tuple[str, ...]
    first_crawl: str
    last_crawl: str
    published_min: str
    published_max: str


def sites(manifests: Sequence[Manifest]) -> list[Site]:
    """Return the sites that segments are of, by name."""
    by_site: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        by_site.setdefault(manifest.site, []).append(manifest)
    return [_site(name, group) for name, group in sorted(by_site.items())]


def _site(name: str, group: Sequence[Manifest]) -> Site:
    published = [d for m in group for d in (m.date_published_min, m.date_published_max) if d]
    return Site(
        name=name,
        revisions=sum(m.count for m in group),
        languages=tuple(sorted({language for m in group for language in m.languages})),
        first_crawl=min(m.crawl_date for m in group),
        last_crawl=max(m.crawl_date for m in group),
        published_min=min(published, default=""),
        published_max=max(published, default=""),
    )
