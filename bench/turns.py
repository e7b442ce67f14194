"""Turns in which programs run one at a time, so that a machine whose speed drifts slows all of them alike."""

import contextlib
import os
import signal
import threading
import time


class Turns:
    """Lets process groups run by turns of some seconds, the others stopped; one that is alone runs on."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._groups: list[int] = []
        self._pauses: dict[int, list[tuple[float, float]]] = {}
        self._stopped: dict[int, float] = {}
        self._changed = threading.Condition()
        threading.Thread(target=self._rotate, daemon=True).start()

    def join(self, group: int) -> None:
        """Let a process group take its turns."""
        with self._changed:
            self._groups.append(group)
            self._pauses[group] = []
            self._changed.notify()

    def leave(self, group: int, since: float) -> float:
        """Take out a group that has ended; return how many seconds it was stopped after a time."""
        with self._changed:
            self._groups.remove(group)
            self._changed.notify()
            return sum(max(0.0, end - max(start, since)) for start, end in self._pauses[group])

    def _rotate(self) -> None:
        with self._changed:
            while True:
                self._let_first_run()
                if not self._changed.wait(self._seconds) and self._groups:
                    self._groups.append(self._groups.pop(0))

    def _let_first_run(self) -> None:
        for group in self._groups[1:]:
            if group not in self._stopped:
                _send(group, signal.SIGSTOP)
                self._stopped[group] = time.perf_counter()
        for group in self._groups[:1]:
            if group in self._stopped:
                self._pauses[group].append((self._stopped.pop(group), time.perf_counter()))
                _send(group, signal.SIGCONT)


def _send(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended
        os.killpg(group, number)
