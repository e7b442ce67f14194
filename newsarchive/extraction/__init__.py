"""From the bytes of a page to the article on it: a pure function, no network, no state."""

from newsarchive.extraction.record import Explanation, explain, extract

__all__ = ["Explanation", "explain", "extract"]
