"""Feedback to the candidate as plain data: words in broad bands, no rank, no cut, no figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.instruments.evidence import CompetencyTable, competency_table
from assess.instruments.model import Scale
from assess.instruments.phrases import Region, region
from assess.rankings.assembly import StoredTable
from assess.selection.demand import COMPETENCIES
from assess.sittings.queries import ScoreView

#: So many reasons for a call and competencies say why the questions fit the job.
MOST_NAMED: Final = 3


@dataclass(frozen=True)
class Part:
    """One questionnaire: its name and what it is for."""

    title: str
    purpose: str


@dataclass(frozen=True)
class IndexFeedback:
    """One headline index in words; nothing in ``strengths`` and ``tips`` if not measured."""

    title: str
    meaning: str
    band: Region
    sentence: str
    strengths: tuple[str, ...]
    tips: tuple[str, ...]


@dataclass(frozen=True)
class StyleFeedback:
    """One side of working style: between two ends, and which of them the answers lean to."""

    title: str
    low_end: str
    high_end: str
    leans: Region


@dataclass(frozen=True)
class Feedback:
    """All that a candidate reads; ``drivers`` and ``asked`` say why it fits the job."""

    parts: tuple[Part, ...]
    drivers: tuple[str, ...]
    asked: tuple[str, ...]
    indices: tuple[IndexFeedback, ...]
    styles: tuple[StyleFeedback, ...]


def make_feedback(
    campaign: CampaignView, scores: Mapping[str, ScoreView], catalogue: Catalogue
) -> Feedback:
    """Put the feedback of one person together from the scores of their sitting.

    Nothing of other people, of the fit or of its parts enters it.
    """
    instruments = [
        catalogue.instrument(part.key)
        for part in campaign.battery
        if part.key in catalogue.keys()  # noqa: SIM118 - no mapping
    ]
    drivers = sorted(campaign.drivers, key=lambda one: -one.share)[:MOST_NAMED]
    heaviest = np.argsort(-campaign.weights, kind="stable")[:MOST_NAMED]
    return Feedback(
        parts=tuple(Part(one.title, one.purpose) for one in instruments),
        drivers=tuple(_driver(catalogue, one.code) for one in drivers),
        asked=tuple(catalogue.competencies[int(place)].definition for place in heaviest),
        indices=_indices(scores, catalogue),
        styles=_styles(scores, catalogue, [s for one in instruments for s in one.scales]),
    )


def _driver(catalogue: Catalogue, code: str) -> str:
    found = catalogue.call_drivers.get(code)
    return code if found is None else found.title


def _indices(scores: Mapping[str, ScoreView], catalogue: Catalogue) -> tuple[IndexFeedback, ...]:
    table = _competencies(scores, catalogue)
    meanings = {one.code: one.definition for one in catalogue.competencies}
    found = []
    for index in catalogue.indices:
        code = index.competency
        mean = error = float("nan")
        if table is not None:
            column = COMPETENCIES.index(code)
            mean, error = float(table.mean[0, column]), float(table.error[0, column])
        band = region(mean, error)
        advice = catalogue.feedback.get((code, band))
        found.append(
            IndexFeedback(
                title=index.title,
                meaning=meanings[code],
                band=band,
                sentence=catalogue.phrases.phrase(code, mean, error).feedback,
                strengths=advice.strengths if advice else (),
                tips=advice.tips if advice else (),
            )
        )
    return tuple(found)


def _competencies(scores: Mapping[str, ScoreView], catalogue: Catalogue) -> CompetencyTable | None:
    tables = {
        key: StoredTable(one.scales, one.mean[None, :], one.error[None, :])
        for key, one in scores.items()
        # A picture within the person has no error and is no score.
        if not np.isnan(one.error).all() or np.isnan(one.mean).all()
    }
    return competency_table(tables, catalogue.competencies) if tables else None


def _styles(
    scores: Mapping[str, ScoreView], catalogue: Catalogue, scales: list[Scale]
) -> tuple[StyleFeedback, ...]:
    by_name = {scale.name: scale for scale in scales}
    found = []
    for style in catalogue.styles:
        scale = by_name.get(style.scale)
        if scale is None:
            continue
        mean, error = _score(scores, style.scale)
        found.append(StyleFeedback(style.title, scale.low_end, scale.high_end, region(mean, error)))
    return tuple(found)


def _score(scores: Mapping[str, ScoreView], scale: str) -> tuple[float, float]:
    for one in scores.values():
        if scale in one.scales:
            place = one.scales.index(scale)
            if not np.isnan(one.error[place]):
                return float(one.mean[place]), float(one.error[place])
    return float("nan"), float("nan")
