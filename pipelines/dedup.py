"""Gives an article its identity."""

from newsarchive.article import Article
from newsarchive.dedup import identify
from newsarchive.neardup.labels import credited


class DedupPipeline:
    """Adds id, fingerprint and credited agencies; what the archive knows of them is judged where they are stored."""

    def process_item(self, item: Article) -> Article:
        """Return the identified article."""
        return credited(identify(item))
