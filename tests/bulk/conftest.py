"""An archive in a folder, and extraction without the seconds that worker processes take to start."""

from dataclasses import asdict
from pathlib import Path

import pytest

from newsarchive.article import Article, Hints
from newsarchive.cli import import_, reprocess
from newsarchive.extraction import extract
from newsarchive.extraction.pool import Pool


class Here(Pool):
    """Extracts in this process, by the workers' own function."""

    async def start(self) -> None:
        """Start nothing."""

    async def extract(self, page: bytes, url: str, hints: Hints) -> Article:
        """Return the article on a page."""
        return extract(page, url, **asdict(hints))


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an archive that is yet to be made; pages are extracted by one worker process."""
    monkeypatch.setenv("NEWSARCHIVE_WORKERS", "1")
    return tmp_path / "archive"


@pytest.fixture
def archive(workers: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an archive that is yet to be made; pages are extracted in this process."""
    for module in (import_, reprocess):
        monkeypatch.setattr(module, "Pool", Here)
    return workers
