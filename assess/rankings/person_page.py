"""One person's page as plain data: what their place rests on, in words, numbers and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from assess.campaigns.queries import CampaignView
from assess.charts import contributions, within_person
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import TOTAL, Competency
from assess.rankings.queries import STYLE, EntryView, SnapshotView
from assess.rankings.readings import (
    STYLE_TOLERANCE,
    Probe,
    Reading,
    competency_pair,
    fit_reading,
    in_tenths,
    probes,
    score_reading,
    style_reading,
)
from assess.rankings.table import Drawn, drawn, style_picture
from assess.rankings.within_person import WithinStyle, picture_words, within_person_picture
from assess.rankings.words import blank_words, flag_words, minimum_words, why_asked
from assess.selection.demand import COMPETENCIES

ROW_HEIGHT = 39.5
"""Of the table beside the picture of contributions, so that its rows stand beside the steps."""


@dataclass(frozen=True)
class Part:
    """One of the parts an index is made of."""

    title: str
    reading: Reading | None


@dataclass(frozen=True)
class Headline:
    """A headline index with its parts and its reviewed sentence."""

    title: str
    score: Drawn
    low_words: str
    high_words: str
    phrase: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Step:
    """What one competency adds to the fit, in its points."""

    title: str
    weight: float
    measured: str
    points: float | None


@dataclass(frozen=True)
class Question:
    """An interview question with why it is asked and the sentence behind it."""

    title: str
    question: str
    why: str
    phrase: str


@dataclass(frozen=True)
class Style:
    """One letter of the strip; all figures 0 to 100."""

    letter: str
    title: str
    reading: Reading | None
    target_low: float
    target_high: float
    low_end: str
    high_end: str
    provisional: bool


@dataclass(frozen=True)
class PersonPage:
    """Everything the page of a person shows."""

    entry: EntryView
    fit: Drawn
    steps: tuple[Step, ...]
    sum: float | None
    steps_svg: str | None
    headlines: tuple[Headline, ...]
    total: Drawn | None
    questions: tuple[Question, ...]
    styles: tuple[Style, ...]
    style_svg: str
    picture: tuple[WithinStyle, ...]
    picture_svg: str | None
    flags: tuple[str, ...]
    blanks: tuple[str, ...]
    instruments: Sequence[Mapping[str, Any]]
    minimums: tuple[str, ...] = ()


def make_person_page(
    entry: EntryView, snapshot: SnapshotView, campaign: CampaignView, catalogue: Catalogue
) -> PersonPage:
    """Put one person's page together; nothing of an answer or a key is in it."""
    by_weight = sorted(
        catalogue.competencies, key=lambda one: -campaign.weights[COMPETENCIES.index(one.code)]
    )
    points, total_points = _points(entry)
    total = entry.scales.get(TOTAL)
    picture = within_person_picture(
        entry, [catalogue.instrument(part.key) for part in campaign.battery]
    )
    name = str(_("Service situations, all together"))
    return PersonPage(
        entry=entry,
        fit=drawn(fit_reading(entry), str(_("Fit")), width=320),
        steps=(
            *(_step(entry, snapshot, one, points.get(one.code)) for one in by_weight),
            *_style_step(entry, snapshot, points.get(STYLE)),
        ),
        sum=total_points,
        steps_svg=_steps_picture(entry, by_weight, points),
        headlines=_headlines(entry, catalogue),
        total=drawn(score_reading(total), name, width=260) if total else None,
        questions=tuple(_question(p, entry, catalogue) for p in probes(entry, by_weight)),
        styles=_styles(entry, snapshot, catalogue, campaign),
        style_svg=style_picture(entry, snapshot, catalogue, width=320, row=28),
        picture=picture,
        picture_svg=_within_picture(picture),
        flags=tuple(flag_words(entry, catalogue.competencies)),
        blanks=tuple(blank_words(entry, _scale_titles(campaign, catalogue))),
        instruments=snapshot.method["instruments"],
        minimums=tuple(minimum_words(entry, snapshot, catalogue)),
    )


def _scale_titles(campaign: CampaignView, catalogue: Catalogue) -> dict[str, str]:
    return {
        scale.name: scale.title
        for part in campaign.battery
        for scale in catalogue.instrument(part.key).scales
    }


def _points(entry: EntryView) -> tuple[dict[str, float], float | None]:
    """Give what each competency adds, in tenths of a point that add up; nothing if unranked."""
    if entry.fit is None:
        return {}, None
    tenths, total = in_tenths(list(entry.contributions.values()), entry.fit - 50)
    return dict(zip(entry.contributions, tenths, strict=True)), total


def _step(
    entry: EntryView, snapshot: SnapshotView, competency: Competency, points: float | None
) -> Step:
    code = competency.code
    parts, possible = entry.parts.get(code, 0), 1 if competency.scale is None else 2
    measured = _("not measured") if not parts else _("both parts") if parts == 2 else _("one part")
    if parts and possible == 1:
        measured = _("service situations")
    return Step(
        title=competency.title,
        weight=(1 - snapshot.style_weight) * snapshot.weights.get(code, 0.0),
        measured=str(measured),
        points=points if parts else None,
    )


def _style_step(entry: EntryView, snapshot: SnapshotView, points: float | None) -> list[Step]:
    """Give what style adds to the fit, where it has a weight."""
    if not snapshot.style_weight:
        return []
    scales = snapshot.method["style_scales"]
    seen = sum(entry.style.get(scale) is not None for scale in scales)
    measured = (
        _("%(seen)s of %(of)s style scales", seen=seen, of=len(scales))
        if seen
        else _("not measured")
    )
    name = _("Style: nearness to the target")
    return [Step(str(name), snapshot.style_weight, str(measured), points if seen else None)]


def _steps_picture(
    entry: EntryView, by_weight: Sequence[Competency], points: Mapping[str, float]
) -> str | None:
    """Draw how the contributions lead from the reference, 50, to the fit."""
    fit = fit_reading(entry)
    if fit is None or entry.fit is None:
        return None
    named = [(one.title, one.code) for one in by_weight]
    if STYLE in entry.contributions:
        named.append((str(_("Style")), STYLE))
    rows = [(name, entry.contributions.get(code, 0.0)) for name, code in named]
    said = ", ".join(f"{name} {points[code]:+.1f}" for name, code in named if code in points)
    title = _("From 50 to %(fit)s: %(steps)s", fit=f"{entry.fit:.1f}", steps=said)
    return contributions(
        rows, entry.fit - 50, title=str(title), low=fit.low - 50, high=fit.high - 50,
        width=320, row_height=ROW_HEIGHT,
    )  # fmt: skip


def _within_picture(picture: Sequence[WithinStyle]) -> str | None:
    """Draw the picture within the person; None where there is none, or too few marks."""
    if all(one.value is None for one in picture):
        return None
    title = _("Within this person, most minus least: %(styles)s", styles=picture_words(picture))
    positions = [(one.letter, one.value) for one in picture]
    return within_person(positions, title=str(title), width=320, row_height=28)


def _headlines(entry: EntryView, catalogue: Catalogue) -> tuple[Headline, ...]:
    by_code = {one.code: one for one in catalogue.competencies}
    found = []
    for index in catalogue.indices:
        one = by_code[index.competency]
        pair = competency_pair(entry, one.code)
        mean, error = pair or (float("nan"), float("nan"))
        parts = [Part(str(_("Service situations")), score_reading(entry.scales.get(one.code)))]
        if one.scale is not None:
            parts.append(Part(str(_("Work style")), score_reading(entry.scales.get(one.scale))))
        found.append(
            Headline(
                title=index.title,
                score=drawn(score_reading(pair), index.title, width=320),
                low_words=one.low_words,
                high_words=one.high_words,
                phrase=catalogue.phrases.phrase(one.code, mean, error).report,
                parts=tuple(parts),
            )
        )
    return tuple(found)


def _question(probe: Probe, entry: EntryView, catalogue: Catalogue) -> Question:
    mean, error = competency_pair(entry, probe.code) or (float("nan"), float("nan"))
    phrase = catalogue.phrases.phrase(probe.code, mean, error).report
    return Question(probe.title, probe.question, why_asked(probe), phrase)


def _styles(
    entry: EntryView, snapshot: SnapshotView, catalogue: Catalogue, campaign: CampaignView
) -> tuple[Style, ...]:
    scales = {
        scale.name: scale
        for part in campaign.battery
        for scale in catalogue.instrument(part.key).scales
    }
    rows = []
    for style, target in zip(catalogue.styles, snapshot.method["style_target"], strict=True):
        scale = scales.get(style.scale)
        rows.append(
            Style(
                letter=style.letter,
                title=style.title,
                reading=style_reading(entry.style.get(style.scale)),
                target_low=max(target - STYLE_TOLERANCE, 0.0),
                target_high=min(target + STYLE_TOLERANCE, 100.0),
                low_end=scale.low_end if scale else "",
                high_end=scale.high_end if scale else "",
                provisional=scale is not None and not scale.calibrated,
            )
        )
    return tuple(rows)
