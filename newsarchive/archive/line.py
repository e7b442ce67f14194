"""One article as one JSON line, and back."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from newsarchive.article import FIELDS, SCHEMA_VERSION, Article
from newsarchive.errors import IntegrityError

_LISTS = frozenset(f.name for f in fields(Article) if f.type == tuple[str, ...])
_MAJOR = SCHEMA_VERSION.partition(".")[0]


def to_mapping(article: Article) -> dict[str, Any]:
    """Return an article's fields in their order, lists as lists."""
    return {f: list(v) if isinstance(v := getattr(article, f), tuple) else v for f in FIELDS}


def from_mapping(record: Mapping[str, Any]) -> Article:
    """Return the article with these fields; KeyError if one is missing, keys that are no field are left out."""
    values: dict[str, Any] = {f: tuple(record[f]) if f in _LISTS else record[f] for f in FIELDS}
    return Article(**values)


def encode(article: Article) -> bytes:
    """Return an article as one UTF-8 JSON line, with its line end."""
    return json.dumps(to_mapping(article), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes | str, *, where: str = "line") -> Article:
    """Return the article of a line; `where` names the line in errors.

    Keys of a newer minor schema version are left out.

    Raises:
        IntegrityError: the line is no record, or one of an unknown major schema version.
    """
    try:
        record = json.loads(line)
        version = str(record["schema_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{where} is not an article record: {error!r}") from error
    if version.partition(".")[0] != _MAJOR:
        raise IntegrityError(f"{where} has schema version {version}; this newsarchive reads version {_MAJOR}")
    try:
        return from_mapping(record)
    except (KeyError, TypeError) as error:
        raise IntegrityError(f"{where} lacks a field or has one of a wrong type: {error}") from error
