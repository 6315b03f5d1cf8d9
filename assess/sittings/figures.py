"""The figures of one stored score, packed, so that those of 100,000 people are read in a second.

A head of 8 bytes: how many scales there are, then the start of a digest of their names, in order.
Then little-endian doubles: the means and the errors, NaN where there is none; and where items
were left blank, how many were answered, and the score had they been lowest, and highest.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

HEAD_BYTES: Final = 8
_SHORT: Final = ("mean", "error")
_LONG: Final = (*_SHORT, "answered", "low", "high")


def packed(scales: Mapping[str, Any]) -> bytes:
    """Pack the ``scales`` of a score row; ValueError for lists of different lengths."""
    names = scales["names"]
    blank = any(low is not None for low in scales["low"])
    rows = [
        [np.nan if v is None else v for v in scales[one]] for one in (_LONG if blank else _SHORT)
    ]
    figures = np.array(rows, dtype="<f8").reshape(len(rows), len(names))
    return head(names) + figures.tobytes()


def head(names: Sequence[str]) -> bytes:
    """Give the head of the scores on these scales."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return bytes([len(names)]) + digest[: HEAD_BYTES - 1]


def layout(start: bytes, size: int) -> np.dtype[Any]:
    """Give the type of one packed score of ``size`` bytes that starts with ``start``.

    Raises ValueError for a size that no score of so many scales has.
    """
    scales = start[0]
    for kinds in (_SHORT, _LONG):
        if size == HEAD_BYTES + 8 * scales * len(kinds):
            return np.dtype([("head", "V8"), *((kind, "<f8", (scales,)) for kind in kinds)])
    raise ValueError(f"a packed score of {scales} scales has no {size} bytes")
