"""Naming what somebody may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like a word, whatever their case; `""` if none is near."""
    by_folded = {name.casefold(): name for name in sorted(known, reverse=True)}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests the nearest of the known words, or lists them when none is near."""
    choices = sorted(known)
    if near := nearest(word, choices):
        return f"did you mean {near!r}?"
    return f"known: {', '.join(choices)}"
