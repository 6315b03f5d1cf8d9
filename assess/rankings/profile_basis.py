"""What the fits of a campaign rest on: its battery under one version of its profile."""

from collections.abc import Sequence

import numpy as np

from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.profiles.queries import VersionView
from assess.rankings.assembly import Basis, make_basis
from assess.selection.demand import COMPETENCIES
from assess.selection.style_match import StyleDemand


def profile_basis(
    catalogue: Catalogue, battery: Sequence[Instrument], version: VersionView
) -> Basis:
    """Give the basis of a ranking under ``version``; ranking and preview both start here.

    Raises Invalid as `make_basis` does.
    """
    return make_basis(
        battery,
        catalogue.competencies,
        version.weights,
        np.array(catalogue.reference.matrix),
        styles=[style.scale for style in catalogue.styles],
        style=style_demand(version),
        minimums=version.minimums,
    )


def style_demand(version: VersionView) -> StyleDemand | None:
    """Give what a version asks of style, None at weight 0; `preview.standing` takes it."""
    if not version.style_weight:
        return None
    return StyleDemand(version.style_weight, version.style_target)


def minimums_by_place(version: VersionView) -> dict[int, float]:
    """Give a version's minimums by the competency's place, as `preview.standing` takes them."""
    return {COMPETENCIES.index(code): points for code, points in version.minimums.items()}
