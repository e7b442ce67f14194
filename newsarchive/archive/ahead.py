"""Working ahead of a reader, in threads, within bounds."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_THREADS = 8
_WEIGHT = 12 << 20


def _nothing(item: object) -> int:  # noqa: ARG001 - as any other weight
    return 0


def ahead(
    items: Iterable[_Item],
    work: Callable[[_Item], _Result],
    *,
    weight: Callable[[_Item], int] = _nothing,
    at_once: int = _THREADS,
) -> Generator[tuple[_Item, _Result], None, None]:
    """Yield each item with its result, in order, working at most `at_once` items or 12 MB of weight ahead."""
    window: deque[tuple[_Item, int, Future[_Result]]] = deque()
    rest = iter(items)
    held = 0
    threads = ThreadPoolExecutor(at_once)
    try:
        while True:
            while len(window) < at_once and (not window or held < _WEIGHT):
                try:
                    item = next(rest)
                except StopIteration:
                    break
                window.append((item, weight(item), threads.submit(work, item)))
                held += window[-1][1]
            if not window:
                return
            item, weighs, future = window.popleft()
            yield item, future.result()
            held -= weighs
            del future
    finally:
        # Not waited for: a collector may close this in one of these very threads.
        threads.shutdown(wait=False, cancel_futures=True)
