"""The agreement page's plain data: figures as written, pictures beside them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from assess.charts import whisker
from assess.experts.queries import ExpertView, PanelView
from assess.instruments.expert_key import (
    EXPERTS_WANTED,
    FEW_EXPERTS,
    INCOMPLETE,
    LOW_AGREEMENT,
    Coverage,
    KeyStudy,
    Opinion,
)
from assess.instruments.model import Instrument, Item, OptionKey
from assess.psychometrics.key_quality import LEAST_RELIABILITY
from assess.selection.demand import COMPETENCIES

NONE = "–"


@dataclass(frozen=True)
class ResponseRow:
    """One response: what experts say of it, as figures and as a picture."""

    item: str
    text: str
    picture: str
    opinion: Opinion
    mean: str
    interval: str
    sd: str
    rwg: str
    proposed: str
    comments: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ScenarioRows:
    """A scenario with its responses; ``kept`` of them stay in the key."""

    id: str
    scenario: str
    kept: int
    rows: tuple[ResponseRow, ...]


@dataclass(frozen=True)
class ExpertRow:
    """One expert against the mean of the others; ``pulls`` as words."""

    expert: ExpertView
    rated: int
    r: str
    level: str
    pulls: tuple[str, ...]


@dataclass(frozen=True)
class AgreementPage:
    """Everything the page shows of a study."""

    icc: str
    icc_interval: str
    single: str
    warnings: tuple[str, ...]
    scenarios: tuple[ScenarioRows, ...]
    experts: tuple[ExpertRow, ...]
    coverage: tuple[Coverage, ...]


def agreement_page(panel: PanelView, bank: Instrument, study: KeyStudy) -> AgreementPage:
    """Lay out what a panel says of its bank."""
    found = study.agreement
    return AgreementPage(
        icc=figure(found.mean),
        icc_interval=_span(found.mean_low, found.mean_high, 2),
        single=figure(found.single),
        warnings=tuple(_warning(code, study) for code in study.warnings),
        scenarios=_scenarios(panel.experts, bank, study),
        experts=tuple(
            ExpertRow(
                expert=expert,
                rated=one.rated,
                r=figure(one.r),
                level=signed(one.level, 2),
                pulls=tuple(f"{item} {signed(by)}" for item, by in one.pulls),
            )
            for expert, one in zip(panel.experts, study.deviations, strict=True)
        ),
        coverage=tuple(sorted(study.coverage, key=lambda one: COMPETENCIES.index(one.code))),
    )


def figure(value: float, places: int = 2) -> str:
    """Write a figure, a dash for what there is not."""
    return f"{value:.{places}f}".replace("-", "−") if math.isfinite(value) else NONE


def signed(value: float, places: int = 1) -> str:
    """Write a difference with its sign."""
    if not math.isfinite(value):
        return NONE
    rounded = round(value, places)
    return f"{rounded:+.{places}f}".replace("-", "−") if rounded else f"{0:.{places}f}"


def _span(low: float, high: float, places: int) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    return str(_("%(low)s to %(high)s", low=figure(low, places), high=figure(high, places)))


def _warning(code: str, study: KeyStudy) -> str:
    few = min(one.raters for one in study.opinions)
    words = {
        FEW_EXPERTS: _(
            "%(wanted)s or more should rate; %(have)s have.",
            wanted=EXPERTS_WANTED,
            have=study.experts,
        ),
        INCOMPLETE: _(
            "Not every expert rated every response: the fewest ratings of one are %(few)s. "
            "The agreement rests on the %(options)s responses that all have rated.",
            few=few,
            options=study.agreement.options,
        ),
        LOW_AGREEMENT: _(
            "The experts agree too little: ICC(2,k) is %(icc)s, wanted %(wanted)s or more.",
            icc=figure(study.agreement.mean),
            wanted=figure(LEAST_RELIABILITY),
        ),
    }
    return str(words[code])


def _scenarios(
    experts: Sequence[ExpertView], bank: Instrument, study: KeyStudy
) -> tuple[ScenarioRows, ...]:
    opinions = {one.item: one for one in study.opinions}
    return tuple(
        ScenarioRows(
            id=block.id,
            scenario=block.scenario or "",
            kept=study.scenarios[block.id][0],
            rows=tuple(
                _row(item, opinions[item.id], bank, study.proposal or {}, experts)
                for item in block.items
            ),
        )
        for block in bank.blocks
    )


def _row(
    item: Item,
    one: Opinion,
    bank: Instrument,
    proposal: Mapping[str, OptionKey],
    experts: Sequence[ExpertView],
) -> ResponseRow:
    proposed = NONE
    if item.id in proposal:
        proposed = figure(proposal[item.id].points, 1) if one.kept else _("none")
    return ResponseRow(
        item=one.item,
        text=item.text,
        picture=_picture(one, bank),
        opinion=one,
        mean=figure(one.mean),
        interval=_span(*_ends(one, bank), 1),
        sd=figure(one.sd),
        rwg=figure(one.rwg),
        proposed=proposed,
        comments=tuple((e.name, e.comments[one.item]) for e in experts if one.item in e.comments),
    )


def _picture(one: Opinion, bank: Instrument) -> str:
    """Draw the mean with its whisker, the present key as a small tick."""
    low, high = _ends(one, bank)
    title = _(
        "%(item)s: mean %(mean)s, %(interval)s; key now %(key)s",
        item=one.item,
        mean=figure(one.mean),
        interval=_span(low, high, 1),
        key=f"{one.now:g}",
    )
    has_error = math.isfinite(low)
    return whisker(
        one.mean if has_error else None,
        low if has_error else None,
        high if has_error else None,
        domain=(float(bank.low), float(bank.high)),
        title=title,
        width=180,
        reference=one.now,
    )


def _ends(one: Opinion, bank: Instrument) -> tuple[float, float]:
    """Give the ends of an interval, held to the answer range: no mean lies beyond it."""
    return max(one.low, float(bank.low)), min(one.high, float(bank.high))
