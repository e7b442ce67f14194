"""The addresses of pages; a tag that names a country stands for it in every language, unless its spelling is meant."""

from functools import lru_cache
from urllib.parse import quote, urlencode

from newsarchive.archive.query import Tag as Asked
from newsarchive.web.words import TAG_ID

EXACT = {"spelling": "exact"}
"""The parameter that says that a tag is meant as it is spelled."""
COPIES = {"copies": "1"}
"""The parameter that says that copies of other articles are meant too."""


def tag_query(name: str) -> dict[str, str]:
    """Return the parameters that ask for exactly the tag of this name."""
    return {"name": name, **exactly(name)}


def exactly(name: str) -> dict[str, str]:
    """Return EXACT if the name would else be understood as a country's."""
    return EXACT if not name.startswith(TAG_ID) and countries(name) else {}


@lru_cache(maxsize=4_096)
def countries(name: str) -> frozenset[str]:
    """Return the ids of the country that a name stands for, in whatever language."""
    return Asked.named(name).ids


def tag_address(name: str, **more: str) -> str:
    """Return the address of a tag's page."""
    return "/tag?" + urlencode({"name": name, **more})


def article_address(article: str, **more: str) -> str:
    """Return the address of an article's page, by its id."""
    return f"/article/{quote(article, safe='')}" + (f"?{urlencode(more)}" if more else "")


def search_address(**asked: str) -> str:
    """Return the address of a search."""
    return "/search?" + urlencode({k: v for k, v in asked.items() if v})


def tag_search(name: str, **more: str) -> str:
    """Return the address of a search for exactly the tag of this name."""
    return search_address(tag=name, **more, **exactly(name))
