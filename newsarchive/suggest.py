"""Naming what somebody may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

_LOOKED_AT = 5


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like a word, whatever their case; `""` if none is near.

    Of the nearest, one of the same letters in another order comes first: swapped letters are the commonest slip.
    """
    by_folded = {name.casefold(): name for name in sorted(known, reverse=True)}
    asked = word.casefold()
    near = get_close_matches(asked, by_folded, n=_LOOKED_AT, cutoff=0.6)
    swapped = (name for name in near if sorted(name) == sorted(asked))
    return by_folded[next(swapped, near[0])] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests the nearest of the known words, or lists them when none is near.

    Of several that begin with the word, all are named: any guess would be as good.
    """
    choices = sorted(known)
    begun = [name for name in choices if name.casefold().startswith(word.casefold())]
    if word and 1 < len(begun) <= _LOOKED_AT:
        return f"did you mean one of {', '.join(begun)}?"
    if near := nearest(word, choices):
        return f"did you mean {near!r}?"
    return f"known: {', '.join(choices)}"
