"""Real people's answers and other programs' figures on them, read from the reference files."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assess.instruments.load import load_instrument
from assess.instruments.model import Instrument
from assess.psychometrics.keying import reverse_keyed

FloatArray = NDArray[np.float64]

INSTRUMENTS = Path(__file__).parent / "instruments"


@cache
def instrument(key: str) -> Instrument:
    """Give one of the small instruments whose scales other programs have scored."""
    return load_instrument(INSTRUMENTS / key, derived=False)


@cache
def rows(path: Path) -> list[dict[str, str]]:
    """Read a table with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def figures(folder: Path) -> dict[str, Any]:
    """Give the reference figures: R psych 2.2.9, mirt 1.45.1, careless 1.2.2."""
    read = json.loads((folder / "reference_public.json").read_text(encoding="utf-8"))
    assert isinstance(read, dict)
    return read


def answers(path: Path, one: Instrument, missing: tuple[str, ...] = ("", "NA")) -> FloatArray:
    """Give the answers (n, J) in the order of the instrument's items, NaN missing."""
    return np.array(
        [
            [np.nan if row[item] in missing else float(row[item]) for item in one.item_ids]
            for row in rows(path)
        ]
    )


def points(one: Instrument, given: FloatArray) -> dict[str, FloatArray]:
    """Give each scale's item points (n, k) in the scale's direction."""
    return {
        scale.name: reverse_keyed(
            given[:, [one.item_ids.index(item) for item in scale.item_ids]],
            np.array(scale.signs, float),
            one.low,
            one.high,
        )
        for scale in one.scales
    }


def person_table(source: Path, target: Path, columns: dict[str, str], blank: str = "") -> Path:
    """Write ``source`` with a person column first and ``columns`` (new name: old) after it."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", *columns])
        for number, row in enumerate(rows(source), 1):
            cells = [row[old] for old in columns.values()]
            writer.writerow([number, *("" if cell in {"NA", blank} else cell for cell in cells)])
    return target
