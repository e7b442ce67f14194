"""The kicker above a headline, where a page puts both into one heading."""

import re
from itertools import islice

from lxml.html import HtmlElement

from newsarchive.extraction.strings import marks, plain, told

_MARK = re.compile(
    r"(?<![a-z])(?:kicker|overline|over-?title|top-?line|roof-?line|dach-?zeile|ober-?(?:zeile|titel)|spitzmarke|"
    r"eyebrow|ante-?titulo|sur-?titre|occhiello|pre-?title)(?![a-z])",
    re.IGNORECASE,
)
_FEW = 20
_JOINERS = " :：|·•–—-"  # noqa: RUF001 - other scripts have signs of their own


def split(heading: HtmlElement) -> tuple[str, str, str]:
    """The kicker, the sign that joins it to the headline, and the headline; no kicker where the markup names none."""
    whole = told(heading)
    for element in islice(heading.iterdescendants(), _FEW):
        text = plain(element.text_content())
        if text and whole.startswith(text) and len(text) < len(whole) and _MARK.search(marks(element)):
            bare = text.rstrip(": ")
            rest = whole[len(bare) :].lstrip()
            headline = rest.lstrip(_JOINERS).lstrip()
            return bare, rest[: len(rest) - len(headline)].strip(), headline
    return "", "", whole
