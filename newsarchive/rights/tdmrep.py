"""W3C's TDM Reservation Protocol: the file of a host, and the values of its headers and meta elements."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from protego import Protego

from newsarchive.rights import AGENT

PATH = "/.well-known/tdmrep.json"
_MOST_RULES = 1000
_LONGEST_URL = 2048


@dataclass(frozen=True, slots=True)
class Reservation:
    """Whether the right of text and data mining is reserved (None: nothing said), and where its policy is."""

    reserved: bool | None = None
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a file says of the addresses that a pattern matches."""

    location: Protego
    reservation: Reservation


def value(reserved: str, policy: str = "") -> Reservation:
    """Return what a header or a meta element says: `1` reserves, `0` does not, and anything else says nothing."""
    said = {"0": False, "1": True}.get(reserved.strip())
    return Reservation(said, _address(policy)) if said is not None else Reservation()


def read(body: bytes) -> tuple[Rule, ...]:
    """Return the rules of a tdmrep.json; none where it is no such file. Never raises."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    rules = (_rule(entry) for entry in found[:_MOST_RULES]) if isinstance(found, list) else ()
    return tuple(rule for rule in rules if rule)


def _rule(entry: Any) -> Rule | None:  # noqa: ANN401 - whatever stands in the file
    if not isinstance(entry, dict):
        return None
    location, reserved, policy = (entry.get(name) for name in ("location", "tdm-reservation", "tdm-policy"))
    if not isinstance(location, str) or not location.isprintable() or not location.startswith(("/", "*")):
        return None
    said = value(
        str(reserved) if isinstance(reserved, (int, str)) and not isinstance(reserved, bool) else "", str(policy or "")
    )
    return Rule(_pattern(location), said) if said.reserved is not None else None


def _pattern(location: str) -> Protego:
    """Return a matcher: patterns are those of robots.txt, so a pattern is the one thing that such a file forbids."""
    return Protego.parse(f"User-agent: {AGENT}\nDisallow: {location.replace('#', '%23')}\n")


def reservation(rules: Sequence[Rule], url: str) -> Reservation:
    """Return what the first rule that matches an address says of it."""
    return next((rule.reservation for rule in rules if not rule.location.can_fetch(url, AGENT)), Reservation())


def _address(text: str) -> str:
    text = text.strip()
    return text if text.isprintable() and " " not in text and len(text) <= _LONGEST_URL else ""
