"""The pace of a crawl: Crawl-delay and Retry-After; over real sockets."""

import itertools

from tests.crawl.asking import crawl
from tests.crawl.robots_sites import Case, Site


def test_crawl_delay_is_applied() -> None:
    """One page at a time, at least so many seconds apart, from the first page on."""
    site = Site(1, Case(outcome="fetched", body=b"User-agent: *\nCrawl-delay: 0.5\n"))
    try:
        assert set(crawl(*site.pages(3)).values()) == {"fetched"}
    finally:
        site.close()
    times = [moment for moment, path in site.asked if path != "/robots.txt"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(gaps) == 2
    assert min(gaps) > 0.45
