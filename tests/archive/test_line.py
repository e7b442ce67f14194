"""One article as one JSON line: its keys, its types, and lines of other versions."""

import json
from dataclasses import fields, replace
from typing import Any

import jsonschema
import pytest

from newsarchive.archive.line import decode, encode, from_mapping, to_mapping
from newsarchive.archive.schema import dataset_card, furniture, json_schema, violation
from newsarchive.article import FIELDS, SCHEMA_VERSION, Article
from newsarchive.errors import IntegrityError
from tests.conftest import article

ARTICLES = [
    Article(),
    article(1),
    article(2, tags=("Irak", "États-Unis", "Iran"), authors=("A B",), tag_ids=("country:IQ",)),
    article(3, text='Quote " backslash \\ tab \t line\nseparator \u2028 next \x85 emoji 🐘 nul-free'),
    article(4, title="عنوان", text="你好\n世界", language="zh", extra_json='{"a": {"b": [1, null]}}'),
]


@pytest.mark.parametrize("given", ARTICLES)
def test_a_line_gives_the_article_back(given: Article) -> None:
    """Encoding and decoding change nothing; the line parses alone, in UTF-8, with one line end."""
    line = encode(given)
    assert decode(line) == decode(line.decode()) == given == from_mapping(to_mapping(given))
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
    assert b"\\u" not in line


@pytest.mark.parametrize("given", ARTICLES)
def test_every_line_fits_the_schema(given: Article) -> None:
    """Every key, in the record's order, with the schema's types; never null."""
    record = json.loads(encode(given))
    jsonschema.Draft202012Validator(json_schema()).validate(record)
    assert violation(record) == ""
    assert tuple(record) == FIELDS
    assert None not in record.values()
    assert all(isinstance(v, str) for value in record.values() if isinstance(value, list) for v in value)


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"tags": "Iraq"},
        {"tags": [1]},
        {"word_count": "7"},
        {"new": ""},
        {"schema_version": "2.0"},
        {"revision": True},
    ],
)
def test_the_schema_refuses(change: dict[str, Any]) -> None:
    """The schema is no formality."""
    record = {**json.loads(encode(article(1))), **change}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, json_schema())
    assert violation(record)


def test_the_schema_tells_what_each_field_means() -> None:
    """Every field is described, in the schema and in the dataset card."""
    properties = json_schema()["properties"]
    assert [name for name in FIELDS if not properties[name]["description"]] == []
    assert [f.name for f in fields(Article) if f"- name: {f.name}\n" not in dataset_card()] == []
    assert all(body.endswith(b"\n") for body in furniture().values())


def line(**changes: object) -> bytes:
    """Return the line of article 1 with keys changed."""
    return json.dumps({**json.loads(encode(article(1))), **changes}).encode()


def test_newer_minor_versions_are_read() -> None:
    """Keys that a newer minor version has added are left out."""
    major = SCHEMA_VERSION.partition(".")[0]
    found = decode(line(schema_version=f"{major}.9", sentiment="new", nested={"a": [1]}))
    assert found == replace(article(1), schema_version=f"{major}.9")


@pytest.mark.parametrize("version", ["2.0", "0.9", "10.0", "", "x"])
def test_an_unknown_major_version_is_refused_by_name(version: str) -> None:
    """The message holds where, which version, and which is read."""
    with pytest.raises(IntegrityError, match=rf"here line 3 has schema version {version}; .* reads version 1"):
        decode(line(schema_version=version), where="here line 3")


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b'"text"', b"null", b"{}", b'{"schema_version": "1.0"}', b"\xff", b"\x1f\x8b"]
)
def test_what_is_no_record_is_refused_by_place(text: bytes) -> None:
    """No half article comes out of a damaged line."""
    with pytest.raises(IntegrityError, match="here line 3"):
        decode(text, where="here line 3")


@pytest.mark.parametrize("field", FIELDS[1:])
def test_a_missing_field_is_named(field: str) -> None:
    """Every field is required."""
    record = json.loads(encode(article(1)))
    del record[field]
    with pytest.raises(IntegrityError, match=f"lacks the field '{field}'"):
        decode(json.dumps(record))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", None),
        ("title", 1),
        ("title", ["a"]),
        ("revision", "1"),
        ("revision", 1.5),
        ("revision", True),
        ("word_count", None),
        ("tags", "Iraq"),
        ("tags", None),
        ("tags", ["Iraq", None]),
        ("tags", ["Iraq", ["Iran"]]),
        ("authors", {"name": "A"}),
    ],
)
def test_a_field_of_a_wrong_type_is_named(field: str, value: object) -> None:
    """Object, line and field: a wrong type would break a reader far from its cause."""
    with pytest.raises(IntegrityError, match=f"^here line 3 has a field '{field}' of a wrong type"):
        decode(line(**{field: value}), where="here line 3")
