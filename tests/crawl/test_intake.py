"""The event loop's side of the spool: what comes together is stored in one commit, and on the disk when it returns."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from newsarchive.crawl.intake import Intake
from newsarchive.crawl.pressure import Pressure
from newsarchive.spool import Spool
from newsarchive.spool.listings import ListingCopy
from newsarchive.spool.spool import Write
from tests.conftest import article
from tests.spool.conftest import submission


class Counting(Spool):
    """A spool that notes how many writes each commit had."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.commits: list[int] = []

    def write(self, batch: Sequence[Write[Any]]) -> list[Any]:
        """Carry out writes in one transaction."""
        self.commits.append(len(batch))
        return super().write(batch)


async def _filled(spool: Spool, articles: int, *, listing: bool, patience: float) -> None:
    intake = Intake(spool, Pressure(spool, limit_mb=0), _raise, patience=patience)
    feed = ListingCopy(url="https://example.org/feed", etag="", last_modified="", body=b"<rss/>")
    async with asyncio.TaskGroup() as tasks:
        for number in range(articles):
            tasks.create_task(intake.archive(submission(article(number))))
            await asyncio.sleep(0)
        if listing:
            tasks.create_task(intake.keep_listing(feed))
    intake.close()


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("articles", "listing", "patience", "commits"),
    [(1, False, 0.01, [1]), (64, False, 3600, [64]), (10, True, 3600, [11]), (74, True, 3600, [64, 11])],
)
def test_articles_that_follow_each_other_share_a_commit(
    tmp_path: Path, articles: int, patience: float, commits: list[int], *, listing: bool
) -> None:
    """Sixty-four at most; a listing, whose reader waits for it, takes along those that wait."""
    spool = Counting(tmp_path)
    asyncio.run(_filled(spool, articles, listing=listing, patience=patience))
    assert (spool.commits, spool.backlog()) == (commits, articles)
    spool.close()


@pytest.mark.parametrize(("coming", "commits"), [([True, True, False], [3]), ([False], [1])])
def test_the_last_article_waits_for_no_other(tmp_path: Path, coming: list[bool], commits: list[int]) -> None:
    """It takes along those that wait, as soon as no page is left that may give another."""

    async def fill(spool: Spool) -> None:
        answers = iter(coming)
        intake = Intake(spool, Pressure(spool, limit_mb=0), _raise, more=answers.__next__, patience=3600)
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            for number in range(len(coming)):
                tasks.create_task(intake.archive(submission(article(number))))
        intake.close()

    spool = Counting(tmp_path)
    asyncio.run(fill(spool))
    assert spool.commits == commits
    spool.close()
