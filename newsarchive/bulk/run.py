"""A run over stored pages: its spool and archive, its counters, its report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newsarchive.crawl.run import Run
from newsarchive.crawl.tally import check, total
from newsarchive.spool import Spool
from newsarchive.spool.delivery import Delivery, patiently

_ATTEMPTS = 3
_FINE, _EXPECTATIONS_FAILED = 0, 3
_ENOUGH_PAGES = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run leaves: its report and the process's exit code."""

    report: Mapping[str, Any]
    exit_code: int


@dataclass(slots=True)
class Work:
    """A run under way; `extra` is what its report has beside a crawl's."""

    spool: Spool
    delivery: Delivery
    run: Run
    extra: dict[str, Any] = field(default_factory=dict)

    def report(self, exit_code: int | None = None) -> dict[str, Any]:
        """Return the run report as it stands."""
        lines = self.spool.run_lines(self.run.run_id)
        return {**self.run.report(exit_code=exit_code, lines=lines), **self.extra}

    def begin(self) -> None:
        """Note the start, so that a kill leaves a trace of it."""
        self.spool.begin_run(self.run.run_id, json.dumps(self.report()))

    def end(self, reason: str = "finished") -> Outcome:
        """Deliver what is left, check the sums and file the report.

        Raises:
            ArchiveError: the archive does not take what is left; it stays in the spool.
        """
        patiently(self.delivery.deliver, attempts=_ATTEMPTS)
        check(total(self.run.sites.values()), self.spool.run_lines(self.run.run_id))
        self.run.finish_reasons[""] = reason
        self.run.problems.extend(self._unmet())
        code = _EXPECTATIONS_FAILED if self.run.problems else _FINE
        report = self.report(code)
        self.spool.end_run(self.run.run_id, json.dumps(report))
        patiently(self.delivery.deliver_reports, attempts=_ATTEMPTS)
        return Outcome(report, code)

    def look(self) -> Outcome:
        """Return what a run that archives nothing has found, without a trace of it."""
        self.run.problems.extend(self._unmet())
        code = _EXPECTATIONS_FAILED if self.run.problems else _FINE
        return Outcome(self.report(code), code)

    def _unmet(self) -> list[str]:
        sums = total(self.run.sites.values())
        unmet = []
        if broken := sums.rejected["extraction-error"]:
            unmet.append(f"our extraction failed on {broken} pages; the log says where")
        if unreadable := sums.failed.total():
            unmet.append(f"{unreadable} records could not be read ({', '.join(sorted(sums.failed))})")
        if sums.fetched >= _ENOUGH_PAGES and not sums.extracted:
            unmet.append(f"no article on any of {sums.fetched} pages ({', '.join(sorted(sums.rejected))})")
        return unmet
