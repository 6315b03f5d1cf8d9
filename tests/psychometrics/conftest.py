"""Answers and other programs' figures that the scoring tests compare with."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from assess.psychometrics.irt import GradedItems
from assess.psychometrics.keying import reverse_keyed

FloatArray = NDArray[np.float64]
# A busy machine is no fault of the rule under test.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

PUBLISHED = Path(__file__).parents[1] / "published"


@dataclass(frozen=True)
class ScoredScale:
    """Answers in item direction with the parameters and scores R mirt gives for them."""

    categories: FloatArray
    items: GradedItems
    mean: FloatArray
    error: FloatArray


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def empathy_excerpt() -> ScoredScale:
    """Forty people on one scale; runs everywhere."""
    with (PUBLISHED / "ambi_empathy_mirt.json").open(encoding="utf-8") as file:
        kept = json.load(file)
    points = reverse_keyed(np.array(kept["answers"], float), np.array(kept["signs"], float), 1, 7)
    return ScoredScale(
        points - 1,
        GradedItems(np.array(kept["slopes"]), np.array(kept["thresholds"])),
        np.array(kept["eap"]),
        np.array(kept["posterior_sd"]),
    )


@pytest.fixture(scope="session")
def research_key(reference_data: Path) -> dict[str, ScoredScale]:
    """Give the eight scales and 54 items of the research key, answered by 1008 real people."""
    key = json.loads((reference_data / "ambi_scales.json").read_text(encoding="utf-8"))
    answers = rows_of(reference_data / "ambi_answers_public.csv")
    parameters = rows_of(reference_data / "ambi_mirt_parameters_public.csv")
    scored = rows_of(reference_data / "ambi_mirt_eap_public.csv")
    assert [row["person"] for row in answers] == [row["person"] for row in scored]
    scales = {}
    for scale, keyed in key.items():
        raw = np.array([[float(row[item]) for item, _ in keyed] for row in answers])
        own = {row["item"]: row for row in parameters if row["scale"] == scale}
        ours = [own[item] for item, _ in keyed]
        scales[scale] = ScoredScale(
            reverse_keyed(raw, np.array([float(sign) for _, sign in keyed]), 1, 7) - 1,
            GradedItems(
                np.array([float(row["a"]) for row in ours]),
                np.array([[float(row[f"b{k}"]) for k in range(1, 7)] for row in ours]),
            ),
            np.array([float(row[f"{scale}_theta"]) for row in scored]),
            np.array([float(row[f"{scale}_se"]) for row in scored]),
        )
    return scales
