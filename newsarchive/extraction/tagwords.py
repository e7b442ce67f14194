"""Tags as words: split, trimmed, unique, without noise."""

import json
import re
from collections.abc import Iterable, Sequence

from newsarchive.extraction.phrases import alternatives
from newsarchive.extraction.strings import fold, plain

Tags = tuple[str, ...]

_SPLIT = re.compile(r"\s*[,;|、،，；]\s*")  # noqa: RUF001 - other scripts have signs of their own
_TIGHT = re.compile(r",(?=\S)")
_PREFIX = re.compile(
    r"^(?:subjects?|topics?|tags?|categor(?:y|ies)|keywords?|nlp entity tokens)\s*:\s*(?=\S)", re.IGNORECASE
)
_PATH = re.compile(r"^[a-z_-]{3,20}/(?=\w[^/]*$)")
_NOISE = re.compile(
    r"^(?:wc|u?id|day|time|partner|language|author|template|ressort|(?:\w+ )?type|nlp \w+|source|status|"
    r"section|product)\s?[:=]|"
    r"^[\d._:/-]+$|^https?://|/.*/|^\w+_\w+_|^_|^[0-9a-f]{8}-[0-9a-f-]{20,}$|^\{|^\w+(?:\.\w+)+$|"
    rf"^[a-z]+(?:-[a-z0-9]+)*=|^(?:{alternatives('tag-noise')})$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\s*\(\d+(?: \w+)?\)$|^\(\d+\)\s")
_CODE = re.compile(r"^[A-Z0-9]{2,8}$")
_LONGEST = 60
_MOST = 60
_LISTED = 300
_KEYWORDS = 5000


def cleaned(found: Iterable[str], own: frozenset[str]) -> Tags:
    """Tags trimmed, without `#`, unique across case and accents, noise and the site's own folded names dropped."""
    kept: dict[str, str] = {}
    for text in _readable(found):
        tag = _COUNT.sub("", _PREFIX.sub("", text.lstrip("#"))).strip(" .,;:\"'#-–—•")  # noqa: RUF001 - other scripts have signs of their own
        key = fold(tag)
        if key and key not in own and len(tag) <= _LONGEST and not _NOISE.search(tag):
            kept.setdefault(key, tag)
    return tuple(list(kept.values())[:_MOST])


def split(contents: Sequence[str]) -> list[str]:
    """A single string is split at its commas; a list is taken as it stands, but for strings of names without blanks.

    A string may be a list as JSON or JavaScript writes it.
    """
    if len(contents) == 1 and contents[0].startswith("[") and contents[0].endswith("]"):
        contents = _bracketed(contents[0])
    if len(contents) > 1:
        return [tag for text in contents[:_LISTED] for tag in _parts(text)]
    return [part for text in contents for part in _SPLIT.split(text[:_KEYWORDS]) if part]


def _bracketed(text: str) -> list[str]:
    try:
        found = json.loads(text[:_KEYWORDS])
    except (ValueError, RecursionError):
        return [text.strip("[]")]
    return [item for item in found if isinstance(item, str)]


def _parts(text: str) -> list[str]:
    parts = _TIGHT.split(text[:_KEYWORDS])
    return parts if len(parts) > 2 else [text]  # noqa: PLR2004 - one comma may stand in a name or number


def _readable(found: Iterable[str]) -> list[str]:
    """Tags as words: paths such as `topic/iraq` shortened, lists of a machine's codes refused."""
    tags = [tag for text in found if (tag := plain(text))]
    if sum(bool(_PATH.match(tag)) for tag in tags) > 0.7 * len(tags):
        tags = [_PATH.sub("", tag) for tag in tags]
    codes = sum(bool(_CODE.match(tag)) for tag in tags)
    return [] if codes > 5 and codes > 0.7 * len(tags) else tags  # noqa: PLR2004 - a few acronyms are tags
