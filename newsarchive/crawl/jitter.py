"""A random delay before a scheduled crawl, so that installations do not all come to a publisher at one minute."""

import re

from newsarchive.errors import UsageError

_SPAN = re.compile(r"([0-9]{1,5})\s*([smh])")
_UNITS = {"s": 1, "m": 60, "h": 3600}
_LONGEST_SECONDS = 24 * 3600


def span(text: str) -> int:
    """Return the seconds that `30s`, `10m` or `2h` means, at most a day; UsageError for anything else."""
    found = _SPAN.fullmatch(text.strip().lower())
    seconds = int(found[1]) * _UNITS[found[2]] if found else -1
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise UsageError(f"--jitter is {text!r}: write 30s, 10m or 2h, at most a day")
    return seconds
