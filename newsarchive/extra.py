"""What a record keeps in `extra_json`: the lines that were left out of its text, and the text's identity with them."""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from newsarchive.article import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """The part of `extra_json` that this package reads.

    `page_fingerprint` is the fingerprint of the text with the `repeated` lines, which stand on other articles of the
    site too; both are empty where nothing was left out.
    """

    page_fingerprint: str = ""
    repeated: tuple[str, ...] = ()


def with_extra(article: Article, values: dict[str, Any]) -> Article:
    """Return an article with these values added to its `extra_json`."""
    if not values:
        return article
    extra = json.loads(article.extra_json) | values
    return replace(article, extra_json=json.dumps(extra, ensure_ascii=False, sort_keys=True))


def read_extra(article: Article) -> Extra:
    """Return what an article's `extra_json` says; nothing where that is not ours."""
    return _read(article.extra_json)


@lru_cache(maxsize=64)  # asked for at each step that judges and stores an article
def _read(text: str) -> Extra:
    found = json.loads(text)
    lines = found.get("repeated")
    fingerprint = found.get("page_fingerprint")
    return Extra(
        page_fingerprint=fingerprint if isinstance(fingerprint, str) else "",
        repeated=tuple(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else (),
    )
