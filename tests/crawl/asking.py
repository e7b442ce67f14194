"""Asking for addresses through our middlewares, in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("polite.py")


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of addresses, `fetched` or the reason why not; and each host's delay and concurrency at the end."""

    outcomes: dict[str, str]
    slots: dict[str, tuple[float, int]]


def ask(*urls: str, allow_private: str = "1", one_by_one: bool = False, **settings: str) -> Asked:
    """Return what becomes of addresses that are asked for, at once or one after the other."""
    given = json.dumps({"allow_private": allow_private, "one_by_one": one_by_one, "settings": settings})
    command = [sys.executable, str(_SCRIPT), given, *urls]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return Asked(found["outcomes"], {host: (delay, at_once) for host, (delay, at_once) in found["slots"].items()})


def crawl(*urls: str, allow_private: str = "1", one_by_one: bool = False, **settings: str) -> dict[str, str]:
    """Return what becomes of addresses."""
    return ask(*urls, allow_private=allow_private, one_by_one=one_by_one, **settings).outcomes
