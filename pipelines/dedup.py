"""Gives an article its identity."""

from newsarchive.article import Article
from newsarchive.dedup import identify
from newsarchive.neardup.agencies import agencies
from newsarchive.neardup.labels import with_extra


class DedupPipeline:
    """Adds id, fingerprint and credited agencies; what the archive knows of them is judged where they are stored."""

    def process_item(self, item: Article) -> Article:
        """Return the identified article."""
        credited = agencies(item)
        return with_extra(identify(item), {"agencies": list(credited)} if credited else {})
