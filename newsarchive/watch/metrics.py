"""Metrics of the last run of each site, in the text format that Prometheus and OpenMetrics share."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsarchive import clock
from newsarchive.archive.ledger import FILLS, LedgerRow
from newsarchive.watch.notification import send
from newsarchive.watch.outlets import Outlets
from newsarchive.watch.past import began_at
from newsarchive.watch.verdict import State

_PAGES = ("fetched", "not_modified", "known", "blocked", "failed", "rejected")
_ARTICLES = ("new", "revised", "dropped")

Sample = tuple[str, float]
"""Labels, such as `site="rfi"`, and value."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge; `name` without its prefix `newsarchive_`."""

    name: str
    meaning: str


METRICS = {
    name: Metric(f"newsarchive_{name}", meaning)
    for name, meaning in {
        "site_run_timestamp_seconds": "When the site's last run started, in Unix time.",
        "site_state": "1 for the site's state after its last run, 0 for the others.",
        "site_state_timestamp_seconds": "Since when the site has been in its state, in Unix time.",
        "site_discovered": "Article links met in the site's last run.",
        "site_pages": "Pages of the site's last run by outcome; a page may be blocked and failed.",
        "site_articles": "Articles of the site's last run by outcome.",
        "site_field_ratio": "Share of the extracted articles of the last run that have a field.",
        "site_text_characters": "Median length of the texts of the site's last run.",
        "site_lag_seconds": "Median time from publication to fetch in the site's last run.",
        "site_fetch_seconds": "Median time from request to answer in the site's last run.",
    }.items()
}


def render(rows: Sequence[LedgerRow]) -> str:
    """Return the metrics of ledger rows, the last of each site, as text."""
    lines = []
    for name, metric in METRICS.items():
        lines += [f"# HELP {metric.name} {metric.meaning}", f"# TYPE {metric.name} gauge"]
        lines += [f"{metric.name}{{{labels}}} {value:.10g}" for row in rows for labels, value in _samples(name, row)]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _samples(name: str, row: LedgerRow) -> Iterator[Sample]:
    yield from ((f'site="{row.site}"{labels}', value) for labels, value in _values(name, row))


def _values(name: str, row: LedgerRow) -> Iterable[Sample]:
    """Return what a metric says of a row: extra labels and value. What was not measured has no sample."""
    plain: dict[str, list[Sample]] = {
        "site_run_timestamp_seconds": [("", began_at(row).timestamp())],
        "site_state": [(f',state="{state}"', float(row.state == state)) for state in State],
        "site_state_timestamp_seconds": _since(row),
        "site_discovered": [("", row.discovered)],
        "site_pages": [(f',outcome="{outcome}"', getattr(row, outcome)) for outcome in _PAGES],
        "site_articles": [(f',outcome="{outcome}"', getattr(row, outcome)) for outcome in _ARTICLES],
        "site_field_ratio": [
            (f',field="{field}"', getattr(row, f"with_{field}") / row.extracted) for field in FILLS if row.extracted
        ],
        "site_text_characters": [("", row.text_length)] if row.with_text else [],
        "site_lag_seconds": [("", row.lag_minutes * 60)] if row.lagged else [],
        "site_fetch_seconds": [("", row.fetch_ms / 1000)] if row.fetched else [],
    }
    return plain[name]


def _since(row: LedgerRow) -> list[Sample]:
    moment = clock.parse(row.state_since)
    return [("", moment.timestamp())] if moment else []


def write(path: Path, text: str) -> None:
    """Write a metrics file in one step: a collector never sees half of it. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.chmod(0o644)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def push(to: Outlets, text: str) -> Iterator[str]:
    """Give the metrics to a Pushgateway, in place of the last ones; yield a sentence if it did not take them."""
    where = f"{to.pushgateway_url.rstrip('/')}/metrics/job/newsarchive"
    yield from send(to, "NEWSARCHIVE_PUSHGATEWAY_URL", "PUT", where, text.encode(), kind="text/plain; version=0.0.4")
