"""A worker that is never recycled keeps its size."""

import asyncio
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.worker_memory import samples
from tests.conftest import slow
from tests.extraction.making import PROSE, news, page

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="memory is looked up in /proc")
PAGES = int(os.environ.get("NEWSARCHIVE_MEMORY_PAGES", "600"))
GROWTH_MIB = 16.0


def pages() -> Iterator[tuple[bytes, str]]:
    """Pages without end, no two with the same words, classes, tags or address."""
    for number in itertools.count():
        body = "".join(
            f'<p class="c{number}-{part}">{prose} {number}.{part}</p>' for part, prose in enumerate(PROSE * 5)
        )
        told = {"author": {"name": f"Anna Bell{number}"}, "keywords": [f"harbour {number}"]}
        node = news(datePublished="2020-06-11T06:04:00Z", **told)
        yield page(body=body, node=node, title=f"Harbour {number} is closed"), f"https://news.example.org/{number}"


@slow
def test_memory_of_a_worker_is_flat() -> None:
    """From the first tenth of its pages to the last it grows by little, whatever it has seen."""
    found = asyncio.run(samples(pages(), count=PAGES, every=PAGES // 10, recycle=PAGES + 1))
    assert len(found) == 10
    assert found[-1].child - found[0].child < GROWTH_MIB
    assert found[-1].parent - found[0].parent < GROWTH_MIB
