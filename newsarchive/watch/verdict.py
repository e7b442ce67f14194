"""What is said about a site after a run: its state, since when, and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """The states of a site, from the best to the worst; `unjudged` is that of a run cut short."""

    UNJUDGED = "unjudged"
    OK = "ok"
    SUSPECT = "suspect"
    BROKEN = "broken"
    MOVED = "moved"
    BLOCKED = "blocked"

    @property
    def severity(self) -> int:
        """Greater is worse."""
        return list(State).index(self)

    @property
    def is_alarming(self) -> bool:
        """Whether somebody has to do something: nothing useful comes from the site."""
        return self in (State.BROKEN, State.MOVED, State.BLOCKED)


ADVICE = {
    State.BLOCKED: "Open an example in a browser, read the site's robots.txt; crawl it more slowly, ask the publisher, "
    "or leave it out.",
    State.MOVED: "If the new address is the publisher's, write it into the declaration (allowed_domains, feeds).",
    State.BROKEN: "Look at an example in a browser: either the site is ill, or its declaration is to be changed.",
    State.SUSPECT: "Articles still come. Look at one of them; if the next runs are as usual, this passes by itself.",
}
"""What to do about a site in a state, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found wrong: `signal` is its name, `reason` a sentence for people."""

    signal: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The state of a site after a run. `signals` holds a sentence for each thing found wrong, by name."""

    state: State
    before: State = State.UNJUDGED
    since: str = ""
    signals: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_change(self) -> bool:
        """Whether the state is another than after the last judged run; of the first run, whether it is not ok."""
        known = State.OK if self.before is State.UNJUDGED else self.before
        return self.state not in (known, State.UNJUDGED)

    @property
    def sentence(self) -> str:
        """All that was found, in one line."""
        return "; ".join(self.signals.values())

    def as_columns(self) -> dict[str, str]:
        """Return the ledger columns of a verdict."""
        return {
            "state": str(self.state),
            "state_since": self.since,
            "signals_json": json.dumps(dict(self.signals), ensure_ascii=False),
        }
