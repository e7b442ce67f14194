"""The directives of an X-Robots-Tag header or a robots meta element."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from newsarchive import clock
from newsarchive.rights import AGENT

_EXPIRY = "unavailable_after"
_VALUED = frozenset({_EXPIRY, "max-snippet", "max-image-preview", "max-video-preview"})
_PLAIN = frozenset(
    {"all", "none", "index", "noindex", "follow", "nofollow", "archive", "noarchive", "nocache", "nosnippet"}
    | {"noimageindex", "notranslate", "indexifembedded", "noai", "noimageai"}
)
_NAMED = re.compile(r"\s*([\w.*/-]+)\s*:\s*(.*)", re.DOTALL)
_LONGEST = 4096


def directives(text: str) -> dict[str, str]:
    """Return the directives in a text that are for every robot or for us, in lower case, with their values.

    The value of `unavailable_after` is an instant, RFC 3339 in UTC; without a date that can be read it is left out.
    A crawler's name before a directive addresses those up to the next name. `nocache` is an old name of `noarchive`.
    """
    found = dict(_read(text[:_LONGEST].split(",")))
    if "nocache" in found:
        found["noarchive"] = found.pop("nocache")
    return found


def _read(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    ours = True
    for number, part in enumerate(parts):
        name, rest = _named(part)
        if name and name not in _VALUED:
            if _named(rest)[0] not in _VALUED and rest.split(" ")[0].lower() not in _PLAIN:
                continue  # a directive nobody knows
            ours = name in (AGENT, "*", "robots")
            name, rest = _named(rest)
        if not ours:
            continue
        if name == _EXPIRY:
            yield from _expiry(rest, parts[number + 1 : number + 2])
        elif name:
            yield name, rest.strip()
        else:
            yield from ((word.lower(), "") for word in rest.split() if word.lower() in _PLAIN)


def _named(part: str) -> tuple[str, str]:
    """Return the name before the first colon in lower case, if there is one, and the rest."""
    found = _NAMED.fullmatch(part)
    return (found[1].lower(), found[2]) if found else ("", part.strip())


def _expiry(text: str, following: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the directive of an expiry; the commas of its date have parted it from the rest."""
    for candidate in (text, ",".join([text, *following])):
        if moment := _instant(candidate.strip()):
            yield _EXPIRY, clock.stamp(moment)
            return


def _instant(text: str) -> datetime | None:
    """Return the instant that a text in the form of ISO 8601, RFC 822 or RFC 850 names."""
    if moment := clock.parse(text):
        return moment
    try:
        moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
