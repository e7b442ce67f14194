"""Named steps at which a trial ends the process, as a crash would; nothing happens unless one is armed.

NEWSARCHIVE_FAILPOINT is `step`, or `step:n` for the n-th time that the step is reached.
"""

import itertools
import os

EXIT_CODE = 86


class _Armed:
    def __init__(self) -> None:
        self.set(os.environ.get("NEWSARCHIVE_FAILPOINT", ""))

    def set(self, text: str) -> None:
        self.step, _, time = text.partition(":")
        self.time = int(time or 1)
        self.times = itertools.count(1)


_armed = _Armed()


def arm(text: str) -> None:
    """End this process at a step, in place of what NEWSARCHIVE_FAILPOINT says."""
    _armed.set(text)


def reached(step: str) -> None:
    """End the process at once, without any clean-up, if this step is armed."""
    if step == _armed.step and next(_armed.times) == _armed.time:
        os._exit(EXIT_CODE)
