"""People whose answers come in from elsewhere, and what can be wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.model import Instrument
from assess.instruments.most_least import clashes

FloatArray = NDArray[np.float64]

MOST_FAULTS: Final = 20
LONGEST_CODE: Final = 20
LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class ImportedPerson:
    """Somebody whose answers come in; ``code`` names them in the file."""

    code: str
    name: str
    email: str | None

    @property
    def address(self) -> str | None:
        """The e-mail address as the pool keeps it: lower case, no space around it."""
        return (self.email or "").strip().lower() or None


def refuse_faults(
    people: Sequence[ImportedPerson],
    answers: Mapping[str, FloatArray],
    battery: Sequence[Instrument],
) -> None:
    """Raise Invalid with the first faults of people and tables, each naming its place."""
    faults = _people_faults(people)
    by_key = {instrument.key: instrument for instrument in battery}
    if not answers:
        faults.append("answers: there are none")
    for key, table in answers.items():
        if key not in by_key:
            faults.append(f"{key}: is not in the battery of this campaign")
        else:
            faults += _table_faults(by_key[key], people, np.asarray(table, dtype=np.float64))
    if faults:
        rest = len(faults) - MOST_FAULTS
        more = [f"and {rest} more"] if rest > 0 else []
        raise Invalid(*faults[:MOST_FAULTS], *more)


def _people_faults(people: Sequence[ImportedPerson]) -> list[str]:
    faults = [] if people else ["people: there are none"]
    codes: set[str] = set()
    addresses: set[str] = set()
    for number, person in enumerate(people, 1):
        if not 0 < len(person.code) <= LONGEST_CODE:
            faults.append(f"person {number}: the code must have 1 to {LONGEST_CODE} characters")
        if not 0 < len(person.name) <= LONGEST_NAME:
            faults.append(f"person {number}: the name must have 1 to {LONGEST_NAME} characters")
        address = person.address
        if person.code in codes or (address is not None and address in addresses):
            faults.append(f"person {number}: {person.code} is there twice")
        codes.add(person.code)
        addresses |= {address} if address else set()
    return faults


def _table_faults(
    instrument: Instrument, people: Sequence[ImportedPerson], table: FloatArray
) -> list[str]:
    shape = (len(people), len(instrument.items))
    if table.shape != shape:
        return [f"{instrument.key}: answers are {table.shape}, people and items are {shape}"]
    low, high = instrument.low, instrument.high
    bad = ~np.isnan(table) & ((table < low) | (table > high) | (table != np.round(table)))
    faults = [
        f"{instrument.key}: {people[row].code}: {instrument.item_ids[column]}: "
        f"{table[row, column]:g} is not a whole number from {low} to {high}"
        for row, column in np.argwhere(bad)[: MOST_FAULTS + 1].tolist()
    ]
    if instrument.kind == "most_least" and not faults:
        faults = [
            f"{instrument.key}: {people[row].code}: {block}: the same statement is marked most "
            "and least"
            for row, block in clashes(instrument, table)[: MOST_FAULTS + 1]
        ]
    return faults
