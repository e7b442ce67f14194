"""The simulator of bench/watch.py: what it measures keeps to the bars."""

import os

import pytest

from bench import watch

SEEDS = int(os.environ.get("WATCH_SEEDS", "6"))
FIRST = 5000
"""The first of the seeds that no threshold was chosen by."""


@pytest.mark.slow
def test_faults_are_found_and_sound_sites_left_alone() -> None:
    """Eleven of twelve in the first run that meets them; at most one false alarm in 100 site-weeks."""
    outcomes = [outcome for seed in range(FIRST, FIRST + SEEDS) for outcome in watch.world(seed)]
    assert watch.first_run_share(outcomes) >= 11 / 12
    assert watch.false_alarms(outcomes) <= 1
