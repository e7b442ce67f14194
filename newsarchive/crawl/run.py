"""One execution of a crawl: its id, its configuration, its report."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from newsarchive import __version__, clock
from newsarchive.crawl.tally import Tally, total
from newsarchive.errors import UsageError
from newsarchive.extraction.pool import Limits
from newsarchive.rights.optout import OptOut
from newsarchive.rights.policy import Policy
from newsarchive.spool.runs import RunLines
from newsarchive.spool.seen import Revisit
from newsarchive.spool.state import state_folder
from newsarchive.watch.readings import Readings
from newsarchive.watch.verdict import Verdict

REPORT_VERSION = "1.0"


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time: `20261123t061502z-1f3a9c`."""
    return f"{now:%Y%m%dt%H%M%Sz}-{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the NEWSARCHIVE_* settings say."""

    uri: str
    state: Path
    endpoint_url: str = ""
    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    revisit: Revisit = Revisit.AUTO
    raw: bool = False
    spool_mb: int = 0
    policy: Policy = field(default_factory=Policy)
    opt_out: OptOut = field(default_factory=OptOut)
    stop_seconds: int = 25


def options(settings: Mapping[str, Any]) -> Options:
    """Return the options in settings, NEWSARCHIVE_* by name.

    Raises:
        UsageError: a value is malformed; the message names it.
    """
    uri = str(settings["NEWSARCHIVE_URI"])
    return Options(
        uri=uri,
        state=state_folder(uri, str(settings["NEWSARCHIVE_STATE"] or "")),
        endpoint_url=str(settings["NEWSARCHIVE_ENDPOINT_URL"] or ""),
        workers=_whole(settings, "NEWSARCHIVE_WORKERS", least=0) or os.cpu_count() or 1,
        limits=Limits(
            seconds=_whole(settings, "NEWSARCHIVE_PAGE_SECONDS", least=1),
            memory_mb=_whole(settings, "NEWSARCHIVE_PAGE_MEMORY_MB", least=64),
        ),
        stop_seconds=_whole(settings, "NEWSARCHIVE_STOP_SECONDS", least=1),
        spool_mb=_whole(settings, "NEWSARCHIVE_SPOOL_MB", least=0),
        revisit=Revisit.named(str(settings["NEWSARCHIVE_REVISIT"])),
        raw=keeps_pages(str(settings["NEWSARCHIVE_RAW"] or ""), uri),
        policy=Policy.parse(str(settings["NEWSARCHIVE_OBEY"] or "")),
        opt_out=OptOut.read(str(settings["NEWSARCHIVE_OPT_OUT"] or "")),
    )


def worker_count() -> int:
    """Return how many extraction processes NEWSARCHIVE_WORKERS asks for; 0 and nothing mean one for each core."""
    return _whole(
        {"NEWSARCHIVE_WORKERS": os.environ.get("NEWSARCHIVE_WORKERS") or "0"}, "NEWSARCHIVE_WORKERS", least=0
    ) or (os.cpu_count() or 1)


def keeps_pages(given: str, uri: str) -> bool:
    """Tell whether pages are kept as fetched; where the setting is empty, they are in a bucket and not in a folder.

    Raises:
        UsageError: the setting is neither warc nor none.
    """
    if given not in ("", "warc", "none"):
        raise UsageError(f"NEWSARCHIVE_RAW is {given!r}: write warc or none")
    return given == "warc" or (not given and uri.startswith("s3://"))


def _whole(settings: Mapping[str, Any], name: str, *, least: int) -> int:
    try:
        value = int(settings[name])
    except (TypeError, ValueError):
        value = least - 1
    if value < least:
        raise UsageError(f"{name} is {settings[name]!r}: write a whole number of at least {least}")
    return value


@dataclass(slots=True, kw_only=True)
class Run:
    """A run under way: its tallies by site, and what went wrong."""

    run_id: str
    started_at: datetime
    sites: dict[str, Tally] = field(default_factory=dict)
    recovered: int = 0
    internal_errors: int = 0
    unstarted: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    finish_reasons: dict[str, str] = field(default_factory=dict)
    scope: str = ""
    sites_readings: dict[str, Readings] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def note_internal(self, problem: str) -> None:
        """Note a failure of our own code; such a run does not end well."""
        self.problems.append(problem)
        self.internal_errors += 1

    def forget(self, site: str) -> None:
        """Leave out a site that turned out to be none, unless something has been counted for it."""
        if site in self.sites and not self.sites[site].discovered:
            del self.sites[site]

    def tally(self, site: str) -> Tally:
        """Return the counters of a site."""
        return self.sites.setdefault(site, Tally())

    def readings(self, site: str) -> Readings:
        """Return what is read off the articles of a site."""
        return self.sites_readings.setdefault(site, Readings())

    def report(self, *, exit_code: int | None, lines: RunLines) -> dict[str, Any]:
        """Return the run report as JSON values; `exit_code` is None while the run goes on."""
        reasons = set(self.finish_reasons.values())
        return {
            "report_version": REPORT_VERSION,
            "run_id": self.run_id,
            "newsarchive": __version__,
            "started_at": clock.stamp(self.started_at),
            "finished_at": clock.stamp(clock.now()) if exit_code is not None else "",
            "finish_reason": reasons.pop() if len(reasons) == 1 else ", ".join(sorted(reasons)),
            "finish_reasons": dict(sorted(self.finish_reasons.items())),
            "exit_code": exit_code,
            "recovered": self.recovered,
            **asdict(lines),
            "errors": self.errors,
            "problems": self.problems,
            **total(self.sites.values()).as_dict(),
            "scope": self.scope,
            "sites": {name: tally.as_dict() for name, tally in sorted(self.sites.items())},
            "readings": {name: readings.as_columns() for name, readings in sorted(self.sites_readings.items())},
            "slowest": {name: readings.slowest for name, readings in sorted(self.sites_readings.items())},
            "verdicts": {name: verdict.as_columns() for name, verdict in sorted(self.verdicts.items())},
        }
