"""What records came to, as pictures with their numbers, ready to show."""

import math
from dataclasses import dataclass
from typing import Any

from assess.charts import contact_mix, demand_weights, mix_swatch
from assess.instruments.catalogue import Catalogue
from assess.profiles.mix import demand_of, prior_share
from assess.profiles.record_mix import Line, MixFromRecords
from assess.selection.demand import COMPETENCIES


@dataclass(frozen=True)
class MixRow:
    """One call driver of the records with its key in the bar; ``load_share`` in per cent."""

    line: Line
    title: str
    swatch: str
    load_share: float


@dataclass(frozen=True)
class WeightRow:
    """One competency: demand weight and prior in per cent, ``demand`` 0 to 5, a lollipop."""

    title: str
    weight: float
    prior: float
    demand: float
    picture: str


def result_page(found: MixFromRecords, catalogue: Catalogue, *, title: str) -> dict[str, Any]:
    """Give the mix as a bar and rows, what it demands, and the prior's part of that."""
    asked = demand_of(catalogue, found.mix)
    codes = [driver.code for driver in found.mix.drivers]
    loads = dict(zip(codes, asked.load_share.tolist(), strict=True))
    titles = {line.driver: catalogue.call_drivers[line.driver].title for line in found.lines}
    rows = [
        MixRow(
            line,
            titles[line.driver],
            mix_swatch(place, len(found.lines), title=titles[line.driver]),
            100 * loads[line.driver],
        )
        for place, line in enumerate(found.lines)
    ]
    bar = contact_mix(
        [(titles[line.driver], line.share) for line in found.lines],
        title=title, width=640, height=28,
    )  # fmt: skip
    return {
        "picture": bar,
        "rows": rows,
        "weights": _weights(asked.weights.tolist(), asked.demand.tolist(), catalogue),
        "prior_part": 100 * prior_share(found.n),
    }


def _weights(weights: list[float], demand: list[float], catalogue: Catalogue) -> list[WeightRow]:
    whole = sum(catalogue.prior.weights)
    prior = [weight / whole for weight in catalogue.prior.weights]
    highest = math.ceil(20 * max(*weights, *prior) - 1e-9) / 20
    titles = {one.code: one.title for one in catalogue.competencies}
    return [
        WeightRow(
            titles[code], 100 * weight, 100 * common, asked,
            demand_weights([(titles[code], weight, common)], title=titles[code], highest=highest),
        )
        for code, weight, common, asked in zip(COMPETENCIES, weights, prior, demand, strict=True)
    ]  # fmt: skip
