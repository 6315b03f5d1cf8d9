"""What a tuned profile does, and what is shaky about it, in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from assess.charts.moves import Sureness
from assess.instruments.model import Instrument
from assess.rankings.tuning_rails import Rails
from assess.selection.demand import COMPETENCIES
from assess.selection.guard_rails import Finding
from assess.selection.minimum_cost import MinimumCost
from assess.selection.preview import Least, Totals


@dataclass(frozen=True)
class RailWords:
    """One finding: what is so, why it matters, and whether the change brought it in."""

    text: str
    why: str
    is_new: bool


def headline(found: Totals | Least) -> str:
    """Say in one sentence what the change does to the seats."""
    if isinstance(found, Least):
        if not found.beyond_error:
            return str(_("No seat changes beyond error."))
        return str(
            ngettext(
                "%(num)s seat changes beyond error.",
                "%(num)s seats change beyond error.",
                found.beyond_error,
            )
        )
    if not found.changed:
        return str(
            ngettext(
                "This changes no seat.", "This changes none of the %(num)s seats.", found.seats
            )
        )
    sure = _("none beyond error")
    if found.beyond_error:
        sure = _("%(beyond)s beyond error", beyond=f"{found.beyond_error:,}")
    return str(
        _(
            "This changes %(changed)s of %(seats)s seats, %(sure)s.",
            changed=f"{found.changed:,}",
            seats=f"{found.seats:,}",
            sure=sure,
        )
    )


def meaning(found: Totals | Least) -> str:
    """Say what the sentence of `headline` means for somebody who decides."""
    if isinstance(found, Least):
        return str(
            _(
                "People of this campaign are ranked already, so no more than this is told: who "
                "would gain by a change must not be why it is made."
            )
        )
    if not found.changed:
        return str(_("The same people would be seated as now."))
    if not found.beyond_error:
        return str(_("Whoever moves in cannot be told apart from whoever moves out."))
    rest = found.changed - found.beyond_error
    if not rest:
        return str(_("Everybody who moves in can be told apart from whoever moves out."))
    return str(
        ngettext(
            "For the other %(num)s seat, who moves in cannot be told apart from who moves out.",
            "For the other %(num)s seats, who moves in cannot be told apart from who moves out.",
            rest,
        )
    )


def sureness_words(sureness: Sureness) -> str:
    """Name how surely a seat changes."""
    words = {
        "beyond": _("beyond error"),
        "shifted": _("moved by the change, but not told apart"),
        "within": _("within error"),
    }
    return str(words[sureness])


def order_words(correlation: float) -> str:
    """Say what a rank correlation means for the order of people."""
    if math.isnan(correlation):
        return str(_("cannot be said"))
    words = (
        (0.995, _("the same order")),
        (0.95, _("nearly the same order")),
        (0.80, _("much the same order")),
        (0.50, _("a rather different order")),
    )
    said = next((words for least, words in words if correlation >= least), None)
    return str(said or _("a very different order"))


def cost_words(cost: MinimumCost, titles: Mapping[str, str], *, simulated: bool) -> list[str]:
    """Say what a profile's minimums cost; ``titles`` name indices by a competency's code."""
    people = cost.totals.ranked[0]
    said = []
    for line in cost.lines:
        of = _("of %(n)s simulated people", n=f"{people:,}") if simulated else (
            _("of %(n)s people", n=f"{people:,}")
        )  # fmt: skip
        text = _(
            "%(index)s, at least %(minimum)s: %(of)s, %(surely)s are surely below and held back; "
            "%(may_be)s may be below and stay.",
            index=titles[COMPETENCIES[line.place]], minimum=f"{line.minimum:g}", of=of,
            surely=f"{line.surely_below:,}", may_be=f"{line.may_be_below:,}",
        )  # fmt: skip
        said.append(str(text)[:1].upper() + str(text)[1:])
    together = [_("Seats that go to others because of it: %(n)s.", n=f"{cost.seats_changed:,}")]
    if cost.seats_empty:
        together.append(_("Seats that stay empty: %(n)s.", n=f"{cost.seats_empty:,}"))
    if cost.fit_lost > 0:
        together.append(
            _("The mean fit of those seated falls by %(points)s points.",
              points=f"{cost.fit_lost:.1f}")
        )  # fmt: skip
    return [*said, " ".join(map(str, together))]


def decimal(value: float, places: int = 2) -> str:
    """Write a figure; what cannot be computed says so."""
    return str(_("not known")) if math.isnan(value) else f"{value:.{places}f}"


def rail_words(
    rails: Rails, titles: Mapping[str, str], battery: Sequence[Instrument]
) -> list[RailWords]:
    """Say what is shaky, what the change brought in first.

    ``titles`` name competencies by code. The judgement form's scores rest on one norm, so its
    findings are one.
    """
    scales = {scale.name: scale.title for one in battery for scale in one.scales}
    said: list[RailWords] = []
    assumed = [
        one for one in rails.found if one.code == "uncalibrated_weight" and one.about in titles
    ]
    for finding in rails.found:
        if finding not in assumed:
            text, why = _said(finding, titles, scales)
            said.append(RailWords(text, why, rails.is_new(finding)))
    if assumed:
        text, why = _assumed(sum(one.figures["share"] for one in assumed))
        said.append(RailWords(text, why, any(rails.is_new(one) for one in assumed)))
    return sorted(said, key=lambda one: not one.is_new)


def _said(
    finding: Finding, titles: Mapping[str, str], scales: Mapping[str, str]
) -> tuple[str, str]:
    """Give one finding's text and its reason."""
    figures = finding.figures
    name = _name(finding.about, titles, scales)
    return _TEXTS[finding.code](name, figures)


def _name(about: str | int | None, titles: Mapping[str, str], scales: Mapping[str, str]) -> str:
    if isinstance(about, int):
        return titles[COMPETENCIES[about]]
    about = about or ""
    if about in titles:
        return str(_("%(competency)s, by the service situations", competency=titles[about]))
    return scales.get(about, about)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _one_scale(name: str, figures: Mapping[str, float]) -> tuple[str, str]:
    text = _("One scale carries %(share)s of the weight: %(name)s.",
             share=_percent(figures["share"]), name=name)  # fmt: skip
    return str(text), str(
        _(
            "If that one scale is wrong about somebody, so is the whole fit. At most half of the "
            "weight on one scale is sound."
        )
    )


def _unreliable_minimum(name: str, figures: Mapping[str, float]) -> tuple[str, str]:
    text = _(
        "%(name)s: its scores are not sure enough for a minimum of %(minimum)s. Their reliability "
        "is %(reliability)s, and a minimum needs %(least)s.",
        name=name, minimum=f"{figures['minimum']:g}",
        reliability=f"{figures['reliability']:.2f}", least=f"{figures['at_least']:.2f}",
    )  # fmt: skip
    return str(text), str(
        _(
            "By error alone about %(share)s of all people would end up on the wrong side of it.",
            share=_percent(figures["wrong_side"]),
        )
    )


def _unmeasured_minimum(name: str, figures: Mapping[str, float]) -> tuple[str, str]:
    text = _("%(name)s has a minimum of %(minimum)s, but this battery does not measure it.",
             name=name, minimum=f"{figures['minimum']:g}")  # fmt: skip
    return str(text), str(_("Nobody's score can be held against it."))


def _uncalibrated(name: str, figures: Mapping[str, float]) -> tuple[str, str]:
    text = _("%(share)s of the weight rests on a scale that is not calibrated: %(name)s.",
             share=_percent(figures["share"]), name=name)  # fmt: skip
    return str(text), str(_("How exact it is was assumed, not measured."))


def _assumed(share: float) -> tuple[str, str]:
    text = _("%(share)s of the weight rests on the service situations, whose norm is provisional.",
             share=_percent(share))  # fmt: skip
    return str(text), str(
        _("How exact these scores are is assumed until enough applicants have answered.")
    )


def _style(_name: str, figures: Mapping[str, float]) -> tuple[str, str]:
    text = _("Style counts for %(share)s of the fit.", share=_percent(figures["weight"]))
    return str(text), str(
        _(
            "Style says how somebody likes to work, not how well. It has not been shown to predict "
            "service work; 0 is the sound weight."
        )
    )


def _few_contacts(_name: str, figures: Mapping[str, float]) -> tuple[str, str]:
    text = ngettext("The contact mix rests on %(num)s contact.",
                    "The contact mix rests on %(num)s contacts.", int(figures["n"]))  # fmt: skip
    return str(text), str(
        _(
            "That is few: %(share)s of the weights still come from the whole occupation. More "
            "records say more than tuning.",
            share=_percent(figures["prior_pull"]),
        )
    )


_TEXTS: Final = {
    "one_scale": _one_scale,
    "unreliable_minimum": _unreliable_minimum,
    "unmeasured_minimum": _unmeasured_minimum,
    "uncalibrated_weight": _uncalibrated,
    "style_weight": _style,
    "few_contacts": _few_contacts,
}
