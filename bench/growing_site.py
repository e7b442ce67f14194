"""A news site on loopback that publishes more articles whenever it is told, for the crawls of bench/durability.py."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.safety.serving import NOT_FOUND, Answer, Serving, article, feed, front, serving


class GrowingSite:
    """Articles from 1 up to `published` are on their pages and in the feed."""

    def __init__(self) -> None:
        self.published = 0
        self._running: Serving | None = None

    @contextmanager
    def served(self) -> Iterator["GrowingSite"]:
        """Serve it."""
        with serving(self._answer, host="127.0.0.1") as self._running:
            yield self

    @property
    def base(self) -> str:
        """Where it is, without a slash at the end."""
        assert self._running is not None
        return self._running.base

    def _answer(self, path: str) -> Answer:
        if path == "/":
            return front()
        if path == "/feed":
            return feed(f"{self.base}/news/{n}" for n in range(1, self.published + 1))
        folder, _, number = path.rpartition("/")
        known = folder == "/news" and number.isdigit() and 1 <= int(number) <= self.published
        return article(int(number)) if known else NOT_FOUND
