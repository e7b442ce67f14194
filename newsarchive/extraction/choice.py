"""The candidates of one field, in order of trust, and the one chosen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Candidate(NamedTuple, Generic[T]):
    """A value for a field and the place it was found in."""

    value: T
    source: str


class Rejected(NamedTuple):
    """A candidate that was not taken, and why."""

    value: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """What a field became, where it came from, and what was not taken."""

    value: T
    source: str = ""
    rejected: tuple[Rejected, ...] = ()


def first(
    candidates: Iterable[Candidate[T]], *, default: T, refuse: Callable[[T], str], thorough: bool = True
) -> Choice[T]:
    """The first candidate that `refuse` has no reason against; the others are named with a reason.

    Those after it are only looked for where the search is to be thorough: an explanation is wanted.
    """
    taken: Candidate[T] | None = None
    rejected = []
    for candidate in candidates:
        reason = refuse(candidate.value) or ("" if taken is None else "less trusted")
        if reason:
            rejected.append(Rejected(told(candidate.value), candidate.source, reason))
        else:
            taken = candidate
            if not thorough:
                break
    if taken is None:
        return Choice(default, "", tuple(rejected))
    return Choice(taken.value, taken.source, tuple(rejected))


def told(value: object) -> str:
    """A candidate's value in one text: the parts of a tuple between commas."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
