"""One article as one JSON line, and back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import msgspec

from newsarchive.article import FIELDS, SCHEMA_VERSION, Article
from newsarchive.errors import IntegrityError

_LISTS = frozenset(f.name for f in fields(Article) if f.type == tuple[str, ...])
_KINDS: dict[str, object] = {f.name: list if f.name in _LISTS else f.type for f in fields(Article)}
_TYPES = list(_KINDS.values())
_SHOWN = 60
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
    return msgspec.json.encode(to_mapping(article)) + b"\n"


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
    if not _sound(record):
        raise IntegrityError(f"{where} {next(_problems(record))}")
    return from_mapping(record)


def _sound(record: Mapping[str, Any]) -> bool:
    """Tell quickly what _problems tells in words."""
    if [type(record.get(name)) for name in FIELDS] != _TYPES:
        return False
    return all(type(text) is str for name in _LISTS for text in record[name])


def _problems(record: Mapping[str, Any]) -> Iterator[str]:
    for name in FIELDS:
        if name not in record:
            yield f"lacks the field {name!r}"
        elif not _fits(name, record[name]):
            yield f"has a field {name!r} of a wrong type: {str(record[name])[:_SHOWN]!r}"


def _fits(name: str, value: object) -> bool:
    if type(value) is not _KINDS[name]:
        return False
    return name not in _LISTS or all(type(text) is str for text in value)  # type: ignore[attr-defined]  # a list
