"""A synthetic archive of any size: many sites, languages and tags over months, the same for the same size.

python bench/synthesis.py FOLDER [--articles 1000000] [--sites 40] [--days 500] [--runs 2]

Every site is crawled `runs` times a day, as cron would; each crawl leaves one segment of each site. Words and tags are
distributed as Zipf found words to be; the commonest tags are countries, in the language of the site. One article in
twenty is revised by a later crawl of its day, one in ten is a copy of another site's, one in a hundred has no date and
one in two hundred is up to a year older than its crawl. Objects are written without fsync.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from itertools import accumulate, chain
from pathlib import Path

import msgspec
from isal import igzip

from newsarchive import clock
from newsarchive.archive import layout
from newsarchive.archive.line import to_mapping
from newsarchive.archive.schema import furniture
from newsarchive.archive.segment import Manifest, Origin, describe
from newsarchive.archive.segment import sha256 as digest
from newsarchive.article import Article
from newsarchive.urls import article_id

LANGUAGES = ("en", "fr", "de", "es", "ar", "zh")
COUNTRIES = {
    "IQ": ("Iraq", "Irak", "Irak", "Irak", "العراق", "伊拉克"),
    "IR": ("Iran", "Iran", "Iran", "Irán", "إيران", "伊朗"),
    "DE": ("Germany", "Allemagne", "Deutschland", "Alemania", "ألمانيا", "德国"),
    "JP": ("Japan", "Japon", "Japan", "Japón", "اليابان", "日本"),
    "BR": ("Brazil", "Brésil", "Brasilien", "Brasil", "البرازيل", "巴西"),
}
"""By code, the names in these languages; their tags have every eighth rank, `IQ` the commonest one."""
_EVERY = 8
_TAGS = 5_000
_WORDS = 60_000
_PARAGRAPHS = 20_000
_COMPRESSION = 2  # of 0 to 3; Python's gzip takes thirty times as long for 15 % fewer bytes
_FIRST = datetime(2025, 7, 1, tzinfo=UTC)
_SYLLABLES = ("ka", "ri", "mon", "te", "sul", "va", "or", "ben", "li", "dra", "shi", "po", "un", "ga", "fel", "no")


def word(rank: int) -> str:
    """Return the word of this rank in an invented language; low ranks are common ones."""
    base, parts = len(_SYLLABLES), [_SYLLABLES[rank % len(_SYLLABLES)]]
    while rank >= base:
        rank //= base
        parts.append(_SYLLABLES[rank % base])
    return "".join(parts)


def tag(rank: int, language: str = "en") -> str:
    """Return the tag of this rank, as a site in a language has it."""
    code = country(rank)
    return COUNTRIES[code][LANGUAGES.index(language)] if code else word(7 * rank + 3).title()


def country(rank: int) -> str:
    """Return the country that the tag of this rank names, or nothing."""
    which, rest = divmod(rank, _EVERY)
    return "" if rest or which >= len(COUNTRIES) else list(COUNTRIES)[which]


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of an archive: about so many revisions of articles, of so many sites, days and crawls a day."""

    articles: int = 1_000_000
    sites: int = 40
    days: int = 500
    runs: int = 2

    def counts(self) -> list[int]:
        """Return for each site how many articles each of its crawls archives; the first sites are the large ones."""
        odds = [1 / (site + self.sites / 4) for site in range(self.sites)]
        each = self.articles / self.days / self.runs / sum(odds)
        return [max(1, round(each * odd)) for odd in odds]


class Synthesis:
    """Articles of one day; the same for the same day."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tag_odds = _odds(_TAGS)
        self._paragraphs = _paragraphs()

    def day(self, day: int) -> Iterator[tuple[int, int, list[Article]]]:
        """Yield for each crawl of a day and each site its articles."""
        pick = random.Random(day)  # noqa: S311 - no secret
        counts = self._plan.counts()
        before: list[list[Article]] = [[] for _ in counts]
        for run in range(self._plan.runs):
            for site, count in enumerate(counts):
                revised = [_revised(a, run) for a in before[site] if pick.random() < 1 / 20]
                new = [self._article(pick, site, day, run, number) for number in range(count - len(revised))]
                found = [_as_copy(a, pick, before[site - 1]) for a in new]
                before[site] = found
                yield run, site, [*found, *revised]

    def _article(self, pick: random.Random, site: int, day: int, run: int, number: int) -> Article:
        language = LANGUAGES[site % len(LANGUAGES)]
        crawled = _FIRST + timedelta(days=day, hours=24 * (run + 1) / self._plan.runs - 1)
        ranks = dict.fromkeys(pick.choices(range(_TAGS), cum_weights=self._tag_odds, k=pick.randrange(1, 7)))
        paragraphs = pick.choices(self._paragraphs, k=pick.randrange(4, 11))
        url = f"https://site{site}.example/{crawled:%Y/%m/%d}/{word(pick.randrange(_WORDS))}-{run}{number:05}"
        title = paragraphs[0][: pick.randrange(40, 90)].rpartition(" ")[0]
        published = _published(pick, crawled)
        text = "\n".join(paragraphs)
        return Article(
            id=article_id(url), revision=1, url=url, canonical_url=url, site=f"site{site}", publisher=f"Site {site}",
            title=title.capitalize(), description=paragraphs[1][:160], section=word(100 + pick.randrange(12)),
            authors=(f"{word(pick.randrange(900) + 40)} {word(pick.randrange(900) + 40)}".title(),),
            date_published=published, date_published_raw=published, date_precision="second" if published else "",
            language=language, tags=tuple(tag(rank, language) for rank in ranks),
            tag_ids=tuple(f"country:{country(rank)}" for rank in ranks if country(rank)),
            text=text, word_count=60 * len(paragraphs), image_url=f"{url}.jpg", access="free",
            fingerprint=sha256(text.encode()).hexdigest()[:32], crawled_at=clock.stamp(crawled),
            run_id=f"{crawled:%Y%m%dt%H%M%Sz}-5ca1ab", discovered_via="feed", extractor="synthesis",
            field_sources="date=json-ld;authors=meta;tags=json-ld+page;text=trafilatura", http_status=200,
        )  # fmt: skip


@cache
def _paragraphs() -> list[str]:
    pick = random.Random(7)  # noqa: S311 - no secret
    words, odds = [word(n) for n in range(_WORDS)], _odds(_WORDS)
    return [" ".join(pick.choices(words, cum_weights=odds, k=60)).capitalize() + "." for _ in range(_PARAGRAPHS)]


def _odds(size: int) -> list[float]:
    return list(accumulate(1 / (rank + 10) for rank in range(size)))


def _published(pick: random.Random, crawled: datetime) -> str:
    chance = pick.random()
    if chance < 1 / 100:
        return ""
    days = pick.randrange(1, 365) if chance < 1 / 100 + 1 / 200 else 0
    return clock.stamp(crawled - timedelta(days=days, seconds=pick.randrange(60, 36 * 3600)))


def _revised(article: Article, run: int) -> Article:
    changed = f"{article.text}\nUpdate {run}."
    return replace(
        article, revision=article.revision + 1, text=changed, fingerprint=sha256(changed.encode()).hexdigest()[:32]
    )


def _as_copy(article: Article, pick: random.Random, others: Sequence[Article]) -> Article:
    if not others or pick.random() >= 1 / 10:
        return article
    first = pick.choice(others)
    root = first.cluster or first.id
    return replace(article, text=first.text, fingerprint=first.fingerprint, duplicate_of=root, cluster=root)


def _write_day(folder: Path, plan: Plan, day: int) -> list[Manifest]:
    """Write the segments of a day, and return their manifest entries without the links of the chain."""
    date = f"{_FIRST + timedelta(days=day):%Y-%m-%d}"
    made = []
    for run, site, articles in _synthesis(plan).day(day):
        origin = Origin(
            writer="synthesis", n=(day * plan.runs + run) * plan.sites + site + 1, previous_sha256="",
            site=f"site{site}", crawl_date=date, run_id=articles[0].run_id,
        )  # fmt: skip
        fullest_first = sorted(map(to_mapping, articles), key=lambda record: -sum(map(bool, record.values())))
        lines = (msgspec.json.encode(record) + b"\n" for record in fullest_first)
        body = igzip.compress(b"".join(lines), _COMPRESSION, mtime=0)
        made.append(describe(fullest_first, body, origin))
        _put(folder / made[-1].key, body)
    return made


@cache
def _synthesis(plan: Plan) -> Synthesis:
    return Synthesis(plan)


def _put(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def make(folder: Path, plan: Plan) -> int:
    """Write an archive, and return how many revisions are in it."""
    for key, body in furniture().items():
        _put(folder / key, body)
    count, previous = 0, ""
    with ProcessPoolExecutor() as workers:
        for unlinked in chain.from_iterable(workers.map(partial(_write_day, folder, plan), range(plan.days))):
            manifest = replace(unlinked, previous_sha256=previous)
            body = manifest.encode()
            _put(folder / layout.manifest_key(manifest.crawl_date, manifest.writer, manifest.n), body)
            count, previous = count + manifest.count, digest(body)
    return count


def main() -> None:
    """Make what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    for name, default in (("articles", 1_000_000), ("sites", 40), ("days", 500), ("runs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    started = time.perf_counter()
    plan = Plan(options.articles, options.sites, options.days, options.runs)
    print(f"{make(options.folder, plan):,} revisions in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
