"""Where news of a run goes. Environment variables, not settings: addresses hold secrets, and Scrapy logs settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from newsarchive.errors import UsageError
from newsarchive.urls import is_web


class Alarm(StrEnum):
    """When a run ends with 3: a site has newly become broken, moved or blocked; is so; or never for that."""

    CHANGE = "change"
    STATE = "state"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Where to tell what; empty tells nobody. A run that is to stop is not `patient`: it tries once, for seconds."""

    notify_url: str = ""
    apprise_urls: tuple[str, ...] = ()
    healthcheck_url: str = ""
    metrics_file: str = ""
    pushgateway_url: str = ""
    alarm: Alarm = Alarm.CHANGE
    patient: bool = True


VARIABLES = {
    "NEWSARCHIVE_NOTIFY_URL": "gets one JSON POST when a site's state changes",
    "NEWSARCHIVE_NOTIFY": "the same in words, to addresses of apprise (mailto://…, slack://…), separated by blanks",
    "NEWSARCHIVE_HEALTHCHECK_URL": "is pinged at start, success and failure, as healthchecks.io has it",
    "NEWSARCHIVE_METRICS_FILE": "a file for node_exporter's textfile collector, such as newsarchive.prom",
    "NEWSARCHIVE_PUSHGATEWAY_URL": "a Prometheus Pushgateway that gets the same metrics",
    "NEWSARCHIVE_ALARM": "when a run ends with 3: `change` (default), `state` or `never`",
}


def outlets(environment: Mapping[str, str] = os.environ) -> Outlets:
    """Return the outlets that environment variables name.

    Raises:
        UsageError: one is malformed; the message names it, not its value.
    """
    given = {name: environment.get(name, "").strip() for name in VARIABLES}
    for name, value in given.items():
        if name.endswith("_URL") and value and not is_web(value):
            raise UsageError(f"{name} is no address: write one that begins with http:// or https://")
    try:
        alarm = Alarm(given["NEWSARCHIVE_ALARM"] or Alarm.CHANGE)
    except ValueError:
        raise UsageError(f"NEWSARCHIVE_ALARM is {given['NEWSARCHIVE_ALARM']!r}: write change, state or never") from None
    return Outlets(
        notify_url=given["NEWSARCHIVE_NOTIFY_URL"],
        apprise_urls=tuple(given["NEWSARCHIVE_NOTIFY"].split()),
        healthcheck_url=given["NEWSARCHIVE_HEALTHCHECK_URL"],
        metrics_file=given["NEWSARCHIVE_METRICS_FILE"],
        pushgateway_url=given["NEWSARCHIVE_PUSHGATEWAY_URL"],
        alarm=alarm,
    )
