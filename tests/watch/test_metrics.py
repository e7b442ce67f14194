"""Metrics: their format, their names in the documents, the alert rules and the dashboard."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsarchive.archive.ledger import LedgerRow
from newsarchive.watch.metrics import METRICS, render

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "alerts" / "newsarchive.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "newsarchive.json"
NAMES = {metric.name for metric in METRICS.values()}
ROWS = [
    LedgerRow(
        site="rfi", started_at="2026-11-23T06:15:02Z", state="blocked", state_since="2026-11-22T06:15:02Z",
        extracted=4, with_tags=3, lagged=2, lag_minutes=30, fetched=5, fetch_ms=250, with_text=4, text_length=900,
    ),
    LedgerRow(site="dw", started_at="2026-11-23T06:15:02Z", state="ok"),
]  # fmt: skip
USED = re.compile(r"newsarchive_[a-z_]+")


def promtool(*arguments: str, given: str = "") -> None:
    """Run promtool; skip where it is not installed."""
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed: apt-get install prometheus")
    done = subprocess.run(
        ["promtool", *arguments], input=given, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "line",
    [
        'newsarchive_site_state{site="rfi",state="blocked"} 1',
        'newsarchive_site_state{site="rfi",state="ok"} 0',
        'newsarchive_site_run_timestamp_seconds{site="rfi"} 1795414502',
        'newsarchive_site_field_ratio{site="rfi",field="tags"} 0.75',
        'newsarchive_site_lag_seconds{site="rfi"} 1800',
        'newsarchive_site_fetch_seconds{site="rfi"} 0.25',
        "# TYPE newsarchive_site_state gauge",
        "# EOF",
    ],
)
def test_a_ledger_row_as_metrics(line: str) -> None:
    """Base units, a sample for every state."""
    assert line in render(ROWS).splitlines()


def test_what_was_not_measured_has_no_sample() -> None:
    """No zero that means unknown."""
    text = render(ROWS[1:])
    for name in ("lag_seconds", "fetch_seconds", "field_ratio", "text_characters", "state_timestamp_seconds"):
        assert f"newsarchive_site_{name}{{" not in text


def test_prometheus_accepts_the_metrics() -> None:
    """By its own parser."""
    promtool("check", "metrics", given=render(ROWS))


def test_prometheus_accepts_the_rules() -> None:
    """By its own parser."""
    promtool("check", "rules", str(RULES))


def test_every_metric_is_documented_with_its_meaning() -> None:
    """And nothing else is."""
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE)) == NAMES
    for metric in METRICS.values():
        assert metric.meaning in text


def _expressions() -> list[Any]:
    rules = [rule["expr"] for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return rules + [target["expr"] for panel in panels for target in panel["targets"]]


@pytest.mark.parametrize("expression", _expressions())
def test_rules_and_panels_ask_for_metrics_that_exist(expression: str) -> None:
    """Each uses our names, and only those."""
    used = set(USED.findall(expression))
    assert used
    assert used <= NAMES
