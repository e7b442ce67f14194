"""The addresses of pages; a tag that names a country stands for it in every language, unless its spelling is meant."""

from urllib.parse import quote, urlencode

EXACT = {"spelling": "exact"}
"""The parameter that says that a tag is meant as it is spelled."""
COPIES = {"copies": "1"}
"""The parameter that says that copies of other articles are meant too."""


def tag_address(name: str, **more: str) -> str:
    """Return the address of a tag's page."""
    return "/tag?" + urlencode({"name": name, **more})


def article_address(article: str, **more: str) -> str:
    """Return the address of an article's page, by its id."""
    return f"/article/{quote(article, safe='')}" + (f"?{urlencode(more)}" if more else "")


def search_address(**asked: str) -> str:
    """Return the address of a search."""
    return "/search?" + urlencode({k: v for k, v in asked.items() if v})
