"""Whether an article can be read without paying."""

import re
from collections.abc import Mapping

from newsarchive.extraction import jsonld
from newsarchive.extraction.choice import Choice
from newsarchive.extraction.page import Page

_FREE = frozenset({"true", "yes", "1", "free"})
_CLOSED = frozenset(
    {"false", "no", "0", "locked", "metered", "paid", "premium", "subscription", "subscriber", "subscribers"}
)
_WALL = re.compile(
    r"\b(?:pay-?wall(?:ed|-(?:active|visible|container|overlay|barrier|gate))?|regwall|piano-offer)\b", re.IGNORECASE
)
_TEASER = 1500


def access(page: Page, text: str) -> Choice[str]:
    """`paywalled` where the page says so and shows a teaser or a wall, `free` where it says that, else `unknown`."""
    tier = page.meta(
        "article:content_tier", "og:article:content_tier", "content_tier", "article:content-tier"
    ).casefold()
    if tier in _FREE:
        return Choice("free", "meta")
    stated = _accessible(page)
    if tier in _CLOSED - {"metered"} or stated is False:
        if tier in _CLOSED or len(text) < _TEASER or _has_wall(page):
            return Choice("paywalled", "meta" if tier in _CLOSED else "json-ld")
        return Choice("unknown", "json-ld")
    if stated is True:
        return Choice("free", "json-ld")
    return Choice("unknown")


def _accessible(page: Page) -> bool | None:
    value = page.article.get("isAccessibleForFree")
    if value is None:
        parts = (p for p in jsonld.listed(page.article.get("hasPart")) if isinstance(p, Mapping))
        value = next((p["isAccessibleForFree"] for p in parts if "isAccessibleForFree" in p), None)
    text = jsonld.text(value).casefold() if not isinstance(value, bool) else str(value).casefold()
    return True if text in _FREE else False if text in _CLOSED else None


def _has_wall(page: Page) -> bool:
    return any(
        _WALL.search(f"{e.get('class') or ''} {e.get('id') or ''}")
        for e in page.tree.iter("div", "section", "aside", "p")
    )
