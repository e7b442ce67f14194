"""Tests of declarations: a folder with a page and the record that it must give."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from newsarchive.article import Article, ArticleLink
from newsarchive.crawl.process import loaded_sites
from newsarchive.crawl.site import SiteSpider
from newsarchive.errors import UsageError
from newsarchive.extraction import extract
from newsarchive.suggest import did_you_mean


def cases(root: Path) -> list[tuple[str, str]]:
    """Return every folder below root that holds a page, with each field of its expected record."""
    folders = sorted(path.parent for path in root.glob("*/page.html"))
    return [(folder.name, field) for folder in folders for field in expected(folder)]


@cache
def expected(folder: Path) -> dict[str, Any]:
    """Return the expected record of a folder: fields of the record by name."""
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


@cache
def declared(site: str) -> SiteSpider:
    """Return the spider of a declared site; UsageError if there is none."""
    sites = loaded_sites()
    if site not in sites:
        raise UsageError(f"no site is called {site!r}: {did_you_mean(site, sites)}")
    spider = sites[site](site)
    spider.arguments = spider.parse_arguments({})
    return spider


@cache
def extracted(folder: Path) -> Article:
    """Return the article on a folder's page, extracted as the site's declaration says."""
    record = expected(folder)
    url = record["url"]
    hints = declared(record["site"]).hints(record["site"], ArticleLink(url=url, via="url-list"), url)
    return extract((folder / "page.html").read_bytes(), url, **asdict(hints))


def compared(folder: Path, field: str) -> tuple[object, object]:
    """Return what is found in a field and what is expected of it; no-break spaces count as plain ones."""
    return _comparable(getattr(extracted(folder), field)), _comparable(expected(folder)[field])


def _comparable(value: object) -> object:
    if isinstance(value, str):
        return "\n".join(" ".join(line.split()) for line in value.split("\n"))
    return tuple(value) if isinstance(value, Iterable) else value
