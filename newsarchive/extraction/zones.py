"""Time zones: the abbreviations that pages write, and those of countries that have a single one."""

from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from newsarchive.extraction.phrases import lines

_OFFSETS = {name: float(hours) for name, hours in map(str.split, lines("zone-offsets"))}
_PLACES = {"ET": "America/New_York", "PT": "America/Los_Angeles", "UK": "Europe/London"}
_COUNTRIES = {tld: place for place, *tlds in map(str.split, lines("country-zones")) for tld in tlds}
# Written by several countries for times of their own.
_SHARED = frozenset({"IST", "BST", "CST", "AST", "GST"})
# What serves for addresses of any country only when a second level says that it is the country's.
_LEASED = frozenset({"co"})


def named(name: str, home: tzinfo | None = None) -> tzinfo | None:
    """The zone of an abbreviation; one that several countries use is taken for `home` where that is known."""
    if name in _SHARED and home is not None:
        return home
    if place := _PLACES.get(name):
        return _zone(place)
    return timezone(timedelta(hours=_OFFSETS[name])) if name in _OFFSETS else None


def of_domain(domain: str) -> tzinfo | None:
    """The zone of the country whose address a registrable domain is; nothing where it has several."""
    *rest, tld = domain.casefold().split(".")
    if not rest or (tld in _LEASED and len(rest) < 2):  # noqa: PLR2004 - `quay.com.co`
        return None
    return _zone(_COUNTRIES[tld]) if tld in _COUNTRIES else None


@cache
def _zone(place: str) -> tzinfo | None:
    try:
        return ZoneInfo(place)
    except (KeyError, ValueError, OSError):
        return None
