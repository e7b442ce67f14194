"""Which of the publishers' signals an archive obeys."""

from collections.abc import Iterable
from dataclasses import dataclass

from newsarchive.errors import UsageError
from newsarchive.rights.signals import Signals
from newsarchive.suggest import did_you_mean

SIGNALS = {
    "noarchive": "noarchive",
    "noindex": "noindex",
    "noai": "noai",
    "tdm": "tdm-reserved",
    "ai-txt": "ai-txt",
    "unavailable-after": "expired",
}
"""The signals that can be obeyed, with the counters' reason for an article that is refused."""

_ALL, _NONE = "all", "none"


@dataclass(frozen=True, slots=True)
class Policy:
    """Articles with one of the `obeyed` signals are refused, with their pages; others are archived with what is said.

    `copies` says that a page with `noarchive` is kept as fetched where pages are kept and its article is archived.
    """

    obeyed: frozenset[str] = frozenset()
    copies: bool = False

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Return the policy that NEWSARCHIVE_OBEY gives.

        Empty: every article is archived, a page with `noarchive` is not kept as fetched. Names by comma, or `all`:
        these are refused. `none`: everything is kept.

        Raises:
            UsageError: a name is no signal's.
        """
        names = [name.strip().lower() for name in text.split(",") if name.strip()]
        if names == [_NONE]:
            return cls(copies=True)
        if names == [_ALL]:
            return cls(frozenset(SIGNALS))
        return cls.of(names, where="NEWSARCHIVE_OBEY")

    @classmethod
    def of(cls, names: Iterable[str], *, where: str) -> "Policy":
        """Return the policy that obeys these signals; UsageError for one that is none."""
        given = frozenset(names)
        for name in sorted(given - SIGNALS.keys()):
            raise UsageError(f"{where} has {name!r}: {did_you_mean(name, [*SIGNALS, _ALL, _NONE])}")
        return cls(given)

    def refusal(self, said: Signals, *, now: str) -> str:
        """Return why a page is refused at an instant (RFC 3339 in UTC), as a counters' reason; `""` if it is not."""
        found = {
            "noarchive": said.noarchive,
            "noindex": said.noindex,
            "noai": said.noai,
            "tdm": said.tdm,
            "ai-txt": said.ai_txt,
            "unavailable-after": said.is_expired(now),
        }
        return next((reason for name, reason in SIGNALS.items() if name in self.obeyed and found[name]), "")

    def keeps_copy(self, said: Signals) -> bool:
        """Tell whether the page of an archived article may be kept as fetched."""
        return self.copies or not said.noarchive
