"""What a tuned profile rests on in its battery: scales, their reliability, what is shaky."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.instruments.model import Competency, Instrument
from assess.rankings.tuning_preview import Weighing
from assess.selection.demand import COMPETENCIES
from assess.selection.guard_rails import Finding, Source, Tuning, guard_rails

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Rails:
    """Findings of the profile as tuned; ``known`` are those it has without the change, too."""

    found: tuple[Finding, ...]
    known: frozenset[tuple[str, str | int | None]]

    def is_new(self, finding: Finding) -> bool:
        """Say whether the change brought it in."""
        return (finding.code, finding.about) not in self.known


def evidence_sources(
    battery: Sequence[Instrument], competencies: Sequence[Competency]
) -> tuple[Source, ...]:
    """Give the scores of a battery that are evidence of a competency, competency by competency.

    A judgement score counts as calibrated once its norm is measured, a rating scale once its
    items are.
    """
    by_code = {one.code: one for one in competencies}
    return tuple(
        source
        for place, code in enumerate(COMPETENCIES)
        for instrument in battery
        for source in _of(instrument, by_code[code], place)
    )


def look_over(
    sources: Sequence[Source],
    reliability: FloatArray,
    before: Weighing,
    after: Weighing,
    n_contacts: int | None,
) -> Rails:
    """Find what is shaky about a profile as tuned, and which of it is so already."""

    def found(one: Weighing) -> tuple[Finding, ...]:
        return guard_rails(
            Tuning(
                weights=one.weights,
                sources=sources,
                reliability=reliability,
                minimums=one.by_place,
                style_weight=one.style_weight,
                n_contacts=n_contacts,
            )
        )

    return Rails(found(after), frozenset((one.code, one.about) for one in found(before)))


def _of(instrument: Instrument, competency: Competency, place: int) -> list[Source]:
    if instrument.kind == "judgement":
        norm = instrument.norm
        if norm is None or competency.code not in norm.competencies:
            return []
        return [Source(competency.code, place, calibrated=not norm.provisional)]
    if instrument.kind == "most_least":
        return []
    return [
        Source(scale.name, place, calibrated=scale.calibrated)
        for scale in instrument.scales
        if scale.name == competency.scale
    ]
