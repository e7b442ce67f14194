"""How far a long command has come, on standard error."""

import sys
import time
from types import TracebackType
from typing import Self

_SECONDS_ON_TERMINAL, _SECONDS_IN_LOG = 0.2, 30.0


class Progress:
    """Shows what is done of how much: on one line of a terminal, in a log now and then."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic() if not self._terminal else 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is."""
        pause = _SECONDS_ON_TERMINAL if self._terminal else _SECONDS_IN_LOG
        if time.monotonic() - self._last < pause:
            return
        self._last = time.monotonic()
        start, end = ("\r\033[K", "") if self._terminal else ("", "\n")
        print(f"{start}{self._doing}: {done} of {total}", end=end, file=sys.stderr, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
