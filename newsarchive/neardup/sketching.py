"""The sketches of articles."""

from newsarchive.article import Article
from newsarchive.dedup import syndicated
from newsarchive.neardup.member import Member
from newsarchive.neardup.sketch import Sketch, sketch


def sketch_of(article: Article) -> Sketch | None:
    """Return the sketch of an article's text; None if it is too short for its likeness to mean a copy."""
    return sketch(article.text) if syndicated(article) else None


def encoded_sketch(article: Article) -> bytes:
    """Return the sketch of an article's text as bytes, none if it is too short."""
    made = sketch_of(article)
    return made.encode() if made else b""


def decoded_sketch(body: bytes) -> Sketch | None:
    """Return the sketch in bytes, None if there are none."""
    return Sketch.decode(body) if body else None


def member_of(article: Article, made: Sketch) -> Member:
    """Return an archived article with its sketch as a member of the index."""
    return Member(id=article.id, crawled_at=article.crawled_at, cluster=article.cluster, sketch=made)
