"""The one reviewed table of report sentences: the same sentence for the same score.

A region is where the 90 % interval of a score lies against the mean of the reference: wholly
above it, around it, wholly below it, or nowhere because the competency was not measured.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assess.instruments.document import Node, read_document, refuse
from assess.selection.demand import COMPETENCIES

Region = Literal["above", "around", "below", "not_measured"]

REGIONS: tuple[Region, ...] = ("above", "around", "below", "not_measured")
Z_90 = 1.645


@dataclass(frozen=True)
class Phrase:
    """What a report says to those who decide, and what feedback says to the candidate."""

    report: str
    feedback: str


@dataclass(frozen=True)
class Phrases:
    """The table: a phrase for each competency and region."""

    table: Mapping[tuple[str, Region], Phrase]
    provisional: bool

    def phrase(self, code: str, mean: float, error: float) -> Phrase:
        """Give the phrase for a competency's score; NaN is "not measured"."""
        return self.table[code, region(mean, error)]


def region(mean: float, error: float) -> Region:
    """Place the 90 % interval of a true score against the reference mean, 0."""
    if math.isnan(mean) or math.isnan(error):
        return "not_measured"
    if mean - Z_90 * error > 0:
        return "above"
    return "below" if mean + Z_90 * error < 0 else "around"


def load_phrases(path: Path) -> Phrases:
    """Load the table; Invalid with every fault, a missing competency or region among them."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("version", "provisional", "phrases"))
    competencies = root.child("phrases")
    competencies.expect(COMPETENCIES)
    table: dict[tuple[str, Region], Phrase] = {}
    for code in COMPETENCIES:
        regions = competencies.child(code)
        regions.expect(REGIONS)
        for name in REGIONS:
            table[code, name] = _phrase(regions.child(name))
    refuse(faults)
    return Phrases(table, root.flag("provisional"))


def _phrase(node: Node) -> Phrase:
    node.expect(("report", "feedback"))
    return Phrase(node.text("report"), node.text("feedback"))
