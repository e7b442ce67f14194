"""The simulator of bench/watch.py: what it measures stays within its bounds."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

SEEDS = int(os.environ.get("WATCH_SEEDS", "3"))


def simulator() -> ModuleType:
    """Return bench/watch.py as a module."""
    spec = importlib.util.spec_from_file_location("bench_watch", Path(__file__).parents[2] / "bench" / "watch.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_faults_are_found_and_sound_sites_left_alone() -> None:
    """Most faults in the first run that meets them, all but the smallest sites' at once; few false alarms."""
    outcomes = [outcome for seed in range(SEEDS) for outcome in simulator().world(seed)]
    met = [o for o in outcomes if o.met_after]
    larger = [o for o in met if o.site.size in ("large", "medium")]
    weeks = sum(o.weeks for o in outcomes)
    assert sum(o.found_after == 1 for o in met) >= 0.75 * len(met)
    assert sum(o.found_after == 1 for o in larger) >= 0.88 * len(larger)
    assert sum(len(o.false_alarms) for o in outcomes) <= 3 * weeks / 100
