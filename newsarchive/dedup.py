"""What makes two pages the same article, and two texts the same text."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from newsarchive.article import Article
from newsarchive.extra import read_extra
from newsarchive.loose_urls import is_telling
from newsarchive.urls import article_id, normalize

_ENOUGH_WORDS = 40
_CURRENCY = "Sc"


class _Squeezing(dict[int, str]):
    """Every character as it counts in a comparison: letters, their marks, digits and currencies; blank for the rest.

    Marks are vowels in Indic scripts and tones in Thai.
    """

    def __missing__(self, code: int) -> str:
        category = unicodedata.category(chr(code))
        self[code] = chr(code) if category[0] in "LMN" or category == _CURRENCY else " "
        return self[code]


_SQUEEZING = _Squeezing()


class Judgement(StrEnum):
    """What an arriving article is, compared with the archive."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    ALTERNATING = "alternating"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement, with the article as it is to be archived (or as it was, if it is not to be)."""

    judgement: Judgement
    article: Article

    @property
    def archived(self) -> bool:
        """Tell whether the article goes into the archive."""
        return self.judgement in (Judgement.NEW, Judgement.REVISED)


@dataclass(frozen=True, slots=True)
class Archived:
    """What the seen index knows of an archived article: its latest revision, and that one's keys."""

    id: str
    revision: int
    content_key: str
    headline_key: str
    fingerprint: str

    def resembles(self, article: Article) -> bool:
        """Tell whether an article has the text of this one, or its title on the same day."""
        return page_fingerprint(article) == self.fingerprint or headline_key(article) == self.headline_key

    def is_variant(self, article: Article) -> bool:
        """Tell whether an article at an address that may be this one's is this one.

        It is if it has its text, of more than a few words; or its title on its day, where the address names the
        article: a page made for telephones has other lines around the same text.
        """
        if page_fingerprint(article) == self.fingerprint:
            return syndicated(article)
        titled = bool(article.title and article.date_published) and headline_key(article) == self.headline_key
        return titled and is_telling(article.url)


def _squeeze(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_SQUEEZING).split())


_squeezed = lru_cache(maxsize=1024)(_squeeze)  # short texts, of which several keys are made


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


_key = lru_cache(maxsize=256)(_digest)  # of short parts, asked for at each step that judges and stores an article


def fingerprint(text: str) -> str:
    """Return 32 hex digits that are equal for texts differing in case, blanks and punctuation only; `""` for none."""
    squeezed = _squeeze(text)
    return _digest(squeezed) if squeezed else ""


def page_fingerprint(article: Article) -> str:
    """Return the fingerprint of an article's text with the lines left out as repeated on the site.

    It tells one state of a page from another: which lines are known as repeated changes as the crawl goes on.
    """
    return read_extra(article).page_fingerprint or article.fingerprint


@lru_cache(maxsize=64)
def _listed(tags: tuple[str, ...]) -> str:
    return json.dumps(sorted(_squeezed(t) for t in tags))


def content_key(article: Article) -> str:
    """Return a hash of what makes a revision of an identified article: title, description, tags, text; normalised."""
    tags = _listed(article.tags)
    return _key(_squeezed(article.title), _squeezed(article.description), tags, page_fingerprint(article))


def headline_key(article: Article) -> str:
    """Return a hash of the title, normalised, and the day of publication."""
    return _key(_squeezed(article.title), article.date_published[:10])


def copy_key(article: Article) -> str:
    """Return a hash equal for one article of a site under two addresses: title, text and day; `""` without text."""
    if not article.fingerprint:
        return ""
    return _key(article.site, _squeezed(article.title), article.date_published[:10], page_fingerprint(article))


def syndicated(article: Article) -> bool:
    """Tell whether the text is long enough for its equality with another site's to mean a copy."""
    return bool(article.fingerprint) and article.word_count >= _ENOUGH_WORDS


def on_its_own(article: Article) -> Article:
    """Return the article identified by its own address, where the canonical one turns out to be another article's."""
    own = normalize(article.url)
    return replace(article, canonical_url=own, id=article_id(own))


def identify(article: Article) -> Article:
    """Return the article with its id, and with its fingerprint if extraction has not made it already."""
    found = article.fingerprint or fingerprint(article.text)
    return replace(article, id=article_id(article.canonical_url), fingerprint=found)


def judge(article: Article, *, known: Archived | None, copy_of: str, text_of: str) -> Verdict:
    """Return what an identified article is.

    `known` is the archived article of the same id; `copy_of` the id archived with the same copy key; `text_of` the
    earliest id with the same fingerprint (empty: none).
    """
    if known and known.content_key == content_key(article):
        return Verdict(Judgement.UNCHANGED, article)
    duplicate_of = text_of if text_of != article.id and syndicated(article) else ""
    if known:
        revised = replace(article, revision=known.revision + 1, duplicate_of=duplicate_of)
        return Verdict(Judgement.REVISED, revised)
    if copy_of and copy_of != article.id:
        return Verdict(Judgement.DUPLICATE, replace(article, duplicate_of=copy_of))
    return Verdict(Judgement.NEW, replace(article, revision=1, duplicate_of=duplicate_of))
