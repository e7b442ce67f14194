"""Names of months in many languages."""

from newsarchive.extraction.phrases import lines

_NUMBERS = {prefix: int(number) for number, *prefixes in map(str.split, lines("months")) for prefix in prefixes}
_SIZES = (7, 6, 5, 4, 3)
# `listopad` is the month of falling leaves: November in Polish and Czech, October in Croatian.
_CROATIAN = {"listo": 10, "studen": 11}


def month(name: str, language: str = "") -> int:
    """The number of the month of that name, or nought; the language decides where two call different months alike."""
    lower = name.casefold()
    if language in {"hr", "bs"} and (other := next((n for p, n in _CROATIAN.items() if lower.startswith(p)), 0)):
        return other
    if lower in _NUMBERS:
        return _NUMBERS[lower]
    return next((number for size in _SIZES if (number := _NUMBERS.get(lower[:size]))), 0)
