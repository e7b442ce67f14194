"""JSON Feed, RSS written as JSON, and what is left of either when it was cut short."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from newsarchive.discovery.entries import MOST_ENTRIES, Entry

_ITEMS = re.compile(r'"items?"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_MARK = re.compile(r"[\[{,]")
_MOST_MARKS = 400_000  # each costs up to 240 bytes when it is loaded
_LINKS = ("url", "link", "external_url", "guid", "id")


def read_json_feed(text: str) -> tuple[str, str, list[Entry], str]:
    """Title, language, entries and problem of a feed in JSON.

    Whole numbers are read as floats: Python refuses those of more than 4300 digits, and with them the feed.
    """
    if over := next(islice(_MARK.finditer(text), _MOST_MARKS, None), None):
        title, language, entries, _ = _cut_short(text[: over.start()])
        return title, language, entries, f"more than {_MOST_MARKS} values, cut"
    try:
        feed = json.loads(text, parse_int=float)
    except (ValueError, RecursionError):
        return _cut_short(text)
    if isinstance(feed, dict) and isinstance(feed.get("rss"), dict):
        feed = feed["rss"].get("channel")
    items = feed.get("items") or feed.get("item") if isinstance(feed, dict) else None
    if not isinstance(feed, dict) or not isinstance(items, list):
        return "", "", [], "JSON, but no feed: it has no items"
    entries = [_entry(item) for item in items[:MOST_ENTRIES] if isinstance(item, dict)]
    return _text(feed.get("title")), _text(feed.get("language")), entries, ""


def _cut_short(text: str) -> tuple[str, str, list[Entry], str]:
    start = _ITEMS.search(text)
    items = list(islice(_whole_items(text, start.end()), MOST_ENTRIES)) if start else []
    return "", "", [_entry(item) for item in items], "damaged JSON, read as far as it goes"


def _whole_items(text: str, at: int) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(parse_int=float)
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # the pattern matches everywhere
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        if isinstance(item, dict):
            yield item


def _entry(item: dict[str, Any]) -> Entry:
    return Entry(
        links=tuple(link for name in _LINKS if (link := _link(item, name))),
        title=_text(item.get("title")),
        description=_text(item.get("summary")) or _text(item.get("description")),
        published=_text(item.get("date_published")) or _text(item.get("pubDate")) or _text(item.get("date_modified")),
        modified=_text(item.get("date_modified")),
        language=_text(item.get("language")),
    )


def _link(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if isinstance(value, dict):  # RSS as JSON: {"isPermaLink": "true", "#value": "…"}
        value = value.get("#value") if value.get("isPermaLink") not in {"false", False} else ""
    text = _text(value)
    is_name_only = name in {"guid", "id"} and not text.startswith(("http://", "https://"))
    return "" if is_name_only else text


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
