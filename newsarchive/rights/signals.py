"""What a publisher says of one page: read from its headers, its meta elements and the files of its host."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from protego import Protego

from newsarchive import clock
from newsarchive.rights import AGENT, aitxt, tdmrep
from newsarchive.rights.directives import directives
from newsarchive.rights.metas import metas
from newsarchive.rights.tdmrep import Reservation, Rule

_FLAGS = ("noarchive", "noindex", "noai", "noimageai")
_IMPLIED = {"none": ("noindex",)}
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is said of a page; empty where nothing is. The schema of `rights` in an article's `extra_json`.

    `noarchive` to `ai_txt` tell where it is said: `header`, `meta`, `header+meta` or `file`. `tdm` is the reservation
    of text and data mining, `tdm_policy` the address of its conditions. `unavailable_after` is RFC 3339 in UTC,
    `content_usage` the header of that name as it was sent.
    """

    noarchive: str = ""
    noindex: str = ""
    noai: str = ""
    noimageai: str = ""
    tdm: str = ""
    tdm_policy: str = ""
    ai_txt: str = ""
    unavailable_after: str = ""
    content_usage: str = ""

    def as_extra(self) -> dict[str, Any]:
        """Return what `extra_json` holds of it: nothing where nothing is said."""
        said = {name: text for name, text in asdict(self).items() if text}
        return {"rights": said} if said else {}

    def is_expired(self, now: str) -> bool:
        """Tell whether the page should be unavailable at an instant, RFC 3339 in UTC."""
        return bool(self.unavailable_after) and self.unavailable_after <= now


@dataclass(frozen=True, slots=True)
class Origin:
    """What the files of a host say of all its pages."""

    tdm: Sequence[Rule] = ()
    ai: Protego | None = None

    def signals(self, url: str) -> Signals:
        """Return what they say of a page, whatever the page says itself."""
        return _with_tdm(Signals(ai_txt="file" if aitxt.disallows(self.ai, url) else ""), self._tdm(url), "file")

    def _tdm(self, url: str) -> Reservation:
        return tdmrep.reservation(self.tdm, url)


NOTHING = Origin()


def signals(url: str, headers: Iterable[tuple[str, str]], body: bytes, *, origin: Origin = NOTHING) -> Signals:
    """Return what is said of a page by its host's files, its headers and its meta elements; never raises."""
    pairs = [(name.lower(), text) for name, text in headers]
    inside = list(metas(body))
    found = origin.signals(url)
    found = _with_tdm(found, _reservation(pairs), "header")
    found = _with_tdm(found, _reservation(inside), "meta")
    found = _with_robots(found, (text for name, text in pairs if name == "x-robots-tag"), "header")
    said = ((name, text) for name, text in inside if name in ("robots", AGENT, "x-robots-tag"))
    found = _with_robots(found, (text for _, text in said), "meta")
    usage = ", ".join(text.strip() for name, text in pairs if name == "content-usage")
    return replace(found, content_usage=usage[:_LONGEST])


def of_article(extra_json: str) -> Signals:
    """Return the signals that an article's record holds; unknown ones of later versions are left out."""
    said = json.loads(extra_json).get("rights")
    known = Signals.__dataclass_fields__
    texts = said.items() if isinstance(said, dict) else ()
    return Signals(**{name: text for name, text in texts if name in known and isinstance(text, str)})


def _reservation(pairs: Sequence[tuple[str, str]]) -> Reservation:
    """Return the reservation among headers or meta elements; where they contradict each other the stricter one."""
    values = [text for name, text in pairs if name == "tdm-reservation"]
    policy = next((text for name, text in pairs if name == "tdm-policy"), "")
    said = [tdmrep.value(text, policy) for text in values]
    return max(said, key=lambda one: (one.reserved is not None, bool(one.reserved)), default=Reservation())


def _with_tdm(found: Signals, said: Reservation, where: str) -> Signals:
    """Return the signals with a reservation that supersedes what a more general place says."""
    if said.reserved is None:
        return found
    return replace(found, tdm=where if said.reserved else "", tdm_policy=said.policy if said.reserved else "")


def _with_robots(found: Signals, texts: Iterable[str], where: str) -> Signals:
    said: dict[str, str] = {}
    for text in texts:
        said |= directives(text)
    for name, implied in _IMPLIED.items():
        said |= dict.fromkeys(implied, "") if name in said else {}
    flags = {name: "+".join(filter(None, (getattr(found, name), where))) for name in _FLAGS if name in said}
    expiries = [moment for moment in (found.unavailable_after, said.get("unavailable_after", "")) if moment]
    return replace(found, **flags, unavailable_after=min(expiries, default=""))


def now() -> str:
    """Return the present instant in the form of `unavailable_after`."""
    return clock.stamp(clock.now())
