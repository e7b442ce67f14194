"""Working ahead of a reader."""

import threading

from newsarchive.archive.ahead import ahead


def test_results_come_in_the_order_of_the_items() -> None:
    """Whichever thread is done first."""
    assert list(ahead(range(20), lambda n: n * n)) == [(n, n * n) for n in range(20)]


def test_no_more_is_begun_than_the_weight_allows() -> None:
    """One item that is heavier than all is worked alone."""
    begun = list[int]()
    pairs = ahead(range(20), begun.append, weight=lambda _: 13 << 20)
    next(pairs)
    pairs.close()
    assert begun == [0]


def test_it_may_be_closed_by_a_thread_that_works_for_it() -> None:
    """The collector of cycles closes a forgotten reader in whatever thread it happens to run."""
    is_read, is_closed = threading.Event(), threading.Event()
    refused = list[Exception]()

    def work(item: int) -> None:
        if not item:
            return
        is_read.wait(10)
        try:
            pairs.close()
        except Exception as error:  # noqa: BLE001 - what a collector would only print
            refused.append(error)
        is_closed.set()

    pairs = ahead(range(2), work)
    next(pairs)
    is_read.set()
    assert is_closed.wait(10)
    assert refused == []
