"""Clusters computed from the archive: the same in any order and by any number of processes."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.neardup.clusters import Labels, archive_texts, clusters, text_of
from newsarchive.storage.folder import FolderStorage
from tests.conftest import slow
from tests.neardup.wire import text, wire
from tests.spool.conftest import accept, deliver, opened

READER = Path(__file__).with_name("reader.py")
WIRES = 6
ARTICLES = [wire(number, number % WIRES) for number in range(24)]


def expected() -> list[Labels]:
    """Return the labels that the articles were made to have: each wire's earliest first."""
    found = []
    for seed in range(WIRES):
        members = sorted((a for a in ARTICLES if int(a.site.split("-")[1]) % WIRES == seed), key=order)
        first = members[0].id
        found += [Labels(id=a.id, duplicate_of="" if a is members[0] else first, cluster=first) for a in members]
    return sorted(found, key=lambda labels: labels.id)


def order(article: Article) -> tuple[str, str]:
    """Return what makes an article earlier than another."""
    return article.crawled_at, article.id


def archived(folder: Path, articles: list[Article], spools: int = 1) -> Archive:
    """Return the archive of articles that were accepted in this order, by several writers in turn."""
    storage = FolderStorage(folder / "archive")
    for start in range(0, len(articles), 5):
        with opened(folder / f"state-{start // 5 % spools}") as spool:
            accept(spool, articles[start : start + 5])
            deliver(spool, storage)
    return Archive(storage)


@pytest.mark.parametrize("seed", range(3))
def test_any_order_gives_the_same_clusters(tmp_path: Path, seed: int) -> None:
    """Whatever the labels of the records say, and whoever wrote them."""
    shuffled = random.Random(seed).sample(ARTICLES, len(ARTICLES))  # noqa: S311 - repeatable
    found = clusters(archive_texts(archived(tmp_path, shuffled, spools=seed + 1)))
    assert found == expected()


@pytest.mark.parametrize("processes", [1, 2, pytest.param(4, marks=slow)])
def test_any_number_of_processes_gives_the_same_clusters(tmp_path: Path, processes: int) -> None:
    """Segments are read in any order."""
    archived(tmp_path, ARTICLES, spools=3)
    done = subprocess.run(
        [sys.executable, READER, tmp_path / "archive", str(processes)], capture_output=True, text=True, check=True
    )
    assert [Labels(**json.loads(row)) for row in done.stdout.splitlines()] == expected()


def test_the_records_know_what_was_archived_before(tmp_path: Path) -> None:
    """Accepted in the order in which they were crawled, the records' labels are those of the archive."""
    archive = archived(tmp_path, sorted(ARTICLES, key=order))
    labels = [
        Labels(id=a.id, duplicate_of=a.duplicate_of, cluster=a.cluster) for a in archive.articles(duplicates=True)
    ]
    later = {found.id: found for found in expected()}
    assert [a for a in labels if a.duplicate_of] == [later[a.id] for a in labels if a.duplicate_of]
    assert sum(1 for a in labels if a.duplicate_of) == len(ARTICLES) - WIRES


def test_the_window_bounds_likeness_but_not_equality() -> None:
    """A near-duplicate a month later is no copy; the very text is."""
    first = wire(1, 7, crawled_at="2026-01-01T06:00:00Z")
    like = wire(2, 7, crawled_at="2026-02-01T06:00:00Z")
    equal = wire(3, 7, text=first.text, crawled_at="2026-02-02T06:00:00Z")
    texts = [made for a in (first, like, equal) if (made := text_of(a))]
    assert clusters(texts[:2]) == []
    assert {found.cluster for found in clusters(texts)} == {first.id}


def test_abridgements_join_nothing() -> None:
    """Two short texts that one long text extends are no cluster."""
    whole = text(3, words=700)
    words = whole.split()
    parts = [wire(1, 0, text=" ".join(words[:100])), wire(2, 0, text=" ".join(words[-100:])), wire(3, 0, text=whole)]
    assert clusters([made for a in parts if (made := text_of(a))]) == []
