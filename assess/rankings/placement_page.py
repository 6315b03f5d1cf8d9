"""A proposed placement as plain data: each campaign's people, how sure, what it would cost."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flask_babel import gettext as _
from flask_babel import ngettext

from assess.charts import whisker
from assess.rankings.open_campaigns import OpenCampaign
from assess.rankings.placement_fit import Proposal, best_elsewhere
from assess.rankings.placement_queries import Placed
from assess.rankings.readings import Reading, with_error
from assess.selection.placement import NOWHERE


@dataclass(frozen=True)
class Otherwise:
    """What all fits together would lose with a person elsewhere; ``loss`` None: a seat, empty.

    ``title`` of the campaign and ``fit`` there, None for no seat at all.
    """

    loss: Reading | None
    title: str | None = None
    fit: float | None = None


@dataclass(frozen=True)
class PlacedPerson:
    """One person's proposed place.

    ``asked`` names the campaigns they took part in when this is none of them: they must be asked
    first. ``elsewhere`` is the best other campaign, None where there is none; ``out`` no seat.
    ``open_words`` say which of the two are as good within error.
    """

    candidate_id: int
    label: str
    code: str
    fit: Reading
    svg: str
    asked: str
    elsewhere: Otherwise | None
    out: Otherwise
    open_words: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class CampaignPlaces:
    """One campaign's proposed people, by their label; ``mean`` and ``price`` None for none.

    ``alone`` and ``alone_mean`` are the seats and mean fit if nobody came from elsewhere.
    """

    campaign: OpenCampaign
    people: tuple[PlacedPerson, ...]
    mean: float | None
    price: float | None
    alone: int
    alone_mean: float | None


@dataclass(frozen=True)
class PlacementPage:
    """The whole proposal; ``unplaced`` people have no seat, ``moved`` one they did not apply for.

    ``nowhere`` of the unplaced can be considered for no campaign at all.
    """

    title: str
    campaigns: tuple[CampaignPlaces, ...]
    people: int
    seats: int
    filled: int
    open: int
    moved: int
    unplaced: int
    nowhere: int


def placement_page(found: Placed, proposal: Proposal) -> PlacementPage:
    """Put the page together."""
    places = tuple(_places(found, proposal, column) for column in range(len(found.campaigns)))
    everybody = [person for one in places for person in one.people]
    unplaced = proposal.placed.campaign == NOWHERE
    page = PlacementPage(
        title="",
        campaigns=places,
        people=len(found.applicants.candidates),
        seats=sum(one.seats for one in found.campaigns),
        filled=len(everybody),
        open=sum(bool(person.open_words) for person in everybody),
        moved=sum(bool(person.asked) for person in everybody),
        unplaced=int(unplaced.sum()),
        nowhere=int(np.isnan(proposal.fits.fit[unplaced]).all(axis=1).sum()),
    )
    return PlacementPage(**{**page.__dict__, "title": _title(page)})


def _title(page: PlacementPage) -> str:
    if not page.filled:
        return str(_("Nobody can be placed"))
    if not page.open:
        return str(ngettext(
            "%(num)s place, and it stands clear", "%(num)s places, and all stand clear", page.filled
        ))  # fmt: skip
    return str(
        ngettext(
            "%(open)s of %(num)s place is open: within error another is as good",
            "%(open)s of %(num)s places are open: within error others are as good",
            page.filled,
            open=f"{page.open:,}",
        )
    )


def _places(found: Placed, proposal: Proposal, column: int) -> CampaignPlaces:
    rows = np.flatnonzero(proposal.placed.campaign == column).tolist()
    people = [_person(found, proposal, row, column) for row in rows]
    return CampaignPlaces(
        campaign=found.campaigns[column],
        people=tuple(sorted(people, key=lambda one: (one.label.casefold(), one.code))),
        mean=_known(proposal.placed.mean_fit[column]),
        price=_known(proposal.placed.price[column]),
        alone=int(proposal.alone.filled[column]),
        alone_mean=_known(proposal.alone.mean_fit[column]),
    )


def _person(found: Placed, proposal: Proposal, row: int, column: int) -> PlacedPerson:
    fits, finished = proposal.fits, found.applicants.finished[row].tolist()
    candidate_id = found.applicants.candidates[row]
    label, code = found.labels[candidate_id]
    fit = with_error(float(fits.fit[row, column]), float(fits.error[row, column]))
    out = Otherwise(_loss(proposal, row, NOWHERE))
    open_words = _open_words(proposal.as_good[row].tolist())
    return PlacedPerson(
        candidate_id=candidate_id,
        label=label,
        code=code,
        fit=fit,
        svg=whisker(fit.value, fit.low, fit.high, title=label, width=140, reference=50.0),
        asked="" if finished[column] else finished_in(found.campaigns, finished),
        elsewhere=_elsewhere(found, proposal, row),
        out=out,
        open_words=open_words,
        words=str(_("clearly here") if out.loss else _("nobody else for this seat")),
    )


def _elsewhere(found: Placed, proposal: Proposal, row: int) -> Otherwise | None:
    other = best_elsewhere(proposal, row)
    if other is None:
        return None
    fit = float(proposal.fits.fit[row, other])
    return Otherwise(_loss(proposal, row, other), found.campaigns[other].title, fit)


def _loss(proposal: Proposal, row: int, other: int) -> Reading | None:
    loss = float(proposal.placed.loss[row, other])
    return None if math.isinf(loss) else with_error(loss, float(proposal.loss_error[row, other]))


def _open_words(as_good: Sequence[bool]) -> tuple[str, ...]:
    said = [_("either place")] if any(as_good[:-1]) else []
    if as_good[-1]:
        said.append(_("somebody else fits as well"))
    return tuple(map(str, said))


def finished_in(campaigns: Sequence[OpenCampaign], finished: Sequence[bool]) -> str:
    """Name the campaigns somebody finished."""
    return "; ".join(one.title for one, done in zip(campaigns, finished, strict=True) if done)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
