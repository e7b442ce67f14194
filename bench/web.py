"""How fast the web page answers on a large synthetic archive, beside Datasette on the same articles.

python bench/web.py make FOLDER --articles 1000000      an archive of synthetic articles
python bench/web.py index FOLDER                        build its index; articles a second, memory
python bench/web.py measure FOLDER                      8 readers at once; median and 95th percentile by page
python bench/web.py datasette FOLDER --python VENV/bin/python     the same questions to Datasette
"""

import argparse
import json
import random
import resource
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.archive import Archive, layout, line
from newsarchive.archive.segment import Origin, build, sha256
from newsarchive.article import Article
from newsarchive.dedup import identify
from newsarchive.storage import open_storage

_PER_SEGMENT = 5_000
_SITES = 40
_TAGS = 5_000
_WORDS = 60_000
_LANGUAGES = ("en", "fr", "de", "es", "ar", "zh")
_FIRST = datetime(2021, 1, 1, 6, tzinfo=UTC)
_DAYS = 1_825
_READERS = 8
_SYLLABLES = ("ka", "ri", "mon", "te", "sul", "va", "or", "ben", "li", "dra", "shi", "po", "un", "ga", "fel", "no")


def word(number: int) -> str:
    """Return the number-th word of an invented language; low numbers are common ones."""
    base, parts = len(_SYLLABLES), [_SYLLABLES[number % len(_SYLLABLES)]]
    while number >= base:
        number //= base
        parts.append(_SYLLABLES[number % base])
    return "".join(parts)


class Synthesis:
    """Articles whose words and tags are distributed as Zipf found words to be."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._words = [word(n) for n in range(_WORDS)]
        self._tags = [word(7 * n + 3).title() for n in range(_TAGS)]
        self._word_odds = self._odds(_WORDS)
        self._tag_odds = self._odds(_TAGS)

    @staticmethod
    def _odds(size: int) -> list[float]:
        total, odds = 0.0, []
        for rank in range(1, size + 1):
            total += 1 / (rank + 10)
            odds.append(total)
        return odds

    def _some(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._word_odds, k=count)

    def article(self, number: int, site: int, day: int) -> Article:
        """Return one article of a site and day."""
        moment = _FIRST + timedelta(days=day, minutes=self._random.randrange(1_000))
        stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        url = f"https://site{site}.example/news/{number}"
        paragraphs = [" ".join(self._some(60)) + "." for _ in range(self._random.randrange(3, 7))]
        tags = dict.fromkeys(self._random.choices(self._tags, cum_weights=self._tag_odds, k=5))
        values = Article(
            url=url, canonical_url=url, site=f"site{site}", publisher=f"Site {site}",
            title=" ".join(self._some(9)).capitalize(), description=" ".join(self._some(18)).capitalize(),
            authors=(word(number % 900 + 40).title(),), date_published=stamp, date_precision="minute",
            language=_LANGUAGES[site % len(_LANGUAGES)], tags=tuple(tags), text="\n".join(paragraphs),
            word_count=60 * len(paragraphs), crawled_at=stamp, run_id=f"{moment:%Y%m%dt}000000z-aaaaaa",
            discovered_via="feed", http_status=200, extractor="synthesis", field_sources="date=json-ld;tags=meta",
        )  # fmt: skip
        return identify(values)


def make(folder: Path, articles: int) -> None:
    """Write an archive of articles, a site after the other, from the oldest to the newest."""
    storage, synthesis, previous = open_storage(str(folder)), Synthesis(), ""
    per_site = articles // _SITES
    for n in range(articles // _PER_SEGMENT):
        site, start = n * _PER_SEGMENT // per_site, n * _PER_SEGMENT % per_site
        batch = [
            synthesis.article(n * _PER_SEGMENT + i, site, (start + i) * _DAYS // per_site) for i in range(_PER_SEGMENT)
        ]
        day = (_FIRST + timedelta(days=(start + _PER_SEGMENT - 1) * _DAYS // per_site)).date().isoformat()
        origin = Origin(
            writer="bench", n=n + 1, previous_sha256=previous, site=f"site{site}", crawl_date=day,
            run_id=f"{day.replace('-', '')}t000000z-aaaaaa",
        )  # fmt: skip
        segment = build([line.encode(a) for a in batch], origin)
        entry = segment.manifest.encode()
        storage.put_new(segment.manifest.key, segment.body)
        storage.put_new(layout.manifest_key(day, "bench", n + 1), entry)
        previous = sha256(entry)
