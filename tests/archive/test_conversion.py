"""Articles in the words of other tools: their field names, their types, nothing made up."""

import json
from dataclasses import fields
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newsarchive.archive.conversion import CONVERSIONS, cc_news, schema_org, zyte
from newsarchive.article import Article
from tests.conftest import article

FULL = article(
    1,
    description="A standfirst",
    section="World",
    authors=("Jane Doe", "AFP", "Example"),
    date_modified="2026-11-03T08:00:00Z",
    date_published_raw="2026-11-02T07:04:00+01:00",
    tags=("Irak", "Energy"),
    tag_ids=("country:IQ", "topic:energy"),
    image_url="https://example.org/a.jpg",
    access="free",
    revision=2,
)
BARE = Article(url="https://example.org/a", text="Text")

AUTHORS = [
    {"@type": "Person", "name": "Jane Doe"},
    {"@type": "Organization", "name": "AFP"},
    {"@type": "Organization", "name": "Example"},
]

TEXT = {"type": "string", "minLength": 1}
URL = {"type": "string", "pattern": "^https?://[^ ]+$"}
DATE_TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"}
DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$"}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of, "minItems": 1}


def _thing(kind: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    return _object(("@type", *properties), **{"@type": {"const": kind}, **properties})


# What zyte-common-items and schema.org say of the properties that are given.
ZYTE = _object(
    ("url",),
    url=URL, canonicalUrl=URL, headline=TEXT, datePublished=DATE_TIME, datePublishedRaw=TEXT, dateModified=DATE_TIME,
    authors=_list(_object(("name",), name=TEXT)), breadcrumbs=_list(_object(("name",), name=TEXT)),
    inLanguage={"type": "string", "pattern": "^[a-z]{2,3}$"}, mainImage=_object(("url",), url=URL),
    description=TEXT, articleBody=TEXT, metadata=_object((), dateDownloaded=DATE_TIME),
)  # fmt: skip
NEWS_ARTICLE = _object(
    ("@context", "@type"),
    **{"@context": {"const": "https://schema.org"}, "@type": {"const": "NewsArticle"}},
    identifier=TEXT, version={"type": "integer", "minimum": 1}, url=URL, mainEntityOfPage=URL, headline=TEXT,
    description=TEXT, author=_list({"oneOf": [_thing("Person", name=TEXT), _thing("Organization", name=TEXT)]}),
    publisher=_thing("NewsMediaOrganization", name=TEXT), datePublished=DATE, dateModified=DATE_TIME,
    inLanguage=TEXT, articleSection=TEXT, keywords=_list(TEXT), about=_list(_thing("Country", identifier=TEXT)),
    articleBody=TEXT, wordCount={"type": "integer", "minimum": 1}, image=URL, isAccessibleForFree={"type": "boolean"},
)  # fmt: skip
CC_NEWS = _object(
    ("title", "text", "domain", "date", "description", "url", "image_url"),
    **{name: {"type": "string"} for name in ("title", "text", "domain", "description", "url", "image_url")},
    date={"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})?$"},
)
SCHEMAS = {"zyte": ZYTE, "schemaorg": NEWS_ARTICLE, "ccnews": CC_NEWS}


@pytest.mark.parametrize("given", [FULL, BARE, article(2, access="paywalled", date_precision="day")])
@pytest.mark.parametrize("name", CONVERSIONS)
def test_each_is_of_the_stated_types(name: str, given: Article) -> None:
    """And JSON; nothing is empty where the form does not ask for it."""
    made = CONVERSIONS[name](given)
    Draft202012Validator(SCHEMAS[name]).validate(made)
    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize(
    ("convert", "names"),
    [
        (zyte, {"url", "articleBody"}),
        (schema_org, {"@context", "@type", "url", "articleBody"}),
        (cc_news, {"title", "text", "domain", "date", "description", "url", "image_url"}),
    ],
)
def test_what_is_unknown_is_absent(convert: Any, names: set[str]) -> None:  # noqa: ANN401 - a conversion
    """But for columns, which every row has."""
    assert set(convert(BARE)) == names


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({}, "authors", [{"name": "Jane Doe"}, {"name": "AFP"}, {"name": "Example"}]),
        ({}, "datePublished", "2026-11-02T06:04:00Z"),
        ({}, "datePublishedRaw", "2026-11-02T07:04:00+01:00"),
        ({"date_published": ""}, "datePublished", "2026-11-03T08:00:00Z"),
        ({}, "breadcrumbs", [{"name": "World"}]),
        ({}, "mainImage", {"url": "https://example.org/a.jpg"}),
        ({}, "metadata", {"dateDownloaded": "2026-11-23T06:15:02Z"}),
    ],
)
def test_zyte(given: dict[str, Any], name: str, value: object) -> None:
    """As its fields are documented."""
    assert zyte(_with(given))[name] == value


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({}, "author", AUTHORS),
        ({}, "about", [{"@type": "Country", "identifier": "IQ"}]),
        ({}, "keywords", ["Irak", "Energy"]),
        ({}, "isAccessibleForFree", True),
        ({"access": "paywalled"}, "isAccessibleForFree", False),
        ({}, "datePublished", "2026-11-02T06:04:00Z"),
        ({"date_precision": "day"}, "datePublished", "2026-11-02"),
        ({}, "version", 2),
    ],
)  # fmt: skip
def test_schema_org(given: dict[str, Any], name: str, value: object) -> None:
    """As its properties are documented."""
    assert schema_org(_with(given))[name] == value


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({}, "date", "2026-11-02 06:04:00"),
        ({"date_published": ""}, "date", ""),
        ({"url": "https://www.example.org:8080/a"}, "domain", "www.example.org"),
        ({"url": "https://[bad"}, "domain", ""),
    ],
)
def test_cc_news(given: dict[str, Any], name: str, value: object) -> None:
    """As the dataset has them."""
    assert cc_news(_with(given))[name] == value


def _with(given: dict[str, Any]) -> Article:
    return Article(**{**{f.name: getattr(FULL, f.name) for f in fields(FULL)}, **given})
