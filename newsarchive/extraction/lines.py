"""The lines of a body, without those that are not of the article."""

import re

from newsarchive.extraction.strings import one_line, squeeze

_BULLET = re.compile(r"^[-–—•·*]\s+(?=\S)")
_RULE = re.compile(r"^[|\s:-]*$")


def cleaned(text: str, *, title: str, standfirst: str) -> str:
    """Lines without blanks at their ends, title and standfirst; each paragraph on its own line."""
    lines = [line for raw in text.split("\n") if (line := one_line(raw)) and not _RULE.match(line)]
    told = {squeeze(title), squeeze(standfirst)} - {""}
    kept = [line for i, line in enumerate(lines) if i > 5 or squeeze(line) not in told]
    return "\n".join(kept)
