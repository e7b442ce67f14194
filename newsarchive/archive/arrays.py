"""Arrow arrays made from their buffers: `pyarrow.array` imports pandas where it is installed, a quarter of a second."""

from array import array
from collections.abc import Iterable
from itertools import accumulate

import pyarrow as pa


def integers(values: Iterable[int]) -> pa.Array:
    """Return an array of 64-bit numbers."""
    held = array("q", values)
    return pa.Array.from_buffers(pa.int64(), len(held), [None, pa.py_buffer(held)])


def texts(values: Iterable[str]) -> pa.Array:
    """Return an array of texts, together of less than 2 GB."""
    encoded = [value.encode() for value in values]
    ends = array("i", accumulate(map(len, encoded), initial=0))
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))
