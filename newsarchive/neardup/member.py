"""An archived text as the near-duplicate index knows it."""

from dataclasses import dataclass
from datetime import date

from newsarchive.neardup.comparison import Comparison
from newsarchive.neardup.sketch import Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An archived text; `cluster` is the label of its record, or `""`."""

    id: str
    crawled_at: str
    cluster: str = ""
    sketch: Sketch

    @property
    def day(self) -> str:
        """The day on which it was crawled, `YYYY-MM-DD`."""
        return self.crawled_at[:10]

    @property
    def order(self) -> tuple[str, str]:
        """What makes one member earlier than another: when it was crawled, then its id."""
        return self.crawled_at, self.id


@dataclass(frozen=True, slots=True)
class Match:
    """A member that a text was compared with, and the outcome."""

    member: Member
    comparison: Comparison


def days_between(one: str, other: str) -> int:
    """Return how many days lie between two of them, each `YYYY-MM-DD`."""
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
