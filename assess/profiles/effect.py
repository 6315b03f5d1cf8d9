"""What a contact mix does: the work by driver, the weights and what pulls them, the style."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assess.charts import contact_mix, mix_swatch, mix_to_load, pulled_weight, style_target
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Competency
from assess.profiles.mix import STYLE_LETTERS, ContactMix, DriverShare, demand_of, prior_share
from assess.profiles.mix_forms import Sketch
from assess.profiles.queries import VersionView
from assess.selection.demand import ATTENTION, COMPETENCIES, agreement
from assess.selection.style_match import TOLERANCE

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Asked:
    """What a mix asks, as a saved version holds it or as a form's mix would make it.

    ``load_share`` (D,) goes with ``drivers``; ``weights``, ``demand`` and ``prior`` (7,) stand in
    the order of COMPETENCIES; ``prior_share`` 0 to 1. ``n_contacts`` None is by hand.
    """

    drivers: tuple[DriverShare, ...]
    n_contacts: int | None
    multipliers: Mapping[str, float]
    load_share: FloatArray
    weights: FloatArray
    demand: FloatArray
    style_target: FloatArray
    prior: FloatArray
    prior_share: float
    rated: bool = False
    """Whether ``demand`` is what people who know the job rated, not what the drivers come to."""


@dataclass(frozen=True)
class LoadRow:
    """One driver: its share of the contacts and of the work in per cent; ``swatch`` is its key."""

    title: str
    share: float
    minutes: float
    load: float
    swatch: str


@dataclass(frozen=True)
class SmallLoad:
    """The work by driver as one small bar, and the driver that makes most of it, in per cent."""

    picture: str
    heaviest: str
    share: float


@dataclass(frozen=True)
class WeightRow:
    """One competency, in per cent of the fit.

    ``own`` is what the mix or the raters alone ask (None without), ``prior`` the occupation,
    ``weight`` what both come to; ``change`` since the saved version, None where there is none.
    ``demand`` is 0 to 5.
    """

    code: str
    title: str
    definition: str
    own: float | None
    weight: float
    prior: float
    demand: float | None
    change: float | None
    picture: str

    @property
    def strong(self) -> bool:
        """Say whether so much is asked that a low score is looked at in the interview."""
        return self.demand is not None and self.demand >= ATTENTION


@dataclass(frozen=True)
class StyleRow:
    """What the job asks of one style, 0 to 100, with its tolerance."""

    letter: str
    title: str
    target: float
    low: float
    high: float
    picture: str


@dataclass(frozen=True)
class Effect:
    """Everything that is drawn of a mix; lists are empty while no driver has a share.

    ``total`` per cent is what the typed shares sum to and ``borrowed`` drivers have no minutes
    yet. ``prior_part`` per cent of the weights comes from the whole occupation. ``alike`` says
    how alike people are ranked by these weights and by the occupation's, ``alike_saved`` by the
    saved version's: 1 is the same. With ``rated`` the demand is the raters', not the drivers'.
    """

    loads: Sequence[LoadRow]
    load_picture: str
    weights: Sequence[WeightRow]
    styles: Sequence[StyleRow]
    n_contacts: int | None
    prior_part: float
    multipliers: Sequence[tuple[str, float]]
    alike: float | None
    alike_saved: float | None
    total: float = 100.0
    borrowed: Sequence[str] = ()
    rated: bool = False

    @property
    def most(self) -> list[WeightRow]:
        """The two competencies that weigh most."""
        return sorted(self.weights, key=lambda row: -row.weight)[:2]

    @property
    def heaviest(self) -> LoadRow:
        """The driver that makes most of the work."""
        return max(self.loads, key=lambda row: row.load)


def asked_by(catalogue: Catalogue, mix: ContactMix) -> Asked:
    """Give what a mix asks; Invalid with every fault of the mix."""
    asked, prior = demand_of(catalogue, mix), np.array(catalogue.prior.weights)
    return Asked(
        mix.drivers, mix.n_contacts, mix.multipliers or {}, asked.load_share, asked.weights,
        asked.demand, asked.style_target, prior / prior.sum(), prior_share(mix.evidence),
        mix.rated_demand is not None,
    )  # fmt: skip


def asked_by_version(view: VersionView) -> Asked:
    """Give what a saved version asks, as it was stored."""
    return Asked(
        view.drivers, view.n_contacts, view.multipliers, view.load_share, view.weights,
        view.demand, view.style_target, view.prior, view.prior_share,
        view.rated_demand is not None,
    )  # fmt: skip


def effect_of_sketch(
    catalogue: Catalogue,
    sketch: Sketch,
    saved: VersionView | None = None,
    *,
    keep_rated: bool = True,
) -> Effect:
    """Give what a half-typed mix does; without any share, what the occupation alone asks.

    ``saved`` is the version it would change: its weights are compared, its multipliers stay, and
    with ``keep_rated`` so does what people who know the job rated.
    """
    if sketch.mix is None:
        return _nothing_yet(catalogue, sketch)
    mix = sketch.mix
    if saved is not None:
        rated = saved.rated_demand if keep_rated else None
        mix = replace(mix, multipliers=saved.multipliers or None, rated_demand=rated)
    return effect(
        asked_by(catalogue, mix), catalogue, saved, total=sketch.total, borrowed=sketch.borrowed
    )


def effect(
    asked: Asked,
    catalogue: Catalogue,
    saved: VersionView | None = None,
    *,
    total: float = 100.0,
    borrowed: Sequence[str] = (),
) -> Effect:
    """Draw what is asked, beside what ``saved`` asks where there is one."""
    correlations = np.array(catalogue.reference.matrix)
    titles = {one.code: one.title for one in catalogue.competencies}
    return Effect(
        loads=load_rows(asked, catalogue),
        load_picture=load_picture(asked, catalogue),
        weights=weight_rows(asked, catalogue, saved),
        styles=_style_rows(asked.style_target, catalogue),
        n_contacts=asked.n_contacts,
        prior_part=100 * asked.prior_share,
        multipliers=[(titles[code], factor) for code, factor in asked.multipliers.items()],
        alike=agreement(asked.prior, asked.weights, correlations),
        alike_saved=agreement(saved.weights, asked.weights, correlations) if saved else None,
        total=total,
        borrowed=borrowed,
        rated=asked.rated,
    )


def driver_title(catalogue: Catalogue, code: str) -> str:
    """Give the words for a driver; its code when the questionnaires no longer have it."""
    driver = catalogue.call_drivers.get(code)
    return code if driver is None else driver.title


def load_rows(asked: Asked, catalogue: Catalogue) -> list[LoadRow]:
    """Give the drivers, largest share first, as the bars draw them."""
    held = sorted(zip(asked.drivers, asked.load_share, strict=True), key=lambda row: -row[0].share)
    return [
        LoadRow(
            title=driver_title(catalogue, driver.code),
            share=100 * driver.share,
            minutes=driver.minutes,
            load=100 * float(load),
            swatch=mix_swatch(place, len(held), title=driver_title(catalogue, driver.code)),
        )
        for place, (driver, load) in enumerate(held)
    ]


def load_picture(asked: Asked, catalogue: Catalogue) -> str:
    """Give the contacts and the work they make as two bars."""
    rows = [
        (driver_title(catalogue, driver.code), driver.share, float(load))
        for driver, load in zip(asked.drivers, asked.load_share, strict=True)
    ]
    told = ", ".join(
        f"{title} {share:.0%} / {load:.0%}" for title, share, load in sorted(rows, key=_by_share)
    )
    return mix_to_load(rows, title=told, width=560)


def small_load(view: VersionView, catalogue: Catalogue) -> SmallLoad:
    """Give the work by driver small, for a list."""
    rows = sorted(
        (
            (driver_title(catalogue, driver.code), float(load))
            for driver, load in zip(view.drivers, view.load_share, strict=True)
        ),
        key=lambda row: -row[1],
    )
    told = ", ".join(f"{title} {load:.0%}" for title, load in rows)
    return SmallLoad(
        contact_mix(rows, title=told, width=200, height=16), rows[0][0], 100 * rows[0][1]
    )


def weight_rows(
    asked: Asked, catalogue: Catalogue, saved: VersionView | None = None
) -> list[WeightRow]:
    """Give the weights with what pulls them, all on one scale."""
    own = asked.demand / asked.demand.sum()
    highest = scale_end(own, asked.weights, asked.prior)
    rows = []
    for place, competency in enumerate(_competencies(catalogue)):
        alone, weight, prior = (float(a[place]) for a in (own, asked.weights, asked.prior))
        rows.append(
            WeightRow(
                code=competency.code,
                title=competency.title,
                definition=competency.definition,
                own=100 * alone,
                weight=100 * weight,
                prior=100 * prior,
                demand=float(asked.demand[place]),
                change=100 * (weight - float(saved.weights[place])) if saved else None,
                picture=pulled_weight(
                    competency.title, alone, weight, prior, highest=highest, title=competency.title
                ),
            )
        )
    return rows


def scale_end(*weights: FloatArray) -> float:
    """Give the next full 5 % above all weights: one scale for pictures that are compared."""
    return math.ceil(20 * max(float(some.max()) for some in weights) - 1e-9) / 20


def _nothing_yet(catalogue: Catalogue, sketch: Sketch) -> Effect:
    prior = np.array(catalogue.prior.weights) / sum(catalogue.prior.weights)
    highest = scale_end(prior)
    rows = [
        WeightRow(
            one.code, one.title, one.definition, None, 100 * share, 100 * share, None, None,
            pulled_weight(one.title, None, share, share, highest=highest, title=one.title),
        )
        for one, share in zip(_competencies(catalogue), prior.tolist(), strict=True)
    ]  # fmt: skip
    return Effect([], "", rows, [], None, 100.0, [], None, None, total=sketch.total)


def _style_rows(targets: FloatArray, catalogue: Catalogue) -> list[StyleRow]:
    titles = {one.letter: one.title for one in catalogue.styles}
    return [
        StyleRow(
            letter=letter,
            title=titles.get(letter, letter),
            target=target,
            low=max(target - TOLERANCE, 0.0),
            high=min(target + TOLERANCE, 100.0),
            picture=style_target(
                letter, target, TOLERANCE, title=f"{titles.get(letter, letter)}: {target:.0f}"
            ),
        )
        for letter, target in zip(STYLE_LETTERS, targets.tolist(), strict=True)
    ]


def _competencies(catalogue: Catalogue) -> list[Competency]:
    """Give the competencies in the order of every array."""
    held = {one.code: one for one in catalogue.competencies}
    return [held[code] for code in COMPETENCIES]


def _by_share(row: tuple[str, float, float]) -> float:
    return -row[1]
