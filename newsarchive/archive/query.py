"""What a reader asks for."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from newsarchive import clock
from newsarchive.archive.head import Head
from newsarchive.archive.segment import ARTICLES, Manifest
from newsarchive.article import Article
from newsarchive.errors import UsageError

_INSTANT = re.compile(r"(\d{4}-\d{2})(-\d{2})?(T\d{2}:\d{2}:\d{2}Z)?")
COUNTRY = "country:"
_ID = re.compile(r"country:[A-Z]{2}", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Return text as tags and words are compared: without regard to case and to ways of encoding a letter."""
    return unicodedata.normalize("NFKC", text).casefold()


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag asked for: its folded spelling, and the ids it stands for in whatever language it was typed."""

    asked: str
    spelling: str
    ids: frozenset[str]

    @classmethod
    def named(cls, text: str, *, exact: bool = False) -> "Tag":
        """Return the tag that a text such as `Iran`, `Irak`, `العراق` or `country:IQ` asks for; `exact` as spelled."""
        from newsarchive.extraction.countries import countries_named  # noqa: PLC0415 - its table is not always needed

        if exact:
            return cls(text, folded(text), frozenset())
        if _ID.fullmatch(text):
            return cls(text, "", frozenset({COUNTRY + text[len(COUNTRY) :].upper()}))
        codes = countries_named(text)
        return cls(
            text, folded(text), frozenset(f"{COUNTRY}{code}" for code in codes) if len(codes) == 1 else frozenset()
        )

    def among(self, tags: Iterable[str], tag_ids: Iterable[str]) -> bool:
        """Tell whether tags or the ids they resolve to include this one."""
        return not self.ids.isdisjoint(tag_ids) or any(folded(tag) == self.spelling for tag in tags)

    @property
    def note(self) -> str:
        """A sentence on how the tag was understood; `""` if only as it is spelled."""
        if not self.ids or not self.spelling:
            return ""
        return f"tag {self.asked!r} stands for {', '.join(sorted(self.ids))}: found in every language"


def instant(value: str | date, name: str) -> str:
    """Return a moment as queries compare it, RFC 3339 in UTC; a bare month or day is its first instant.

    Raises:
        UsageError: it is none; the message names the argument.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UsageError(f"{name}={value!r} has no time zone: add one, such as tzinfo=datetime.UTC")
        return clock.stamp(value)
    text = value.isoformat() if isinstance(value, date) else value
    if not text:
        return ""
    found = _INSTANT.fullmatch(text)
    moment = clock.parse(f"{found[1]}{found[2] or '-01'}{found[3] or ''}") if found else None
    if moment is None:
        raise UsageError(f"{name}={text!r} is no date: write 2026-11, 2026-11-05 or 2026-11-05T06:00:00Z")
    return clock.stamp(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which articles to read; an empty field asks for all.

    `since` (inclusive) and `until` (exclusive) are RFC 3339 in UTC and compare with `date_published`; an article
    without a date is left out when either is given. `text` is folded, and sought in title, description and text.
    """

    site: str = ""
    tag: Tag | None = None
    language: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    duplicates: bool = True
    ids: frozenset[str] = field(default_factory=frozenset)
    cluster: str = ""

    def may_hold(self, manifest: Manifest) -> bool:
        """Tell whether a segment can hold an article asked for."""
        if manifest.kind != ARTICLES:
            return False
        if self.site and manifest.site != self.site:
            return False
        if self.language and self.language not in manifest.languages:
            return False
        if self.since and manifest.date_published_max < self.since:
            return False
        return not (self.until and not ("" < manifest.date_published_min < self.until))

    def may_hold_day(self, day: str) -> bool:
        """Tell whether an article published on a day (`YYYY-MM-DD`; `""`: on none that is known) can be asked for."""
        if not day:
            return not (self.since or self.until)
        return self.since[:10] <= day and not (self.until and self.until <= f"{day}T00:00:00Z")

    def matches(self, head: Head) -> bool:
        """Tell whether an article is asked for, but for the words in it and for being a copy."""
        if (self.site and head.site != self.site) or (self.language and head.language != self.language):
            return False
        if self.since and head.date_published < self.since:
            return False
        if self.until and not "" < head.date_published < self.until:
            return False
        return self._names(head)

    def _names(self, head: Head) -> bool:
        if self.ids and head.id not in self.ids:
            return False
        if self.cluster and self.cluster not in (head.cluster, head.id):
            return False
        return self.tag is None or self.tag.among(head.tags, head.tag_ids)

    def says(self, article: Article) -> bool:
        """Tell whether the words asked for are in an article."""
        if not self.text:
            return True
        return any(self.text in _folded(part) for part in (article.title, article.description, article.text))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
