"""Names of months in many languages."""

from newsarchive.extraction.phrases import lines

_NUMBERS = {prefix: int(number) for number, *prefixes in map(str.split, lines("months")) for prefix in prefixes}
_SIZES = (7, 5, 4, 3)


def month(name: str) -> int:
    """The number of the month of that name, or nought."""
    lower = name.casefold()
    return next((number for size in _SIZES if (number := _NUMBERS.get(lower[:size]))), 0)
