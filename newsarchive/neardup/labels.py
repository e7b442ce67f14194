"""The labels of a record: what was known of its copies when it was archived. `clusters` knows more, later."""

from collections.abc import Sequence
from dataclasses import replace

from newsarchive.article import Article
from newsarchive.extra import with_extra
from newsarchive.neardup.agencies import agencies
from newsarchive.neardup.member import Match


def label(article: Article, matches: Sequence[Match]) -> Article:
    """Return an article with `duplicate_of`, `cluster`, and in `extra_json` what it abridges or extends.

    `duplicate_of` is the earliest archived article with the same text, if the article already names one that is no
    match (it is older than the window), else the earliest near-duplicate; `cluster` is that one's cluster, or itself.
    """
    near = sorted((m.member for m in matches if m.comparison.near), key=lambda member: member.order)
    article = with_extra(article, _edges(matches))
    known = article.duplicate_of
    if known and all(member.id != known for member in near):
        return replace(article, cluster=known)
    if not near:
        return article
    return replace(article, duplicate_of=near[0].id, cluster=near[0].cluster or near[0].id)


def _edges(matches: Sequence[Match]) -> dict[str, str]:
    """Return the id of the longest text that is abridged, and of the earliest that is extended."""
    abridged = max((m for m in matches if m.comparison.abridges), key=_length, default=None)
    extended = min((m for m in matches if m.comparison.extends), key=lambda m: m.member.order, default=None)
    edges = (("abridges", abridged), ("extends", extended))
    return {name: match.member.id for name, match in edges if match}


def _length(match: Match) -> tuple[int, str]:
    return match.member.sketch.shingles, match.member.id


def credited(article: Article) -> Article:
    """Return an article with the agencies it credits in `extra_json`."""
    found = agencies(article)
    return with_extra(article, {"agencies": list(found)} if found else {})
