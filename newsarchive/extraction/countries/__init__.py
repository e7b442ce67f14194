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
_SHORT = 4
_SIGNS = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u0131": "i", "-": " ", ".": None})
_INITIALS = re.compile(r"^(?:[^\W\d_]\.){2,4}$")
_BOTH = re.compile(r"^([^()]+?)\s*\(([^()]+)\)$")
_ARTICLE = re.compile(r"^(?:the|les?|la|l'|el|los|las|die|der|das|il|gli|os?|as?|de) ?(?=\w{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    """Codes by folded name by language, and the guards.

    `never` names no country, `foreign` none outside its own language, `capital` none in small letters (`mali` is
    Turkish for financial), `ambiguous` one only beside a neighbour.
    """

    names: Mapping[str, Mapping[str, str]]
    never: Mapping[str, frozenset[str]]
    capital: Mapping[str, frozenset[str]]
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
    if tag.islower() and folded(tag) in _table().capital.get(language, ()):
        return ""
    spellings = [tag.upper() if _INITIALS.match(tag) else tag, _ARTICLE.sub("", tag)]
    if both := _BOTH.match(tag):
        # Two names of one country, as in `United States (US)`; another place in parentheses decides nothing.
        one, other = (country(name, language) for name in both.groups())
        return one if one == other else _named(key(tag), language)
    return next((code for text in spellings if (code := _named(key(text), language))), "")


def key(name: str) -> str:
    """A name as the table has it: folded; but as it is written where it is as short as `USA` or `Çad`."""
    text = folded(name)
    is_short = len(text) < _SHORT and text.upper() != text.lower()
    return unicodedata.normalize("NFC", name).replace(".", "").strip() if is_short else text


def folded(name: str) -> str:
    """A name as it is compared: case folded, without accents and points, with single blanks."""
    text = unicodedata.normalize("NFKD", name).casefold().translate(_SIGNS)
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def _named(name: str, language: str) -> str:
    table = _table()
    if name in table.ambiguous or any(name in table.never.get(guard, ()) for guard in (_ANY, language)):
        return ""
    if found := table.names.get(language, {}).get(name) or table.names[_ANY].get(name):
        return found
    is_foreign = language != _ENGLISH and (name in table.foreign or len(name) < _SHORT)
    return "" if is_foreign else table.names[_ENGLISH].get(name, "")


@cache
def _table() -> _Table:
    here = files(__name__)
    names: dict[str, dict[str, str]] = json.loads(gzip.decompress(here.joinpath("names.json.gz").read_bytes()))["names"]
    review = json.loads(here.joinpath("reviewed.json").read_text(encoding="utf-8"))
    for language, added in review["names"].items():
        names.setdefault(language, {}).update({key(name): code for name, code in added.items()})
    return _Table(
        names=names,
        never={language: frozenset(map(key, kept)) for language, kept in review["never"].items()},
        capital={language: frozenset(map(folded, words)) for language, words in review["capital"].items()},
        foreign=frozenset(map(folded, review["foreign"])),
        ambiguous={
            folded(name): (code, frozenset(about["near"]))
            for code, about in review["ambiguous"].items()
            for name in about["spellings"]
        },
    )


def countries_named(name: str) -> frozenset[str]:
    """The ISO 3166-1 codes of the countries that a name may mean, each in some language; one that English has decides.

    Guarded names (`Georgia`) have none: their articles are told apart by the tags beside them.
    """
    if code := country(name, _ENGLISH):
        return frozenset({code})
    return frozenset(code for language in _table().names if (code := country(name, language)))
