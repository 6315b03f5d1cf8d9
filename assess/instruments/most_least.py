"""The picture of a most/least instrument: within the person, without error, never compared.

Each block counts +1 for the style of the statement marked most and -1 for that of the one marked
least; a statement keyed against its style counts the other way round. The counts over the blocks
answered are the raw score, and divided by these blocks the picture: net marks a block, from -1
to +1. It has no standard error, because it is no estimate of a trait: who is strong in all four
and who is weak in all four can mark the same. It becomes one when the statements are calibrated.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.model import Instrument
from assess.psychometrics.thurstonian_coding import most_least_codes, most_minus_least

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TOO_FEW_MARKS: Final = "picture:too_few_marks"
"""The flag of somebody who marked too few blocks for a picture."""
_CLASHES_NAMED: Final = 20


def marks(instrument: Instrument, answers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Part ``answers`` (n, 2 B), places from 1, into most and least (n, B), places from 0."""
    return answers[:, 0::2] - instrument.low, answers[:, 1::2] - instrument.low


def clashes(instrument: Instrument, answers: FloatArray) -> list[tuple[int, str]]:
    """Give (row, block id) wherever one statement is marked both most and least."""
    most, least = marks(instrument, np.asarray(answers, dtype=np.float64))
    return [(row, instrument.blocks[at].id) for row, at in np.argwhere(most == least).tolist()]


def style_key(instrument: Instrument) -> tuple[IntArray, FloatArray]:
    """Give each statement's style, as its place among the scales, and its sign: (B, S) both."""
    styles = list(instrument.scale_names)
    traits = [[styles.index(item.style or "") for item in b.items] for b in instrument.blocks]
    signs = [[float(item.sign) for item in block.items] for block in instrument.blocks]
    return np.array(traits, dtype=np.int64), np.array(signs)


def picture(instrument: Instrument, answers: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Give net marks a block (n, S), blocks answered with both marks (n,), counts (n, S).

    A block with one mark alone counts as blank; the counts of somebody who answered no block
    are NaN, and so is what they are divided into. Raises Invalid naming row and block where one
    statement is marked both most and least.
    """
    wrong = clashes(instrument, answers)
    if wrong:
        raise Invalid(
            *(
                f"row {row + 1}: {block}: the same statement is marked most and least"
                for row, block in wrong[:_CLASHES_NAMED]
            )
        )
    most, least = marks(instrument, answers)
    traits, signs = style_key(instrument)
    counts = most_minus_least(most, least, traits, signs)
    answered = most_least_codes(most, least, *traits.shape).answered
    share = np.divide(
        counts,
        answered[:, None],
        out=np.full(counts.shape, np.nan),
        where=answered[:, None] > 0,
    )
    return share, answered, counts
