"""What a Content-Type header says."""

import re

_HTML = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml"})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def is_html(content_type: str) -> bool:
    """Tell whether a page of this type can be an article; one without a type can."""
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or kind in _HTML


def charset(content_type: str) -> str:
    """Return the charset that is named, or `""`."""
    found = _CHARSET.search(content_type)
    return found.group(1) if found else ""
