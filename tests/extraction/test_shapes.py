"""Fields are read as sites and content systems of all continents mark them."""

import pytest

from newsarchive.extraction import extract, zones
from newsarchive.urls import registrable_domain
from tests.extraction.shapes import AUTHORS, DATES, TAGS, TITLES, Shape


def _named(shapes: tuple[Shape, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("shape", shapes, ids=lambda shape: shape.name)


@_named(DATES)
def test_dates(shape: Shape) -> None:
    """The instant, in the zone that the site declares, or the day where the page tells no more."""
    zone = zones.of_domain(registrable_domain(shape.url))
    article = extract(shape.html, shape.url, timezone=str(zone or ""))
    expected = str(shape.expected)
    assert article.date_published[: len(expected) or None] == expected


@_named(AUTHORS)
def test_authors(shape: Shape) -> None:
    """Persons and agencies, from data and bylines alike."""
    assert extract(shape.html, shape.url).authors == shape.expected


@_named(TAGS)
def test_tags(shape: Shape) -> None:
    """The article's, however marked, labelled or addressed; not those of other boxes."""
    assert extract(shape.html, shape.url).tags == shape.expected


@_named(TITLES)
def test_titles(shape: Shape) -> None:
    """The headline alone: no site, no day, no badge, whatever element holds it."""
    assert extract(shape.html, shape.url).title == shape.expected
