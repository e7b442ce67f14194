"""Text of articles as it leaves us: legible, and without effect on a terminal, in a spreadsheet or in a page."""

import json
import re
from typing import Any
from urllib.parse import quote

_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_ORDER = "\u202a-\u202e\u2066-\u2069"
_LINES = "\u2028\u2029"
_ACTING = re.compile(f"[{_CONTROL}{_ORDER}{_LINES}\ufeff\ud800-\udfff]")
_ESCAPED = re.compile(f"[<\x7f-\x9f{_ORDER}{_LINES}\ufeff\ud800-\udfff]")
_UNFIT = re.compile(rf"[\s{_CONTROL}{_ORDER}{_LINES}\ufeff\ud800-\udfff]")
_WIDE = "\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"  # = + - @ as East Asian keyboards have them
_FORMULA = re.compile(rf"[\t\r\n]|[\s\"'\u200b-\u200f\u2060\ufeff]*[=+\-@{_WIDE}]")
_PICTURES, _DELETE, _LAST_C1 = 0x2400, 0x7F, 0x9F
_REPLACEMENT = "\ufffd"


def visible(text: str) -> str:
    """Return text with control characters shown as signs (`␛`) and without those that turn the order of others.

    Tabs and line ends stay; a lone surrogate becomes U+FFFD. Nothing left acts on a terminal.
    """
    return _ACTING.sub(_sign, text.replace("\r\n", "\n"))


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= _LAST_C1:
        return chr(_PICTURES + code) if code < _DELETE else "\u2421"
    if match[0] in _LINES:
        return " "
    return _REPLACEMENT if "\ud800" <= match[0] <= "\udfff" else ""


def csv_cell(value: Any) -> Any:  # noqa: ANN401 - any field's value
    """Return a value that no spreadsheet takes for a formula; lists are joined by semicolons, numbers stay numbers.

    What a spreadsheet might run, also after blanks, quotes or in full-width signs, gets an apostrophe before it.
    """
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else value
    if not isinstance(text, str):
        return text
    return f"'{visible(text)}" if _FORMULA.match(text) else visible(text)


def json_text(value: Any, *, indent: int | None = None) -> str:  # noqa: ANN401 - any JSON value
    r"""Return a value as JSON that means the same and acts nowhere: `<` and what acts on a terminal as `\uXXXX`.

    Other types than JSON's are written as text, a lone surrogate as U+FFFD.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, separators=separators, indent=indent, default=str)
    return text if text.isprintable() and "<" not in text else _ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return _REPLACEMENT if "\ud800" <= match[0] <= "\udfff" else f"\\u{ord(match[0]):04x}"


def url_line(url: str) -> str:
    """Return a URL on one line, with blanks and what acts on a terminal percent-encoded."""
    return _UNFIT.sub(lambda match: quote(match[0], safe="", errors="replace"), url)
