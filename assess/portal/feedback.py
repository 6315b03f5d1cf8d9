"""Feedback to the candidate as plain data: words in broad bands, no rank, no cut, no figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assess.instruments.catalogue import Catalogue
from assess.instruments.evidence import CompetencyTable, competency_table
from assess.instruments.model import Scale, Style
from assess.instruments.phrases import Region, region
from assess.instruments.wording import in_language
from assess.portal.queries import Material
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


def make_feedback(material: Material, language: str) -> Feedback:
    """Put the feedback of one person together from the scores of their sitting, in ``language``.

    Nothing of other people, of the fit or of its parts enters it.
    """
    campaign, scores, catalogue = material.campaign, material.scores, material.catalogue
    instruments = [
        in_language(catalogue.instrument(part.key), language)
        for part in campaign.battery
        if part.key in catalogue.keys()  # noqa: SIM118 - no mapping
    ]
    drivers = sorted(campaign.drivers, key=lambda one: -one.share)[:MOST_NAMED]
    heaviest = np.argsort(-campaign.weights, kind="stable")[:MOST_NAMED]
    titles = catalogue.call_driver_titles(language)
    competencies = catalogue.competencies_in(language)
    return Feedback(
        parts=tuple(Part(one.title, one.purpose) for one in instruments),
        drivers=tuple(titles.get(one.code, one.code) for one in drivers),
        asked=tuple(competencies[int(place)].definition for place in heaviest),
        indices=_indices(scores, catalogue, language),
        styles=_styles(
            scores, catalogue.styles_in(language), [s for one in instruments for s in one.scales]
        ),
    )


def _indices(
    scores: Mapping[str, ScoreView], catalogue: Catalogue, language: str
) -> tuple[IndexFeedback, ...]:
    table = _competencies(scores, catalogue)
    meanings = {one.code: one.definition for one in catalogue.competencies_in(language)}
    phrases, table_of_advice = catalogue.phrases_in(language), catalogue.feedback_in(language)
    found = []
    for index in catalogue.indices_in(language):
        code = index.competency
        mean = error = float("nan")
        if table is not None:
            column = COMPETENCIES.index(code)
            mean, error = float(table.mean[0, column]), float(table.error[0, column])
        band = region(mean, error)
        advice = table_of_advice.get((code, band))
        found.append(
            IndexFeedback(
                title=index.title,
                meaning=meanings[code],
                band=band,
                sentence=phrases.phrase(code, mean, error).feedback,
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
    scores: Mapping[str, ScoreView], styles: Sequence[Style], scales: list[Scale]
) -> tuple[StyleFeedback, ...]:
    by_name = {scale.name: scale for scale in scales}
    found = []
    for style in styles:
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
