"""Programs that take turns run one at a time, and their pauses are known."""

import subprocess
import time
from pathlib import Path

from bench.turns import Turns


def _is_stopped(process: subprocess.Popen[bytes]) -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[0] == "T"


def _wait(process: subprocess.Popen[bytes], *, stopped: bool) -> None:
    while _is_stopped(process) is not stopped:
        time.sleep(0.01)


def test_one_group_runs_at_a_time() -> None:
    """The second waits until the first has left, and one that is alone is never stopped."""
    turns, since = Turns(None), time.perf_counter()
    first, second = (subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True) for _ in range(2))
    turns.join(first.pid)
    turns.join(second.pid)
    _wait(second, stopped=True)
    assert not _is_stopped(first)
    first.communicate()
    assert turns.leave(first.pid, since) == 0
    _wait(second, stopped=False)
    second.communicate()
    assert second.returncode == 0
    assert turns.leave(second.pid, since) > 0


def test_turns_change_hands() -> None:
    """Each of two is stopped and goes on again."""
    turns = Turns(0.05)
    both = [subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True) for _ in range(2)]
    for process in both:
        turns.join(process.pid)
    for stopped in (True, False, True):
        for process in both:
            _wait(process, stopped=stopped)
    for process in both:
        process.communicate()
        turns.leave(process.pid, 0.0)
        assert process.returncode == 0
