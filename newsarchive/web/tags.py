"""Tags as the index knows them: publishers' by their folded spelling, countries by their ids.

A folded spelling has no capital letter and an id ends in two: the keys of both can stand in one table.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from newsarchive.archive.query import COUNTRY, folded
from newsarchive.archive.query import Tag as Asked
from newsarchive.web.addresses import EXACT
from newsarchive.web.showing import spelled

ID_PATTERN = f"{COUNTRY}[A-Z][A-Z]"
"""What ids are like: a regular expression, and a GLOB of SQLite."""
_ID = re.compile(ID_PATTERN)
_KEY_KEPT = 1_000


def is_id(key: str) -> bool:
    """Tell whether a key, or what stands among an article's tag ids, is a country's id."""
    return bool(_ID.fullmatch(key))


def key_of(spelling: str) -> str:
    """Return the key of a publisher's tag; as archives compare tags, of no more than 1,000 characters."""
    return folded(spelling)[:_KEY_KEPT]


@lru_cache(maxsize=4_096)
def countries(name: str) -> frozenset[str]:
    """Return the ids of the country that a name stands for, in whatever language."""
    return Asked.named(name).ids


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as the index knows it: how many articles have it, and how many copies of others, counted there or not."""

    n: int
    key: str
    name: str
    articles: int
    copies: int

    @property
    def is_id(self) -> bool:
        """Whether it is a country, named by tags in any language."""
        return is_id(self.key)

    @property
    def shown(self) -> str:
        """What stands for it on a page."""
        return spelled(self.name) if self.is_id else self.name

    @property
    def asked(self) -> str:
        """What asks for it: its name, or its key where that is longer than the names that are kept."""
        return self.name if self.name == self.key or key_of(self.name) == self.key else self.key

    @property
    def spelling(self) -> dict[str, str]:
        """The parameter that is needed to ask for it: EXACT if its name would else be understood as a country's."""
        return EXACT if not self.is_id and countries(self.asked) else {}
