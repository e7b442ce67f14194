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


def member_of(article: Article) -> Member | None:
    """Return an archived article as a member of the index; None if its text is too short."""
    made = sketch_of(article)
    if made is None:
        return None
    return Member(id=article.id, crawled_at=article.crawled_at, cluster=article.cluster, sketch=made)
