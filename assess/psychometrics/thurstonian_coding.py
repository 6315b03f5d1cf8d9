"""Most/least answers as codes, and their plain count: most minus least."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int16]


@dataclass(frozen=True)
class MostLeastCodes:
    """Answers of people to blocks, ready to look up.

    ``codes`` (n, B): most * S + least, S^2 where there is no answer · ``answered`` (n,) blocks
    with both marks · ``partly`` (n,) blocks with one mark only: they are skipped as blanks are,
    because which of the pairs such a block leaves open depends on the mark that is missing.
    """

    codes: CodeArray
    answered: IntArray
    partly: IntArray


def most_least_codes(
    most: FloatArray, least: FloatArray, n_blocks: int, size: int
) -> MostLeastCodes:
    """Code ``most`` and ``least`` (n, B): positions 0..S-1 in each block, NaN where unmarked.

    Raises ValueError for arrays that do not fit ``n_blocks``, a position a block does not have,
    and a statement that is marked both most and least.
    """
    most, least = np.asarray(most, dtype=np.float64), np.asarray(least, dtype=np.float64)
    if most.ndim != 2 or most.shape != least.shape or most.shape[1] != n_blocks:
        raise ValueError(
            f"most {most.shape} and least {least.shape} must be people x {n_blocks} blocks"
        )
    for word, marks in (("most", most), ("least", least)):
        _refuse(~np.isnan(marks) & ~np.isin(marks, np.arange(size)), word, marks, size)
    both = most == least
    if both.any():
        person, block = np.argwhere(both)[0]
        raise ValueError(
            f"person {person}, block {block}: the same statement is marked most and least"
        )
    codes = most * size
    codes += least
    unmarked = np.isnan(codes)
    codes[unmarked] = size * size
    answered = n_blocks - unmarked.sum(axis=1)
    blank = (np.isnan(most) & np.isnan(least)).sum(axis=1)
    return MostLeastCodes(codes.astype(np.int16), answered, n_blocks - answered - blank)


def _refuse(wrong: NDArray[np.bool_], word: str, marks: FloatArray, size: int) -> None:
    """Refuse the first position that is none, by name of its person and block."""
    if wrong.any():
        person, block = np.argwhere(wrong)[0]
        raise ValueError(
            f"person {person}, block {block}: no statement {marks[person, block]:g} to mark "
            f"{word}, they run from 0 to {size - 1}"
        )


def most_minus_least(
    most: FloatArray, least: FloatArray, traits: IntArray, keys: FloatArray
) -> FloatArray:
    """Count for each trait (n, D) its statements marked most minus those marked least.

    ``keys`` (B, S) are +1 or -1: a statement keyed against its trait counts the other way.
    The within-person picture: without negative keys a person's counts sum to 0, so nobody can
    be compared with anybody by them. Somebody without an answer has NaN.
    """
    n_blocks, size = np.shape(traits)
    coded = most_least_codes(most, least, n_blocks, size)
    counts = np.zeros((len(coded.codes), int(np.max(traits)) + 1))
    for block, (own, signs) in enumerate(zip(traits, keys, strict=True)):
        worth = np.zeros((size * size + 1, counts.shape[1]))
        for row in range(size * size):
            worth[row, own[row // size]] += signs[row // size]
            worth[row, own[row % size]] -= signs[row % size]
        counts += worth[coded.codes[:, block]]
    counts[coded.answered == 0] = np.nan
    return counts
