"""Answers that several tests of the graded response model use, and where they come from."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.irt import GradedItems, draw_categories
from assess.psychometrics.keying import reverse_keyed
from tests.published import public_answers

FloatArray = NDArray[np.float64]

PUBLISHED = Path(__file__).parents[1] / "published"

# Bock & Lieberman (1970): how many of 1000 people gave each pattern 00000, 00001, ... 11111.
LSAT7_COUNTS = [
    *(12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28),
    *(7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308),
]
LSAT7_PATTERNS = np.array([[int(digit) for digit in f"{i:05b}"] for i in range(32)], float)
LSAT7 = np.repeat(LSAT7_PATTERNS, LSAT7_COUNTS, axis=0)


def science() -> dict[str, Any]:
    """Give mirt's figures on its Science data, and under "answers" the data, categories 0..3."""
    read = json.loads((PUBLISHED / "science_mirt.json").read_text(encoding="utf-8"))
    patterns = [[int(digit) - 1 for digit in pattern] for pattern in read["patterns"]]
    counts = list(read["patterns"].values())
    assert isinstance(read, dict)
    return {**read, "answers": np.repeat(np.array(patterns, float), counts, axis=0)}


def items_of(figures: dict[str, Any]) -> GradedItems:
    """Give items from slopes and intercepts."""
    slopes = np.array(figures["slopes"])
    return GradedItems(slopes, -np.array(figures["intercepts"]) / slopes[:, None])


def inventory(folder: Path, scale: str) -> tuple[FloatArray, dict[str, Any]]:
    """Give 2000 people's categories on a SAPA scale, and what R mirt 1.45.1 says of them."""
    reference = public_answers.figures(folder)["public"]["grm"][scale]
    table = public_answers.rows(folder / "spi_public.csv")
    answers = np.array([[float(row[item]) for item in reference["items"]] for row in table])
    signs = np.where(reference["reverse_scored"], -1.0, 1.0)
    return reverse_keyed(answers, signs, 1, 6) - 1, reference


def simulated(items: GradedItems, n: int, seed: int = 11) -> FloatArray:
    """Give ``n`` people from N(0, 1) answering ``items``."""
    rng = np.random.default_rng(seed)
    return draw_categories(items, rng.standard_normal(n), rng)
