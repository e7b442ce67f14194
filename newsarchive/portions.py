"""Parting a sequence into portions of a limited size."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def portions(items: Iterable[T], size: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """Yield items in their order, as many at a time as have `most` together; one that is larger comes alone."""
    some: list[T] = []
    held = 0
    for item in items:
        if some and held + size(item) > most:
            yield some
            some, held = [], 0
        some.append(item)
        held += size(item)
    if some:
        yield some
