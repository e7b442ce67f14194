"""What became of every article link and page, counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from newsarchive.errors import ArchiveError
from newsarchive.spool.runs import RunLines


@dataclass(slots=True)
class Tally:
    """The counters of one site in one run.

    discovered = fetched + not_modified + skipped + failed; fetched = extracted + rejected;
    extracted = archived + dropped. `skipped` and `dropped` are policy, `failed` and `rejected` are breakage or pages
    that are no articles; each by reason. `revised` is the part of `archived` that replaces an earlier revision.
    `ignored` counts links that are no article links of the site; they are not discovered.
    """

    discovered: int = 0
    fetched: int = 0
    not_modified: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    extracted: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    archived: int = 0
    revised: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    listings: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """Return the counters as JSON values, reasons sorted."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {k: dict(sorted(v.items())) if isinstance(v, Counter) else v for k, v in values.items()}

    def broken_sums(self) -> list[str]:
        """Return a sentence for each sum that does not hold."""
        sums = {
            "discovered = fetched + not modified + skipped + failed": (
                self.discovered,
                self.fetched + self.not_modified + self.skipped.total() + self.failed.total(),
            ),
            "fetched = extracted + rejected": (self.fetched, self.extracted + self.rejected.total()),
            "extracted = archived + dropped": (self.extracted, self.archived + self.dropped.total()),
        }
        return [f"{name} does not hold: {left} is not {right}" for name, (left, right) in sums.items() if left != right]


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    result = Tally()
    for tally in tallies:
        for name in Tally.__slots__:
            value = getattr(tally, name)
            if isinstance(value, Counter):
                getattr(result, name).update(value)
            else:
                setattr(result, name, getattr(result, name) + value)
    return result


def check(tally: Tally, lines: RunLines) -> None:
    """Raise ArchiveError if a sum does not hold; `lines` is where the spool says that the run's articles are."""
    problems = tally.broken_sums()
    if tally.archived != lines.total:
        problems.append(
            f"archived = committed + pending + withdrawn does not hold: {tally.archived} is not {lines.total}"
        )
    if problems:
        raise ArchiveError("the run's sums do not hold: " + "; ".join(problems))
