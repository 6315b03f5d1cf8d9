"""Answer files read for an instrument: missing codes, keyed points, the items that are absent."""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from assess.cli.scoring import matched_columns
from assess.cli.tables import PERSON, Chunk, Parse, Table, whole_number
from assess.instruments.model import Instrument, Scale
from assess.psychometrics.keying import reverse_keyed

FloatArray = NDArray[np.float64]

missing_option = click.option(
    "--missing",
    multiple=True,
    metavar="TEXT",
    help="What else stands for a missing answer, such as 0 or NA; may be given again.",
)


person_option = click.option(
    "--person",
    default=PERSON,
    show_default=True,
    metavar="COLUMN",
    help="What the first column, which says who answered, is called.",
)


class AnswerFile:
    """An answer table and the instrument it belongs to.

    Raises Invalid when the table has no item of the instrument; names what is ignored or absent
    on standard error.
    """

    def __init__(
        self, path: Path, instrument: Instrument, missing: Sequence[str], person: str = PERSON
    ) -> None:
        self.path = path
        self.instrument = instrument
        self.table = Table(path, person)
        self.ignored, self.absent = matched_columns(self.table, instrument)
        self._parse = _with_missing(whole_number(instrument.low, instrument.high), missing)

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return self.path.stat().st_size

    def chunks(self, progress: Callable[[int], None] | None = None) -> Iterator[Chunk]:
        """Give people and answers (n, J) in the order of the instrument's items."""
        return self.table.chunks(self.instrument.item_ids, self._parse, progress=progress)


def columns_of(instrument: Instrument, scale: Scale) -> list[int]:
    """Give the places of a scale's items among the instrument's."""
    return [instrument.item_ids.index(item) for item in scale.item_ids]


def points_of(instrument: Instrument, scale: Scale, answers: FloatArray) -> FloatArray:
    """Give a scale's answers in its direction, (n, items), in answer units."""
    own = answers[:, columns_of(instrument, scale)]
    signs = np.array(scale.signs, dtype=np.float64)
    return reverse_keyed(own, signs, float(instrument.low), float(instrument.high))


def finite(value: float) -> float | None:
    """Give a number JSON knows: None for NaN."""
    return float(value) if math.isfinite(value) else None


def _with_missing(parse: Parse, missing: Sequence[str]) -> Parse:
    """Give a parser to which some texts are missing answers."""
    words = {word.strip() for word in missing}
    return lambda text: math.nan if text in words else parse(text)
