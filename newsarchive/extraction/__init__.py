"""From the bytes of a page to the article on it: a pure function, no network, no state."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarchive.extraction.record import Explanation, explain, extract

__all__ = ["Explanation", "explain", "extract"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the names above
    """Import the extractor when it is first asked for: who reads an archive needs the countries only."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from newsarchive.extraction import record  # noqa: PLC0415 - trafilatura costs a reader half a second

    return getattr(record, name)
