"""What a run's report says about one site, in a word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Health:
    """A site in a run: `kind` is `good`, `warn`, `bad` or `none`; `shown` stands in the table, `why` explains it."""

    kind: str
    shown: str
    why: str = ""


def health(tally: Mapping[str, Any] | None) -> Health:
    """Return how a site did in a run, by its counters; None where the run did not crawl it."""
    if tally is None:
        return Health("none", "·", "not crawled")
    failed, rejected = sum(tally["failed"].values()), sum(tally["rejected"].values())
    if not tally["discovered"]:
        return Health("bad", "✕ nothing listed", "its listings named no article")
    if failed and not (tally["fetched"] or tally["not_modified"] or tally["skipped"]):
        return Health("bad", "✕ all failed", f"{failed} failed, none fetched")
    if failed or rejected:
        return Health("warn", f"{tally['archived']} ({failed + rejected} ✕)", f"{failed} failed, {rejected} rejected")
    return Health("good", str(tally["archived"]))
