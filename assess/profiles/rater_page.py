"""The result page's plain data: figures as written, pictures beside them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from assess.charts import rater_spread
from assess.instruments.catalogue import Catalogue
from assess.profiles.queries import VersionView
from assess.profiles.rater_queries import RoundView
from assess.profiles.rater_statements import STATEMENTS
from assess.profiles.rater_study import (
    LEAST_RATERS,
    RatingStudy,
    StatementView,
    Verdict,
)
from assess.psychometrics.key_quality import LEAST_RELIABILITY
from assess.selection.demand import COMPETENCIES

NONE = "–"
#: Below this a rater is not said to pull a weight anywhere: it would not change a printed figure.
LEAST_PULL = 0.0005
PULLS_SHOWN = 2


@dataclass(frozen=True)
class StatementRow:
    """One statement as the table shows it; ``by_letter`` spells the picture out."""

    text: str
    competency: str
    picture: str
    mean: str
    interval: str
    sd: str
    rwg: str
    by_letter: str
    talk: bool


@dataclass(frozen=True)
class PullRow:
    """One rater: the weights that move by them, in percentage points, in words and by column."""

    letter: str
    name: str | None
    points: tuple[str, ...]
    words: str


def result_page(
    catalogue: Catalogue,
    study: RatingStudy,
    found: RoundView,
    version: VersionView,
    *,
    named: bool,
) -> dict[str, Any]:
    """Lay out what a round of ratings says; ``named`` puts the names beside the letters."""
    titles = {one.code: one.title for one in catalogue.competencies}
    names = {one.letter: one.name or _("forgotten") for one in found.raters} if named else {}
    return {
        "verdict": study.verdict.value,
        "words": verdict_words(study),
        "icc": coefficient(study.agreement.mean),
        "icc_interval": _span(study.agreement.mean_low, study.agreement.mean_high),
        "single": coefficient(study.agreement.single),
        "joint": _figure(study.joint),
        "statements": [_row(one, study, names, titles) for one in study.statements],
        "weights": [_weight(k, study, version, titles) for k in range(len(COMPETENCIES))],
        "pulls": [_pull(one, study, names, titles) for one in study.letters],
        "codes": COMPETENCIES,
        "titles": titles,
        "talk": [one for one in STATEMENTS if one.code in study.talk],
    }


def verdict_words(study: RatingStudy) -> tuple[str, str]:
    """Say in a short and a long sentence what to do with the mean."""
    if study.verdict is Verdict.FEW:
        n = len(study.letters)
        return (
            ngettext("%(num)s person has rated so far", "%(num)s people have rated so far", n),
            _("The mean can be used from %(least)s people on.", least=LEAST_RATERS),
        )
    least = f"{LEAST_RELIABILITY:.2f}"
    return {
        Verdict.AGREE: (
            _("They agree enough to use the mean"),
            _("The reliability of their mean is %(least)s or more.", least=least),
        ),
        Verdict.EVEN: (
            _("They agree, but rate everything about the same"),
            _(
                "The mean would give all competencies nearly the same weight, so there is nothing "
                "in it to use. The weights of the call drivers stay."
            ),
        ),
        Verdict.TALK: (
            _("Talk about these first"),
            _(
                "They do not agree enough: the reliability of their mean is under %(least)s. "
                "Below are the statements they differ on most.",
                least=least,
            ),
        ),
    }[study.verdict]


def coefficient(value: float | None) -> str:
    """Write an intraclass correlation; below 0 its size means nothing."""
    if value is None or not math.isfinite(value):
        return NONE
    return str(_("below 0")) if value < 0 else f"{value:.2f}"


def _weight(
    k: int, study: RatingStudy, version: VersionView, titles: Mapping[str, str]
) -> dict[str, str]:
    """Give a competency's demand and weight, in the profile and by the raters."""
    return {
        "title": titles[COMPETENCIES[k]],
        "now": _percent(version.weights[k]),
        "rated": _percent(study.weights[k]),
        "change": _signed(100 * (study.weights[k] - version.weights[k])),
        "demand": _figure(study.demand[k]),
        "demand_now": _figure(version.demand[k]),
    }


def _row(
    one: StatementView, study: RatingStudy, names: Mapping[str, str], titles: Mapping[str, str]
) -> StatementRow:
    statement = next(each for each in STATEMENTS if each.code == one.code)
    given = dict(zip(study.letters, one.given, strict=True))
    shown = {names.get(each, each): value for each, value in given.items()}
    title = _(
        "%(short)s: mean %(mean)s, from %(low)s to %(high)s",
        short=statement.short, mean=f"{one.mean:.1f}", low=min(one.given), high=max(one.given),
    )  # fmt: skip
    return StatementRow(
        text=statement.text,
        competency=titles[statement.competency],
        picture=rater_spread(_apart(given, shown), one.mean, one.low, one.high, title=title),
        mean=f"{one.mean:.1f}",
        interval=_span(one.low, one.high, 1),
        sd=_figure(one.sd),
        rwg=_figure(one.rwg),
        by_letter=", ".join(f"{name}\u00a0{value}" for name, value in _listed(given, names)),
        talk=one.code in study.talk,
    )


def _apart(given: Mapping[str, int], shown: Mapping[str, int]) -> Mapping[str, int]:
    """Name circles by letter where two people have one name."""
    return shown if len(shown) == len(given) else given


def _listed(given: Mapping[str, int], names: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(names.get(each, each), value) for each, value in given.items()]


def _pull(
    letter: str, study: RatingStudy, names: Mapping[str, str], titles: Mapping[str, str]
) -> PullRow:
    moved = study.moved[letter]
    strongest = sorted(range(len(COMPETENCIES)), key=lambda k: -abs(moved[k]))[:PULLS_SHOWN]
    said = [
        _("%(what)s up by %(points)s", what=titles[COMPETENCIES[k]], points=points)
        if moved[k] > 0
        else _("%(what)s down by %(points)s", what=titles[COMPETENCIES[k]], points=points)
        for k in strongest
        if abs(moved[k]) >= LEAST_PULL
        for points in [f"{100 * abs(moved[k]):.1f}"]
    ]
    return PullRow(
        letter=letter,
        name=names.get(letter),
        points=tuple(_signed(100 * value) for value in moved),
        words=", ".join(said) or _("nowhere"),
    )


def _figure(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if math.isfinite(value) else NONE


def _percent(value: float) -> str:
    return f"{100 * value:.1f}" if math.isfinite(value) else NONE


def _signed(value: float) -> str:
    """Write a difference with its sign, a plain 0.0 where it rounds away."""
    if not math.isfinite(value):
        return NONE
    rounded = round(value, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def _span(low: float, high: float, places: int = 2) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    ends = (f"{end:.{places}f}".replace("-", "−") for end in (low, high))
    return "{} {} {}".format(next(ends), _("to"), next(ends))
