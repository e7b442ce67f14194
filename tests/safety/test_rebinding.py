"""A name that leads elsewhere each time it is asked for: what has been checked is what is connected to."""

import json
import subprocess
import sys

import pytest

from tests.claims import ROOT
from tests.safety.serving import Answer, serving

_SERVICE = """
import itertools, runpy, socket, sys
answers = itertools.cycle(sys.argv.pop(1).split(","))
socket.gethostbyname = lambda name: next(answers)  # the name service of an attacker, with a lifetime of nothing
sys.argv[0] = sys.argv[1]
runpy.run_path(sys.argv.pop(1), run_name="polite")
"""


@pytest.mark.parametrize("answers", ["127.0.0.9,127.0.0.1", "127.0.0.1,127.0.0.9"])
def test_a_name_is_connected_to_where_it_was_checked(answers: str) -> None:
    """Allowed first or private first: the private one gets no connection."""
    with serving(lambda _: Answer(b"a page"), "127.0.0.1") as private:
        urls = [f"http://rebinding.example:{private.server_port}/{n}" for n in range(6)]
        given = json.dumps(
            {
                "allow_private": "127.0.0.9",
                "one_by_one": True,
                "settings": {"DNSCACHE_ENABLED": False, "ROBOTSTXT_OBEY": False},
            }
        )
        command = [sys.executable, "-c", _SERVICE, answers, str(ROOT / "tests" / "crawl" / "polite.py"), given, *urls]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        outcomes = json.loads(done.stdout)["outcomes"]
        assert not private.asked
    assert set(outcomes.values()) == {"private-address", "connection"}, outcomes
