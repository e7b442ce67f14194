"""What is made of an article's text where it is extracted, so that the process that stores it need not."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsarchive.article import Article
from newsarchive.neardup.sketching import encoded_sketch
from newsarchive.repetition import places


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """A text's encoded sketch, empty if it is too short for one; the places of its lines that may be the site's."""

    sketch: bytes
    lines: Mapping[str, int]


def traits_of(article: Article) -> Traits:
    """Return the traits of an article with its fingerprint."""
    return Traits(sketch=encoded_sketch(article), lines=places(article))
