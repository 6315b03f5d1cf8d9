"""What candidates read about each headline index: strengths and tips for a broad band."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assess.instruments.document import Node, read_document, refuse
from assess.instruments.phrases import Region

MEASURED: Final[tuple[Region, ...]] = ("above", "around", "below")
STRENGTHS: Final = 2
MOST_TIPS: Final = 2


@dataclass(frozen=True)
class Advice:
    """Two strengths and one or two tips."""

    strengths: tuple[str, ...]
    tips: tuple[str, ...]


FeedbackTable = Mapping[tuple[str, Region], Advice]
"""Advice by competency code and region; nothing where it was not measured."""


def load_feedback(path: Path, indices: tuple[str, ...]) -> FeedbackTable:
    """Load the advice for the competencies behind the headline ``indices``.

    Invalid with every fault: a missing index or band, too few strengths, too many tips.
    """
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("version", "provisional", "indices"))
    root.child("indices").expect(indices)
    table = {}
    for code in indices:
        bands = root.child("indices").child(code)
        bands.expect(MEASURED)
        for name in MEASURED:
            table[code, name] = _advice(bands.child(name))
    refuse(faults)
    return table


def texts(table: FeedbackTable) -> dict[str, str]:
    """Give every text of the table by its path in a translation."""
    return {
        f"feedback.{code}.{band}.{part}.{place}": text
        for (code, band), advice in table.items()
        for part in ("strengths", "tips")
        for place, text in enumerate(getattr(advice, part), 1)
    }


def in_texts(table: FeedbackTable, words: Mapping[str, str]) -> FeedbackTable:
    """Give the table with ``words`` by path; a text that is not among them stays as it is."""
    found = {}
    for (code, band), advice in table.items():
        path = f"feedback.{code}.{band}"
        found[code, band] = Advice(
            _in(words, f"{path}.strengths", advice.strengths),
            _in(words, f"{path}.tips", advice.tips),
        )
    return found


def _in(words: Mapping[str, str], path: str, own: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words.get(f"{path}.{place}", text) for place, text in enumerate(own, 1))


def _advice(node: Node) -> Advice:
    node.expect(("strengths", "tips"))
    strengths = tuple(entry.as_text() for entry in node.child("strengths").entries())
    tips = tuple(entry.as_text() for entry in node.child("tips").entries())
    if len(strengths) != STRENGTHS:
        node.child("strengths").fault(f"must be {STRENGTHS} sentences")
    if not 1 <= len(tips) <= MOST_TIPS:
        node.child("tips").fault(f"must be 1 to {MOST_TIPS} sentences")
    return Advice(strengths, tips)
