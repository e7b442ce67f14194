"""What an honest crawl makes of each page of the demo: the answers its tests compare with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsarchive.demo.content import DemoArticle, articles

Outcome = Literal["archived", "revised", "unchanged", "duplicate", "forbidden", "gone", "not-an-article"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What becomes of the page at `path` in the first and the second crawl.

    A `duplicate` has the same title and text as the page at `copy_of`: which of the two is archived depends on
    which comes first, that only one of them is does not. A page with `wire_of` is archived like any other.
    """

    path: str
    site: str
    first: Outcome
    second: Outcome
    copy_of: str = ""
    wire_of: str = ""


def expected(now: datetime) -> tuple[Expected, ...]:
    """One row for every page that a feed, sitemap or front page lists, in the order of the outlets."""
    before, after = articles(now), articles(now, edition=2)
    return tuple(_expected(first, second) for first, second in zip(before, after, strict=True))


def _expected(first: DemoArticle, second: DemoArticle) -> Expected:
    outcome = _outcome(first)
    later: Outcome = "revised" if first.paragraphs != second.paragraphs else "unchanged"
    return Expected(
        path=first.path,
        site=first.site.name,
        first=outcome,
        second=later if outcome == "archived" else outcome,
        copy_of=first.copy_of,
        wire_of=first.wire_of,
    )


def _outcome(article: DemoArticle) -> Outcome:
    if article.fault in {"forbidden", "gone"}:
        return article.fault
    if article.fault == "truncated":
        return "not-an-article"
    return "duplicate" if article.copy_of else "archived"
