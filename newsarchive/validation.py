"""The record's rules, applied to an article before it is archived."""

import json
import re
from dataclasses import replace
from typing import Any

from newsarchive.article import FIELDS, Article
from newsarchive.urls import is_web

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ACCESS = frozenset({"free", "paywalled", "unknown"})


def _clean_text(text: str) -> str:
    """Return text as UTF-8 can hold it, without NUL."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _clean_value(value: Any) -> Any:  # noqa: ANN401 - any field's value
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(c for v in value if (c := _clean_text(v).strip())))
    return value


def clean(article: Article) -> Article:
    """Return the article without lone surrogates, NULs, and empty or repeated list entries."""
    changed = {f: _clean_value(getattr(article, f)) for f in FIELDS}
    return replace(article, **changed)


def problem(article: Article) -> str:
    """Return why an article cannot be a record, as a short reason; `""` if it can."""
    checks = (
        ("no-text", bool(article.text.strip())),
        ("bad-url", is_web(article.url) and is_web(article.canonical_url)),
        ("bad-date", all(not d or _INSTANT.fullmatch(d) for d in (article.date_published, article.date_modified))),
        ("bad-language", bool(_LANGUAGE.fullmatch(article.language))),
        ("bad-access", article.access in _ACCESS),
        ("bad-extra", _is_object(article.extra_json)),
    )
    return next((reason for reason, holds in checks if not holds), "")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
