"""What goes into the spool with an article: kept from its extraction until it is stored."""

from newsarchive.article import Article
from newsarchive.raw.capture import Packed
from newsarchive.spool import Submission
from newsarchive.spool.seen import Seen
from newsarchive.traits import Traits


class Submissions:
    """Addresses, pages and traits of the articles that are on their way through the pipelines, by address."""

    def __init__(self) -> None:
        self._addresses: dict[str, list[Seen]] = {}
        self._pages: dict[str, list[Packed]] = {}
        self._traits: dict[str, Traits] = {}

    def note(self, url: str, *, seen: list[Seen], traits: Traits) -> None:
        """Note the addresses that have led to an article, and the traits of its text."""
        self._addresses.setdefault(url, []).extend(seen)
        self._traits[url] = traits

    def keep_page(self, url: str, page: Packed) -> None:
        """Keep the page that an article was extracted from."""
        self._pages.setdefault(url, []).append(page)

    def take_page(self, article: Article) -> Packed | None:
        """Return the page that an article was extracted from, once; None if pages are not kept."""
        waiting = self._pages.pop(article.url, [])
        if len(waiting) > 1:
            self._pages[article.url] = waiting[1:]
        return waiting[0] if waiting else None

    def take(self, article: Article) -> Submission:
        """Return an article with all that goes with it, once."""
        return Submission(
            article=article,
            seen=tuple(self._addresses.pop(article.url, [])),
            page=self.take_page(article),
            traits=self._traits.pop(article.url, None),
        )

    def forget(self, url: str) -> None:
        """Forget an article that is not to be stored."""
        self._addresses.pop(url, None)
        self._traits.pop(url, None)
