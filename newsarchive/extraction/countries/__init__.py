"""Tags to language-independent ids of countries, such as `country:IQ` from `Irak` or `العراق`.

The names are CLDR's with their short and variant forms, by language, and a small reviewed list of further names and
guards. A tag that is no country's name in its article's language, or in English, gets no id: a wrong id is worse
than none.
"""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ENGLISH = "en"
_ANY = "*"
_ACRONYM = 4
_ARTICLE = re.compile(r"^(?:the|les?|la|l'|el|los|las|die|der|das|il|gli|os?|as?|de) ?(?=\w{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    """Codes by folded name by language, and the guards."""

    names: Mapping[str, Mapping[str, str]]
    never: Mapping[str, frozenset[str]]
    foreign: frozenset[str]
    ambiguous: Mapping[str, tuple[str, frozenset[str]]]


def tag_ids(tags: Iterable[str], language: str) -> tuple[str, ...]:
    """Ids of the tags that name a country, in the tags' order, each once.

    A name that also means something else, such as Georgia, needs a neighbour country among the other tags.
    """
    table = _table()
    named = [(tag, country(tag, language)) for tag in tags]
    certain = {code for _, code in named if code}
    found = []
    for tag, code in named:
        meant, near = table.ambiguous.get(folded(tag), ("", frozenset[str]()))
        found.append(meant if near & certain else code)
    return tuple(dict.fromkeys(f"country:{code}" for code in found if code))


def country(tag: str, language: str) -> str:
    """The ISO 3166-1 code of the country a tag surely names in that language or in English, or nothing."""
    key = folded(tag)
    if len(key) <= _ACRONYM and key.isascii() and not tag.replace(".", "").isupper() and len(key) < _ACRONYM:
        return ""
    return _named(key, language) or _named(folded(_ARTICLE.sub("", tag)), language)


def folded(name: str) -> str:
    """A name as it is compared: case folded, without accents and points, with single blanks."""
    text = unicodedata.normalize("NFKD", name).casefold().replace("\u2019", "'").replace(".", "").replace("-", " ")
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def _named(key: str, language: str) -> str:
    table = _table()
    if key in table.ambiguous or any(key in table.never.get(guard, ()) for guard in (_ANY, language)):
        return ""
    if found := table.names.get(language, {}).get(key):
        return found
    if found := table.names[_ANY].get(key):
        return found
    return "" if key in table.foreign and language != _ENGLISH else table.names[_ENGLISH].get(key, "")


@cache
def _table() -> _Table:
    here = files(__name__)
    names: dict[str, dict[str, str]] = json.loads(gzip.decompress(here.joinpath("names.json.gz").read_bytes()))["names"]
    review = json.loads(here.joinpath("reviewed.json").read_text(encoding="utf-8"))
    for language, added in review["names"].items():
        names.setdefault(language, {}).update({folded(name): code for name, code in added.items()})
    return _Table(
        names=names,
        never={language: frozenset(map(folded, kept)) for language, kept in review["never"].items()},
        foreign=frozenset(map(folded, review["foreign"])),
        ambiguous={
            folded(name): (about["code"], frozenset(about["near"])) for name, about in review["ambiguous"].items()
        },
    )
